"""Turn what the file system says into words for people.

Rules: a fault of the file that was offered is `BadInput`; a fault of our own disk is `DiskError`; names from outside
are shown so that they cannot break the line, reorder it or flood it.
"""

from __future__ import annotations

import errno
import os
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING

from firsthand.errors import BadInput, DiskError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHOWN_CHARACTERS_MAX = 80

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SOURCE_REASONS = {
    errno.ENOENT: "is not there",
    errno.EACCES: "may not be read by this user",
    errno.EPERM: "may not be read by this user",
    errno.ELOOP: "is a symbolic link, and links are not followed",
    errno.ENAMETOOLONG: "has a name that is too long for this file system",
    errno.ENXIO: "is a socket or a device, no file",
    errno.ENODEV: "is a device that is not there",
    errno.EIO: "cannot be read to its end: the medium reports a fault",
    errno.ESTALE: "disappeared while it was read",
}


def shown(path: Path | str) -> str:
    """Return the last part of a path in quotes, safe in one line of a terminal or log.

    Control characters, bidirectional controls and undecodable bytes become escapes; what is longer than
    `SHOWN_CHARACTERS_MAX` loses its middle, so that the extension stays visible.
    """
    name = os.path.basename(os.path.normpath(path))  # noqa: PTH119 - Path.name is empty for "..", this is not
    safe = "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        else character
        for character in name
    )
    if len(safe) > SHOWN_CHARACTERS_MAX:
        half = SHOWN_CHARACTERS_MAX // 2
        safe = f"{safe[:half]}…{safe[1 - half :]}"
    return f'"{safe}"'


@contextmanager
def source_words(name: str) -> Iterator[None]:
    """Turn an OSError about the file that was offered, already `shown`, into BadInput."""
    try:
        yield
    except OSError as error:
        reason = _SOURCE_REASONS.get(error.errno or 0) or f"cannot be read: {error.strerror or error}"
        raise BadInput(
            f"{name} {reason}.",
            kept="Nothing of it was stored.",
            advice="If the card is failing, make an image of it first and take the files from the image."
            if error.errno == errno.EIO
            else "Check the path and try again.",
        ) from error


@contextmanager
def disk_words(doing: str) -> Iterator[None]:
    """Turn an OSError of our own disk into DiskError; `doing` completes "... failed"."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskError(
                f"The disk became full: {doing} failed.",
                kept="Nothing was stored, and nothing stored before was touched.",
                advice="Free space or attach a larger disk, then try again.",
            ) from error
        raise DiskError(
            f"The disk refused: {doing} failed ({error.strerror or error}).",
            kept="Nothing was stored.",
            advice="Check the disk and its cable (dmesg, smartctl), and move the store if faults repeat.",
        ) from error
