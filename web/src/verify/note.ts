/** C2SP signed notes, checkpoints and verifier keys, signature type 1 only (record.md, section 9). */

import { concat, equal, fromBase64, toBase64, toHex, utf8, type Bytes } from "../base/bytes";
import { sha256 } from "../base/hash";

export const SIGNATURES_MAX = 64;

export interface LogKey { readonly name: string; readonly key: Bytes }
export interface NoteSignature { readonly name: string; readonly keyId: string; readonly signature: Bytes }
export interface Checkpoint {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
}

export function keyId(key: LogKey): Bytes {
  return sha256(concat(utf8(key.name), Uint8Array.of(0x0a, 0x01), key.key)).slice(0, 4);
}

/** The C2SP verifier key: name+id+base64. */
export function verifierKey(key: LogKey): string {
  return `${key.name}+${toHex(keyId(key))}+${toBase64(concat(Uint8Array.of(1), key.key))}`;
}

export function parseVerifierKey(line: string): LogKey | null {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(line);
  const raw = match === null ? null : fromBase64(match[3] ?? "");
  if (match === null || raw === null || raw.length !== 33 || raw[0] !== 1) return null;
  const key = { name: match[1] ?? "", key: raw.slice(1) };
  return verifierKey(key) === line ? key : null;
}

/** A whole number as it must be written, or null. */
export function decimal(text: string): number | null {
  const value = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
}

/** A checkpoint of exactly three lines with its signature lines, or null. The form is unique: written again it is the same text. */
export function parseCheckpoint(note: string): Checkpoint | null {
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) return null;
  const body = note.slice(0, split + 1);
  const [origin, sizeText, rootText, rest, ...more] = body.split("\n");
  const lines = note.slice(split + 2, -1).split("\n");
  if (origin === undefined || !/^[^\s+]+$/u.test(origin) || rest !== "" || more.length > 0 || lines.length > SIGNATURES_MAX) return null;
  const size = decimal(sizeText ?? ""), root = fromBase64(rootText ?? "");
  const signatures = lines.map(parseSignature);
  if (size === null || root === null || root.length !== 32 || signatures.some((one) => one === null)) return null;
  return { text: body, origin, size, root, signatures: signatures.filter((one) => one !== null) };
}

function parseSignature(line: string): NoteSignature | null {
  const match = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line);
  const raw = match === null ? null : fromBase64(match[2] ?? "");
  if (match === null || raw === null || raw.length < 5) return null;
  return { name: match[1] ?? "", keyId: toHex(raw.subarray(0, 4)), signature: raw.slice(4) };
}

export function signedBy(signature: NoteSignature, key: LogKey): boolean {
  return signature.name === key.name && signature.keyId === toHex(keyId(key));
}

export function sameCheckpoint(a: Checkpoint, b: Checkpoint): boolean {
  return a.origin === b.origin && a.size === b.size && equal(a.root, b.root);
}
