/** Check `proofs`: each entry has one proof; all are over one checkpoint of the log, of the size that was signed. */

import { fromHex, utf8, type Bytes } from "../base/bytes";
import { int } from "../base/value";
import { typeWords } from "../base/words";
import { holds } from "./ed25519";
import type { Breath, FileRead } from "./intake";
import type { LogKey } from "./note";
import { sameCheckpoint, signedBy, type Checkpoint } from "./note";
import { entryIn, proofIn } from "./names";
import { included, leafHash, parseProof, type Proof } from "./proof";
import { CAUSE, CONSEQUENCE, finding, shortId, type Finding, type Said } from "./said";
import type { Standing } from "./standing";
import type { Ledger } from "./ledger";
import { keyring } from "./keyring";

export interface LogFound { readonly key: LogKey | null; readonly checkpoint: Checkpoint | null; readonly findings: readonly Finding[] }

/** Whether a checkpoint carries the log's signature once and it holds; signatures of unknown keys are passed over. */
export async function logSigned(checkpoint: Checkpoint, key: LogKey): Promise<boolean> {
  const [signature, another] = checkpoint.signatures.filter((one) => signedBy(one, key));
  if (signature === undefined || another !== undefined || checkpoint.origin !== key.name) return false;
  return holds(key.key, utf8(checkpoint.text), signature.signature as Bytes);
}

/** The same where no byte is free, as in a dossier: the log's signature alone. */
async function checkpointHolds(checkpoint: Checkpoint, key: LogKey): Promise<boolean> {
  return checkpoint.signatures.length === 1 && logSigned(checkpoint, key);
}

export async function checkProofs(files: ReadonlyMap<string, FileRead>, ledger: Ledger, standing: Standing | null, breath: Breath): Promise<LogFound> {
  const findings: Finding[] = [], proofs = new Map<string, Proof>();
  for (const [file, content] of files) {
    const id = proofIn(file);
    if (id === null) continue;
    const proof = content.bytes === null ? null : parseProof(content.bytes);
    if (proof !== null) proofs.set(id, proof);
    else findings.push(finding(`The proof of the entry ${shortId(id)} has not its one form.`, `إثبات القيد ${shortId(id)} ليس على صورته الوحيدة.`, { file, entry: id }));
    if (!files.has(`data/entries/${id}.cose`)) findings.push(finding(`There is a proof of the entry ${shortId(id)}, and the entry is missing.`, `يوجد إثبات للقيد ${shortId(id)}، والقيد نفسه مفقود.`, { file, entry: id, rank: CAUSE }));
  }
  const checkpoint = commonest([...proofs.values()]);
  const key = logKey(checkpoint, ledger, standing, findings);
  if (checkpoint !== null && key !== null && !(await checkpointHolds(checkpoint, key))) {
    findings.push(finding("The log's signature on its checkpoint does not hold.", "توقيع السجل على نقطة التحقق غير صحيح.", { rank: CAUSE }));
  }
  const size = ledger.disclosure?.body.get("log_size");
  if (checkpoint !== null && size !== undefined && size !== checkpoint.size) {
    findings.push(finding(`The proofs are over a log of ${checkpoint.size} entries, the signed disclosure says ${String(size)}.`, `الإثباتات على سجل من ${checkpoint.size} قيدًا، والتسليم الموقّع يقول ${String(size)}.`, { rank: CAUSE }));
  }
  for (const [file, content] of files) {
    const id = entryIn(file);
    if (id === null || content.bytes === null) continue;
    await breath.take();
    const words = typeWords((ledger.entries.get(id) ?? ledger.changed.get(id))?.type ?? "entry");
    findings.push(...checkOne({ id, bytes: content.bytes, words }, proofs.get(id), files, checkpoint));
  }
  return { key, checkpoint, findings };
}

interface Leaf { readonly id: string; readonly bytes: Bytes; readonly words: Said }

function checkOne(entry: Leaf, proof: Proof | undefined, files: ReadonlyMap<string, FileRead>, checkpoint: Checkpoint | null): Finding[] {
  const file = `data/proofs/${entry.id}.tlog-proof`, { words } = entry, where = { file, entry: entry.id };
  if (proof === undefined) {
    return files.has(file) ? [] : [finding(`The entry ${shortId(entry.id)} (${words.en}) has no proof.`, `لا إثبات للقيد ${shortId(entry.id)} (${words.ar}).`, { ...where, rank: CAUSE })];
  }
  const out: Finding[] = [];
  if (checkpoint !== null && proof.note !== noteOf(checkpoint)) out.push(finding(`The proof of the entry ${shortId(entry.id)} is over another checkpoint.`, `إثبات القيد ${shortId(entry.id)} على نقطة تحقق أخرى.`, where));
  if (!included(leafHash(entry.bytes), proof)) out.push(finding(`The proof of the entry ${shortId(entry.id)} (${words.en}) does not lead to the log's root.`, `إثبات القيد ${shortId(entry.id)} (${words.ar}) لا يؤدي إلى جذر السجل.`, { ...where, rank: CONSEQUENCE }));
  return out;
}

const notes = new WeakMap<Checkpoint, string>();

function noteOf(checkpoint: Checkpoint): string {
  return notes.get(checkpoint) ?? "";
}

/** The checkpoint that most proofs carry, so that a single changed proof is the one that is named. */
function commonest(proofs: readonly Proof[]): Checkpoint | null {
  const counts = new Map<string, { n: number; checkpoint: Checkpoint }>();
  for (const proof of proofs) {
    const known = counts.get(proof.note);
    if (known === undefined) counts.set(proof.note, { n: 1, checkpoint: proof.checkpoint });
    else known.n++;
  }
  let best: { n: number; note: string; checkpoint: Checkpoint } | null = null;
  for (const [note, { n, checkpoint }] of counts) if (best === null || n > best.n) best = { n, note, checkpoint };
  if (best === null) return null;
  notes.set(best.checkpoint, best.note);
  return best.checkpoint;
}

/** The log's key: named in the origin by its feed id, introduced by an enrolment that holds, for the purpose `log`. */
function logKey(checkpoint: Checkpoint | null, ledger: Ledger, standing: Standing | null, findings: Finding[]): LogKey | null {
  if (checkpoint === null) {
    findings.push(finding("There is no checkpoint of the log.", "لا توجد نقطة تحقق للسجل.", { rank: CAUSE }));
    return null;
  }
  const match = /^firsthand\/([0-9a-f]{64})\/([0-9a-f]{64})$/.exec(checkpoint.origin);
  const feed = match?.[2] ?? "", raw = keyring(ledger.entries.values()).get(feed);
  if (match === null || match[1] !== ledger.org || fromHex(feed) === null) {
    findings.push(finding("The proofs are of a log of another organisation.", "الإثباتات من سجل منظمة أخرى.", { rank: CAUSE }));
    return null;
  }
  if (raw === undefined || standing?.purpose(feed) !== "log") {
    findings.push(finding("The key of the log is not enrolled as such.", "مفتاح السجل غير مسجّل بصفته هذه.", { rank: raw === undefined ? CAUSE : CONSEQUENCE }));
  }
  return raw === undefined ? null : { name: checkpoint.origin, key: raw };
}

/** Whether the proof beside the disclosure holds: same log, a larger tree, the disclosure's own leaf. */
export async function checkDisclosureProof(files: ReadonlyMap<string, FileRead>, ledger: Ledger, log: LogFound): Promise<Finding[]> {
  const file = "disclosure.tlog-proof", bytes = files.get(file)?.bytes ?? null, entry = ledger.disclosure;
  const proof = bytes === null ? null : parseProof(bytes);
  if (proof === null) return [finding("The proof of the disclosure is missing or has not its one form.", "إثبات التسليم مفقود أو ليس على صورته الوحيدة.", { file, rank: CAUSE })];
  const out: Finding[] = [];
  if (entry !== null && !included(leafHash(entry.bytes), proof)) out.push(finding("The proof of the disclosure does not lead to the log's root.", "إثبات التسليم لا يؤدي إلى جذر السجل.", { file }));
  const size = int(entry?.body.get("log_size"));
  if (size !== null && proof.index < size) out.push(finding("The disclosure stands in the log before the entries that it speaks of end.", "التسليم في السجل قبل نهاية القيود التي يتحدث عنها.", { file }));
  if (log.key === null || !(await checkpointHolds(proof.checkpoint, log.key))) out.push(finding("The log's signature on the checkpoint of the disclosure does not hold.", "توقيع السجل على نقطة تحقق التسليم غير صحيح.", { file }));
  if (log.checkpoint !== null && (sameCheckpoint(log.checkpoint, proof.checkpoint) || proof.checkpoint.size <= log.checkpoint.size || proof.checkpoint.origin !== log.checkpoint.origin)) {
    out.push(finding("The checkpoint of the disclosure is not a later one of the same log.", "نقطة تحقق التسليم ليست لاحقة من السجل نفسه.", { file }));
  }
  return out;
}
