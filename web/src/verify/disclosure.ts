/** Check `disclosure`: the centre's signature over the lists and the counts (dossier.md, section 2). */

import { hex, int, isMap, type Value } from "../base/value";
import type { FileRead } from "./intake";
import type { Ledger } from "./ledger";
import { entryIn, mediaIn } from "./names";
import { checkDisclosureProof, type LogFound } from "./proofs";
import { CAUSE, CONSEQUENCE, finding, quoted, type Finding } from "./said";
import type { Standing } from "./standing";
import { bagClaims } from "./bag";

const FILE = "disclosure.cose";
const SIGNING_ROLES: readonly string[] = ["centre", "officer"];
const KEYS = ["entries", "incident", "items", "log_size", "manifest", "tags"];

export async function checkDisclosure(files: ReadonlyMap<string, FileRead>, ledger: Ledger, standing: Standing | null, log: LogFound): Promise<Finding[]> {
  const entry = ledger.disclosure;
  if (entry === null) return [finding("The centre's signature over the package is missing or does not hold.", "توقيع المركز على الحزمة مفقود أو غير صحيح.", { file: FILE, rank: CAUSE }), ...(await checkDisclosureProof(files, ledger, log))];
  const out: Finding[] = [], where = { file: FILE, entry: entry.id };
  if (entry.type !== "evidence.disclosure/1" || entry.org !== ledger.org) out.push(finding("The centre's signature is not a disclosure of this organisation.", "توقيع المركز ليس تسليمًا من هذه المنظمة.", { ...where, rank: CAUSE }));
  if ([...entry.body.keys()].sort().join() !== KEYS.join()) out.push(finding("The signed disclosure has not its form.", "التسليم الموقّع ليس على صورته.", where));
  if (ledger.entries.has(entry.id)) out.push(finding("The disclosure also lies among the entries.", "التسليم موجود أيضًا بين القيود.", where));
  out.push(...lists(files, entry.body.get("manifest"), entry.body.get("tags")));
  out.push(...counted(files, int(entry.body.get("entries")), int(entry.body.get("items"))));
  const claims = bagClaims(files);
  if (claims.incident !== hex(entry.body.get("incident"))) out.push(finding("\u2068bag-info.txt\u2069 names another incident than the signed disclosure.", "\u2068bag-info.txt\u2069 يسمّي حادثًا غير المذكور في التسليم الموقّع.", { file: "bag-info.txt" }));
  if (ledger.genesis !== null && claims.exercise !== ledger.genesis.exercise) out.push(finding("\u2068bag-info.txt\u2069 and the founding entry do not agree on whether this is an exercise.", "\u2068bag-info.txt\u2069 وقيد التأسيس لا يتفقان على كون هذا تمرينًا.", { file: "bag-info.txt" }));
  if (standing !== null && standing.state(entry) === "standing") {
    if (!standing.roles(entry).some((role) => SIGNING_ROLES.includes(role))) out.push(finding("The author of the disclosure may write, but is neither a centre nor an officer: such a key signs no dossier.", "لكاتب التسليم حق الكتابة، لكنه ليس مركزًا ولا مسؤولًا: مفتاح كهذا لا يوقّع ملفًا.", { ...where, rank: CAUSE }));
  } else out.push(finding("The author of the disclosure had no right to sign it.", "لم يكن لكاتب التسليم حق توقيعه.", { ...where, rank: standing === null ? CONSEQUENCE : CAUSE }));
  return [...out, ...(await checkDisclosureProof(files, ledger, log))];
}

function lists(files: ReadonlyMap<string, FileRead>, manifest: Value | undefined, tags: Value | undefined): Finding[] {
  const out: Finding[] = [];
  if (files.get("manifest-sha256.txt")?.sha256 !== hex(manifest)) {
    out.push(finding("The list of files is not the one that the centre signed: a file under \u2068data/\u2069 was changed, added or removed and the list was made again.", "قائمة الملفات ليست التي وقّعها المركز: تغيّر ملف تحت \u2068data/\u2069 أو أُضيف أو أُزيل ثم أُعيدت كتابة القائمة.", { file: "manifest-sha256.txt" }));
  }
  const names: readonly (readonly [string, string])[] = [["verify", "VERIFY.txt"], ["bag_info", "bag-info.txt"], ["bagit", "bagit.txt"]];
  if (!isMap(tags) || tags.size !== names.length) return [...out, finding("The signed disclosure does not name the three text files.", "التسليم الموقّع لا يسمّي الملفات النصية الثلاثة.", { file: FILE })];
  for (const [key, name] of names) {
    if (files.get(name)?.sha256 !== hex(tags.get(key))) out.push(finding(`${quoted(name)} is not the one that the centre signed.`, `${quoted(name)} ليس الذي وقّعه المركز.`, { file: name }));
  }
  return out;
}

function counted(files: ReadonlyMap<string, FileRead>, entries: number | null, items: number | null): Finding[] {
  const names = [...files.keys()], out: Finding[] = [];
  const have = names.filter((name) => entryIn(name) !== null).length, media = names.filter((name) => mediaIn(name) !== null).length;
  if (have !== entries) out.push(finding(`The centre signed for ${String(entries)} entries; there are ${have}.`, `وقّع المركز على ${String(entries)} قيدًا، والموجود ${have}.`, { rank: CAUSE }));
  if (media !== items) out.push(finding(`The centre signed for ${String(items)} files of evidence; there are ${media}.`, `وقّع المركز على ${String(items)} ملفًا من الأدلة، والموجود ${media}.`, { rank: CAUSE }));
  return out;
}
