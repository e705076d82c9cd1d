"""Unfinished copies: files that have no name to be found by yet, and belong to one living process each.

Rules: a process holds a lock on its unfinished copy from the moment it made it; the kernel drops the lock when the
process dies, however it dies. What has our name pattern and no lock is abandoned and may go; nothing else is touched.
"""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from firsthand.media.disk import Disk

_PART = re.compile(r"\.taking-[0-9a-f]{16}\.part")


def open_part(disk: Disk, folder: Path) -> tuple[Path, int]:
    """Make an unfinished copy and lock it; return its path and descriptor. Raises OSError."""
    while True:
        part = folder / f".taking-{secrets.token_hex(8)}.part"
        fd = disk.open_new(part)
        # Between making and locking it, a sweeper may have taken it for abandoned: then make another.
        if disk.lock(fd) and disk.state(fd).links:
            return part, fd
        disk.close(fd)


def sweep(disk: Disk, folder: Path) -> None:
    """Remove unfinished copies of processes that are gone. Raises OSError when the folder cannot be listed."""
    for name in disk.list(folder):
        if _PART.fullmatch(name):
            # Gone already, or no plain file of ours: then it is none of our business.
            with suppress(OSError):
                _remove_abandoned(disk, folder / name)


def _remove_abandoned(disk: Disk, part: Path) -> None:
    fd = disk.open_read(part)
    try:
        if disk.state(fd).regular and disk.lock(fd):
            disk.unlink(part)
    finally:
        disk.close(fd)
