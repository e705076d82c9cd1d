/** Reading a package once: every file gets its size, SHA-256 and CRC-32; small files are kept for the checks. */

import { concat, type Bytes } from "../base/bytes";
import { Digest } from "../base/hash";
import { ENTRY_SIZE_MAX } from "./entry";
import { entryIn, mediaIn, proofIn } from "./names";
import type { Package } from "./package";

export interface FileRead { readonly size: number; readonly sha256: string; readonly crc32: number; readonly bytes: Bytes | null }
export interface Progress { readonly done: number; readonly total: number; readonly ms: number; readonly file: string }

const TEXT_BYTES_MAX = 64 * 1024 * 1024;
const PROOF_BYTES_MAX = 65_536;
const PAUSE_MS = 40;

export class Cancelled extends Error {}

/** Give the page a chance to draw and to hear the reader. */
export class Breath {
  private last = performance.now();
  private readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  async take(): Promise<boolean> {
    if (this.signal.aborted) throw new Cancelled();
    if (performance.now() - this.last < PAUSE_MS) return false;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.last = performance.now();
    return true;
  }
}

export async function readAll(pack: Package, breath: Breath, report: (progress: Progress) => void): Promise<Map<string, FileRead>> {
  const started = performance.now();
  const total = pack.members.reduce((sum, one) => sum + one.size, 0);
  const files = new Map<string, FileRead>();
  let done = 0;
  for (const one of pack.members) {
    const digest = new Digest(), kept: Bytes[] = [], keep = one.size <= limit(one.name);
    for await (const piece of one.pieces()) {
      digest.update(piece);
      if (keep) kept.push(piece);
      done += piece.length;
      if (await breath.take()) report({ done, total, ms: performance.now() - started, file: one.name });
    }
    files.set(one.name, { ...digest.finish(), bytes: keep ? concat(...kept) : null });
  }
  return files;
}

/** Above this size a file is hashed but not kept. */
function limit(name: string): number {
  if (entryIn(name) !== null || name === "disclosure.cose") return ENTRY_SIZE_MAX;
  if (proofIn(name) !== null || name === "disclosure.tlog-proof") return PROOF_BYTES_MAX;
  return mediaIn(name) === null ? TEXT_BYTES_MAX : 0;
}
