/** All checks of a dossier (dossier.md, section 5), every one of them, whatever failed before. */

import { fromUtf8 } from "../base/bytes";
import { checkBag } from "./bag";
import { checkContent } from "./content";
import { checkDisclosure } from "./disclosure";
import { ed25519Available } from "./ed25519";
import { FormError, readIncident, type Incident } from "./incident";
import { Breath, readAll, type FileRead, type Progress } from "./intake";
import { readLedger, type Ledger } from "./ledger";
import { checkMedia } from "./media";
import { allowed, fileWords, REQUIRED } from "./names";
import type { Package } from "./package";
import { checkProofs } from "./proofs";
import { CAUSE, CONSEQUENCE, finding, quoted, shortId, type Finding } from "./said";
import { Standing, type State } from "./standing";
import { checkAnchor, checkKeys, type Anchor, type KeyFile } from "./trust";
import { typeWords, valueWords } from "../base/words";

export type CheckName = "container" | "bag" | "disclosure" | "entries" | "standing" | "proofs" | "content" | "media" | "keys" | "anchor";
export interface Check { readonly name: CheckName; readonly ok: boolean; readonly findings: readonly Finding[] }
export interface Verdict {
  readonly ok: boolean;
  readonly anchor: Anchor;
  readonly checks: readonly Check[];
  readonly incident: Incident | null;
  readonly states: ReadonlyMap<string, State>;
  readonly files: number;
  readonly bytes: number;
  readonly org: string | null;
  /** The text of the package's incident.json, for comparing with what a page already shows. */
  readonly text: string | null;
}

/** This browser cannot check signatures: nothing is claimed, neither good nor bad. */
export class NoEd25519 extends Error {}

export interface Options {
  readonly pack: Package;
  readonly trust: KeyFile | null;
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
}

export async function verify(options: Options): Promise<Verdict> {
  if (!(await ed25519Available())) throw new NoEd25519();
  const { pack, signal } = options, breath = new Breath(signal);
  const files = await readAll(pack, breath, options.progress);
  const ledger = await readLedger(files, breath);
  const standing = await standingOf(ledger, breath);
  const states = new Map<string, State>();
  for (const entry of ledger.entries.values()) {
    await breath.take();
    if (standing !== null) states.set(entry.id, standing.state(entry));
  }
  const log = await checkProofs(files, ledger, standing, breath);
  const read = incidentOf(files);
  const incident = read instanceof FormError ? null : read;
  const anchor = checkAnchor(options.trust, ledger.org, log.key);
  const crc32 = new Map([...files].map(([name, file]) => [name, file.crc32]));
  const container = [...(await pack.finish(crc32)), ...checkNames(pack, files)];
  const content = read instanceof FormError
    ? [finding(`incident.json has not its form: ${read.message}.`, `incident.json ليس على صورته: ${quoted(read.message)}.`, { file: "data/incident.json", rank: CAUSE })]
    : await checkContent(read, ledger, breath);
  const checks: Check[] = [
    check("container", container), check("bag", checkBag(files)), check("disclosure", await checkDisclosure(files, ledger, standing, log)),
    check("entries", ledger.findings), check("standing", checkStanding(incident, states, standing)), check("proofs", log.findings),
    check("content", content), check("media", checkMedia(files, incident)), check("keys", checkKeys(files, ledger.org, log.key)), check("anchor", anchor.findings),
  ];
  return {
    ok: checks.every((one) => one.ok), anchor: anchor.anchor, checks, incident, states, org: ledger.org,
    text: fromUtf8(files.get("data/incident.json")?.bytes ?? new Uint8Array()),
    files: files.size, bytes: [...files.values()].reduce((sum, file) => sum + file.size, 0),
  };
}

function check(name: CheckName, findings: readonly Finding[]): Check {
  return { name, ok: findings.length === 0, findings: [...findings].sort((a, b) => a.rank - b.rank) };
}

async function standingOf(ledger: Ledger, breath: Breath): Promise<Standing | null> {
  if (ledger.genesis === null) return null;
  const entries = [...ledger.entries.values()].filter((entry) => entry.id === ledger.org || entry.org === ledger.org);
  if (ledger.disclosure !== null && ledger.disclosure.org === ledger.org && !ledger.entries.has(ledger.disclosure.id)) entries.push(ledger.disclosure);
  return Standing.settled({ entries, genesis: ledger.genesis, provenEnrolments: ledger.provenEnrolments }, () => breath.take());
}

function incidentOf(files: ReadonlyMap<string, FileRead>): Incident | FormError {
  const bytes = files.get("data/incident.json")?.bytes ?? null;
  if (bytes === null) return new FormError("it is missing or too large");
  try {
    return readIncident(bytes);
  } catch (error) {
    if (error instanceof FormError) return error;
    throw error;
  }
}

function checkNames(pack: Package, files: ReadonlyMap<string, FileRead>): Finding[] {
  const out: Finding[] = [];
  const names = pack.members.map((one) => one.name);
  for (const [i, name] of names.entries()) {
    const before = names[i - 1];
    if (!allowed(name)) out.push(finding(`${quoted(name)} may not be in a dossier.`, `لا يجوز وجود ${quoted(name)} في الملف.`, { file: name, rank: CAUSE }));
    if (before !== undefined && before >= name) out.push(finding(`${quoted(name)} stands twice or out of order.`, `${quoted(name)} مكرر أو ليس في ترتيبه.`, { file: name }));
  }
  for (const name of REQUIRED) if (!files.has(name)) out.push(finding(`${quoted(name)} (${fileWords(name).en}) is missing.`, `${quoted(name)} (${fileWords(name).ar}) مفقود.`, { file: name, rank: CAUSE }));
  for (const one of pack.members) {
    if (files.get(one.name)?.size !== one.size) out.push(finding(`${quoted(one.name)} is shorter than the container says.`, `${quoted(one.name)} أقصر مما يقوله الغلاف.`, { file: one.name }));
  }
  return out;
}

/** Every entry that the report's first lines or its files rest upon must stand. */
function checkStanding(incident: Incident | null, states: ReadonlyMap<string, State>, standing: Standing | null): Finding[] {
  if (standing === null) return [finding("Without a founding entry that holds, nothing can be said about who may write.", "من دون قيد تأسيس صحيح لا يمكن القول من له حق الكتابة.", { rank: CONSEQUENCE })];
  const out: Finding[] = [], types = new Map((incident?.entries ?? []).map((one) => [one.id, one.type]));
  const cited = new Set([...(incident?.facts ?? []), ...(incident?.media ?? [])].map((one) => one.entry));
  for (const id of cited) {
    const state = states.get(id), words = typeWords(types.get(id) ?? "entry");
    if (state === "standing") continue;
    const how = state === undefined ? { en: "it could not be read", ar: "لم تمكن قراءته" } : valueWords(state);
    out.push(finding(`The report rests on the entry ${shortId(id)} (${words.en}), which does not stand: ${how.en}.`, `يستند التقرير إلى القيد ${shortId(id)} (${words.ar})، وهو غير قائم: ${how.ar}.`, { entry: id, rank: state === undefined ? CONSEQUENCE : CAUSE }));
  }
  return out;
}
