"""What was acknowledged, and what of it a store still has."""

from __future__ import annotations

import hashlib
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from firsthand.centre.centre import TRUST_FILE, Centre
from firsthand.centre.fsck import fsck
from firsthand.errors import FirsthandError
from firsthand.evidence.dossier.layout import keys_text
from firsthand.record import cbor, schema
from firsthand.record.entry import ZERO, Entry, read_stored
from firsthand.respond.entries import Call
from world.crash_work import file_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from firsthand.record.reader import Reader

KEYS = {"centre", "centre-next", "log", "root-1", "root-1-next", "root-2", "root-2-next"}


@dataclass
class Ledger:
    """What one worker on a store has said.

    Attributes:
        made: the organisation's id, None as long as its founding was not acknowledged.
        entries: ids of entries acknowledged, in order.
        begun: ids of the batch that was not acknowledged yet.
        files: numbers of files acknowledged.
        taking: numbers of the files of the batch that was not acknowledged yet.
        noted: size under the newest checkpoint acknowledged.
        opened: whether the store was opened.
        full: what was said when the disk was full.
        errors: what broke.
    """

    made: str | None = None
    entries: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    taking: list[int] = field(default_factory=list)
    noted: int = 0
    opened: bool = False
    full: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def hear(self, lines: Iterable[dict[str, Any]]) -> None:
        """Take note of lines, in order."""
        for line in lines:
            for what, value in line.items():
                if what == "begin":
                    self.begun = value
                elif what == "taking":
                    self.taking = value
                elif what == "done":
                    self.entries += value
                    self.begun = []
                elif what == "taken":
                    self.files += value
                    self.taking = []
                elif what == "error":
                    self.errors.append(value)
                elif what == "full":
                    self.full.append(value)
                    self.begun = []  # refused as a whole
                else:
                    setattr(self, {"open": "opened"}.get(what, what), value)


@dataclass
class Look:
    """What was found in a store.

    Attributes:
        problems: what is lost, torn or wrong; empty when all is well.
        kept: whether the batch that was not acknowledged is there nevertheless.
        reopen_s: seconds until the store was open.
        entries: entries in the log.
    """

    problems: list[str] = field(default_factory=list)
    kept: bool = False
    reopen_s: float = 0.0
    entries: int = 0


def look(folder: Path, ledger: Ledger, *, thorough: bool = True, go_on: bool = False) -> Look:
    """Open the store in `folder` and compare it with what was acknowledged.

    Args:
        folder: of a centre that nobody has open.
        ledger: what was acknowledged.
        thorough: also run fsck, which reads everything.
        go_on: append one more entry first, as someone would who goes on working.
    """
    found = Look()
    began = time.perf_counter()
    try:
        centre = Centre(folder)
    except FirsthandError as error:
        if ledger.made is not None:
            found.problems.append(f"the store does not open: {error.message}")
        return found
    found.reopen_s = time.perf_counter() - began
    with centre:
        try:
            if ledger.made is None and not (folder / TRUST_FILE).exists():
                return found  # its founding was not finished, and nobody was told that it was
            if go_on:
                with centre.store.writing() as writer:
                    writer.append(centre.writer_key, Call(place=None, area="after", reported=None, urgency="later"))
            found.problems += _founding(centre, ledger)
            with centre.store.reading() as reader:
                log = [read_stored(raw) for _, raw in reader.log()]
                found.problems += _record(reader, log, ledger, found)
                found.problems += _files(reader, ledger, found)
            found.problems += _blobs(centre)
            found.entries = len(log)
            if thorough:
                found.problems += fsck(centre).problems
        except FirsthandError as error:
            found.problems.append(f"{type(error).__name__}: {error.message}")
    return found


def _founding(centre: Centre, ledger: Ledger) -> Iterable[str]:
    if ledger.made is None:
        return
    if centre.org.hex() != ledger.made:
        yield "it is another organisation"
    for name in sorted(KEYS - set(centre.keys)):
        yield f"the key {name} is lost"
    for name in centre.keys:
        centre.keys.get(name)  # raises when it is damaged
    trust = centre.folder / TRUST_FILE
    if not trust.exists() or trust.read_bytes() != keys_text(centre.org, centre.log_verifier):
        yield f"{TRUST_FILE} is lost"


def _record(reader: Reader, log: list[Entry], ledger: Ledger, found: Look) -> Iterable[str]:
    calls = [entry.id.hex() for entry in log if entry.type == Call.TYPE and entry.body["area"] != "after"]
    if calls == ledger.entries + ledger.begun and ledger.begun:
        found.kept = True
    elif calls != ledger.entries:
        lost, more = set(ledger.entries) - set(calls), set(calls) - set(ledger.entries)
        yield f"{len(lost)} acknowledged entries are lost, {len(more)} were never promised, or out of order"
    feeds: dict[bytes, list[Entry]] = defaultdict(list)
    for entry in log:
        feeds[entry.feed].append(entry)
    for entries in feeds.values():
        before = [ZERO, *(entry.id for entry in entries)]
        if any(entry.seq != n or entry.prev != before[n] for n, entry in enumerate(entries)):
            yield "a feed is no chain"
    if reader.connection.execute(sa.select(schema.forks)).first():
        yield "a feed is forked"
    note = reader.newest_checkpoint()
    if ledger.noted > (int(note.split(b"\n")[1]) if note else 0):
        yield "an acknowledged checkpoint is lost"


def _files(reader: Reader, ledger: Ledger, found: Look) -> Iterable[str]:
    rows = reader.connection.execute(sa.select(schema.sealed.c.value).where(schema.sealed.c.field == "file")).scalars()
    bound = Counter(_sha256(value) for value in rows)
    hashes = {number: hashlib.sha256(file_bytes(number)).digest() for number in (*ledger.files, *ledger.taking)}
    for number in ledger.files:
        if not bound[hashes[number]]:
            yield f"the acknowledged file {number} is not in the record"
    if any(times > 1 for times in bound.values()):
        yield "a file is in the record twice"
    there = sum(bool(bound[hashes[number]]) for number in ledger.taking)
    found.kept = found.kept or 0 < there == len(ledger.taking)
    if 0 < there < len(ledger.taking):
        yield "half a batch of files is in the record"
    if unknown := bound.keys() - set(hashes.values()):
        yield f"{len(unknown)} files are in the record that nobody gave"


def _sha256(value: bytes) -> bytes:
    file: Any = cbor.decode(value)
    sha256: bytes = file["sha256"]
    return sha256


def _blobs(centre: Centre) -> Iterable[str]:
    for sha256 in centre.blobs:
        if (state := centre.blobs.check(sha256)) != "ok":
            yield f"the blob {sha256.hex()[:16]} is {state}"
    for path in centre.blobs.root.iterdir():
        if not path.is_dir():
            yield f"{path.name} was left behind"
