"""The few file operations that durability depends on, behind one small door.

Rules:

1. What must outlive a power cut goes through a `Disk`: tests put one there that forgets whatever was not synced.
2. A file is durable after `fsync`; its name is durable after `fsync_dir` of the folder that holds it; a new folder's
   own name is durable after `fsync_dir` of its parent. Nothing else is promised (POSIX.1-2024, fsync; ext4, xfs and
   btrfs give more, and we do not lean on it).
3. Handles are file descriptors, closed by whoever opened them. Every operation raises OSError; the callers turn it
   into words for people.
4. A descriptor is never inherited by a program we start, and no operation here follows a symbolic link in the last
   part of a path.
"""

from __future__ import annotations

import fcntl
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

_OPEN_ALWAYS = os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class FileState:
    """What a file system says about an open file; two equal states mean "not touched in between".

    Attributes:
        regular: False for a folder, pipe, socket or device.
        size: bytes.
        links: names that the file has; 0 once it was unlinked.
        mtime_ns: last change of the bytes, in ns; the kernel's own steps are about 4 ms.
        ctime_ns: last change of bytes or metadata, in ns; cannot be set back by a user.
        inode: device and inode number.
    """

    regular: bool
    size: int
    links: int
    mtime_ns: int
    ctime_ns: int
    inode: tuple[int, int]


class Disk(Protocol):
    """A file system as far as this package relies on it. All operations raise OSError."""

    def open_new(self, path: Path) -> int:
        """Create `path`, which must not exist, for writing by this user alone."""

    def open_read(self, path: Path) -> int:
        """Open `path` for reading; never waits for the other end of a pipe."""

    def read_into(self, fd: int, buffer: memoryview) -> int:
        """Fill the start of `buffer`; return the bytes read, 0 at the end of the file."""

    def write(self, fd: int, data: memoryview) -> None:
        """Write all of `data` at the end of what was written so far."""

    def state(self, fd: int) -> FileState:
        """Return what the file system says about an open file."""

    def lock(self, fd: int) -> bool:
        """Take the file's only lock, without waiting; False when a living process holds it."""

    def fsync(self, fd: int) -> None:
        """Return when the file's bytes and size are on the disk."""

    def close(self, fd: int) -> None:
        """Close a descriptor. Unsynced bytes may still be lost."""

    def rename(self, source: Path, target: Path) -> None:
        """Give `source` the name `target`, replacing it in one step."""

    def unlink(self, path: Path) -> None:
        """Remove a name."""

    def make_dir(self, path: Path) -> None:
        """Make a folder; nothing happens when it exists."""

    def fsync_dir(self, path: Path) -> None:
        """Return when the names in a folder are on the disk."""

    def list(self, path: Path) -> list[str]:
        """Return the names in a folder, sorted; empty when the folder does not exist."""

    def exists(self, path: Path) -> bool:
        """Return whether a regular file has this name (a symbolic link does not count)."""

    def free_bytes(self, path: Path) -> int:
        """Return how many bytes an ordinary user may still write in the file system of `path`."""


class RealDisk:
    """The machine's own file system."""

    def open_new(self, path: Path) -> int:
        """Create `path` with mode 0600."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _OPEN_ALWAYS, 0o600)

    def open_read(self, path: Path) -> int:
        """Open `path`; O_NONBLOCK keeps a pipe without a writer from hanging us."""
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | _OPEN_ALWAYS)

    def read_into(self, fd: int, buffer: memoryview) -> int:
        """Read once, straight into our buffer."""
        return os.readv(fd, [buffer])

    def write(self, fd: int, data: memoryview) -> None:
        """Go on until all is written: the kernel may take less than it was given."""
        while data:
            data = data[os.write(fd, data) :]

    def state(self, fd: int) -> FileState:
        """Ask fstat(2)."""
        found = os.fstat(fd)
        return FileState(
            regular=stat.S_ISREG(found.st_mode),
            size=found.st_size,
            links=found.st_nlink,
            mtime_ns=found.st_mtime_ns,
            ctime_ns=found.st_ctime_ns,
            inode=(found.st_dev, found.st_ino),
        )

    def lock(self, fd: int) -> bool:
        """Use flock(2): the kernel drops it when the process dies, however it dies."""
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def fsync(self, fd: int) -> None:
        """Wait for the disk. After a failure the bytes count as lost: asking again may report success."""
        os.fsync(fd)

    def close(self, fd: int) -> None:
        """Let the kernel close it."""
        os.close(fd)

    def rename(self, source: Path, target: Path) -> None:
        """Let the kernel rename in one step."""
        source.rename(target)

    def unlink(self, path: Path) -> None:
        """Remove the name, not what others still read."""
        path.unlink()

    def make_dir(self, path: Path) -> None:
        """Make it with mode 0700."""
        path.mkdir(mode=0o700, exist_ok=True)

    def fsync_dir(self, path: Path) -> None:
        """Open the folder and fsync it."""
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def list(self, path: Path) -> list[str]:
        """Read the folder's names."""
        try:
            return sorted(entry.name for entry in path.iterdir())
        except FileNotFoundError:
            return []

    def exists(self, path: Path) -> bool:
        """Ask lstat(2)."""
        try:
            return stat.S_ISREG(os.lstat(path).st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return False

    def free_bytes(self, path: Path) -> int:
        """Ask statvfs(3) for the blocks that are free without privilege."""
        found = os.statvfs(path)
        return found.f_bavail * found.f_frsize
