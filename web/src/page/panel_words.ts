/** What the panel of the checks says. "Checked" and "verified" are said only of a computation that just ran. */

import type { CheckName } from "../verify/run";
import type { Said } from "../verify/said";

const say = (en: string, ar: string): Said => ({ en, ar });

export const PANEL = {
  title: say("Check a dossier", "افحص ملف أدلة"),
  unchecked: say("Not checked yet. Drop the zip or folder here to check it on this computer.", "لم يُفحص بعد. أسقط الملف المضغوط أو المجلد هنا لفحصه على هذا الحاسوب."),
  stays: say("Nothing leaves this computer; no network is needed.", "لا يغادر شيء هذا الحاسوب، ولا حاجة إلى شبكة."),
  inside: say("This page lay inside the package, and a false package can hold a false page. To be sure, check with the same page from another source (firsthand verifier).",
    "كانت هذه الصفحة داخل الحزمة، وقد تحوي حزمة مزيفة صفحة مزيفة. للتأكد، افحص بالصفحة نفسها من مصدر آخر (\u2068firsthand\u00a0verifier\u2069)."),
  pickZip: say("Choose the zip", "اختر الملف المضغوط"),
  pickFolder: say("Choose the folder", "اختر المجلد"),
  cancel: say("Cancel", "إلغاء"),
  cancelled: say("Stopped. Nothing was checked.", "أُوقف. لم يُفحص شيء."),
  checking: say("Checking", "جارٍ الفحص"),
  left: say("left", "متبقية"),
  keyTitle: say("Key file, if you have one", "ملف المفاتيح إن كان لديك"),
  keyHelp: say("It must have reached you another way than this dossier. Paste it, or drop the file here. It begins with firsthand-keys/1.",
    "يجب أن يكون قد وصلك من طريق غير هذا الملف. ألصقه أو أسقط الملف هنا. يبدأ بـ firsthand-keys/1."),
  keyBad: say("This is not a key file; it is not used.", "هذا ليس ملف مفاتيح، ولن يُستعمل."),
  keyGood: say("Key file read. It is used for the next check.", "قُرئ ملف المفاتيح، وسيُستعمل في الفحص التالي."),
  keyChoose: say("Choose a key file", "اختر ملف المفاتيح"),
  again: say("Check again", "افحص مرة أخرى"),
  broken: say("Checked just now: this is not what was signed.", "فُحص الآن: هذا ليس ما وُقّع."),
  contradicted: say("Checked just now: this is not from the organisation in your key file.", "فُحص الآن: هذا ليس من المنظمة المذكورة في ملف المفاتيح."),
  what: say("What changed", "ما الذي تغيّر"),
  where: say("Where", "أين"),
  all: say("All checks", "كل الفحوص"),
  nonEd25519: say("Not checked: this browser cannot check Ed25519 signatures. Use a current Chromium, Firefox or Safari, or the command firsthand verify.",
    "لم يُفحص: هذا المتصفح لا يستطيع فحص تواقيع Ed25519. استعمل إصدارًا حديثًا من Chromium أو Firefox أو Safari، أو الأمر firsthand verify."),
  unreadable: say("Not checked: this could not be opened as a dossier.", "لم يُفحص: تعذّر فتحه كملف أدلة."),
  other: say("The page showed another report before. What you see now comes from the package that you dropped.", "كانت الصفحة تعرض تقريرًا آخر. ما تراه الآن من الحزمة التي أسقطتها."),
  holds: say("holds", "صحيح"),
  fails: say("does not hold", "غير صحيح"),
  noKey: say("no key file given", "لم يُقدَّم ملف مفاتيح"),
  files: say("files", "ملفًا"),
  more: say("more", "أخرى"),
} as const;

export const CHECKS: Readonly<Record<CheckName, Said>> = {
  container: say("The container has its one form and nothing else is in it", "الغلاف على صورته الوحيدة ولا شيء غيره فيه"),
  bag: say("Every file is the one in the lists", "كل ملف هو المذكور في القوائم"),
  disclosure: say("The centre signed these lists", "وقّع المركز هذه القوائم"),
  entries: say("Every entry is signed by its key", "كل قيد موقّع بمفتاحه"),
  standing: say("Whoever wrote what the report rests on had the right to", "من كتب ما يستند إليه التقرير كان له الحق"),
  proofs: say("Every entry was in the log", "كل قيد كان في السجل"),
  content: say("\u2068incident.json\u2069 says what the entries say", "\u2068incident.json\u2069 يقول ما تقوله القيود"),
  media: say("Pictures, films and sounds are unchanged", "الصور والتسجيلات لم تتغير"),
  keys: say("The keys are those of the entries", "المفاتيح هي مفاتيح القيود"),
  anchor: say("Identity", "الهوية"),
};

/** The one sentence when everything holds. */
export function goodSentence(holding: number, of: number, established: boolean): Said {
  return established
    ? say(`Checked just now: ${holding} of ${of} checks hold; organisation and log are those in your key file.`, `فُحص الآن: ${holding} من ${of} فحوص صحيحة، والمنظمة والسجل هما المذكوران في ملف المفاتيح الذي قدمته.`)
    : say(`Checked just now: ${holding} of ${of} checks hold; identity not established without a key file.`, `فُحص الآن: ${holding} من ${of} فحوص صحيحة، ولا تثبت الهوية من دون ملف مفاتيح.`);
}
