/** The one form of the zip's headers: built from names, sizes, checksums and offsets (dossier.md, section 1). */

import { concat, utf8, type Bytes } from "../base/bytes";

const MAX32 = 0xffffffff;
const MAX16 = 0xffff;

export interface ZipMember { readonly name: string; readonly size: number; readonly crc32: number; readonly offset: number }

/** Little-endian fields: [width in bytes, value]. */
function fields(...parts: readonly (readonly [number, number])[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, [width]) => sum + width, 0));
  let at = 0;
  for (const [width, value] of parts) {
    let rest = BigInt(value);
    for (let i = 0; i < width; i++) { out[at++] = Number(rest & 255n); rest >>= 8n; }
  }
  return out;
}

export function localHeader(member: ZipMember): Bytes {
  const name = utf8(member.name), big = member.size >= MAX32;
  const extra = big ? fields([2, 1], [2, 16], [8, member.size], [8, member.size]) : new Uint8Array();
  const size = big ? MAX32 : member.size;
  const needed = big || member.offset >= MAX32 ? 45 : 20;
  return concat(
    fields([4, 0x04034b50], [2, needed], [2, 0], [2, 0], [2, 0], [2, 0x0021], [4, member.crc32], [4, size], [4, size], [2, name.length], [2, extra.length]),
    name, extra,
  );
}

function centralHeader(member: ZipMember): Bytes {
  const name = utf8(member.name), big = member.size >= MAX32, far = member.offset >= MAX32;
  const content = concat(big ? fields([8, member.size], [8, member.size]) : new Uint8Array(), far ? fields([8, member.offset]) : new Uint8Array());
  const extra = content.length > 0 ? concat(fields([2, 1], [2, content.length]), content) : content;
  const size = big ? MAX32 : member.size, version = big || far ? 45 : 20;
  return concat(
    fields([4, 0x02014b50], [2, version], [2, version], [2, 0], [2, 0], [2, 0], [2, 0x0021], [4, member.crc32], [4, size], [4, size]),
    fields([2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0], [4, far ? MAX32 : member.offset]),
    name, extra,
  );
}

/** Everything behind the last member: directory, ZIP64 records where needed, end record. */
export function tail(members: readonly ZipMember[], start: number): Bytes {
  const directory = concat(...members.map(centralHeader));
  const count = members.length, size = directory.length;
  const zip64 = count >= MAX16 || size >= MAX32 || start >= MAX32;
  const end64 = zip64 ? concat(
    fields([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count], [8, size], [8, start]),
    fields([4, 0x07064b50], [4, 0], [8, start + size], [4, 1]),
  ) : new Uint8Array();
  const low = (value: number, max: number): number => Math.min(value, max);
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, low(count, MAX16)], [2, low(count, MAX16)], [4, low(size, MAX32)], [4, low(start, MAX32)], [2, 0]);
  return concat(directory, end64, end);
}
