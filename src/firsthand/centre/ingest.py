"""Taking files in: each input ends as accepted, duplicate or refused with a reason, and the counts add up.

Rules: a file's bytes are safe in the blob store before its item is written; items are written in batches, and only
what is written is reported. Whoever interrupts and starts again loses nothing and repeats nothing: what is in already
is a duplicate. A file that no decoder opens is evidence all the same.
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from firsthand.centre.centre import AGENT
from firsthand.errors import BadInput, Misuse, Refusal
from firsthand.evidence import rules
from firsthand.media import Prober
from firsthand.record import cbor, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from firsthand.centre.centre import Centre
    from firsthand.media import Probe, Taken
    from firsthand.record.reader import Reader

BATCH = 64
COLLECTION_MAX = 100
_NAME_MAX = 1000


@dataclass
class Outcome:
    """What became of the files given."""

    accepted: list[bytes] = field(default_factory=list)
    unreadable: int = 0
    duplicate: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many files there were."""
        return len(self.accepted) + self.duplicate + len(self.refused)

    def as_dict(self) -> dict[str, Any]:
        """Return the reconciliation for `--json`."""
        return {
            "accepted": len(self.accepted),
            "duplicate": self.duplicate,
            "refused": [{"path": path, "reason": reason} for path, reason in self.refused],
        }


@dataclass(frozen=True)
class _Ready:
    taken: Taken
    probe: Probe
    preview: dict[str, Any] | None
    name: str


def find_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files given and those in the folders given, in order of their names.

    Raises:
        BadInput: a path does not exist.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            for folder, folders, names in os.walk(path):
                folders.sort()
                found.extend(Path(folder, name) for name in sorted(names))
        elif path.exists() or path.is_symlink():
            found.append(path)
        else:
            raise BadInput(
                f"There is nothing at {plain_name(str(path))}.", kept="Nothing was taken in.", advice="Check the path."
            )
    return found


def plain_name(name: str) -> str:
    """Return a file name as one line without control and direction characters, for messages."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(
        c if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} else "\N{REPLACEMENT CHARACTER}"
        for c in text
    )


def name_as_text(path: Path) -> str:
    """Return the file's own name as it is kept: exact where it is valid text, at most 1,000 characters."""
    return os.fsencode(path.name).decode("utf-8", "replace")[:_NAME_MAX]


def known_files(reader: Reader, since: int = 0) -> set[bytes]:
    """Return the SHA-256 of every file that an item binds, of those at or after the place `since` in the log."""
    query = sa.select(schema.sealed.c.value).where(
        schema.sealed.c.field == "file", schema.sealed.c.state == schema.HELD, schema.sealed.c.entry >= since
    )
    values: list[Any] = [cbor.decode(value) for value in reader.connection.execute(query).scalars()]
    return {value["sha256"] for value in values if isinstance(value, dict)}


def ingest(  # noqa: PLR0913 - what a caller may want to say
    centre: Centre,
    files: Sequence[Path],
    *,
    incident: bytes | None,
    collection: str | None,
    prober: Prober | None = None,
    progress: Callable[[Path, int], None] | None = None,
) -> Outcome:
    """Take files in.

    Args:
        centre: open.
        files: regular files; folders have been walked (`find_files`).
        incident: id of the incident that they belong to, or None.
        collection: name of the collection where there is no incident.
        prober: looks at files from a safe distance; an own one by default.
        progress: called with the file and the bytes just read.

    Raises:
        Refusal: the incident is not known here.
        DiskError: the disk is full; what was reported before is safe.
    """
    _require_incident(centre, incident)
    if collection is not None and len(collection) > COLLECTION_MAX:
        raise Misuse(
            f"The name of the collection is longer than {COLLECTION_MAX} characters.",
            kept="No file was taken in.",
            advice="Shorten it.",
        )
    with centre.store.reading() as reader:
        session = _Session(centre, incident, collection, known_files(reader), reader.size())
    own = prober or Prober()
    try:
        for path in files:
            session.take(own, path, progress)
    finally:
        session.write()
        if prober is None:
            own.close()
    centre.checkpoint()
    return session.outcome


def _require_incident(centre: Centre, incident: bytes | None) -> None:
    if incident is None:
        return
    with centre.store.reading() as reader:
        entry = reader.entry(incident)
    if entry is None or entry.type != "respond.incident/1":
        raise Refusal(
            "There is no such incident here.", kept="No file was taken in.", advice="See firsthand incident list."
        )


@dataclass
class _Session:
    """One ingest under way."""

    centre: Centre
    incident: bytes | None
    collection: str | None
    known: set[bytes]  # SHA-256 of the files that are items already
    since: int  # the place in the log up to which `known` was read
    outcome: Outcome = field(default_factory=Outcome)
    batch: list[_Ready] = field(default_factory=list)

    def take(self, prober: Prober, path: Path, progress: Callable[[Path, int], None] | None) -> None:
        """Bring one file into the blob store and the batch; write the batch when it is full."""
        last = 0

        def advance(done: int, _expected: int) -> None:
            nonlocal last
            if progress:
                progress(path, done - last)
            last = done

        try:
            taken = self.centre.blobs.take(path, progress=advance)
        except BadInput as error:
            self.outcome.refused.append((plain_name(str(path)), error.message))
            return
        if taken.sha256 in self.known:
            self.outcome.duplicate += 1
            return
        self.known.add(taken.sha256)
        probe = prober.probe(self.centre.blobs.path(taken.sha256))
        preview = None
        if probe.preview:
            kept = self.centre.blobs.take_bytes(probe.preview)
            preview = {"sha256": kept.sha256, "size": kept.size}
        self.batch.append(_Ready(taken, probe, preview, name_as_text(path)))
        if len(self.batch) >= BATCH:
            self.write()

    def write(self) -> None:
        """Write items for the batch, but for files that another program took in meanwhile."""
        if not self.batch:
            return
        key = self.centre.writer_key
        with self.centre.store.writing() as writer:
            others = known_files(writer.reader, self.since)
            mine = [ready for ready in self.batch if ready.taken.sha256 not in others]
            written = []
            for ready in mine:
                draft = rules.take_in(
                    ready.probe,
                    file={"sha256": ready.taken.sha256, "size": ready.taken.size},
                    name=ready.name,
                    incident=self.incident,
                    collection=self.collection,
                    preview=ready.preview,
                )
                written.append(writer.append(key, draft.body, draft.sealed).id)
            if written:
                custody = rules.custody(written, "ingestion", agent=AGENT)
                writer.append(key, custody.body, custody.sealed)
            writer.flush()
            end = writer.reader.size()
        self.outcome.accepted.extend(written)
        self.outcome.unreadable += sum(not ready.probe.readable for ready in mine)
        self.outcome.duplicate += len(self.batch) - len(mine)
        self.known |= others
        self.since, self.batch = end, []


def walk_sizes(files: Sequence[Path]) -> Iterator[int]:
    """Yield the sizes of files, 0 where they cannot be looked at."""
    for path in files:
        try:
            yield path.lstat().st_size
        except OSError:
            yield 0
