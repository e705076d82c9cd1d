"""Making a dossier: gather, sign, write; in this order, so that what is signed is what is written."""

from __future__ import annotations

import errno
import os
import secrets
import zlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import sqlalchemy as sa

from firsthand.centre.centre import AGENT
from firsthand.errors import DiskError, Misuse, Refusal, StoreError
from firsthand.evidence import rules
from firsthand.evidence.dossier import layout
from firsthand.evidence.dossier.build import Payload, checksum, file_chunks, gather
from firsthand.evidence.dossier.verify_text import verify_text
from firsthand.evidence.dossier.zipform import write_zip
from firsthand.evidence.entries import Disclosure, Tags
from firsthand.evidence.page import report_page
from firsthand.evidence.views import items
from firsthand.record import schema
from firsthand.respond import views as respond_views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from firsthand.centre.centre import Centre
    from firsthand.record.reader import Reader


@dataclass(frozen=True)
class Made:
    """A dossier that was written."""

    path: Path
    entries: int
    items: int
    bytes: int


def things_of(reader: Reader, incident: bytes) -> set[bytes]:
    """Return the ids of everything that belongs to an incident, itself included.

    Units are not among them: what else they did that night is nobody's business (`gather` takes their first entries).
    """
    found = {incident}
    first = reader.entry(incident)
    if first is not None:
        found.update(call for call in first.body.get("calls", ()) if isinstance(call, bytes))  # type: ignore[union-attr]
    tables = (respond_views.calls, respond_views.worksites, respond_views.assignments, respond_views.persons, items)
    for table in tables:
        found.update(
            reader.connection.execute(sa.select(table.c.subject).where(table.c.incident == incident)).scalars()
        )
    return found | _unseated(reader, incident)


def _unseated(reader: Reader, incident: bytes) -> set[bytes]:
    """Return the ids of the entries that name an incident and do not stand: no view has them; they are shown too."""
    ids = reader.connection.execute(sa.select(schema.marks.c.id)).scalars().all()
    entries = (reader.entry(entry_id) for entry_id in ids)
    return {entry.id for entry in entries if entry is not None and entry.body.get("incident") == incident}


def units_of(reader: Reader, incident: bytes) -> set[bytes]:
    """Return the ids of the units that were assigned to an incident."""
    table = respond_views.assignments
    return set(reader.connection.execute(sa.select(table.c.unit).where(table.c.incident == incident)).scalars())


def make_dossier(  # noqa: PLR0913 - what a caller may want to say
    centre: Centre,
    incident: bytes,
    out: Path,
    *,
    recipient: str | None = None,
    purpose: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Made:
    """Write the dossier of an incident as a zip at `out`.

    Raises:
        Refusal: no such incident.
        Misuse: `out` exists or its folder does not.
        StoreError: a file that the record names is damaged in the store.
        DiskError: the disk is full; nothing is left behind.
    """
    say = progress or (lambda _text: None)
    if os.path.lexists(out):
        raise Misuse(f"{out} exists already.", kept="It was not touched.", advice="Name another file.")
    if not out.parent.is_dir():
        raise Misuse(f"There is no folder {out.parent}.", advice="Make it first, or name another.")
    say("checkpoint")
    note = centre.checkpoint()
    say("entries and proofs")
    with centre.store.reading() as reader:
        entry = reader.entry(incident)
        if entry is None or entry.type != "respond.incident/1":
            raise Refusal(
                "There is no such incident here.", kept="Nothing was made.", advice="See firsthand incident list."
            )
        payload = gather(
            reader,
            incident,
            things_of(reader, incident),
            units_of(reader, incident),
            note=note,
            log=centre.log_verifier,
            blob=centre.blobs.path,
            page=report_page,
        )
    say("files")
    sums = _sums(payload)
    say("signing")
    tags, item_ids = _tag_files(centre, incident, payload), tuple({media.item: None for media in payload.media})
    hashes = payload.hashes()
    tags[layout.MANIFEST] = layout.manifest(hashes)
    body = Disclosure(
        incident=incident,
        manifest=sha256(tags[layout.MANIFEST]).digest(),
        tags=Tags(
            verify=sha256(tags[layout.VERIFY]).digest(),
            bag_info=sha256(tags[layout.BAG_INFO]).digest(),
            bagit=sha256(tags[layout.BAGIT_TXT]).digest(),
        ),
        log_size=payload.log_size,
        entries=payload.entries,
        items=len(payload.media),
    )
    key = centre.writer_key
    with centre.store.writing() as writer:
        signed = writer.append(key, body, {"recipient": recipient, "purpose": purpose})
        for start in range(0, len(item_ids), 1000):
            custody = rules.custody(item_ids[start : start + 1000], "dissemination", agent=AGENT)
            writer.append(key, custody.body, custody.sealed)
    later = centre.checkpoint()
    with centre.store.reading() as reader:
        place = reader.place(signed.id)
        proof = reader.prove([place], later)[place] if place is not None else None
    tags[layout.DISCLOSURE] = signed.raw
    tags[layout.DISCLOSURE_PROOF] = proof.to_bytes() if proof else b""
    tags[layout.TAGMANIFEST] = layout.tagmanifest(tags)
    say("writing")
    size = _write(out, payload, tags, sums)
    return Made(out, payload.entries, len(payload.media), size)


def _tag_files(centre: Centre, incident: bytes, payload: Payload) -> dict[str, bytes]:
    octets, files = payload.octets()
    date = datetime.fromtimestamp(centre.clock() / 1000, UTC).strftime("%Y-%m-%d")
    return {
        layout.BAGIT_TXT: layout.BAGIT,
        layout.BAG_INFO: layout.bag_info(
            date=date, incident=incident, octets=octets, files=files, exercise=payload.exercise
        ),
        layout.VERIFY: verify_text(exercise=payload.exercise),
    }


def _sums(payload: Payload) -> dict[str, int]:
    """Return name -> CRC-32 of the files to be disclosed, each read whole: nothing is signed about a damaged one."""
    sums = {}
    for media in payload.media:
        digest, size, crc = checksum(media.path)
        if (digest, size) != (media.sha256, media.size):
            raise StoreError(
                f"The stored file {media.sha256.hex()[:16]}... has changed on this disk.",
                kept="No dossier was made.",
                advice="Run firsthand fsck, and restore the file from another copy.",
            )
        sums[media.name] = crc
    return sums


def _write(out: Path, payload: Payload, tags: dict[str, bytes], sums: dict[str, int]) -> int:
    """Write the zip under a new temporary name of its own, bring it to disk, and rename it."""
    part = out.with_name(f".{out.name}.{secrets.token_hex(8)}.part")
    texts = dict(payload.files) | tags
    media = {m.name: m for m in payload.media}

    def members() -> Iterable[tuple[str, int, int, Iterable[bytes]]]:
        for name in sorted({*texts, *media}):
            if name in texts:
                content = texts[name]
                yield name, len(content), zlib.crc32(content), (content,)
                continue
            yield name, media[name].size, sums[name], file_chunks(media[name].path)

    try:
        with part.open("xb") as file:  # never through a link that somebody laid there
            write_zip(file, members())
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        part.rename(out)
        folder = os.open(out.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise DiskError(
            f"The dossier could not be written: {error.strerror}.",
            kept="Nothing was left behind.",
            advice="Free some space and try again."
            if error.errno == errno.ENOSPC
            else "Choose a folder that can be written.",
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return size
