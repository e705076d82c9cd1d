/** The bodies of roster entries (record.md, section 6). One of another shape is kept and shown, and has no effect. */

import { isBytes, isList, isMap, type Value, type ValueMap } from "../base/value";
import type { Entry } from "./entry";

type Test = (value: Value) => boolean;

const IDS_MAX = 1000;
const bytes = (length: number): Test => (value) => isBytes(value) && value.length === length;
const orNull = (test: Test): Test => (value) => value === null || test(value);
const whole = (least: number): Test => (value) => typeof value === "number" && value >= least;
const one = (...values: readonly (string | number)[]): Test => (value) => (typeof value === "string" || typeof value === "number") && values.includes(value);
const text: Test = (value) => typeof value === "string";
const listOf = (test: Test, least = 0, most = IDS_MAX): Test => (value) => isList(value) && value.length >= least && value.length <= most && value.every(test);
const map = (shape: Readonly<Record<string, Test>>): Test => (value) => isMap(value) && value.size === Object.keys(shape).length && Object.entries(shape).every(([key, test]) => has(value, key, test));

function has(value: ValueMap, key: string, test: Test): boolean {
  const found = value.get(key);
  return found !== undefined && test(found);
}

const id = bytes(32), ids = listOf(id), person = bytes(16), proof = bytes(64);

const SHAPES: Readonly<Record<string, Test>> = {
  "record.genesis/1": map({ name: text, exercise: (value) => typeof value === "boolean", m: whole(1), roots: listOf(map({ alg: one(1), key: id, next: orNull(id), person, proof }), 1, 16) }),
  "record.enrol/1": map({ alg: one(1), key: id, purpose: one("writer", "radio", "log", "witness", "mirror"), next: orNull(id), person: orNull(person), proof }),
  "record.grant/1": map({ feed: id, seq: whole(0), entry: orNull(id), roles: listOf(text), replaces: ids }),
  "record.withdraw/1": map({ feed: id, seq: whole(-1), entry: orNull(id), reason: one("lost", "captured", "left", "error", "other") }),
  "record.rotate/1": map({ old: id, seq: whole(0), entry: id, alg: one(1), key: id, next: orNull(id) }),
  "record.approve/1": map({ entries: ids }),
  "record.adopt/1": map({ feed: id, seq: whole(0), entry: id, replaces: ids }),
  "record.admit/1": map({ entries: ids }),
  "record.receipt/1": map({ entries: listOf(id, 1), arrived: whole(0) }),
};

/** The sealed fields of the types that have any. */
const SEALED: Readonly<Record<string, string>> = { "record.enrol/1": "name", "record.withdraw/1": "note", "record.erase/1": "note", "record.legal_hold/1": "note", "record.legal_release/1": "note" };

/** Whether a roster entry has the body and the sealed fields of its type; types without influence on standing are not looked at. */
export function hasItsShape(entry: Entry): boolean {
  const shape = Object.hasOwn(SHAPES, entry.type) ? SHAPES[entry.type] : undefined;
  return shape === undefined || (shape(entry.body) && [...entry.sealed.keys()].join() === (SEALED[entry.type] ?? ""));
}
