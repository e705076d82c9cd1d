/** A package: named files that can be read in pieces, whether they lie in a zip or in a folder. */

import type { Bytes } from "../base/bytes";
import type { Finding } from "./said";

export interface Member { readonly name: string; readonly size: number; pieces(): AsyncIterable<Bytes> }

export interface Package {
  readonly kind: "zip" | "folder";
  readonly label: string;
  readonly members: readonly Member[];
  /** What is wrong with the container itself, once every member was read; `crc32` is by name. */
  finish(crc32: ReadonlyMap<string, number>): Promise<readonly Finding[]>;
  /** A part of a stored file for showing it, or null. */
  blob(name: string): Blob | null;
}

export const PIECE_BYTES = 4 * 1024 * 1024;
export const MEMBERS_MAX = 200_000;

/** The pieces of a blob, in order. */
export async function* piecesOf(blob: Blob): AsyncGenerator<Bytes> {
  for (let at = 0; at < blob.size; at += PIECE_BYTES) {
    yield new Uint8Array(await blob.slice(at, at + PIECE_BYTES).arrayBuffer());
  }
}

/** Reads short stretches of one blob through a window, since members of a zip lie one behind the other. */
export class Window {
  private start = 0;
  private held: Bytes = new Uint8Array();
  private readonly blob: Blob;

  constructor(blob: Blob) {
    this.blob = blob;
  }

  async read(from: number, to: number): Promise<Bytes> {
    const end = Math.min(to, this.blob.size), begin = Math.min(from, end);
    if (begin < this.start || end > this.start + this.held.length) {
      if (end - begin > PIECE_BYTES) return new Uint8Array(await this.blob.slice(begin, end).arrayBuffer());
      this.held = new Uint8Array(await this.blob.slice(begin, begin + PIECE_BYTES).arrayBuffer());
      this.start = begin;
    }
    return this.held.slice(begin - this.start, end - this.start);
  }
}
