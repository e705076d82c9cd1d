"""A disk that forgets: what was not synced may be lost, torn or reordered when the power fails.

It works on a real folder, so that the code under test sees ordinary files, and keeps beside it what a platter would
hold. `power_cut` then makes the folder look as it might after the cut; a seed chooses among the allowed outcomes:

- synced bytes and synced names survive;
- each unsynced write survives, is lost, or survives in part, independently of the order in which it was made;
- each unsynced change of a folder (new name, rename, removal) survives or not, in any order; a rename within the disk
  is one change;
- a file whose name survived but whose bytes did not is shorter, or has zeros where bytes were written.

The disk can also be small (ENOSPC), and its reads and syncs can fail (EIO).
"""

from __future__ import annotations

import errno
import os
import random
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from firsthand.media.disk import FileState, RealDisk

if TYPE_CHECKING:
    from pathlib import Path


class PowerCut(Exception):  # noqa: N818 - an event
    """The machine is dark. Every operation raises it from now on."""


@dataclass
class _Platter:
    """One file as the disk holds it."""

    synced: bytearray = field(default_factory=bytearray)
    unsynced: list[tuple[int, bytes]] = field(default_factory=list)
    length: int = 0


@dataclass
class _Change:
    """A change of names in one folder that may not have reached the disk: None removes a name."""

    names: dict[Path, _Platter | None]


class CrashingDisk(RealDisk):
    """A `Disk` over an empty folder.

    Args:
        root: the folder; must exist, and everything that is done must lie inside it.
        seed: chooses what survives.
        cut_at: raise PowerCut in place of this operation (counted from 0); None never.
        full_at_bytes: writes beyond this many bytes in all raise ENOSPC.
        bad_reads: paths whose reading raises EIO after the first read.
        bad_syncs: True makes every fsync of a file raise EIO.
    """

    def __init__(  # noqa: PLR0913 - each is one fault
        self,
        root: Path,
        *,
        seed: int = 0,
        cut_at: int | None = None,
        full_at_bytes: int | None = None,
        bad_reads: frozenset[Path] = frozenset(),
        bad_syncs: bool = False,
    ) -> None:
        self.root = root
        self.operations = 0
        self.cut_at = cut_at
        self.full_at_bytes = full_at_bytes
        self.bad_reads = bad_reads
        self.bad_syncs = bad_syncs
        self.dark = False
        self._random = random.Random(seed)  # noqa: S311 - the same seed, the same cut
        self._written = 0
        self._open: dict[int, _Platter] = {}
        self._reading: dict[int, tuple[Path, int]] = {}
        self._now: dict[Path, _Platter] = {}
        self._folders: set[Path] = {root}
        self._durable: dict[Path, _Platter] = {}
        self._durable_folders: set[Path] = {root}
        self._changes: list[_Change] = []

    def _step(self) -> None:
        if self.dark:
            raise PowerCut
        if self.operations == self.cut_at:
            self.dark = True
            raise PowerCut
        self.operations += 1

    def open_new(self, path: Path) -> int:
        """Create a file whose name is not yet durable."""
        self._step()
        fd = super().open_new(path)
        self._open[fd] = self._now[path] = _Platter()
        self._changes.append(_Change({path: self._now[path]}))
        return fd

    def open_read(self, path: Path) -> int:
        """Open for reading; remember which path it was, for `bad_reads`."""
        self._step()
        fd = super().open_read(path)
        self._reading[fd] = (path, 0)
        return fd

    def read_into(self, fd: int, buffer: memoryview) -> int:
        """Read; a bad file gives its first piece and then EIO, as a scratched card does."""
        self._step()
        path, count = self._reading.get(fd, (None, 0))
        if path in self.bad_reads and count:
            _fail(errno.EIO)
        if path is not None:
            self._reading[fd] = (path, count + 1)
        return super().read_into(fd, buffer)

    def write(self, fd: int, data: memoryview) -> None:
        """Write what still fits; the rest raises ENOSPC."""
        self._step()
        room = len(data) if self.full_at_bytes is None else max(0, self.full_at_bytes - self._written)
        part = data[:room]
        platter = self._open[fd]
        platter.unsynced.append((platter.length, bytes(part)))
        platter.length += len(part)
        self._written += len(part)
        super().write(fd, part)
        if room < len(data):
            _fail(errno.ENOSPC)

    def fsync(self, fd: int) -> None:
        """Make the bytes durable, not the name."""
        self._step()
        if self.bad_syncs:
            _fail(errno.EIO)
        platter = self._open[fd]
        for at, data in platter.unsynced:
            _put(platter.synced, at, data)
        platter.unsynced.clear()

    def close(self, fd: int) -> None:
        """Close, also in the dark: a process that dies closes its files."""
        self._open.pop(fd, None)
        self._reading.pop(fd, None)
        super().close(fd)

    def state(self, fd: int) -> FileState:
        """Ask the real file."""
        self._step()
        return super().state(fd)

    def rename(self, source: Path, target: Path) -> None:
        """Rename; durable when the target's folder is synced."""
        self._step()
        super().rename(source, target)
        platter = self._now.pop(source)
        self._now[target] = platter
        self._changes.append(_Change({target: platter, source: None}))

    def unlink(self, path: Path) -> None:
        """Remove a name; it may come back after a cut."""
        self._step()
        super().unlink(path)
        self._now.pop(path, None)
        self._changes.append(_Change({path: None}))

    def make_dir(self, path: Path) -> None:
        """Make a folder whose own name is not yet durable."""
        self._step()
        super().make_dir(path)
        self._folders.add(path)

    def fsync_dir(self, path: Path) -> None:
        """Make the names in one folder durable, and the folders in it."""
        self._step()
        super().fsync_dir(path)
        for change in self._changes:
            if any(name.parent == path for name in change.names):
                self._apply(change)
        self._changes = [change for change in self._changes if all(name.parent != path for name in change.names)]
        self._durable_folders |= {folder for folder in self._folders if folder.parent == path}

    def list(self, path: Path) -> list[str]:
        """Ask the real folder."""
        self._step()
        return super().list(path)

    def exists(self, path: Path) -> bool:
        """Ask the real folder."""
        self._step()
        return super().exists(path)

    def power_cut(self) -> None:
        """Make the folder what the platter might hold. Nothing of this disk may be used afterwards."""
        self.dark = True
        for fd in list(self._open):
            self.close(fd)
        pending = list(self._changes)
        self._random.shuffle(pending)
        for change in pending:
            if self._random.random() < 0.5:
                self._apply(change)
        kept_folders = set(self._durable_folders)
        kept_folders |= {folder for folder in self._folders if self._random.random() < 0.5}
        for entry in self.root.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        for folder in sorted(kept_folders, key=lambda folder: len(folder.parts)):
            if folder == self.root or folder.parent in kept_folders:
                folder.mkdir(exist_ok=True)
        for path, platter in self._durable.items():
            if path.parent.is_dir():
                path.write_bytes(self._survivors(platter))

    def _apply(self, change: _Change) -> None:
        for path, platter in change.names.items():
            if platter is None:
                self._durable.pop(path, None)
            else:
                self._durable[path] = platter

    def _survivors(self, platter: _Platter) -> bytes:
        """Return the synced bytes with some of the unsynced writes, whole or torn."""
        content = bytearray(platter.synced)
        for at, data in platter.unsynced:
            fate = self._random.random()
            if fate < 0.4:
                _put(content, at, data)
            elif fate < 0.7:
                _put(content, at, data[: self._random.randrange(len(data) + 1)])
        return bytes(content)


def _put(content: bytearray, at: int, data: bytes) -> None:
    if len(content) < at:
        content.extend(bytes(at - len(content)))  # a hole reads as zeros
    content[at : at + len(data)] = data


def _fail(code: int) -> NoReturn:
    raise OSError(code, os.strerror(code))
