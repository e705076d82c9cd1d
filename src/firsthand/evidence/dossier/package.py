"""A dossier as a set of named files, whether zipped or unpacked. Everything in it is hostile until checked."""

from __future__ import annotations

import os
import stat
import zlib
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

from firsthand.errors import BadInput, Misuse
from firsthand.evidence.dossier.zipform import Member, read_directory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_CHUNK = 1 << 20
FILES_MAX = 1_000_000
_FOLDERS = frozenset(("data", "data/entries", "data/media", "data/proofs"))
_DEEP = 1000
_SHOWN_MAX = 100
Progress = "Callable[[int], None]"


class Package(Protocol):
    """Named files. `problem` says what is wrong with the container itself, empty when nothing is."""

    problem: str

    def sizes(self) -> Mapping[str, int]:
        """Return name -> size in bytes."""
        ...  # pragma: no cover

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the content of a file.

        Raises:
            BadInput: its checksum in the zip does not agree, or it cannot be read.
        """
        ...  # pragma: no cover


def read(package: Package, name: str, limit: int) -> bytes:
    """Return the content of a file of at most `limit` bytes.

    Raises:
        BadInput: it is missing, too large, or damaged.
    """
    size = package.sizes().get(name)
    if size is None:
        raise BadInput(f"{name} is missing.")
    if size > limit:
        raise BadInput(f"{name} is larger than it can be.")
    return b"".join(package.chunks(name))


def digest(package: Package, name: str, progress: Callable[[int], None] | None = None) -> bytes:
    """Return the SHA-256 of a file. Raises BadInput as `Package.chunks` does."""
    found = sha256()
    for chunk in package.chunks(name):
        found.update(chunk)
        if progress:
            progress(len(chunk))
    return found.digest()


class ZipPackage:
    """A zipped dossier. Close it after use."""

    def __init__(self, path: Path) -> None:
        self.problem = ""
        self._members: dict[str, Member] = {}
        self._sizes: dict[str, int] = {}
        try:
            self._fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError as error:
            raise Misuse(f"{path} cannot be opened: {error.strerror}.", advice="Give the path of a dossier.") from None
        with os.fdopen(os.dup(self._fd), "rb") as file:
            try:
                self._members = {m.name: m for m in read_directory(file, os.fstat(self._fd).st_size)}
                self._sizes = {name: member.size for name, member in self._members.items()}
            except BadInput as error:
                self.problem = error.message

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)

    def sizes(self) -> Mapping[str, int]:
        """See `Package`."""
        return self._sizes

    def chunks(self, name: str) -> Iterator[bytes]:
        """See `Package`. Safe in several threads: reads name their place."""
        member = self._members[name]
        at, crc = member.data_offset, 0
        while at < member.end:
            chunk = os.pread(self._fd, min(_CHUNK, member.end - at), at)
            if not chunk:
                raise BadInput(f"{name} is cut off.")
            crc = zlib.crc32(chunk, crc)
            at += len(chunk)
            yield chunk
        if crc != member.crc:
            raise BadInput(f"{name} does not agree with its checksum in the zip.")


class FolderPackage:
    """An unpacked dossier: regular files only, no links."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._sizes: dict[str, int] = {}
        self.problem = ""
        for folder, folders, names in os.walk(root, onerror=self._unreadable):
            folders.sort()
            for name in folders:
                relative = Path(folder, name).relative_to(root).as_posix()
                if relative not in _FOLDERS:
                    self.problem = f"The folder {relative[:_SHOWN_MAX]!r} does not belong in a dossier."
            if len(folder) - len(str(root)) > _DEEP:  # beyond any name of a dossier; the system's own limit is near
                folders.clear()
            for name in sorted(names) + [f for f in folders if os.path.islink(os.path.join(folder, f))]:  # noqa: PTH114, PTH118
                path = Path(folder, name)
                info = path.lstat()
                relative = path.relative_to(root).as_posix()
                if not stat.S_ISREG(info.st_mode):
                    self.problem = f"{relative!r} is not a regular file."
                    continue
                self._sizes[relative] = info.st_size
                if len(self._sizes) > FILES_MAX:
                    raise BadInput("The folder holds more files than any dossier.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held open."""

    def sizes(self) -> Mapping[str, int]:
        """See `Package`."""
        return self._sizes

    def _unreadable(self, error: OSError) -> None:
        self.problem = f"A folder in it cannot be read: {error.strerror}."

    def chunks(self, name: str) -> Iterator[bytes]:
        """See `Package`."""
        try:
            # without waiting: what was a file when it was listed may be a pipe by now
            fd = os.open(self._root / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise BadInput(f"{name} cannot be opened: {error.strerror}.") from None
        with os.fdopen(fd, "rb", buffering=0) as file:
            while chunk := file.read(_CHUNK):
                yield chunk


def open_package(path: Path) -> ZipPackage | FolderPackage:
    """Return the dossier at `path`, zip or folder.

    Raises:
        Misuse: there is nothing, or nothing readable, at `path`.
    """
    if path.is_dir():
        return FolderPackage(path)
    if not path.is_file():
        raise Misuse(f"There is no dossier at {path}.", advice="Give the path of a zip or of an unpacked folder.")
    return ZipPackage(path)
