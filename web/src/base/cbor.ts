/** Deterministic CBOR (RFC 8949, section 4.2.1) as record.md, section 1, allows it: everything else is refused. */

import { compare, concat, fromUtf8, utf8, type Bytes } from "./bytes";
import { isBytes, isList, isMap, KEY_PATTERN, NESTING_MAX, type Value } from "./value";

export class CborError extends Error {}

export function decodeCbor(bytes: Bytes): Value {
  const reader = new Reader(bytes);
  const value = reader.item(0);
  if (!reader.atEnd()) throw new CborError("bytes follow the value");
  return value;
}

class Reader {
  private at = 0;
  private readonly bytes: Bytes;

  constructor(bytes: Bytes) {
    this.bytes = bytes;
  }

  atEnd(): boolean {
    return this.at === this.bytes.length;
  }

  item(depth: number): Value {
    const first = this.byte();
    const major = first >> 5;
    if (major === 7) return this.simple(first);
    const n = this.argument(first & 31);
    switch (major) {
      case 0: return this.whole(n);
      case 1: return this.whole(-1n - n);
      case 2: return this.cut(n).slice();
      case 3: return this.text(n);
      case 4: return this.list(n, depth + 1);
      case 5: return this.map(n, depth + 1);
      default: throw new CborError("a tag");
    }
  }

  private simple(first: number): Value {
    if (first === 0xf4) return false;
    if (first === 0xf5) return true;
    if (first === 0xf6) return null;
    throw new CborError("a float or a simple value that is not allowed");
  }

  private argument(info: number): bigint {
    if (info < 24) return BigInt(info);
    if (info > 27) throw new CborError("an indefinite length");
    const size = 1 << (info - 24);
    let n = 0n;
    for (let i = 0; i < size; i++) n = (n << 8n) | BigInt(this.byte());
    const least = info === 24 ? 24n : 1n << BigInt(4 * size);
    if (n < least) throw new CborError("a head that is not the shortest");
    return n;
  }

  private whole(n: bigint): number {
    const out = Number(n);
    if (!Number.isSafeInteger(out)) throw new CborError("an integer out of range");
    return out;
  }

  private cut(n: bigint): Bytes {
    if (n > BigInt(this.bytes.length - this.at)) throw new CborError("a length beyond the end");
    const start = this.at;
    this.at += Number(n);
    return this.bytes.subarray(start, this.at);
  }

  private text(n: bigint): string {
    const out = fromUtf8(this.cut(n));
    if (out === null) throw new CborError("text that is not UTF-8");
    return out;
  }

  private list(n: bigint, depth: number): Value {
    this.bound(n, depth);
    const out: Value[] = [];
    for (let i = 0n; i < n; i++) out.push(this.item(depth));
    return out;
  }

  private map(n: bigint, depth: number): Value {
    this.bound(n, depth);
    const out = new Map<string, Value>();
    let last: Bytes | null = null;
    for (let i = 0n; i < n; i++) {
      const start = this.at;
      const key = this.item(depth);
      const raw = this.bytes.subarray(start, this.at);
      if (typeof key !== "string" || !KEY_PATTERN.test(key)) throw new CborError("a map key that is not allowed");
      if (last !== null && compare(last, raw) >= 0) throw new CborError("map keys out of order or twice");
      last = raw;
      out.set(key, this.item(depth));
    }
    return out;
  }

  private bound(n: bigint, depth: number): void {
    if (depth > NESTING_MAX) throw new CborError("nested too deeply");
    if (n > BigInt(this.bytes.length - this.at)) throw new CborError("a length beyond the end");
  }

  private byte(): number {
    const out = this.bytes[this.at++];
    if (out === undefined) throw new CborError("the bytes end too early");
    return out;
  }
}

export function encodeCbor(value: Value): Bytes {
  if (value === null) return Uint8Array.of(0xf6);
  if (value === false) return Uint8Array.of(0xf4);
  if (value === true) return Uint8Array.of(0xf5);
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") {
    const bytes = utf8(value);
    return concat(head(3, bytes.length), bytes);
  }
  if (isBytes(value)) return concat(head(2, value.length), value);
  if (isList(value)) return concat(head(4, value.length), ...value.map(encodeCbor));
  if (!isMap(value)) throw new CborError("not a value of the record");
  const pairs = [...value].map(([key, item]) => [encodeCbor(key), encodeCbor(item)] as const);
  pairs.sort((a, b) => compare(a[0], b[0]));
  return concat(head(5, pairs.length), ...pairs.flat());
}

/** The shortest head of a major type and its argument. */
export function head(major: number, n: number): Bytes {
  const top = major << 5;
  if (n < 24) return Uint8Array.of(top | n);
  const size = n < 0x100 ? 1 : n < 0x10000 ? 2 : n < 0x100000000 ? 4 : 8;
  const out = new Uint8Array(1 + size);
  out[0] = top | (23 + { 1: 1, 2: 2, 4: 3, 8: 4 }[size]);
  let rest = BigInt(n);
  for (let i = size; i > 0; i--) { out[i] = Number(rest & 255n); rest >>= 8n; }
  return out;
}
