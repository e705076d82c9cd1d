/** SHA-256 and CRC-32, whole or piece by piece: the browser's own digest cannot be fed in pieces. */

import { sha256 as noble } from "@noble/hashes/sha2.js";
import type { Bytes } from "./bytes";
import { toHex } from "./bytes";

export function sha256(bytes: Uint8Array): Bytes {
  return noble(bytes) as Bytes;
}

export function sha256Hex(bytes: Uint8Array): string {
  return toHex(sha256(bytes));
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** Size, SHA-256 and CRC-32 of bytes that come in pieces. */
export class Digest {
  private readonly sha = noble.create();
  private crc = 0xffffffff;
  size = 0;

  update(piece: Uint8Array): void {
    this.sha.update(piece);
    let c = this.crc;
    for (let i = 0; i < piece.length; i++) c = (TABLE[(c ^ (piece[i] ?? 0)) & 255] ?? 0) ^ (c >>> 8);
    this.crc = c;
    this.size += piece.length;
  }

  finish(): { sha256: string; crc32: number; size: number } {
    return { sha256: toHex(this.sha.digest()), crc32: (this.crc ^ 0xffffffff) >>> 0, size: this.size };
  }
}
