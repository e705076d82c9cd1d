/** The values of the record: null, booleans, whole numbers, bytes, text, arrays, maps (record.md, section 1). */

import { toHex, fromHex, type Bytes } from "./bytes";

export type Value = null | boolean | number | string | Bytes | readonly Value[] | ValueMap;
export interface ValueMap extends ReadonlyMap<string, Value> {}

export const KEY_PATTERN = /^[a-z][a-z0-9_]{0,63}$/;
export const NESTING_MAX = 16;

export function isMap(value: unknown): value is ValueMap {
  return value instanceof Map;
}

export function isBytes(value: unknown): value is Bytes {
  return value instanceof Uint8Array;
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** The field at a path of map keys and list positions, or undefined. */
export function at(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  let here: Value | undefined = value;
  for (const step of path) {
    if (isMap(here)) here = here.get(step);
    else if (isList(here) && /^(0|[1-9][0-9]*)$/.test(step)) here = here[Number(step)];
    else return undefined;
  }
  return here;
}

export function text(value: Value | undefined): string | null {
  return typeof value === "string" ? value : null;
}

export function int(value: Value | undefined): number | null {
  return typeof value === "number" ? value : null;
}

/** Lower-case hex of a byte string, or null. */
export function hex(value: Value | undefined): string | null {
  return isBytes(value) ? toHex(value) : null;
}

export function list(value: Value | undefined): readonly Value[] {
  return isList(value) ? value : [];
}

/** The ids in a list of byte strings, as hex. */
export function ids(value: Value | undefined): readonly string[] {
  return list(value).map((item) => hex(item)).filter((item): item is string => item !== null);
}

/** Turn the record's JSON form into values; `{"$hex": ...}` becomes bytes. Null when it is not of that form. */
export function fromJsonForm(json: Value, depth = 0): { value: Value } | null {
  if (depth > NESTING_MAX) return null;
  if (isList(json)) {
    const items = json.map((item) => fromJsonForm(item, depth + 1));
    return items.some((item) => item === null) ? null : { value: items.map((item) => item?.value ?? null) };
  }
  if (!isMap(json)) return { value: json };
  const raw = json.get("$hex");
  if (raw !== undefined) {
    const bytes = json.size === 1 && typeof raw === "string" ? fromHex(raw) : null;
    return bytes === null ? null : { value: bytes };
  }
  const out = new Map<string, Value>();
  for (const [key, item] of json) {
    const inner = KEY_PATTERN.test(key) ? fromJsonForm(item, depth + 1) : null;
    if (inner === null) return null;
    out.set(key, inner.value);
  }
  return { value: out };
}

/** One place in which two values differ. */
export interface Difference { readonly path: readonly string[]; readonly left: Value | undefined; readonly right: Value | undefined }

/** The places, at most `limit`, in which two values differ. */
export function differences(left: Value | undefined, right: Value | undefined, limit = 8): Difference[] {
  const found: Difference[] = [];
  const walk = (a: Value | undefined, b: Value | undefined, path: readonly string[]): void => {
    if (found.length >= limit || a === b) return;
    if (isMap(a) && isMap(b)) {
      for (const key of new Set([...a.keys(), ...b.keys()])) walk(a.get(key), b.get(key), [...path, key]);
    } else if (isList(a) && isList(b)) {
      for (let i = 0; i < Math.max(a.length, b.length); i++) walk(a[i], b[i], [...path, String(i)]);
    } else if (!(isBytes(a) && isBytes(b) && toHex(a) === toHex(b))) {
      found.push({ path, left: a, right: b });
    }
  };
  walk(left, right, []);
  return found;
}
