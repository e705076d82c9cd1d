"""Putting a dossier together: which entries, which files, and the texts around them. Reads; signs nothing.

Rule: what is disclosed is decided here, by type and field, and counted; everything else about the incident is
withheld and counted too.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from firsthand.evidence.dossier import layout, readable
from firsthand.evidence.dossier.content import receipts_here
from firsthand.record.entry import read_stored
from firsthand.record.projection import chunks
from firsthand.record.reader import display_key
from firsthand.record.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from firsthand.record.entry import Entry
    from firsthand.record.note import VerifierKey
    from firsthand.record.reader import Reader, Sealed

DISCLOSED: dict[str, frozenset[str]] = {
    "respond.call/1": frozenset(("what", "place_text")),
    "respond.incident/1": frozenset(("title", "summary", "place_text")),
    "respond.incident_status/1": frozenset(("note",)),
    "respond.worksite/1": frozenset(("note",)),
    "respond.worksite_status/1": frozenset(("note",)),
    "evidence.item/1": frozenset(("file", "name", "claims", "note")),
    "evidence.custody/1": frozenset(("note",)),
}
"""Sealed fields that a dossier opens. Names of people, their families, callers, homes and notes about persons stay
sealed."""

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Media:
    """A file to be disclosed: where it lies, its name in the dossier, its hash and size, the item that binds it."""

    path: Path
    name: str
    sha256: bytes
    size: int
    item: bytes


@dataclass(frozen=True)
class Payload:
    """What goes under data/: texts in memory, media by path, with the counts for the disclosure."""

    files: Mapping[str, bytes]
    media: tuple[Media, ...]
    log_size: int
    entries: int
    exercise: bool

    def hashes(self) -> dict[str, bytes]:
        """Return name -> SHA-256 of every payload file."""
        found = {name: sha256(content).digest() for name, content in self.files.items()}
        return found | {media.name: media.sha256 for media in self.media}

    def octets(self) -> tuple[int, int]:
        """Return the payload's bytes and number of files (BagIt's Payload-Oxum)."""
        total = sum(map(len, self.files.values())) + sum(media.size for media in self.media)
        return total, len(self.files) + len(self.media)


@dataclass(frozen=True)
class _Chosen:
    place: int
    entry: Entry
    sealed: Mapping[str, Sealed]


def gather(  # noqa: PLR0913 - everything comes from the caller, who alone does I/O
    reader: Reader,
    incident: bytes,
    subjects: set[bytes],
    singles: set[bytes],
    *,
    note: bytes,
    log: VerifierKey,
    blob: Callable[[bytes], Path],
    page: Callable[[bytes], bytes],
) -> Payload:
    """Return the payload of the dossier of an incident.

    Args:
        reader: one moment of the store.
        incident: id of the incident's first entry.
        subjects: all things that belong to it, itself included; all entries about them are disclosed.
        singles: ids of further entries to disclose, without others about the same thing.
        note: the checkpoint under which everything is proven.
        log: the key that signed it.
        blob: SHA-256 -> path of a file held.
        page: incident.json -> the report page.
    """
    log_size = int(note.split(b"\n", 2)[1])
    about = {n: entry for n, entry in reader.about(subjects) if n < log_size}
    for single in singles:
        n, entry = reader.place(single), reader.entry(single)
        if n is not None and entry is not None and n < log_size:
            about[n] = entry
    roster = _entries_at(reader, [n for n in reader.roster_places() if n < log_size])
    arrivals = reader.arrivals(entry.id for entry in about.values())
    receipts = {reader.place(receipt): reader.entry(receipt) for _, receipt in arrivals.values()}
    places = roster | {n: entry for n, entry in receipts.items() if n is not None and n < log_size and entry} | about
    chosen = [_Chosen(n, entry, reader.sealed(n)) for n, entry in sorted(places.items())]
    received = receipts_here(c.entry for c in chosen)
    chosen.sort(key=lambda c: display_key(c.entry, received.get(c.entry.id)))
    media = _media([c for c in chosen if reader.state(c.entry.id) is State.STANDING], blob)
    genesis = next(c.entry for c in chosen if c.entry.genesis)
    document = {
        "format": readable.FORMAT,
        "org": genesis.id.hex(),
        "incident": incident.hex(),
        "exercise": genesis.body["exercise"],
        "log_size": log_size,
        "entries": [
            readable.entry_json(c.entry, c.sealed, DISCLOSED.get(c.entry.type, frozenset()), received.get(c.entry.id))
            for c in chosen
        ],
        "facts": _facts(reader, incident, chosen),
        "media": [{"sha256": m.sha256.hex(), "size": m.size, "name": m.name, "entry": m.item.hex()} for m in media],
        "counts": _counts(reader, chosen, about, media, log_size),
    }
    proofs = reader.prove([c.place for c in chosen], note)
    text = readable.dump(document)
    files: dict[str, bytes] = {
        layout.INCIDENT: text,
        layout.PAGE: page(text),
        layout.KEYS: layout.keys_text(genesis.id, log),
        layout.POLICY: layout.policy_text(log),
    }
    for c in chosen:
        files[layout.entry_name(c.entry.id)] = c.entry.raw
        files[layout.proof_name(c.entry.id)] = proofs[c.place].to_bytes()
    return Payload(files, tuple(media), log_size, len(chosen), bool(genesis.body["exercise"]))


def _entries_at(reader: Reader, places: list[int]) -> dict[int, Entry]:
    from firsthand.record import schema  # noqa: PLC0415 - the one query that needs it

    found: dict[int, Entry] = {}
    for chunk in chunks(places, 400):
        rows = reader.connection.execute(
            sa.select(schema.entries.c.n, schema.entries.c.raw).where(schema.entries.c.n.in_(chunk))
        )
        found.update((n, read_stored(raw)) for n, raw in rows)
    return found


def _media(chosen: list[_Chosen], blob: Callable[[bytes], Path]) -> list[Media]:
    """Return the files of the items whose `file` is disclosed and held; of two items of one file the first.

    What an item of another writer says its file is may be anything: what names no file that lies here is passed over.
    """
    found: dict[bytes, Media] = {}
    for c in chosen:
        digest, size, extension = _bound_file(c)
        if digest is None or digest in found:
            continue
        path = blob(digest)
        if path.is_file() and path.stat().st_size == size:
            found[digest] = Media(path, layout.media_name(digest, extension), digest, size, c.entry.id)
    return sorted(found.values(), key=lambda m: m.name)


def _bound_file(c: _Chosen) -> tuple[bytes | None, int, str]:
    """Return (SHA-256, size, extension) of the file that an item's opened field names; None where it names none."""
    field = c.sealed.get("file") if c.entry.type == "evidence.item/1" else None
    value: Any = field.opening.value if field and field.opening else None
    value = value if isinstance(value, dict) else {}
    digest, size, extension = (value.get(key) for key in ("sha256", "size", "ext"))
    if not isinstance(digest, bytes) or len(digest) != sha256().digest_size or type(size) is not int:
        return None, 0, ""
    return digest, size, extension if isinstance(extension, str) else ""


def _facts(reader: Reader, incident: bytes, chosen: list[_Chosen]) -> list[dict[str, Any]]:
    """Return what the report says in its first lines, each from one field of one standing entry."""
    statuses = [c for c in chosen if c.entry.type == "respond.incident_status/1"]
    replaced = {old for c in statuses for old in c.entry.body["replaces"]}  # type: ignore[union-attr]
    facts: list[dict[str, Any]] = []
    for (kind, field), name in readable.FACTS.items():
        for c in chosen:
            if c.entry.type != kind or (c in statuses and c.entry.id in replaced):
                continue
            if kind == "respond.incident/1" and c.entry.id != incident:
                continue
            value = _shown(c, field)
            if value is not None and reader.state(c.entry.id) is State.STANDING:
                facts.append({"name": name, "value": value, "entry": c.entry.id.hex(), "field": field})
    return facts


def _shown(c: _Chosen, field: str) -> Any:
    """Return the JSON form of `body.x` or of a disclosed `sealed.x`, else None."""
    room, name = field.split(".")
    if room == "body":
        return readable.to_json(c.entry.body[name])
    opening = c.sealed[name].opening
    disclosed = name in DISCLOSED.get(c.entry.type, frozenset())
    return readable.to_json(opening.value) if disclosed and opening is not None else None


def _counts(
    reader: Reader, chosen: list[_Chosen], about: Mapping[int, Entry], media: list[Media], log_size: int
) -> dict[str, Any]:
    in_dossier: dict[bytes, int] = {}
    states = {"disclosed": 0, "withheld": 0, "erased": 0, "missing": 0}
    items = 0
    for c in chosen:
        in_dossier[c.entry.feed] = in_dossier.get(c.entry.feed, 0) + 1
        shown = readable.entry_json(c.entry, c.sealed, DISCLOSED.get(c.entry.type, frozenset()), None)["sealed"]
        for field in shown.values():
            states[field["state"]] += 1
        items += c.entry.type == "evidence.item/1"
    sizes = reader.feed_sizes(log_size)
    return {
        "feeds": [
            {"feed": feed.hex(), "log": sizes[feed], "dossier": count} for feed, count in sorted(in_dossier.items())
        ],
        "incident": {"log": len(about), "dossier": len(about)},
        "sealed": states,
        "files": {"disclosed": len(media), "withheld": items - sum(1 for _ in _bound(chosen, media))},
    }


def _named_digest(c: _Chosen) -> bytes | None:
    """Return the SHA-256 that an item's opened field names, whatever else it says: as a verifier counts."""
    field = c.sealed.get("file") if c.entry.type == "evidence.item/1" else None
    value: Any = field.opening.value if field and field.opening else None
    digest = value.get("sha256") if isinstance(value, dict) else None
    return digest if isinstance(digest, bytes) else None


def _bound(chosen: list[_Chosen], media: list[Media]) -> Iterator[bytes]:
    """Yield the items whose file is in the dossier."""
    disclosed = {m.sha256 for m in media}
    for c in chosen:
        if _named_digest(c) in disclosed:
            yield c.entry.id


def file_chunks(path: Path) -> Iterator[bytes]:
    """Yield the content of a file in chunks."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def checksum(path: Path) -> tuple[bytes, int, int]:
    """Return (SHA-256, size, CRC-32) of a file."""
    found, size, crc = sha256(), 0, 0
    for chunk in file_chunks(path):
        found.update(chunk)
        size += len(chunk)
        crc = zlib.crc32(chunk, crc)
    return found.digest(), size, crc
