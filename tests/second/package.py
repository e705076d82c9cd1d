"""The zip of dossier section 1, which has one form only, or the folder that unpacking it gives."""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from second.faults import FaultError

if TYPE_CHECKING:
    from pathlib import Path

DATE = 0x21
BIG = 2**32 - 1
MANY = 65_535
CHUNK = 1 << 20


class Package(Protocol):
    """Named files, whatever holds them."""

    faults: list[str]

    def names(self) -> list[str]:
        """All names, ascending by their bytes."""

    def size(self, name: str) -> int:
        """Length of a file in bytes."""

    def sha256(self, name: str) -> str:
        """Hash of a file, in hex."""

    def read(self, name: str) -> bytes:
        """All of a file."""


@dataclass(frozen=True)
class Member:
    """One member of a zip: what its headers follow from."""

    name: bytes
    size: int
    crc: int
    offset: int

    @property
    def version(self) -> int:
        """Version needed: 45 with ZIP64, else 20."""
        return 45 if self.size >= BIG or self.offset >= BIG else 20

    def _middle(self, extra: bytes) -> bytes:
        """The fields that both headers share, from `version needed` to the length of the extra field."""
        size = min(self.size, BIG)
        return struct.pack("<HHHHHLLLHH", self.version, 0, 0, 0, DATE, self.crc, size, size, len(self.name), len(extra))

    def local(self) -> bytes:
        """The local header."""
        extra = struct.pack("<HHQQ", 1, 16, self.size, self.size) if self.size >= BIG else b""
        return b"PK\x03\x04" + self._middle(extra) + self.name + extra

    def central(self) -> bytes:
        """The header in the central directory."""
        large = [self.size] * 2 if self.size >= BIG else []
        if self.offset >= BIG:
            large.append(self.offset)
        extra = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
        tail = struct.pack("<HHHLL", 0, 0, 0, 0, min(self.offset, BIG))
        return b"PK\x01\x02" + struct.pack("<H", self.version) + self._middle(extra) + tail + self.name + extra


def ending(count: int, size: int, offset: int) -> bytes:
    """What follows the central directory: the end record, after ZIP64's where something is large."""
    large = b""
    if count >= MANY or size >= BIG or offset >= BIG:
        record = struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, count, count, size, offset)
        locator = struct.pack("<LQL", 0, offset + size, 1)
        large = b"PK\x06\x06" + record + b"PK\x06\x07" + locator
    few = min(count, MANY)
    end = struct.pack("<HHHHLLH", 0, 0, few, few, min(size, BIG), min(offset, BIG), 0)
    return large + b"PK\x05\x06" + end


class ZipPackage:
    """Reads names and sizes from the central directory, then rebuilds every header and compares."""

    def __init__(self, path: Path) -> None:
        self.faults: list[str] = []
        self._file: BinaryIO = path.open("rb")
        self._length = path.stat().st_size
        self._members: dict[str, Member] = {}
        self._start: dict[str, int] = {}
        try:
            self._load()
        except (struct.error, UnicodeDecodeError) as error:
            self.close()
            raise FaultError("the zip is broken") from error
        except FaultError:
            self.close()
            raise

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()

    def _at(self, offset: int, count: int) -> bytes:
        if offset < 0 or count < 0 or offset + count > self._length:
            raise FaultError("the zip ends too early")
        self._file.seek(offset)
        return self._file.read(count)

    def _directory(self) -> tuple[int, int, int]:
        """Count of members, size and offset of the directory."""
        end = self._at(self._length - 22, 22)
        if end[:4] != b"PK\x05\x06":
            raise FaultError("the zip has no end record at its end")
        count, size, offset = struct.unpack("<10xHLL2x", end)
        if count == MANY or BIG in (size, offset):
            large = self._at(self._length - 98, 56)
            count, size, offset = struct.unpack("<32xQQQ", large)
        return count, size, offset

    def _load(self) -> None:
        count, size, offset = self._directory()
        directory = self._at(offset, size)
        if self._at(offset + size, self._length - offset - size) != ending(count, size, offset):
            raise FaultError("the end of the zip has another form")
        at, place, before = 0, 0, b""
        while at < size:
            member = self._member(directory, at, place)
            at += len(member.central())
            if self._at(place, len(member.local())) != member.local():
                raise FaultError(f"{member.name!r}: local header of another form")
            if member.name <= before:
                raise FaultError(f"{member.name!r}: names doubled or out of order")
            before = member.name
            name = member.name.decode("ascii")
            self._members[name] = member
            self._start[name] = place + len(member.local())
            place += len(member.local()) + member.size
            if self._crc(name) != member.crc:
                self.faults.append(f"{name}: CRC-32 does not agree")
        if (at, place, len(self._members)) != (size, offset, count):
            raise FaultError("gaps or a wrong count in the zip")

    def _member(self, directory: bytes, at: int, place: int) -> Member:
        """The member whose central header begins here and whose local header has to be at `place`."""
        crc, _, size, name_bytes, extra_bytes = struct.unpack_from("<16xLLLHH", directory, at)
        name = directory[at + 46 : at + 46 + name_bytes]
        if size == BIG:
            extra = directory[at + 46 + name_bytes : at + 46 + name_bytes + extra_bytes]
            size = struct.unpack_from("<4xQ", extra)[0]
        member = Member(name, size, crc, place)
        header = member.central()
        if directory[at : at + len(header)] != header:
            raise FaultError(f"{name!r}: central header of another form")
        return member

    def _chunks(self, name: str) -> list[tuple[int, int]]:
        start, size = self._start[name], self._members[name].size
        return [(start + done, min(CHUNK, size - done)) for done in range(0, size, CHUNK)]

    def _crc(self, name: str) -> int:
        crc = 0
        for offset, count in self._chunks(name):
            crc = zlib.crc32(self._at(offset, count), crc)
        return crc

    def names(self) -> list[str]:
        """All names, in order."""
        return list(self._members)

    def size(self, name: str) -> int:
        """Length of a member."""
        return self._members[name].size

    def sha256(self, name: str) -> str:
        """Hash of a member."""
        digest = hashlib.sha256()
        for offset, count in self._chunks(name):
            digest.update(self._at(offset, count))
        return digest.hexdigest()

    def read(self, name: str) -> bytes:
        """All of a member."""
        return self._at(self._start[name], self._members[name].size)


class FolderPackage:
    """A folder with regular files only."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[str] = []
        self._names: list[str] = []
        for path in root.rglob("*"):
            name = path.relative_to(root).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                self.faults.append(f"{name}: not a regular file")
            elif path.is_file():
                self._names.append(name)
            elif not any(path.iterdir()):
                self.faults.append(f"{name}: an empty folder")
        self._names.sort(key=lambda name: name.encode("utf-8", "surrogateescape"))

    def close(self) -> None:
        """Nothing is open."""

    def names(self) -> list[str]:
        """All names, in order."""
        return list(self._names)

    def size(self, name: str) -> int:
        """Length of a file."""
        return (self.root / name).stat().st_size

    def sha256(self, name: str) -> str:
        """Hash of a file."""
        with (self.root / name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def read(self, name: str) -> bytes:
        """All of a file."""
        return (self.root / name).read_bytes()


def open_package(path: Path) -> ZipPackage | FolderPackage:
    """Whichever of the two it is."""
    return FolderPackage(path) if path.is_dir() else ZipPackage(path)
