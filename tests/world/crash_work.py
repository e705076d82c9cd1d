"""Work that is going to be interrupted: it says what it begins, and what has been acknowledged, line by line.

Lines are JSON objects with one key: `begin` and `done` with the ids (hex) of a batch of entries, `taking` and `taken`
with the numbers of files, `noted` with the size under a signed checkpoint, `made` with the organisation's id.
"""

from __future__ import annotations

import json
import os
import random
from itertools import count
from typing import TYPE_CHECKING, Any

from firsthand.centre import ingest as ingestion
from firsthand.centre.centre import Centre
from firsthand.errors import DiskError
from firsthand.media import BlobStore, Kind, Probe, Prober
from firsthand.respond.entries import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from firsthand.media.disk import Disk
    from world.crash_check import Ledger

FILE_BYTES_MAX = 20_000
COLLECTION = "crash"


class Voice:
    """Says what happened on a descriptor; each line leaves this process before `say` returns."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def say(self, **line: Any) -> None:
        """Write one line."""
        os.write(self._fd, json.dumps(line).encode() + b"\n")


class Deaf(Voice):
    """Says it to a ledger of this process."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def say(self, **line: Any) -> None:
        """Note one line."""
        self._ledger.hear([line])


class Glance(Prober):
    """Looks at no file, and gives each a preview that is a blob of its own."""

    def probe(self, path: Path) -> Probe:
        """Return a fixed answer."""
        kind = Kind("image/jpeg", "jpg", "picture")
        return Probe(kind, readable=True, preview=b"preview of " + path.name.encode())


def file_bytes(number: int) -> bytes:
    """Return the content of file `number`, other than that of all others."""
    chance = random.Random(number)  # noqa: S311 - the same number, the same file
    return number.to_bytes(8, "big") + chance.randbytes(chance.randrange(FILE_BYTES_MAX))


def make(voice: Voice, folder: Path) -> Centre:
    """Found an organisation."""
    centre = Centre.create(folder, name="Crash", exercise=True, roots=2, m=2)
    voice.say(made=centre.org.hex())
    return centre


def append(voice: Voice, centre: Centre, seed: int, batches: Iterable[int] | None = None, key: str = "centre") -> None:
    """Append entries in batches of 1 to 12, sometimes with a checkpoint after one; without end by default."""
    chance = random.Random(seed)  # noqa: S311 - the same seed, the same work
    signing = centre.keys.get(key)
    for batch in batches if batches is not None else count():
        with centre.store.writing() as writer:
            bodies = [Call(place=None, area=None, reported=n, urgency="now") for n in range(chance.randint(1, 12))]
            ids = [writer.append(signing, body, {"what": f"batch {batch}"}).id.hex() for body in bodies]
            voice.say(begin=ids)
        voice.say(done=ids)
        if chance.random() < 0.2:
            voice.say(noted=int(centre.checkpoint().split(b"\n")[1]))


def ingest(  # noqa: PLR0913 - who works where on what
    voice: Voice, centre: Centre, seed: int, sources: Path, numbers: Iterable[int], *, disk: Disk | None = None
) -> None:
    """Take in files in batches of 1 to 4; `disk` lies under the blobs where it is given."""
    chance = random.Random(seed)  # noqa: S311 - the same seed, the same work
    if disk is not None:
        centre.blobs = BlobStore(centre.folder / "blobs", disk)
    rest = iter(numbers)
    while batch := [number for _, number in zip(range(chance.randint(1, 4)), rest, strict=False)]:
        paths = [sources / f"{number}.jpg" for number in batch]
        for number, path in zip(batch, paths, strict=True):
            whole = path.with_suffix(".part")  # a kill must not tear the source: what is given is what is expected
            whole.write_bytes(file_bytes(number))
            whole.rename(path)
        voice.say(taking=batch)
        outcome = ingestion.ingest(centre, paths, incident=None, collection=COLLECTION, prober=Glance(), progress=None)
        if outcome.refused:
            raise AssertionError(outcome.refused)
        voice.say(taken=batch)


def fill(voice: Voice, centre: Centre, seed: int, more_room: Callable[[], None]) -> None:
    """Append until the disk is full, try once more, get more room, and go on with the same open store."""
    for attempt in range(2):
        try:
            append(voice, centre, seed + attempt)
        except DiskError as error:
            voice.say(full=error.paragraph())
    more_room()
    append(voice, centre, seed + 2, range(5))
