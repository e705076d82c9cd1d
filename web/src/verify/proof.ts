/** C2SP tlog-proof@v1 and the path it carries: RFC 6962, section 2.1 (RFC 9162, section 2.1.3.2, for the way up). */

import { concat, equal, fromBase64, fromUtf8, toBase64, type Bytes } from "../base/bytes";
import { sha256 } from "../base/hash";
import { decimal, parseCheckpoint, type Checkpoint } from "./note";

const PATH_MAX = 63;
const HEADER = "c2sp.org/tlog-proof@v1";

export interface Proof {
  readonly index: number;
  readonly path: readonly Bytes[];
  readonly note: string;
  readonly checkpoint: Checkpoint;
}

/** Read a proof, or null; it is written again and compared, so that it has one form only. */
export function parseProof(bytes: Uint8Array): Proof | null {
  const text = fromUtf8(bytes);
  const split = text === null ? -1 : text.indexOf("\n\n");
  if (text === null || split < 0) return null;
  const [header, indexLine, ...hashes] = text.slice(0, split).split("\n");
  const index = decimal((indexLine ?? "").replace(/^index /, ""));
  const path = hashes.map((line) => fromBase64(line));
  const note = text.slice(split + 2);
  const checkpoint = parseCheckpoint(note);
  if (header !== HEADER || index === null || checkpoint === null || path.length > PATH_MAX) return null;
  if (path.some((one) => one === null || one.length !== 32)) return null;
  const proof = { index, path: path.filter((one) => one !== null), note, checkpoint };
  return writeProof(proof) === text ? proof : null;
}

function writeProof(proof: Proof): string {
  return [HEADER, `index ${proof.index}`, ...proof.path.map(toBase64), "", proof.note].join("\n");
}

export function leafHash(entry: Uint8Array): Bytes {
  return sha256(concat(Uint8Array.of(0), entry));
}

/** Whether the path leads from the leaf at `index` to the root of a tree of `size` leaves. */
export function included(leaf: Bytes, proof: Proof): boolean {
  const { size, root } = proof.checkpoint;
  if (proof.index >= size) return false;
  let fn = BigInt(proof.index), sn = BigInt(size - 1);
  let hash = leaf;
  for (const sibling of proof.path) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      hash = sha256(concat(Uint8Array.of(1), sibling, hash));
      while ((fn & 1n) === 0n && fn !== 0n) { fn >>= 1n; sn >>= 1n; }
    } else {
      hash = sha256(concat(Uint8Array.of(1), hash, sibling));
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && equal(hash, root);
}
