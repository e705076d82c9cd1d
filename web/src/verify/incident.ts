/** incident.json: its form (dossier.md, section 3). Whether it agrees with the entries is checked elsewhere. */

import { fromUtf8, fromHex } from "../base/bytes";
import { JsonError, parseJson } from "../base/json";
import { fromJsonForm, isList, isMap, type Value, type ValueMap } from "../base/value";

export const FORMAT = "firsthand.dossier/1";
export type SealedState = "disclosed" | "withheld" | "erased" | "missing";

export interface SealedField { readonly state: SealedState; readonly value: Value; readonly salt: string | null }
export interface ListedEntry {
  readonly id: string; readonly type: string; readonly feed: string; readonly seq: number; readonly prev: string;
  readonly time: readonly [number, number]; readonly seen: string | null; readonly body: ValueMap;
  readonly sealed: ReadonlyMap<string, SealedField>; readonly received: number | null;
}
export interface Fact { readonly name: string; readonly value: Value; readonly entry: string; readonly field: string }
export interface ListedMedia { readonly sha256: string; readonly size: number; readonly name: string; readonly entry: string }
export interface Pair { readonly log: number; readonly dossier: number }
export interface Counts {
  readonly feeds: readonly (Pair & { readonly feed: string })[];
  readonly incident: Pair;
  readonly sealed: Readonly<Record<SealedState, number>>;
  readonly files: { readonly disclosed: number; readonly withheld: number };
}
export interface Incident {
  readonly org: string; readonly incident: string; readonly exercise: boolean; readonly logSize: number;
  readonly entries: readonly ListedEntry[]; readonly facts: readonly Fact[]; readonly media: readonly ListedMedia[]; readonly counts: Counts;
}

/** Why incident.json has not its form: the place and the reason, in English. */
export class FormError extends Error {}

export function readIncident(bytes: Uint8Array): Incident {
  const text = fromUtf8(bytes);
  if (text === null) throw new FormError("it is not UTF-8");
  return readIncidentText(text);
}

export function readIncidentText(text: string): Incident {
  let json: Value;
  try {
    json = parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) throw new FormError(error.message);
    throw error;
  }
  const top = keys(json, "the whole", ["format", "org", "incident", "exercise", "log_size", "entries", "facts", "media", "counts"]);
  if (top.get("format") !== FORMAT) throw new FormError("`format` is not the one that this page reads");
  return {
    org: id(top, "org"), incident: id(top, "incident"), exercise: flag(top, "exercise"), logSize: whole(top, "log_size"),
    entries: items(top, "entries").map(entry), facts: items(top, "facts").map(fact), media: items(top, "media").map(media), counts: counts(top.get("counts") ?? null),
  };
}

function keys(value: Value, what: string, names: readonly string[]): ValueMap {
  if (!isMap(value) || value.size !== names.length || !names.every((name) => value.has(name))) throw new FormError(`${what} has not exactly the keys ${names.join(", ")}`);
  return value;
}

function items(map: ValueMap, key: string): readonly Value[] {
  const value = map.get(key);
  if (!isList(value)) throw new FormError(`\`${key}\` is not a list`);
  return value;
}

function id(map: ValueMap, key: string): string {
  const value = map.get(key);
  if (typeof value !== "string" || fromHex(value)?.length !== 32) throw new FormError(`\`${key}\` is not 64 lower-case hex digits`);
  return value;
}

function string(map: ValueMap, key: string): string {
  const value = map.get(key);
  if (typeof value !== "string") throw new FormError(`\`${key}\` is not text`);
  return value;
}

function whole(map: ValueMap, key: string): number {
  const value = map.get(key);
  if (typeof value !== "number" || value < 0) throw new FormError(`\`${key}\` is not a whole number from 0`);
  return value;
}

function flag(map: ValueMap, key: string): boolean {
  const value = map.get(key);
  if (typeof value !== "boolean") throw new FormError(`\`${key}\` is neither true nor false`);
  return value;
}

function form(value: Value, what: string): Value {
  const out = fromJsonForm(value);
  if (out === null) throw new FormError(`${what} is not in the record's JSON form`);
  return out.value;
}

function entry(value: Value): ListedEntry {
  const map = keys(value, "an entry", ["id", "type", "feed", "seq", "prev", "time", "seen", "body", "sealed", "received"]);
  const time = items(map, "time"), [ms, counter] = time, body = form(map.get("body") ?? null, "a body"), fields = map.get("sealed");
  if (time.length !== 2 || typeof ms !== "number" || typeof counter !== "number") throw new FormError("`time` is not [ms, counter]");
  if (!isMap(body) || !isMap(fields)) throw new FormError("`body` or `sealed` is not an object");
  return {
    id: id(map, "id"), type: string(map, "type"), feed: id(map, "feed"), seq: whole(map, "seq"), prev: id(map, "prev"), time: [ms, counter],
    seen: map.get("seen") === null ? null : id(map, "seen"), body, received: map.get("received") === null ? null : whole(map, "received"),
    sealed: new Map([...fields].map(([name, field]) => [name, sealed(field)])),
  };
}

function sealed(value: Value): SealedField {
  const state = isMap(value) ? value.get("state") : null;
  if (state === "disclosed") {
    const map = keys(value, "a disclosed field", ["state", "value", "salt"]);
    return { state, value: form(map.get("value") ?? null, "a value"), salt: id(map, "salt") };
  }
  if (state !== "withheld" && state !== "erased" && state !== "missing") throw new FormError("a sealed field has no known state");
  keys(value, "a sealed field", ["state"]);
  return { state, value: null, salt: null };
}

function fact(value: Value): Fact {
  const map = keys(value, "a fact", ["name", "value", "entry", "field"]);
  return { name: string(map, "name"), value: form(map.get("value") ?? null, "a fact's value"), entry: id(map, "entry"), field: string(map, "field") };
}

function media(value: Value): ListedMedia {
  const map = keys(value, "a file", ["sha256", "size", "name", "entry"]);
  return { sha256: id(map, "sha256"), size: whole(map, "size"), name: string(map, "name"), entry: id(map, "entry") };
}

function counts(value: Value): Counts {
  const map = keys(value, "`counts`", ["feeds", "incident", "sealed", "files"]);
  const pair = (one: ValueMap): Pair => ({ log: whole(one, "log"), dossier: whole(one, "dossier") });
  const sealedCounts = keys(map.get("sealed") ?? null, "`counts.sealed`", ["disclosed", "withheld", "erased", "missing"]);
  const files = keys(map.get("files") ?? null, "`counts.files`", ["disclosed", "withheld"]);
  return {
    feeds: items(map, "feeds").map((one) => keys(one, "a feed's counts", ["feed", "log", "dossier"])).map((one) => ({ feed: id(one, "feed"), ...pair(one) })),
    incident: pair(keys(map.get("incident") ?? null, "`counts.incident`", ["log", "dossier"])),
    sealed: { disclosed: whole(sealedCounts, "disclosed"), withheld: whole(sealedCounts, "withheld"), erased: whole(sealedCounts, "erased"), missing: whole(sealedCounts, "missing") },
    files: { disclosed: whole(files, "disclosed"), withheld: whole(files, "withheld") },
  };
}
