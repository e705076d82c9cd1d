/**
 * A zip: read leniently, so that checking goes on after damage, then compared byte by byte with its one form.
 *
 * Reading uses `Blob.slice` only; a package of many gigabytes never lies in memory as a whole.
 */

import { equal, fromUtf8, type Bytes } from "../base/bytes";
import { MEMBERS_MAX, PIECE_BYTES, piecesOf, Window, type Member, type Package } from "./package";
import { CAUSE, finding, quoted, type Finding } from "./said";
import { localHeader, tail, type ZipMember } from "./zipform";

const END_BYTES = 22;
const SEARCH_BYTES = 65_557;
const DIRECTORY_BYTES_MAX = 128 * 1024 * 1024;

export class ZipError extends Error {}

interface Listed extends ZipMember { readonly data: number }

export async function openZip(blob: Blob, label: string): Promise<Package> {
  const listed = await readDirectory(blob);
  const window = new Window(blob);
  const members: Listed[] = [];
  for (const one of listed.members) {
    const at = one.offset + listed.shift;
    const head = view(await window.read(at, at + 30));
    const room = head.byteLength === 30 ? head.getUint16(26, true) + head.getUint16(28, true) : 0;
    members.push({ ...one, data: at + 30 + room });
  }
  return {
    kind: "zip", label,
    members: members.map((one) => member(blob, window, one)),
    finish: (crc32) => compareForm(blob, members, crc32),
    blob: (name) => {
      const found = members.find((one) => one.name === name);
      return found === undefined ? null : blob.slice(found.data, found.data + found.size);
    },
  };
}

function member(blob: Blob, window: Window, one: Listed): Member {
  return {
    name: one.name, size: one.size,
    pieces: () => one.size > PIECE_BYTES ? piecesOf(blob.slice(one.data, one.data + one.size)) : single(window, one),
  };
}

async function* single(window: Window, one: Listed): AsyncGenerator<Bytes> {
  yield await window.read(one.data, one.data + one.size);
}

function view(bytes: Bytes): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function big(data: DataView, at: number): number {
  const value = at + 8 <= data.byteLength ? Number(data.getBigUint64(at, true)) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new ZipError("a ZIP64 number is out of range");
  return value;
}

/** Find the end record, searching backwards, and read the directory. `shift` is how far it lies from where it says. */
async function readDirectory(blob: Blob): Promise<{ members: ZipMember[]; shift: number }> {
  const base = Math.max(0, blob.size - SEARCH_BYTES);
  const last = view(new Uint8Array(await blob.slice(base).arrayBuffer()));
  let at = last.byteLength - END_BYTES;
  while (at >= 0 && last.getUint32(at, true) !== 0x06054b50) at--;
  if (at < 0) throw new ZipError("this file is not a zip, or its end is missing");
  let count = last.getUint16(at + 10, true), size = last.getUint32(at + 12, true), start = last.getUint32(at + 16, true), end = base + at;
  if (at >= 20 && last.getUint32(at - 20, true) === 0x07064b50 && at >= 76) {
    count = big(last, at - 76 + 32);
    size = big(last, at - 76 + 40);
    start = big(last, at - 76 + 48);
    end = base + at - 76;
  }
  if (size > DIRECTORY_BYTES_MAX || count > MEMBERS_MAX || size > end) throw new ZipError("its directory is larger than this page reads");
  const directory = new Uint8Array(await blob.slice(end - size, end).arrayBuffer());
  return { members: readMembers(directory, count), shift: end - size - start };
}

function readMembers(directory: Bytes, count: number): ZipMember[] {
  const data = view(directory), out: ZipMember[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > directory.length || data.getUint32(at, true) !== 0x02014b50) throw new ZipError("its directory is damaged");
    const nameEnd = at + 46 + data.getUint16(at + 28, true), extraEnd = nameEnd + data.getUint16(at + 30, true);
    const name = fromUtf8(directory.subarray(at + 46, nameEnd));
    if (extraEnd > directory.length || name === null) throw new ZipError("its directory is damaged");
    if (data.getUint16(at + 10, true) !== 0) throw new ZipError("a member is compressed; a dossier is stored, not compressed");
    let size = data.getUint32(at + 24, true), offset = data.getUint32(at + 42, true), extra = nameEnd + 4;
    if (size === 0xffffffff) { size = big(data, extra); extra += 16; }
    if (offset === 0xffffffff) offset = big(data, extra);
    out.push({ name, size, offset, crc32: data.getUint32(at + 16, true) });
    at = extraEnd + data.getUint16(at + 32, true);
  }
  return out;
}

/** Build the headers anew from what the members hold, and name the first place that differs. */
async function compareForm(blob: Blob, members: readonly Listed[], crc32: ReadonlyMap<string, number>): Promise<readonly Finding[]> {
  const window = new Window(blob), built: ZipMember[] = [];
  let at = 0;
  for (const one of members) {
    const expected: ZipMember = { name: one.name, size: one.size, crc32: crc32.get(one.name) ?? 0, offset: at };
    const header = localHeader(expected);
    if (!equal(await window.read(at, at + header.length), header)) return [unlike(one, expected, at)];
    built.push(expected);
    at += header.length + one.size;
  }
  const expected = tail(built, at);
  const rest = new Uint8Array(await blob.slice(at, at + expected.length + 1).arrayBuffer());
  if (equal(rest, expected)) return [];
  return rest.length > expected.length
    ? [finding("Bytes were added behind the end of the zip.", "أُضيفت بيانات بعد نهاية الملف المضغوط.", { rank: CAUSE })]
    : [finding("The directory of the zip has not the one form that it may have.", "فهرس الملف المضغوط ليس على صورته الوحيدة المسموح بها.")];
}

function unlike(one: Listed, expected: ZipMember, at: number): Finding {
  if (at === 0 && one.data > 30 + one.name.length + 20) {
    return finding("Bytes were added in front of the zip.", "أُضيفت بيانات قبل بداية الملف المضغوط.", { rank: CAUSE });
  }
  const where = { file: one.name, rank: one.crc32 === expected.crc32 ? CAUSE : 3 };
  return one.crc32 === expected.crc32
    ? finding(`The zip's header of ${quoted(one.name)} has not the one form that it may have, or bytes lie in front of it.`,
      `ترويسة ${quoted(one.name)} في الملف المضغوط ليست على صورتها الوحيدة المسموح بها، أو توجد بيانات قبلها.`, where)
    : finding(`The zip's checksum of ${quoted(one.name)} does not fit its content.`,
      `مجموع التحقق للملف ${quoted(one.name)} لا يوافق محتواه.`, where);
}
