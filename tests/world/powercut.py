"""Power cuts for a real process: what it did to its files, written down in order, and what a disk may have kept of it.

`Recording` runs a program under the recorder (tests/durability/recorder.c). `Platter` replays its log up to any moment
and makes the folder as it might be found after a power cut at that moment; a seed chooses among the outcomes:

- what was synced survives: a file's bytes and length by fsync of the file, the names in a folder by fsync of the folder
  (POSIX promises no more; ext4 with barriers keeps more);
- of what was not synced, each sector of 512 bytes of a file is, apart from all others, as it was after any of the
  writes since the last sync; its length is any that it had since;
- each change of names in a folder that was not synced happened or did not, in any combination; a renamed file may have
  both names, never none.

SQLite's `-shm` file is left away: it is memory shared by living processes, and SQLite makes it again.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from os import O_CREAT, O_TRUNC
from typing import TYPE_CHECKING, TypeVar

from world.crash import environment

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

OPEN, WRITE, TRUNCATE, SYNC, CLOSE, RENAME, UNLINK, MKDIR = range(1, 9)
SECTOR = 512
_HEAD = struct.Struct("<BiQII")
_NOT_KEPT = ("-shm",)
_FOLDER = "folder"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """One call as the recorder wrote it: `number` is an offset, a length or flags; `a` and `b` paths, or `b` data."""

    what: int
    fd: int
    number: int
    a: str
    b: bytes


def read_log(path: Path) -> Iterator[Step]:
    """Yield the steps of a log."""
    log, at = path.read_bytes(), 0
    while at < len(log):
        what, fd, number, a, b = _HEAD.unpack_from(log, at)
        at += _HEAD.size + a + b
        yield Step(what, fd, number, log[at - a - b : at - b].decode(), log[at - b : at])


def record(recorder: Path, root: Path, log: Path, *arguments: str, full_at: int | None = None) -> int:
    """Run `python -m world.powercut_work ARGUMENTS` recorded; return its exit code."""
    room = {} if full_at is None else {"RECORD_FULL": str(full_at)}
    done = subprocess.run(
        [sys.executable, "-m", "world.powercut_work", *arguments],
        env=environment(LD_PRELOAD=str(recorder), RECORD_ROOT=str(root), RECORD_LOG=str(log), **room),
        check=False,
        timeout=120,
    )
    return done.returncode


@dataclass(eq=False)
class _File:
    """A file: its bytes at the last sync, and each write (offset, bytes) or new length since."""

    synced: bytes = b""
    since: list[tuple[int, bytes] | int] = field(default_factory=list)

    def now(self) -> bytes:
        content = bytearray(self.synced)
        for change in self.since:
            _apply(content, change)
        return bytes(content)

    def sync(self) -> None:
        self.synced = self.now()
        self.since.clear()

    def survivor(self, chance: random.Random) -> bytes:
        """Return what a disk may hold."""
        newest = chance.choice((0.0, 0.2, 0.5, 0.8, 1.0))  # how far the disk had come
        if chance.random() < 0.3:
            return self._in_order(chance)
        content = bytearray(self.synced)
        lengths = [len(content)]
        versions: dict[int, list[bytes]] = {}
        for change in self.since:
            first, last = _touched(content, change)
            for sector in range(first, last):
                versions.setdefault(sector, [_sector(content, sector)])
            _apply(content, change)
            lengths.append(len(content))
            for sector in range(first, last):
                versions[sector].append(_sector(content, sector))
        result = bytearray(max([*lengths, 0]))
        result[: len(self.synced)] = self.synced
        for sector, seen in versions.items():
            chosen = _choose(chance, seen, newest)
            result[sector * SECTOR : sector * SECTOR + len(chosen)] = chosen
        return bytes(result[: _choose(chance, lengths, newest)])

    def _in_order(self, chance: random.Random) -> bytes:
        """Return what is there when writes reach the disk in order, the last one torn."""
        content = bytearray(self.synced)
        count = chance.randint(0, len(self.since))
        for change in self.since[:count]:
            _apply(content, change)
        if count < len(self.since) and isinstance(torn := self.since[count], tuple):
            end = (torn[0] // SECTOR + chance.randint(0, len(torn[1]) // SECTOR + 1)) * SECTOR
            _apply(content, (torn[0], torn[1][: max(0, end - torn[0])]))
        return bytes(content)


@dataclass(frozen=True, eq=False)
class _Naming:
    """A change of one name that was not synced: `file` None removes it, a string makes a folder."""

    path: str
    file: _File | str | None
    after: _Naming | None = None  # of a rename: the new name without which the old one does not go

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]


@dataclass(frozen=True, eq=False)
class _Moving:
    """A folder that got another name, not synced yet: one change of names, whatever is in it."""

    source: str
    path: str
    after: None = None

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]


class Platter:
    """The disk under the folder `root`, of which some files and folders were there, and durable, before.

    Args:
        root: the folder that was recorded.
        before: path below `root` -> bytes, or None for a folder.
    """

    def __init__(self, root: Path, before: Mapping[str, bytes | None] | None = None) -> None:
        self._root = f"{root}/"
        self._durable: dict[str, _File | str] = {
            path: _FOLDER if content is None else _File(content) for path, content in (before or {}).items()
        }
        self._now = dict(self._durable)
        self._waiting: list[_Naming | _Moving] = []
        self._open: dict[int, _File | str] = {}

    def do(self, step: Step) -> None:
        """Do what the process did."""
        target = self._open.get(step.fd)
        if step.what == OPEN:
            self._open[step.fd] = self._opened(self._below(step.a), step.number)
        elif step.what == CLOSE:
            self._open.pop(step.fd, None)
        elif step.what == WRITE and isinstance(target, _File):
            target.since.append((step.number, step.b))
        elif step.what == TRUNCATE and isinstance(target, _File):
            target.since.append(step.number)
        elif step.what == SYNC:
            self._sync(target)
        elif step.what == MKDIR:
            self._name(self._below(step.a), _FOLDER)
        elif step.what == UNLINK:
            self._name(self._below(step.a), None)
        elif step.what == RENAME:
            source, named = self._below(step.a), self._below(step.b.decode())
            if self._now[source] is _FOLDER:
                self._move(source, named)
                return
            self._name(source, None, after=self._name(named, self._now[source]))
        else:
            raise AssertionError(f"not understood: {step}")

    def _below(self, path: str) -> str:
        if f"{path}/" == self._root:
            return ""
        if not path.startswith(self._root):
            raise AssertionError(f"{path} is not below {self._root}")
        return path.removeprefix(self._root)

    def _opened(self, path: str, flags: int) -> _File | str:
        """Return what was opened: a file, or the path of a folder."""
        if not path:
            return path
        if path not in self._now:
            if not flags & O_CREAT:
                raise AssertionError(f"{path} was opened, and never made")
            self._name(path, _File())
        found = self._now[path]
        if isinstance(found, _File):
            if flags & O_TRUNC and found.now():
                found.since.append(0)
            return found
        return path

    def _name(self, path: str, file: _File | str | None, after: _Naming | None = None) -> _Naming:
        naming = _Naming(path, file, after)
        self._waiting.append(naming)
        _rename(self._now, naming)
        return naming

    def _move(self, source: str, named: str) -> None:
        """Give a folder another name; what is in it must be durable already, or a cut could tear it apart."""
        inside = [waiting.path for waiting in self._waiting if f"{waiting.folder}/".startswith(f"{source}/")]
        if inside:
            raise AssertionError(f"{source} was renamed before these names in it were synced: {inside}")
        moving = _Moving(source, named)
        self._waiting.append(moving)
        _rename(self._now, moving)

    def _sync(self, target: _File | str | None) -> None:
        if isinstance(target, _File):
            target.sync()
        else:
            for naming in self._waiting:
                if naming.folder == target:
                    _rename(self._durable, naming)
            self._waiting = [naming for naming in self._waiting if naming.folder != target]

    def contents(self) -> dict[str, bytes | None]:
        """Return everything as living processes see it: path -> bytes, or None for a folder."""
        return {
            path: file.now() if isinstance(file, _File) else None
            for path, file in self._now.items()
            if not path.endswith(_NOT_KEPT)
        }

    def after_cut(self, chance: random.Random) -> dict[str, bytes | None]:
        """Return what may be found after a power cut now; nothing here changes."""
        names = dict(self._durable)
        share, gone = chance.choice((0.0, 0.3, 0.7, 1.0)), set()
        for naming in self._waiting:
            if naming.after in gone or chance.random() >= share:
                gone.add(naming)
            else:
                _rename(names, naming)
        return {
            path: file.survivor(chance) if isinstance(file, _File) else None
            for path, file in names.items()
            if not path.endswith(_NOT_KEPT) and _has_folders(names, path)
        }


def snapshot(root: Path) -> dict[str, bytes | None]:
    """Return what lies below `root`: path -> bytes, or None for a folder."""
    return {
        str(path.relative_to(root)): None if path.is_dir() else path.read_bytes()
        for path in root.rglob("*")
        if not path.name.endswith(_NOT_KEPT)
    }


def lay_out(root: Path, contents: Mapping[str, bytes | None]) -> None:
    """Make the folder `root` anew with these files and folders in it."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    for path in sorted(contents):
        content = contents[path]
        if content is None:
            (root / path).mkdir()
        else:
            (root / path).write_bytes(content)


def _rename(names: dict[str, _File | str], naming: _Naming | _Moving) -> None:
    if isinstance(naming, _Moving):
        for path in [path for path in names if f"{path}/".startswith(f"{naming.source}/")]:
            names[naming.path + path.removeprefix(naming.source)] = names.pop(path)
    elif naming.file is None:
        names.pop(naming.path, None)
    else:
        names[naming.path] = naming.file


def _has_folders(names: Mapping[str, object], path: str) -> bool:
    parts = path.split("/")[:-1]
    return all("/".join(parts[: n + 1]) in names for n in range(len(parts)))


def _apply(content: bytearray, change: tuple[int, bytes] | int) -> None:
    length = change if isinstance(change, int) else change[0]
    if len(content) < length:
        content.extend(bytes(length - len(content)))  # a hole reads as zeros
    if isinstance(change, int):
        del content[change:]
    else:
        content[length : length + len(change[1])] = change[1]


def _touched(content: bytearray, change: tuple[int, bytes] | int) -> tuple[int, int]:
    """Return the first sector that a change touches, and the first after it that it does not."""
    if isinstance(change, int):
        low, high = min(change, len(content)), max(change, len(content))
    else:
        low, high = min(change[0], len(content)), change[0] + len(change[1])
        low = change[0] if change[0] <= len(content) else low
    return low // SECTOR, -(-high // SECTOR)


def _sector(content: bytearray, n: int) -> bytes:
    """Return a sector, with zeros after the end of the file."""
    return bytes(content[n * SECTOR : (n + 1) * SECTOR]).ljust(SECTOR, b"\0")


def _choose(chance: random.Random, versions: Sequence[T], newest: float) -> T:
    return versions[-1] if chance.random() < newest else chance.choice(versions)
