/** A strict JSON reader: whole numbers only, no duplicate keys, no lone surrogates, bounded depth. */

import type { Value } from "./value";

const DEPTH_MAX = 32;

export class JsonError extends Error {}

/** Parse JSON text. Maps come back as Map, so that a key such as `__proto__` is only a key. */
export function parseJson(source: string): Value {
  const reader = new Reader(source);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  private at = 0;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  end(): void {
    this.space();
    if (this.at !== this.source.length) this.fail("something follows the object");
  }

  value(depth: number): Value {
    if (depth > DEPTH_MAX) this.fail("nested too deeply");
    this.space();
    const c = this.source.charAt(this.at);
    if (c === "{") return this.map(depth);
    if (c === "[") return this.list(depth);
    if (c === '"') return this.text();
    if (c === "t") return this.word("true", true);
    if (c === "f") return this.word("false", false);
    if (c === "n") return this.word("null", null);
    return this.number();
  }

  private map(depth: number): Value {
    const out = new Map<string, Value>();
    this.at++;
    this.space();
    if (this.take("}")) return out;
    for (;;) {
      this.space();
      const key = this.text();
      if (out.has(key)) this.fail(`the key ${JSON.stringify(key)} stands twice in one object`);
      this.space();
      if (!this.take(":")) this.fail("a colon is missing");
      out.set(key, this.value(depth + 1));
      this.space();
      if (this.take("}")) return out;
      if (!this.take(",")) this.fail("a comma is missing");
    }
  }

  private list(depth: number): Value {
    const out: Value[] = [];
    this.at++;
    this.space();
    if (this.take("]")) return out;
    for (;;) {
      out.push(this.value(depth + 1));
      this.space();
      if (this.take("]")) return out;
      if (!this.take(",")) this.fail("a comma is missing");
    }
  }

  private text(): string {
    if (this.source.charAt(this.at) !== '"') this.fail("a quotation mark is missing");
    let end = this.at + 1;
    while (end < this.source.length && this.source.charAt(end) !== '"') end += this.source.charAt(end) === "\\" ? 2 : 1;
    const raw = this.source.slice(this.at, end + 1);
    this.at = end + 1;
    let out: unknown;
    try {
      out = JSON.parse(raw);
    } catch {
      return this.fail("a text is not well formed");
    }
    if (typeof out !== "string" || !out.isWellFormed()) return this.fail("a text is not well formed");
    return out;
  }

  private number(): number {
    const match = /-?(?:0|[1-9][0-9]*)(?![0-9.eE])/y;
    match.lastIndex = this.at;
    const found = match.exec(this.source);
    const out = found === null ? Number.NaN : Number(found[0]);
    if (found === null || !Number.isSafeInteger(out) || Object.is(out, -0)) return this.fail("a number is not a whole number in range");
    this.at += found[0].length;
    return out;
  }

  private word<T extends boolean | null>(word: string, value: T): T {
    if (!this.source.startsWith(word, this.at)) this.fail("an unknown word");
    this.at += word.length;
    return value;
  }

  private space(): void {
    while (" \t\n\r".includes(this.source.charAt(this.at)) && this.at < this.source.length) this.at++;
  }

  private take(c: string): boolean {
    if (this.source.charAt(this.at) !== c) return false;
    this.at++;
    return true;
  }

  private fail(reason: string): never {
    throw new JsonError(`${reason}, at character ${this.at}`);
  }
}
