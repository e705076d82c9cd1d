/** An entry: the frame whose every byte is fixed, and the ten keys of its payload (record.md, section 2). */

import { concat, equal, toHex, utf8, type Bytes } from "../base/bytes";
import { CborError, decodeCbor, head } from "../base/cbor";
import { sha256Hex } from "../base/hash";
import { at, hex, int, isBytes, isMap, text, type Value, type ValueMap } from "../base/value";

export const ENTRY_SIZE_MAX = 65_535;
const SEALED_MAX = 32;
const KEYS = ["v", "org", "seq", "body", "feed", "prev", "seen", "time", "type", "sealed"];
export const ZERO_ID = "0".repeat(64);

export interface Entry {
  readonly id: string;
  readonly bytes: Bytes;
  readonly payload: Bytes;
  readonly signature: Bytes;
  readonly org: string;
  readonly feed: string;
  readonly seq: number;
  readonly prev: string;
  readonly seen: string | null;
  readonly time: readonly [number, number];
  readonly type: string;
  readonly body: ValueMap;
  readonly sealed: ReadonlyMap<string, Bytes>;
}

export class EntryError extends Error {}

const FRAME = Uint8Array.of(0xd2, 0x84, 0x43, 0xa1, 0x01, 0x27, 0xa0);
const SIGNED = concat(Uint8Array.of(0x84, 0x6a), utf8("Signature1"), Uint8Array.of(0x43, 0xa1, 0x01, 0x27, 0x40));

/** The bytes that the signature covers. */
export function signedBytes(entry: Entry): Bytes {
  return concat(SIGNED, head(2, entry.payload.length), entry.payload);
}

/** Read an entry or say why it is none. The signature is not checked here. */
export function parseEntry(bytes: Bytes): Entry {
  if (bytes.length > ENTRY_SIZE_MAX) throw new EntryError("longer than 65,535 bytes");
  const { payload, signature } = cut(bytes);
  let map: Value;
  try {
    map = decodeCbor(payload);
  } catch (error) {
    if (error instanceof CborError) throw new EntryError(`the payload holds ${error.message}`);
    throw error;
  }
  if (!isMap(map) || map.size !== KEYS.length || !KEYS.every((key) => isMap(map) && map.has(key))) throw new EntryError("the payload has not exactly the ten keys");
  if (map.get("v") !== 1) throw new EntryError("of a format version that this page does not read");
  return { id: sha256Hex(bytes), bytes, payload, signature, ...fields(map) };
}

function cut(bytes: Bytes): { payload: Bytes; signature: Bytes } {
  const end = bytes.length - 66;
  const long = bytes[7] === 0x59;
  const start = FRAME.length + (long ? 3 : 2);
  if (end < start || !equal(bytes.subarray(0, FRAME.length), FRAME)) throw new EntryError("the frame is not that of an entry");
  const payload = bytes.slice(start, end);
  const frame = concat(FRAME, head(2, payload.length), payload, Uint8Array.of(0x58, 0x40));
  // `58 LL` even below 24 bytes never occurs: ten keys take more than 24 bytes.
  if (!equal(frame, bytes.subarray(0, bytes.length - 64))) throw new EntryError("the frame is not that of an entry");
  return { payload, signature: bytes.slice(bytes.length - 64) };
}

type Fields = Omit<Entry, "id" | "bytes" | "payload" | "signature">;

function fields(map: ValueMap): Fields {
  const id = (key: string): string => {
    const value = map.get(key);
    if (!isBytes(value) || value.length !== 32) throw new EntryError(`\`${key}\` is not 32 bytes`);
    return toHex(value);
  };
  const type = text(map.get("type"));
  if (type === null || type.length > 64 || !/^[a-z]+\.[a-z_]+\/[1-9][0-9]*$/.test(type)) throw new EntryError("`type` has not its form");
  const seq = int(map.get("seq"));
  if (seq === null || seq < 0) throw new EntryError("`seq` is not a position");
  const body = map.get("body");
  if (!isMap(body)) throw new EntryError("`body` is not a map");
  const prev = id("prev");
  if ((seq === 0) !== (prev === ZERO_ID)) throw new EntryError("`prev` is zero exactly when `seq` is 0: here it is not so");
  if ((id("org") === ZERO_ID) !== (type === "record.genesis/1")) throw new EntryError("`org` is zero exactly in genesis: here it is not so");
  return { org: id("org"), feed: id("feed"), seq, prev, type, body, time: time(map.get("time")), seen: map.get("seen") === null ? null : id("seen"), sealed: sealed(map.get("sealed")) };
}

function time(value: Value | undefined): readonly [number, number] {
  const ms = int(at(value, "0")), counter = int(at(value, "1"));
  if (!Array.isArray(value) || value.length !== 2 || ms === null || counter === null || ms < 0 || counter < 0 || counter > 0x7fffffff) {
    throw new EntryError("`time` is not [ms, counter]");
  }
  return [ms, counter];
}

function sealed(value: Value | undefined): ReadonlyMap<string, Bytes> {
  if (!isMap(value) || value.size > SEALED_MAX) throw new EntryError("`sealed` is not a map of at most 32 fields");
  const out = new Map<string, Bytes>();
  for (const [key, commitment] of value) {
    if (!isBytes(commitment) || hex(commitment)?.length !== 64) throw new EntryError("a commitment is not 32 bytes");
    out.set(key, commitment);
  }
  return out;
}

/** Order along time, feed, seq, id; `received` is the earliest arrival, if a receipt names one (record.md, section 4). */
export function displayOrder(a: Entry, b: Entry, received: ReadonlyMap<string, number>): number {
  const [am, ac] = capped(a, received), [bm, bc] = capped(b, received);
  return am - bm || ac - bc || order(a.feed, b.feed) || a.seq - b.seq || order(a.id, b.id);
}

function capped(entry: Entry, received: ReadonlyMap<string, number>): readonly [number, number] {
  const arrival = received.get(entry.id);
  const [ms, counter] = entry.time;
  return arrival !== undefined && (arrival < ms || (arrival === ms && counter > 0)) ? [arrival, 0] : [ms, counter];
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
