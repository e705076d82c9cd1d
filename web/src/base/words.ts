/** The glossary: what types, fields and states are called in English and in Arabic. One for the report and the checks. */

import type { Said } from "../verify/said";

const say = (en: string, ar: string): Said => ({ en, ar });

const TYPES: Readonly<Record<string, Said>> = {
  "record.genesis": say("Founding of the organisation", "تأسيس المنظمة"),
  "record.enrol": say("Key enrolled", "تسجيل مفتاح"),
  "record.grant": say("Right to write granted", "منح حق الكتابة"),
  "record.withdraw": say("Right to write withdrawn", "سحب حق الكتابة"),
  "record.rotate": say("Key changed", "تبديل مفتاح"),
  "record.approve": say("Approval", "موافقة"),
  "record.adopt": say("Branch adopted", "اعتماد فرع"),
  "record.admit": say("Late entries admitted", "قبول قيود متأخرة"),
  "record.receipt": say("Receipt", "إشعار استلام"),
  "record.erase": say("Erasure", "محو"),
  "record.legal_hold": say("Legal hold", "حفظ قانوني"),
  "record.legal_release": say("Legal hold released", "رفع الحفظ القانوني"),
  "respond.call": say("Call", "نداء"),
  "respond.call_status": say("Call status", "حالة النداء"),
  "respond.incident": say("Incident", "الحادث"),
  "respond.incident_status": say("Incident status", "حالة الحادث"),
  "respond.worksite": say("Worksite", "موقع عمل"),
  "respond.worksite_status": say("Worksite status", "حالة موقع العمل"),
  "respond.unit": say("Unit", "فرقة"),
  "respond.unit_status": say("Unit status", "حالة الفرقة"),
  "respond.assignment": say("Crew sent", "إرسال فرقة"),
  "respond.assignment_status": say("Crew status", "حالة المهمة"),
  "respond.person": say("Person", "شخص"),
  "respond.person_status": say("Person status", "حالة الشخص"),
  "respond.gazetteer": say("Place names used", "أسماء الأماكن المستعملة"),
  "evidence.item": say("Item", "مادة"),
  "evidence.custody": say("Custody event", "حدث حفظ"),
  "evidence.disclosure": say("Disclosure", "تسليم"),
};

/** The noun for an entry type; an unknown type is called by its own name. */
export function typeWords(type: string): Said {
  const name = type.split("/")[0] ?? type;
  return Object.hasOwn(TYPES, name) ? TYPES[name] ?? say(name, name) : say(name, name);
}

const FIELDS: Readonly<Record<string, Said>> = {
  status: say("status", "الحالة"), to: say("status", "الحالة"), age: say("age", "العمر"), sex: say("sex", "الجنس"),
  name: say("name", "الاسم"), family: say("family", "العائلة"), next_of_kin: say("next of kin", "أقرب الأقرباء"),
  description: say("description", "الوصف"), note: say("note", "ملاحظة"), title: say("title", "العنوان"),
  summary: say("summary", "الملخص"), place: say("place", "المكان"), place_text: say("place in words", "المكان بالكلمات"),
  lat_e7: say("latitude", "خط العرض"), lon_e7: say("longitude", "خط الطول"), accuracy_m: say("accuracy", "الدقة"),
  kind: say("kind", "النوع"), label: say("label", "الرمز"), triage: say("triage", "الفرز"), address: say("address", "العنوان"),
  caller: say("caller", "المتصل"), phone: say("phone", "الهاتف"), what: say("what was said", "ما قيل"),
  reported: say("number reported", "العدد المُبلَّغ عنه"), urgency: say("urgency", "الإلحاح"), time: say("time", "الوقت"),
  from_ms: say("beginning", "البداية"), to_ms: say("end", "النهاية"), file: say("file", "الملف"), mime: say("file type", "نوع الملف"),
  claims: say("what the file claims", "ما يدّعيه الملف"), preview: say("preview", "معاينة"), device: say("device", "الجهاز"),
  handed_to: say("handed to", "سُلّم إلى"), agent: say("by", "بواسطة"), event: say("event", "الحدث"), outcome: say("outcome", "النتيجة"),
  recipient: say("recipient", "المستلم"), purpose: say("purpose", "الغرض"), source: say("source", "المصدر"),
  type: say("type", "النوع"), feed: say("feed", "السجل الفرعي"), seq: say("number in its feed", "الرقم في سجله الفرعي"),
  prev: say("entry before", "القيد السابق"), seen: say("checkpoint seen", "نقطة التحقق المرئية"), id: say("id", "المعرّف"),
  people: say("people", "الأشخاص"), received: say("arrival", "وقت الوصول"), size: say("size", "الحجم"), sha256: say("SHA-256", "SHA-256"),
  salt: say("salt", "الملح"), ar: say("Arabic", "العربية"), en: say("English", "الإنجليزية"), worksite: say("worksite", "موقع العمل"),
  incident: say("incident", "الحادث"), subject: say("what it concerns", "ما يخصه"), replaces: say("what it replaces", "ما يحلّ محله"),
};

export function fieldWords(name: string): Said {
  return Object.hasOwn(FIELDS, name) ? FIELDS[name] ?? say(name, name) : say(name, name);
}

/** A path of fields in words, such as `place latitude`. */
export function pathWords(path: readonly string[]): Said {
  const words = path.map((step) => /^[0-9]+$/.test(step) ? say(String(Number(step) + 1), String(Number(step) + 1)) : fieldWords(step));
  return { en: words.map((one) => one.en).join(" "), ar: words.map((one) => one.ar).join(" ← ") };
}

const VALUES: Readonly<Record<string, Said>> = {
  missing: say("missing", "مفقود"), trapped: say("trapped", "تحت الأنقاض"), injured: say("injured", "مصاب"), found: say("found", "عُثر عليه"),
  safe: say("safe", "في أمان"), handed_over: say("handed over", "سُلّم"), deceased: say("deceased", "متوفّى"),
  infant: say("infant", "رضيع"), child: say("child", "طفل"), adult: say("adult", "بالغ"), old: say("elderly", "مسنّ"), unknown: say("unknown", "غير معروف"),
  f: say("female", "أنثى"), m: say("male", "ذكر"),
  open: say("open", "مفتوح"), working: say("working", "قيد العمل"), closed: say("closed", "مغلق"),
  reported: say("reported", "مُبلَّغ عنه"), assessed: say("assessed", "جرى تقييمه"), done: say("done", "انتهى"), abandoned: say("abandoned", "تُرك"),
  available: say("available", "متاحة"), assigned: say("assigned", "مكلّفة"), accepted: say("accepted", "قبلت المهمة"), en_route: say("on the way", "في الطريق"),
  on_site: say("on site", "في الموقع"), returning: say("returning", "عائدة"), resting: say("resting", "في استراحة"), out_of_service: say("out of service", "خارج الخدمة"),
  cancelled: say("cancelled", "أُلغيت"), new: say("new", "جديد"), linked: say("linked to the incident", "مرتبط بالحادث"), false_alarm: say("false alarm", "بلاغ كاذب"),
  duplicate: say("duplicate", "مكرر"), now: say("now", "فوري"), soon: say("soon", "قريبًا"), later: say("later", "لاحقًا"),
  picture: say("picture", "صورة"), video: say("film", "فيديو"), sound: say("sound", "تسجيل صوتي"), document: say("document", "وثيقة"), other: say("file", "ملف"),
  standing: say("standing", "قائم"), waiting: say("waiting: its author has no right to write yet", "معلّق: لا حق لكاتبه بالكتابة بعد"),
  withdrawn: say("withdrawn: its author had lost the right to write", "مسحوب: فقد كاتبه حق الكتابة"),
  disputed: say("disputed: its feed has two histories", "متنازع عليه: لسجله الفرعي روايتان"),
  teen: say("teenager", "يافع"), elderly: say("elderly", "مسنّ"), exercise: say("exercise", "تمرين"),
  ingestion: say("taken in", "إدخال"), "fixity check": say("compared with its SHA-256", "مقارنة بالبصمة"), "information package creation": say("put into a package", "وضع في حزمة"),
  dissemination: say("handed out", "تسليم"), replication: say("copied", "نسخ"), deletion: say("deleted", "حذف"), success: say("success", "نجح"), fail: say("failed", "فشل"), pass: say("agrees", "مطابق"),
  collapse: say("building collapse", "انهيار مبنى"), fire: say("fire", "حريق"), strike: say("strike", "قصف"),
};

/** A word of a lifecycle; anything else is shown as it stands. */
export function valueWords(value: string): Said {
  return Object.hasOwn(VALUES, value) ? VALUES[value] ?? say(value, value) : say(value, value);
}
