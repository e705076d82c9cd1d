/** Which public key belongs to which feed: a feed id binds its key by hash, so no trust is needed to find it. */

import { concat, toHex, type Bytes } from "../base/bytes";
import { sha256 } from "../base/hash";
import { at, hex, isBytes, list } from "../base/value";
import type { Entry } from "./entry";

export function feedId(key: Bytes): string {
  return toHex(sha256(concat(Uint8Array.of(1), key)));
}

/** Every key that genesis, an enrolment or a rotation introduces, by feed id. */
export function keyring(entries: Iterable<Entry>): ReadonlyMap<string, Bytes> {
  const out = new Map<string, Bytes>();
  const add = (key: unknown): void => {
    if (key instanceof Uint8Array && key.length === 32) out.set(feedId(key as Bytes), key as Bytes);
  };
  for (const entry of entries) {
    if (entry.type === "record.genesis/1") for (const root of list(entry.body.get("roots"))) add(at(root, "key"));
    if (entry.type === "record.enrol/1" || entry.type === "record.rotate/1") add(entry.body.get("key"));
  }
  return out;
}

/** The next key's feed id that an entry commits to for its key, or null. */
export function committedNext(entry: Entry): string | null {
  return hex(entry.body.get("next"));
}

export function keyOf(entry: Entry): Bytes | null {
  const key = entry.body.get("key");
  return isBytes(key) && key.length === 32 ? key : null;
}
