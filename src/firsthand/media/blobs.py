"""A folder of files named by their SHA-256: what was taken once stays findable, whole, and stored once.

Layout: `<root>/<first two hex digits>/<64 hex digits>`; unfinished copies are `<root>/.taking-<16 hex>.part`.

Rules:

1. When `take` returns, the blob and its name are on the disk: a power cut after that does not lose them. When it
   raises, or never returns, the store holds the whole blob or nothing under its name.
2. The bytes are copied and hashed in one pass. If the file changed meanwhile it is refused, for then the hash would
   vouch for a state that perhaps never existed. The check (size, both times, inode, and the bytes that came) is as
   fine as the file system's clock, about 4 ms; the hash is right for the stored bytes in any case.
3. Only regular files are taken. Symbolic links are refused: what they point to can be exchanged between looking and
   reading, and a memory card has none.
4. Taking the same bytes twice is harmless: the stored copy is read again, and replaced where it decayed.
5. Any number of processes may use one store. Each holds a lock on its unfinished copy; who opens the store removes
   unfinished copies that nobody locks, and never anything else.
"""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from firsthand.errors import BadInput, DiskError, StoreError
from firsthand.media._copy import SourceUnreadable, copy_hashed
from firsthand.media._parts import open_part, sweep
from firsthand.media._words import disk_words, shown, source_words
from firsthand.media.disk import Disk, RealDisk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firsthand.media.disk import FileState

# Kept free for the record itself: a full disk must still take the entry that says so.
RESERVE_BYTES = 64 << 20

_FOLDER = re.compile(r"[0-9a-f]{2}")
_NAME = re.compile(r"[0-9a-f]{64}")


class ChangedWhileRead(BadInput):
    """A file was written to while it was copied; nothing was kept."""


class BlobMissing(StoreError):  # noqa: N818 - named by what it is, as in errors.py
    """The store has no blob of this hash."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file that was taken.

    Attributes:
        sha256: 32 bytes.
        size: bytes.
        new: False when the store had a blob of this hash.
        mended: True when it had one, but the stored bytes had decayed and were replaced by the right ones.
    """

    sha256: bytes
    size: int
    new: bool
    mended: bool = False


class BlobStore:
    """A content-addressed folder.

    Args:
        root: folder, made when missing; its parent must exist.
        disk: the file system; the machine's own by default.
        reserve_bytes: `take` refuses a file that would leave less than this free.

    Raises:
        DiskError: the folder cannot be made or listed.
    """

    def __init__(self, root: Path, disk: Disk | None = None, *, reserve_bytes: int = RESERVE_BYTES) -> None:
        self.root = Path(root)
        self._disk: Disk = disk or RealDisk()
        self._reserve_bytes = reserve_bytes
        # Folders whose own names this process has seen reach the disk.
        self._durable: set[str] = set()
        with disk_words(f"opening the store {shown(self.root)}"):
            self._disk.make_dir(self.root)
            self._disk.fsync_dir(self.root.parent)
            sweep(self._disk, self.root)

    def take(self, path: Path, *, progress: Callable[[int, int], None] | None = None) -> Taken:
        """Copy a file into the store.

        Args:
            path: a regular file; it is only read.
            progress: called with bytes done and bytes expected.

        Raises:
            ChangedWhileRead: it was written to meanwhile.
            BadInput: it is no regular file, or cannot be read to its end.
            DiskError: the store's disk is full or failed.
        """
        name = shown(path)
        with source_words(name):
            source = self._disk.open_read(Path(path))
        try:
            with source_words(name):
                before = self._disk.state(source)
            if not before.regular:
                raise BadInput(
                    f"{name} is no regular file (a folder, pipe, socket or device).",
                    kept="Nothing was stored.",
                    advice="Give the path of the file itself.",
                )
            self._refuse_when_full(before.size)
            return self._store(lambda target: self._copy_unchanged(source, target, before, name, progress))
        finally:
            self._disk.close(source)

    def take_bytes(self, data: bytes) -> Taken:
        """Store bytes that are in memory. Raises DiskError."""
        self._refuse_when_full(len(data))

        def write(target: int) -> tuple[bytes, int]:
            self._disk.write(target, memoryview(data))
            return hashlib.sha256(data).digest(), len(data)

        return self._store(write)

    def path(self, sha256: bytes) -> Path:
        """Return where a blob of this hash (32 bytes) lies or would lie."""
        if len(sha256) != hashlib.sha256().digest_size:
            raise ValueError("a SHA-256 has 32 bytes")
        name = sha256.hex()
        return self.root / name[:2] / name

    def __contains__(self, sha256: bytes) -> bool:
        return self._disk.exists(self.path(sha256))

    def open(self, sha256: bytes) -> BinaryIO:
        """Open a blob for reading. Raises BlobMissing or DiskError."""
        with self._blob_words(sha256):
            return os.fdopen(self._disk.open_read(self.path(sha256)), "rb")

    def check(self, sha256: bytes) -> Literal["ok", "missing", "changed"]:
        """Read a blob again and compare its hash.

        Raises:
            DiskError: the disk cannot read it; that is neither "missing" nor "changed", and a copy should be fetched.
        """
        try:
            with self._blob_words(sha256):
                return "ok" if self._hash_of(self.path(sha256)) == sha256 else "changed"
        except BlobMissing:
            return "missing"

    def __iter__(self) -> Iterator[bytes]:
        """Yield the hash of each stored blob, in order; names that are not ours are passed over."""
        for folder in self._disk.list(self.root):
            if _FOLDER.fullmatch(folder):
                for name in self._disk.list(self.root / folder):
                    if _NAME.fullmatch(name) and name.startswith(folder):
                        yield bytes.fromhex(name)

    def _copy_unchanged(
        self,
        source: int,
        target: int,
        before: FileState,
        name: str,
        progress: Callable[[int, int], None] | None,
    ) -> tuple[bytes, int]:
        try:
            sha256, size = copy_hashed(self._disk, source, target, size=before.size, progress=progress)
            after = self._disk.state(source)
        except SourceUnreadable as error:
            with source_words(name):
                raise error from None
        if (size, before) != (before.size, after):
            raise ChangedWhileRead(
                f"{name} was written to while it was read.",
                kept="Nothing was stored.",
                advice="Wait until the copying or recording has ended, and take it again.",
            )
        return sha256, size

    def _store(self, fill: Callable[[int], tuple[bytes, int]]) -> Taken:
        """Let `fill` write a new temporary file and give it its name; remove it when anything fails."""
        with disk_words("storing the file"):
            part, fd = open_part(self._disk, self.root)
            try:
                try:
                    sha256, size = fill(fd)
                    # Before the name exists, the bytes must: a name without bytes would be a lie after a power cut.
                    self._disk.fsync(fd)
                    new, mended = self._name(part, sha256)
                finally:
                    self._disk.close(fd)
            except BaseException:
                with suppress(OSError):
                    self._disk.unlink(part)
                raise
            return Taken(sha256, size, new=new, mended=mended)

    def _name(self, part: Path, sha256: bytes) -> tuple[bool, bool]:
        """Move a synced temporary file to its place, durably; return (new, mended)."""
        target = self.path(sha256)
        folder = target.parent
        known = self._disk.exists(target)
        sound = False
        if known:
            with suppress(OSError):  # unreadable is as bad as changed: we hold the right bytes
                sound = self._hash_of(target) == sha256
        if sound:
            self._disk.unlink(part)
        else:
            self._disk.make_dir(folder)
            self._disk.rename(part, target)
        # Also for a blob that was there: another process may have renamed it and not yet synced the folder.
        self._disk.fsync_dir(folder)
        if folder.name not in self._durable:
            self._disk.fsync_dir(self.root)
            self._durable.add(folder.name)
        return not known, known and not sound

    def _hash_of(self, path: Path) -> bytes:
        fd = self._disk.open_read(path)
        try:
            return copy_hashed(self._disk, fd, None, size=self._disk.state(fd).size)[0]
        finally:
            self._disk.close(fd)

    @contextmanager
    def _blob_words(self, sha256: bytes) -> Iterator[None]:
        try:
            with disk_words(f"reading the blob {sha256.hex()}"):
                yield
        except DiskError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                raise BlobMissing(
                    f"The store has no blob {sha256.hex()}.",
                    advice="Ask another centre for it, or restore it from a copy.",
                ) from error
            raise

    def _refuse_when_full(self, size: int) -> None:
        with disk_words("asking for free space"):
            free = self._disk.free_bytes(self.root)
        if free < size + self._reserve_bytes:
            raise DiskError(
                f"The disk has {free >> 20} MiB free; the file needs {size >> 20} MiB"
                f" and {self._reserve_bytes >> 20} MiB stay reserved.",
                kept="Nothing was stored, and nothing stored before was touched.",
                advice="Free space or attach a larger disk, then take the file again.",
            )
