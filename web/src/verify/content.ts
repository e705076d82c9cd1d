/** Check `content`: incident.json says what the signed entries say, and names every value that differs. */

import { equal, fromHex } from "../base/bytes";
import { encodeCbor } from "../base/cbor";
import { sha256 } from "../base/hash";
import { at, differences, hex, ids, int, type Value } from "../base/value";
import { fieldWords, pathWords, typeWords, valueWords } from "../base/words";
import { displayOrder, type Entry } from "./entry";
import type { Fact, Incident, ListedEntry } from "./incident";
import type { Breath } from "./intake";
import type { Ledger } from "./ledger";
import { CAUSE, CONSEQUENCE, finding, quoted, shortId, type Finding, type Said } from "./said";
import { valueText } from "./valuetext";

const FILE = "data/incident.json";

export async function checkContent(incident: Incident, ledger: Ledger, breath: Breath): Promise<Finding[]> {
  const out: Finding[] = [...head(incident, ledger)];
  const listed = new Map<string, ListedEntry>();
  for (const one of incident.entries) {
    await breath.take();
    if (listed.has(one.id)) out.push(say(`The entry ${shortId(one.id)} is listed twice.`, `القيد ${shortId(one.id)} مذكور مرتين.`, one.id));
    listed.set(one.id, one);
    out.push(...compareEntry(one, ledger));
  }
  for (const entry of ledger.entries.values()) {
    if (!listed.has(entry.id)) out.push(say(`The entry ${shortId(entry.id)} (${typeWords(entry.type).en}) is in the package; incident.json leaves it out.`, `القيد ${shortId(entry.id)} (${typeWords(entry.type).ar}) في الحزمة، وincident.json لا يذكره.`, entry.id));
  }
  return [...out, ...order(incident, ledger), ...incident.facts.flatMap((fact) => checkFact(fact, listed)), ...counts(incident)];
}

function say(en: string, ar: string, entry: string | null, rank = CAUSE): Finding {
  return finding(en, ar, entry === null ? { file: FILE, rank } : { file: FILE, entry, rank });
}

function head(incident: Incident, ledger: Ledger): Finding[] {
  const out: Finding[] = [], signed = ledger.disclosure?.body;
  const differ = (words: Said, there: string, here: string): void => {
    out.push(say(`The ${words.en}: the signed entries say ${quoted(there)}, incident.json says ${quoted(here)}.`, `${words.ar}: القيود الموقّعة تقول ${quoted(there)}، وincident.json يقول ${quoted(here)}.`, null));
  };
  if (ledger.org !== null && incident.org !== ledger.org) differ({ en: "organisation", ar: "المنظمة" }, ledger.org, incident.org);
  if (ledger.genesis !== null && incident.exercise !== ledger.genesis.exercise) {
    differ({ en: "mark of an exercise", ar: "علامة التمرين" }, ledger.genesis.exercise ? "exercise" : "no exercise", incident.exercise ? "exercise" : "no exercise");
  }
  const first = hex(signed?.get("incident")), size = int(signed?.get("log_size"));
  if (first !== null && incident.incident !== first) differ({ en: "incident", ar: "الحادث" }, first, incident.incident);
  if (incident.entries.find((one) => one.id === incident.incident)?.type !== "respond.incident/1") out.push(say("The incident that incident.json names is not among its entries.", "الحادث الذي يسمّيه incident.json ليس بين قيوده.", null));
  if (size !== null && incident.logSize !== size) differ({ en: "size of the log", ar: "حجم السجل" }, String(size), String(incident.logSize));
  return out;
}

/** Compare one listed entry with the signed one, or, if that was changed, with what its changed bytes now say. */
function compareEntry(one: ListedEntry, ledger: Ledger): Finding[] {
  const signed = ledger.entries.get(one.id), words = typeWords(one.type);
  if (signed !== undefined) return [...compareFields(one, signed, true), ...compareSealed(one, signed)];
  const changed = ledger.changed.get(one.id);
  if (changed !== undefined) return compareFields(one, changed, false);
  return [say(`The entry ${shortId(one.id)} (${words.en}) is listed in incident.json, and a readable entry of that id is not in the package.`, `القيد ${shortId(one.id)} (${words.ar}) مذكور في incident.json، ولا يوجد في الحزمة قيد مقروء بهذا المعرّف.`, one.id)];
}

function compareFields(one: ListedEntry, entry: Entry, signed: boolean): Finding[] {
  const view = (source: ListedEntry | Entry): Value => new Map<string, Value>([
    ["type", source.type], ["feed", source.feed], ["seq", source.seq], ["prev", source.prev], ["time", [...source.time]], ["seen", source.seen], ["body", source.body],
  ]);
  return differences(view(entry), view(one)).map(({ path, left, right }) => {
    const noun = typeWords(signed ? entry.type : one.type), field = pathWords(path[0] === "body" ? path.slice(1) : path);
    return signed
      ? compared(noun, field, left, right, { en: "the signed entry says", ar: "القيد الموقّع يقول" }, { en: "the file says", ar: "والملف يقول" }, one.id)
      : compared(noun, field, left, right, { en: "the changed entry says", ar: "القيد المغيَّر يقول" }, { en: "incident.json says", ar: "وincident.json يقول" }, one.id);
  });
}

function compared(noun: Said, field: Said, left: Value | undefined, right: Value | undefined, leftSays: Said, rightSays: Said, entry: string): Finding {
  // «Person status status» would stutter: the noun already ends with the field.
  const subject = noun.en.endsWith(` ${field.en}`) ? noun.en : `${noun.en} ${field.en}`;
  const subjectAr = noun.ar.startsWith(`${field.ar.replace(/^ال/, "")} `) ? noun.ar : `${noun.ar}، ${field.ar}`;
  return say(`${subject}: ${leftSays.en} ${shown(left, "en")}, ${rightSays.en} ${shown(right, "en")}.`, `${subjectAr}: ${leftSays.ar} ${shown(left, "ar")}، ${rightSays.ar} ${shown(right, "ar")}.`, entry);
}

function shown(value: Value | undefined, language: "en" | "ar"): string {
  if (value === undefined) return language === "en" ? "nothing" : "لا شيء";
  if (typeof value === "string") {
    const word = language === "ar" ? valueWords(value).ar : value;
    return word === value ? `"${quoted(value)}"` : `«${quoted(word)}» (${quoted(value)})`;
  }
  return quoted(valueText(value));
}

function compareSealed(one: ListedEntry, entry: Entry): Finding[] {
  const out: Finding[] = [], noun = typeWords(entry.type);
  for (const field of new Set([...one.sealed.keys(), ...entry.sealed.keys()])) {
    const here = one.sealed.get(field), commitment = entry.sealed.get(field), words = fieldWords(field);
    if (here === undefined || commitment === undefined) {
      out.push(say(`${noun.en} ${quoted(words.en)}: ${here === undefined ? "incident.json leaves out a sealed field" : "incident.json adds a sealed field that the signed entry has not"}.`, `${noun.ar}، ${quoted(words.ar)}: ${here === undefined ? "incident.json يُسقط حقلًا مختومًا" : "incident.json يضيف حقلًا مختومًا ليس في القيد الموقّع"}.`, one.id));
    } else if (here.state === "disclosed" && !opens(entry, field, here.salt, here.value, commitment)) {
      out.push(say(`${noun.en} ${words.en}: the file says ${shown(here.value, "en")}; the signed entry sealed something else.`, `${noun.ar}، ${words.ar}: الملف يقول ${shown(here.value, "ar")}، والقيد الموقّع ختم شيئًا آخر.`, one.id));
    }
  }
  return out;
}

/** Whether salt and value open a commitment (record.md, section 5). */
export function opens(entry: Entry, field: string, salt: string | null, value: Value, commitment: Uint8Array): boolean {
  const org = fromHex(entry.org), feed = fromHex(entry.feed), raw = fromHex(salt ?? "");
  if (org === null || feed === null || raw?.length !== 32) return false;
  return equal(sha256(encodeCbor(["firsthand.sealed/1", org, feed, entry.seq, field, raw, value])), commitment);
}

/** The earliest arrival that a receipt in this dossier names, by entry id. */
export function arrivals(entries: Iterable<Entry>): ReadonlyMap<string, number> {
  const out = new Map<string, number>();
  for (const entry of entries) {
    const arrived = int(entry.body.get("arrived"));
    if (entry.type !== "record.receipt/1" || arrived === null) continue;
    for (const id of ids(entry.body.get("entries"))) out.set(id, Math.min(arrived, out.get(id) ?? Number.MAX_SAFE_INTEGER));
  }
  return out;
}

function order(incident: Incident, ledger: Ledger): Finding[] {
  const arrived = arrivals(ledger.entries.values()), out: Finding[] = [];
  let last: Entry | null = null;
  for (const one of incident.entries) {
    const entry = ledger.entries.get(one.id);
    if (entry === undefined) continue;
    const expected = arrived.get(one.id) ?? null;
    if (one.received !== expected) out.push(compared(typeWords(one.type), fieldWords("received"), expected, one.received, { en: "the receipts say", ar: "إشعارات الاستلام تقول" }, { en: "the file says", ar: "والملف يقول" }, one.id));
    if (last !== null && displayOrder(last, entry, arrived) > 0) out.push(say(`The entry ${shortId(one.id)} does not stand in its place in incident.json.`, `القيد ${shortId(one.id)} ليس في مكانه في incident.json.`, one.id));
    last = entry;
  }
  return out;
}

/** The value that a fact's field names: `body.x`, `sealed.x`, deeper parts joined by dots. */
export function factValue(fact: Fact, listed: ReadonlyMap<string, ListedEntry>): Value | undefined {
  const entry = listed.get(fact.entry), [root, ...path] = fact.field.split(".");
  if (entry === undefined || path.length === 0) return undefined;
  if (root === "body") return at(entry.body, ...path);
  const sealed = entry.sealed.get(path[0] ?? "");
  return root === "sealed" && sealed?.state === "disclosed" ? at(sealed.value, ...path.slice(1)) : undefined;
}

/** What a fact is called follows from type and field; no others occur (dossier.md, section 3). */
const FACT_NAMES: Readonly<Record<string, string>> = {
  "respond.incident/1 sealed.title": "title", "respond.incident/1 sealed.summary": "summary", "respond.incident/1 body.kind": "kind", "respond.incident/1 body.place": "place",
  "respond.incident/1 body.area": "area", "respond.incident/1 sealed.place_text": "place_text", "respond.incident/1 body.from_ms": "from", "respond.incident/1 body.to_ms": "to",
  "respond.incident/1 body.source": "source", "respond.incident_status/1 body.to": "status", "respond.call/1 body.reported": "reported",
};

function checkFact(fact: Fact, listed: ReadonlyMap<string, ListedEntry>): Finding[] {
  const name = FACT_NAMES[`${listed.get(fact.entry)?.type ?? ""} ${fact.field}`];
  if (name !== fact.name) return [say(`The report's first lines call ${quoted(fact.field)} of the entry ${shortId(fact.entry)} ${quoted(fact.name)}, which it is not.`, `تسمّي الأسطر الأولى ${quoted(fact.field)} من القيد ${shortId(fact.entry)} باسم ${quoted(fact.name)}، وليس كذلك.`, fact.entry)];
  const value = factValue(fact, listed), words = fieldWords(fact.name);
  if (value === undefined) return [say(`The report's ${quoted(words.en)} cites ${quoted(fact.field)} of the entry ${shortId(fact.entry)}, which is not disclosed here.`, `يستند ${quoted(words.ar)} في التقرير إلى ${quoted(fact.field)} من القيد ${shortId(fact.entry)}، وهو غير مُفصح عنه هنا.`, fact.entry)];
  const [first] = differences(value, fact.value, 1);
  if (first === undefined) return [];
  return [say(`The report's ${words.en}: the entry says ${shown(first.left, "en")}, the first lines say ${shown(first.right, "en")}.`, `${words.ar} في التقرير: القيد يقول ${shown(first.left, "ar")}، والأسطر الأولى تقول ${shown(first.right, "ar")}.`, fact.entry)];
}

function counts(incident: Incident): Finding[] {
  const out: Finding[] = [], { counts: said } = incident;
  const compareCount = (words: Said, there: number, here: number): void => {
    if (there === here) return;
    out.push(say(`The count of ${words.en}: incident.json says ${here}, there are ${there}.`, `عدد ${words.ar}: incident.json يقول ${here}، والموجود ${there}.`, null, CONSEQUENCE));
  };
  const inFeed = new Map<string, number>();
  for (const one of incident.entries) inFeed.set(one.feed, (inFeed.get(one.feed) ?? 0) + 1);
  for (const feed of new Set([...inFeed.keys(), ...said.feeds.map((one) => one.feed)])) {
    const here = said.feeds.filter((one) => one.feed === feed);
    compareCount({ en: `entries of the feed ${shortId(feed)}`, ar: `قيود السجل الفرعي ${shortId(feed)}` }, inFeed.get(feed) ?? 0, here.length === 1 ? here[0]?.dossier ?? 0 : -1);
  }
  for (const pair of [...said.feeds, said.incident]) if (pair.log < pair.dossier) compareCount({ en: "entries in the log", ar: "القيود في السجل" }, pair.dossier, pair.log);
  compareCount({ en: "entries of the incident", ar: "قيود الحادث" }, incident.entries.filter((one) => !one.type.startsWith("record.")).length, said.incident.dossier);
  const states = incident.entries.flatMap((one) => [...one.sealed.values()].map((field) => field.state));
  for (const state of ["disclosed", "withheld", "erased", "missing"] as const) {
    compareCount({ en: `sealed fields ${state}`, ar: `الحقول المختومة (${state})` }, states.filter((one) => one === state).length, said.sealed[state]);
  }
  compareCount({ en: "files disclosed", ar: "الملفات المُفصح عنها" }, incident.media.length, said.files.disclosed);
  const items = incident.entries.filter((one) => one.type === "evidence.item/1"), shownFiles = new Set(incident.media.map((one) => one.sha256));
  const withheld = items.filter((one) => !shownFiles.has(hex(at(one.sealed.get("file")?.value, "sha256")) ?? ""));
  compareCount({ en: "files withheld", ar: "الملفات المحجوبة" }, withheld.length, said.files.withheld);
  return out;
}
