/** Check `entries`: every entry read, named by its id, signed by the key of its feed, of one organisation. */

import { Breath, type FileRead } from "./intake";
import { holds } from "./ed25519";
import { EntryError, parseEntry, signedBytes, ZERO_ID, type Entry } from "./entry";
import { enrolmentProofHolds, readGenesis, type Genesis } from "./genesis";
import { keyring } from "./keyring";
import { entryIn } from "./names";
import { CAUSE, finding, quoted, shortId, type Finding } from "./said";
import { typeWords } from "../base/words";

/** What the checks behind this one build upon. */
export interface Ledger {
  /** Entries under data/entries/ whose form, name and signature hold, by id. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** Entries that can be read but are not what their file name or signature says, by the id in their name. */
  readonly changed: ReadonlyMap<string, Entry>;
  readonly disclosure: Entry | null;
  readonly org: string | null;
  readonly genesis: Genesis | null;
  readonly provenEnrolments: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

export async function readLedger(files: ReadonlyMap<string, FileRead>, breath: Breath): Promise<Ledger> {
  const findings: Finding[] = [], read: { file: string; id: string; entry: Entry }[] = [], changed = new Map<string, Entry>();
  for (const [file, content] of files) {
    const id = entryIn(file);
    if (id === null) continue;
    await breath.take();
    const entry = parsed(file, content, findings);
    if (entry === null) continue;
    if (entry.id === id) read.push({ file, id, entry });
    else {
      changed.set(id, entry);
      const words = typeWords(entry.type);
      findings.push(finding(`The entry ${shortId(id)} (${words.en}) has changed: its bytes are not those that its name stands for.`, `تغيّر القيد ${shortId(id)} (${words.ar}): بايتاته ليست التي يدل عليها اسمه.`, { file, entry: id, rank: CAUSE }));
    }
  }
  const disclosure = disclosureEntry(files);
  const keys = keyring(read.map((one) => one.entry));
  const entries = new Map<string, Entry>();
  for (const { file, id, entry } of read) {
    await breath.take();
    const key = keys.get(entry.feed);
    if (key !== undefined && (await holds(key, signedBytes(entry), entry.signature))) entries.set(id, entry);
    else {
      changed.set(id, entry);
      findings.push(unsigned(entry, file, key === undefined));
    }
  }
  const founding = await found(entries, findings);
  findings.push(...strangers(entries, founding?.org ?? null));
  return {
    entries, changed, findings, org: founding?.org ?? null, genesis: founding?.genesis ?? null,
    disclosure: await signedDisclosure(disclosure, keys),
    provenEnrolments: await proven(entries, founding?.org ?? ZERO_ID, breath),
  };
}

function parsed(file: string, content: FileRead, findings: Finding[]): Entry | null {
  try {
    if (content.bytes === null) throw new EntryError("longer than 65,535 bytes");
    return parseEntry(content.bytes);
  } catch (error) {
    if (!(error instanceof EntryError)) throw error;
    const id = entryIn(file) ?? "";
    findings.push(finding(`The entry ${shortId(id)} can not be read as one: ${error.message}.`, `لا يمكن قراءة القيد ${shortId(id)}: ${quoted(error.message)}.`, { file, entry: id, rank: CAUSE }));
    return null;
  }
}

function unsigned(entry: Entry, file: string, unknown: boolean): Finding {
  const words = typeWords(entry.type), where = { file, entry: entry.id, rank: CAUSE };
  return unknown
    ? finding(`The entry ${shortId(entry.id)} (${words.en}) is signed by a key that no entry introduces.`, `القيد ${shortId(entry.id)} (${words.ar}) موقّع بمفتاح لا يعرّفه أي قيد.`, where)
    : finding(`The signature on the entry ${shortId(entry.id)} (${words.en}) does not hold.`, `التوقيع على القيد ${shortId(entry.id)} (${words.ar}) غير صحيح.`, where);
}

function disclosureEntry(files: ReadonlyMap<string, FileRead>): Entry | null {
  const bytes = files.get("disclosure.cose")?.bytes ?? null;
  try {
    return bytes === null ? null : parseEntry(bytes);
  } catch {
    return null;
  }
}

async function signedDisclosure(entry: Entry | null, keys: ReturnType<typeof keyring>): Promise<Entry | null> {
  const key = entry === null ? undefined : keys.get(entry.feed);
  return entry !== null && key !== undefined && (await holds(key, signedBytes(entry), entry.signature)) ? entry : null;
}

async function found(entries: ReadonlyMap<string, Entry>, findings: Finding[]): Promise<{ org: string; genesis: Genesis | null } | null> {
  const all = [...entries.values()].filter((entry) => entry.type === "record.genesis/1");
  const [one, second] = all;
  if (one === undefined) {
    findings.push(finding("The founding entry of the organisation is missing.", "قيد تأسيس المنظمة مفقود.", { rank: CAUSE }));
    return null;
  }
  if (second !== undefined) findings.push(finding("There are founding entries of more than one organisation.", "توجد قيود تأسيس لأكثر من منظمة.", { entry: second.id, rank: CAUSE }));
  const genesis = await readGenesis(one);
  if (typeof genesis !== "string") return { org: one.id, genesis };
  findings.push(finding(`The founding entry does not hold: ${genesis}.`, `قيد التأسيس غير صحيح: ${quoted(genesis)}.`, { entry: one.id, rank: CAUSE }));
  return { org: one.id, genesis: null };
}

/**
 * Every entry is of this organisation. `prev`, `seq` and `time` are the writer's claims: what does not fit is a gap, a
 * fork or shown (record.md, section 4), and no failure, or one hostile key could break every dossier.
 */
function strangers(entries: ReadonlyMap<string, Entry>, org: string | null): Finding[] {
  const out: Finding[] = [];
  for (const entry of entries.values()) {
    if (org === null || entry.id === org || entry.org === org) continue;
    out.push(finding(`The entry ${shortId(entry.id)} is of another organisation.`, `القيد ${shortId(entry.id)} يعود إلى منظمة أخرى.`, { file: `data/entries/${entry.id}.cose`, entry: entry.id, rank: CAUSE }));
  }
  return out;
}

async function proven(entries: ReadonlyMap<string, Entry>, org: string, breath: Breath): Promise<ReadonlySet<string>> {
  const out = new Set<string>();
  for (const entry of entries.values()) {
    await breath.take();
    if (entry.type === "record.enrol/1" && (await enrolmentProofHolds(entry, org))) out.add(entry.id);
  }
  return out;
}
