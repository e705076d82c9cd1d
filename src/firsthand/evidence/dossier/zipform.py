"""The one form that a dossier's zip may have; docs/reference/dossier.md section 1.

Rule: every byte of the zip follows from the names and contents of its members. The reader finds the members in the
directory, rebuilds every header from names, sizes and checksums, and compares; nothing is left in which something
could hide.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from firsthand.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_BIG = 0xFFFFFFFF
_MANY = 0xFFFF
_DATE = 0x0021  # 1980-01-01, the earliest that the format can say
_PLAIN, _ZIP64 = 20, 45
_END = 22
_END_SIGNATURE = 0x06054B50
_END64 = 56
_LOCATOR = 20
_DIRECTORY_MAX = 256 << 20
_FILES_MAX = 1_000_000
_COPY = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the zip: name, size, CRC-32, offset of its local header."""

    name: str
    size: int
    crc: int
    offset: int

    @property
    def data_offset(self) -> int:
        """Where its content begins."""
        return self.offset + len(local_header(self))

    @property
    def end(self) -> int:
        """Where its content ends."""
        return self.data_offset + self.size


def _size32(size: int) -> int:
    return min(size, _BIG)


def local_header(member: Member) -> bytes:
    """Return the header before the member's content."""
    name = member.name.encode("ascii")
    big = member.size >= _BIG
    extra = struct.pack("<HHQQ", 1, 16, member.size, member.size) if big else b""
    size = _BIG if big else member.size
    fields = (0x04034B50, _ZIP64 if big else _PLAIN, 0, 0, 0, _DATE, member.crc, size, size, len(name), len(extra))
    return struct.pack("<IHHHHHIIIHH", *fields) + name + extra


def directory_header(member: Member) -> bytes:
    """Return the member's entry in the central directory."""
    name = member.name.encode("ascii")
    big, far = member.size >= _BIG, member.offset >= _BIG
    content = (struct.pack("<QQ", member.size, member.size) if big else b"") + (
        struct.pack("<Q", member.offset) if far else b""
    )
    extra = struct.pack("<HH", 1, len(content)) + content if content else b""
    version = _ZIP64 if content else _PLAIN
    size = _BIG if big else member.size
    fields = (
        0x02014B50, version, version, 0, 0, 0, _DATE, member.crc, size, size, len(name), len(extra), 0, 0, 0, 0,
        _size32(member.offset),
    )  # fmt: skip
    return struct.pack("<IHHHHHHIIIHHHHHII", *fields) + name + extra


def ending(count: int, size: int, offset: int) -> bytes:
    """Return what follows the central directory of `count` members, `size` bytes at `offset`."""
    out = b""
    if count >= _MANY or size >= _BIG or offset >= _BIG:
        out = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, _ZIP64, _ZIP64, 0, 0, count, count, size, offset)
        out += struct.pack("<IIQI", 0x07064B50, 0, offset + size, 1)
    short = min(count, _MANY)
    return out + struct.pack("<IHHHHIIH", _END_SIGNATURE, 0, 0, short, short, _size32(size), _size32(offset), 0)


def write_zip(out: BinaryIO, members: Iterable[tuple[str, int, int, Iterable[bytes]]]) -> None:
    """Write a zip in the one form.

    Args:
        out: opened for writing at its beginning.
        members: (name, size, CRC-32, content in chunks), ascending by name.

    Raises:
        BadInput: a content does not have the size or checksum announced.
    """
    written: list[Member] = []
    position = 0
    for name, size, crc, content in members:
        member = Member(name, size, crc, position)
        header = local_header(member)
        out.write(header)
        found_size = found_crc = 0
        for chunk in content:
            out.write(chunk)
            found_size += len(chunk)
            found_crc = zlib.crc32(chunk, found_crc)
        if (found_size, found_crc) != (size, crc):
            raise BadInput(
                f"{name} changed while the zip was written.", kept="The zip was not finished.", advice="Try again."
            )
        written.append(member)
        position += len(header) + size
    directory = b"".join(map(directory_header, written))
    out.write(directory)
    out.write(ending(len(written), len(directory), position))


def read_directory(file: BinaryIO, total: int) -> list[Member]:
    """Return the members of the zip in `file` of `total` bytes, after checking every byte that is not content.

    Raises:
        BadInput: the zip does not have the one form.
    """
    count, size, offset = _read_ending(file, total)
    if size > _DIRECTORY_MAX or count > _FILES_MAX or offset + size > total:
        raise BadInput("The zip's directory is larger than the zip, or than any dossier's.")
    file.seek(offset)
    directory = file.read(size)
    members = list(_parse_directory(directory, count))
    if b"".join(map(directory_header, members)) != directory:
        raise BadInput("The zip's directory is not in the one form that a dossier has.")
    if offset + size + len(ending(count, size, offset)) != total:
        raise BadInput("There are bytes in the zip that do not belong to it.")
    _check_locals(file, members, offset)
    return members


def _read_ending(file: BinaryIO, total: int) -> tuple[int, int, int]:
    if total < _END:
        raise BadInput("The file is too short to be a zip.")
    tail_size = min(total, _END + _LOCATOR + _END64)
    file.seek(total - tail_size)
    tail = file.read(tail_size)
    signature, _, _, _, count, size, offset, comment = struct.unpack("<IHHHHIIH", tail[-_END:])
    if signature != _END_SIGNATURE or comment:
        raise BadInput("The file does not end as a zip must: something follows it, or it was cut off.")
    if count == _MANY or _BIG in (size, offset):
        if len(tail) < tail_size or tail[-_END - _LOCATOR - _END64 :][:4] != b"PK\x06\x06":
            raise BadInput("The large zip lacks the record that large zips end with.")
        count, size, offset = struct.unpack("<QQQ", tail[-_END - _LOCATOR - _END64 :][32:_END64])
    if tail[-len(ending(count, size, offset)) :] != ending(count, size, offset):
        raise BadInput("The zip's end is not in the one form that a dossier has.")
    return count, size, offset


def _parse_directory(directory: bytes, count: int) -> Iterator[Member]:
    at = 0
    for _ in range(count):
        header = directory[at : at + 46]
        if len(header) < 46 or header[:4] != b"PK\x01\x02":  # noqa: PLR2004 - length of the fixed part
            raise BadInput("The zip's directory is damaged.")
        crc, size = struct.unpack("<II", header[16:24])
        name_size, extra_size = struct.unpack("<HH", header[28:32])
        offset = struct.unpack("<I", header[42:46])[0]
        raw = directory[at + 46 : at + 46 + name_size]
        extra = directory[at + 46 + name_size + 4 : at + 46 + name_size + extra_size]
        numbers = [int.from_bytes(extra[i : i + 8], "little") for i in range(0, len(extra) - len(extra) % 8, 8)]
        if size == _BIG and len(numbers) >= 2:  # noqa: PLR2004 - size twice
            size = numbers[0]
            numbers = numbers[2:]
        if offset == _BIG and numbers:
            offset = numbers[0]
        try:
            name = raw.decode("ascii")
        except UnicodeDecodeError:
            raise BadInput("A name in the zip is not ASCII.") from None
        yield Member(name, size, crc, offset)
        at += 46 + name_size + extra_size


def _check_locals(file: BinaryIO, members: Sequence[Member], end: int) -> None:
    position = 0
    previous = ""
    for member in members:
        if member.name <= previous:
            raise BadInput("The names in the zip are not in ascending order, or one stands twice.")
        if member.offset != position:
            raise BadInput(f"There is a gap or an overlap before {member.name} in the zip.")
        header = local_header(member)
        file.seek(position)
        if file.read(len(header)) != header:
            raise BadInput(f"The header of {member.name} in the zip differs from the directory.")
        position += len(header) + member.size
        previous = member.name
    if position != end:
        raise BadInput("There is a gap or an overlap before the zip's directory.")
