/** The words of the page itself, in both languages. */

import type { Said } from "../verify/said";

const say = (en: string, ar: string): Said => ({ en, ar });

export const UI = {
  exercise: say("Exercise", "تمرين"),
  exerciseNote: say("This is an exercise. Nobody was in danger, and nothing in it happened.", "هذا تمرين. لم يكن أحد في خطر، ولم يحدث شيء مما فيه."),
  withheld: say("withheld", "محجوب"),
  erased: say("erased", "مُحي"),
  missing: say("never received", "لم يصل قط"),
  unknownTitle: say("Report of an incident", "تقرير عن حادث"),
  timesNote: say("Times are UTC, as the devices' own clocks claim.", "الأوقات بالتوقيت العالمي كما تدّعيها ساعات الأجهزة."),
  timeline: say("What happened, in order", "ما حدث بالترتيب"),
  people: say("People", "الأشخاص"),
  worksites: say("Worksites", "مواقع العمل"),
  units: say("Crews", "الفرق"),
  map: say("Where", "أين"),
  mapNote: say("A sketch from the places in the record; no map lies beneath it.", "رسم تقريبي من الأماكن المذكورة في السجل، من دون خريطة تحته."),
  evidence: say("Pictures, recordings and documents", "الصور والتسجيلات والوثائق"),
  custody: say("Custody", "الحفظ"),
  custodyNone: say("No custody event is disclosed.", "لم يُفصح عن أي حدث حفظ."),
  notIncluded: say("What is not here", "ما ليس هنا"),
  proves: say("What this proves, and what it does not", "ما يثبته هذا وما لا يثبته"),
  keysAndRights: say("Keys and rights", "المفاتيح والحقوق"),
  fingerprint: say("SHA-256", "SHA-256"),
  name: say("Name", "الاسم"), age: say("Age", "العمر"), sex: say("Sex", "الجنس"), now: say("Last known", "آخر ما عُرف"), site: say("Worksite", "موقع العمل"),
  label: say("Site", "الموقع"), triage: say("Triage", "الفرز"), crews: say("Crews", "الفرق"), what: say("What", "المادة"), when: say("When", "متى"), by: say("Key", "المفتاح"),
  event: say("Event", "الحدث"), outcome: say("Outcome", "النتيجة"), agent: say("By", "بواسطة"), size: say("Size", "الحجم"), item: say("Item", "مادة"),
  conflict: say("Two accounts, both kept", "روايتان، وكلتاهما محفوظة"),
  notStanding: say("Does not count", "لا يُعتدّ به"),
  changed: say("Changed", "تغيّر"),
  cannotShow: say("Browsers do not show this kind of file. It lies in the package as it was received.", "لا تعرض المتصفحات هذا النوع من الملفات. الملف موجود في الحزمة كما استُلم."),
  cannotLoad: say("The file could not be shown. It is missing beside this page, or damaged.", "تعذّر عرض الملف. إما أنه مفقود بجانب هذه الصفحة وإما أنه تالف."),
  fileWithheld: say("File withheld", "الملف محجوب"),
  claims: say("The file itself claims", "يدّعي الملف نفسه"),
  incidentPoint: say("incident", "الحادث"),
  north: say("N", "ش"),
  none: say("none", "لا شيء"),
  entry: say("Entry", "القيد"),
  received: say("received", "استُلم"),
  reportedPeople: say("People reported", "عدد المُبلَّغ عنهم"),
  details: say("Details of the entry", "تفاصيل القيد"),
  language: say("العربية", "English"),
  source: say("Source", "المصدر"),
  kind: say("Kind", "النوع"),
} as const;

export const PROVES: readonly Said[] = [
  say("When all checks hold: the log named here held exactly these entries, signed by these keys, and neither they nor the files have changed since.",
    "إذا صحّت كل الفحوص: كان السجل المسمّى هنا يحوي هذه القيود بالضبط، موقّعة بهذه المفاتيح، ولم تتغير هي ولا الملفات منذ ذلك الحين."),
  say("It does not prove that what the entries say is true, that a device's clock was right, that the named person held the device, or that nothing was left out.",
    "ولا يثبت أن ما تقوله القيود صحيح، ولا أن ساعة الجهاز كانت مضبوطة، ولا أن الشخص المسمّى كان يحمل الجهاز، ولا أن شيئًا لم يُترك."),
  say("Whose log it is, only a key file can show that you received another way.",
    "أما لمن هذا السجل، فلا يبيّنه إلا ملف مفاتيح وصلك من طريق آخر."),
];
