"""The door for entries of other writers: what comes in is judged first, apart from any store, and stored afterwards.

Rules: an entry is accepted when its form is right, it is of this organisation, its key is known, and its signature
holds. Whether it counts is not asked here. A key is known by the genesis, by an enrolment that carries the key's own
proof, or by a rotation into the key that was committed; whatever order they come in. Entries of unknown keys, and those
of a later format, wait in a bounded quarantine outside the log. What is offered to open sealed fields is checked
against the commitments, and refused where the field was erased. A claimed time advances no clock of ours; one that lies
more than five minutes ahead is named in the result.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from firsthand.errors import BadInput
from firsthand.record import cbor, ed25519, sealed
from firsthand.record.clock import AHEAD_MAX_MS
from firsthand.record.entries import ENTRIES, Enrol, Genesis, Receipt, Rotate
from firsthand.record.entry import Entry, feed_id, parse, split
from firsthand.record.genesis import enrol_proof_message, read_genesis
from firsthand.record.projection import chunks
from firsthand.record.types import Draft, Registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from concurrent.futures import Future

    from firsthand.record.sealed import Opening

QUARANTINE_ENTRIES_MAX = 10_000
QUARANTINE_BYTES_MAX = 64 * 2**20
RECEIPT_IDS_MAX = 1000
_REGISTRY = Registry(ENTRIES)
_INTRODUCE = frozenset(("record.genesis/1", "record.enrol/1", "record.rotate/1"))
_CHUNK = 200  # signatures that a thread checks in one go
_THREADS = 2


@dataclass(slots=True)
class Received:
    """What became of a batch. Ids are 32 bytes; reasons are sentences."""

    accepted: list[Entry] = field(default_factory=list)
    duplicates: int = 0
    quarantined: dict[bytes, bytes] = field(default_factory=dict)  # id -> bytes
    refused: dict[bytes, str] = field(default_factory=dict)
    openings: int = 0
    openings_refused: dict[tuple[bytes, str], str] = field(default_factory=dict)
    ahead: list[bytes] = field(default_factory=list)  # accepted, with a claimed time far ahead of our clock


class Judge:
    """Judges entries by the keys known so far, and learns keys from those that it accepts. Call `close` in the end.

    Args:
        org: id of the organisation.
        keys: feed id -> public key of the keys known.
        committed: (feed, the feed that was committed to follow it).
    """

    def __init__(self, org: bytes, keys: Mapping[bytes, bytes], committed: Iterable[tuple[bytes, bytes]]) -> None:
        self._org = org
        self._keys = dict(keys)
        self._committed = set(committed)
        self._waiting: dict[bytes, list[tuple[int, Entry]]] = {}
        self._accepted: dict[int, Entry] = {}
        self._ready: list[tuple[int, Entry]] = []
        self._checks: list[tuple[list[tuple[int, Entry]], Future[list[bool]]]] = []
        self._place = 0
        self._unread: dict[bytes, bytes] = {}
        self.refused: dict[bytes, str] = {}
        self.learned = False
        self._pool = ThreadPoolExecutor(_THREADS)

    def offer(self, raws: Iterable[bytes]) -> None:
        """Judge entries; may be called several times before `result`."""
        for raw in raws:
            self._place += 1
            try:
                entry = parse(raw)
            except BadInput as error:
                if of_later_format(raw):
                    self._unread[sha256(raw).digest()] = raw
                else:
                    self.refused[sha256(raw).digest()] = error.message
                continue
            if entry.organisation != self._org:
                self.refused[entry.id] = "The entry is of another organisation."
                continue
            freed = [(self._place, entry)]
            while freed:  # an entry may bring a key that others waited for, and one of those the next
                freed += self._sort(*freed.pop())

    def result(self) -> tuple[list[Entry], dict[bytes, bytes]]:
        """Return the accepted entries in the order of their coming, genesis first, and id -> bytes of what waits."""
        self._submit()
        for entries, check in self._checks:
            for (place, entry), holds in zip(entries, check.result(), strict=True):
                self._settle(place, entry, holds=holds)
        self._checks.clear()
        waiting = {entry.id: entry.raw for entries in self._waiting.values() for _, entry in entries}
        return [self._accepted[place] for place in sorted(self._accepted)], self._unread | waiting

    def close(self) -> None:
        """Let go of the threads."""
        self._pool.shutdown(cancel_futures=True)

    def _sort(self, place: int, entry: Entry) -> list[tuple[int, Entry]]:
        """Judge an entry or let it wait; return those that waited for a key that it brings."""
        if entry.type in _INTRODUCE:
            return self._introduce(place, entry)
        if entry.feed not in self._keys:
            self._waiting.setdefault(entry.feed, []).append((place, entry))
            return []
        self._ready.append((place, entry))
        if len(self._ready) >= _CHUNK:
            self._submit()
        return []

    def _submit(self) -> None:
        if self._ready:
            pairs = [(self._keys[entry.feed], entry.raw) for _, entry in self._ready]
            self._checks.append((self._ready, self._pool.submit(_hold, pairs)))
            self._ready = []

    def _settle(self, place: int, entry: Entry, *, holds: bool) -> None:
        if holds:
            self._accepted[0 if entry.genesis else place] = entry
        else:
            self.refused[entry.id] = "The entry's signature does not hold."

    def _introduce(self, place: int, entry: Entry) -> list[tuple[int, Entry]]:
        """Judge an entry that may bring a key, at once, since those that follow may need it."""
        body = _REGISTRY.read(entry.type, entry.body, entry.sealed)
        keys: list[tuple[bytes, bytes | None]] = []
        own = self._keys.get(entry.feed)
        if isinstance(body, Genesis):
            read_genesis(entry)
            keys, own = [(root.key, root.next) for root in body.roots], body.roots[0].key
        elif isinstance(body, Rotate) and feed_id(body.key) == entry.feed:
            keys = [(body.key, body.next)]
            if entry.seq == 0 and (body.old, entry.feed) in self._committed:
                own = body.key
        elif isinstance(body, Enrol):
            message = enrol_proof_message(self._org, body.purpose, body.alg, body.key, body.next, body.person)
            keys = [(body.key, body.next)] if ed25519.verify(body.key, message, body.proof) else []
        if own is None:
            self._waiting.setdefault(entry.feed, []).append((place, entry))
            return []
        holds = _hold([(own, entry.raw)])[0]
        self._settle(place, entry, holds=holds)
        return self._learn(keys) if holds else []

    def _learn(self, keys: Sequence[tuple[bytes, bytes | None]]) -> list[tuple[int, Entry]]:
        """Take keys as known, and return what waited for them or for a rotation into the one that follows."""
        freed = []
        for key, following in keys:
            self.learned = True
            feed = feed_id(key)
            self._keys.setdefault(feed, key)
            freed += self._waiting.pop(feed, [])
            if following is not None:
                self._committed.add((feed, following))
                freed += self._waiting.pop(following, [])
        return freed


def _hold(pairs: Sequence[tuple[bytes, bytes]]) -> list[bool]:
    """Return for each (public key, entry bytes) whether the signature holds; the library lets other threads run."""
    found = []
    for key, raw in pairs:
        _, signed, signature = split(raw)
        found.append(ed25519.verify(key, signed, signature))
    return found


def of_later_format(raw: bytes) -> bool:
    """Return whether `raw` has the frame of an entry and names a format version after 1."""
    try:
        payload = cbor.decode(split(raw)[0])
    except BadInput:
        return False
    version = payload.get("v") if isinstance(payload, dict) else None
    return type(version) is int and version > 1


def find_genesis(raws: Iterable[bytes], expected: bytes | None) -> bytes:
    """Return the id of the one genesis entry among `raws`.

    Raises:
        BadInput: there is none, there are several, or it is not the `expected` one.
    """
    found = set()
    for raw in raws:
        try:
            entry = parse(raw)
        except BadInput:
            continue
        if entry.genesis:
            found.add(entry.id)
            if expected is None:
                break  # the first one begins the record; another one is of another organisation
    if not found or (expected is not None and expected not in found):
        raise BadInput(
            "The store is empty, and the genesis of the organisation is not among what came.",
            kept="Nothing was written.",
            advice="Import a package that holds the whole record first.",
        )
    return expected or found.pop()


def check_opening(entry: Entry, name: str, opening: Opening) -> str:
    """Return why `opening` does not open the sealed field `name` of `entry`; empty when it does."""
    if name not in entry.sealed:
        return "The entry has no such sealed field."
    if len(opening.salt) != sealed.SALT_BYTES:
        return "The salt does not have 32 bytes."
    try:
        found = sealed.commitment(entry.org, entry.feed, entry.seq, name, opening.salt, opening.value)
    except BadInput as error:
        return error.message
    return "" if found == entry.sealed[name] else "The value is not the one that was sealed."


def far_ahead(entries: Iterable[Entry], now_ms: int) -> list[bytes]:
    """Return the ids of those whose claimed time is more than five minutes ahead of our clock."""
    return [entry.id for entry in entries if entry.time[0] > now_ms + AHEAD_MAX_MS]


def receipts(entries: Iterable[Entry], arrived_ms: int) -> list[Draft]:
    """Return the drafts of a centre's receipts for `entries`, a thousand ids each; receipts get none."""
    ids = [entry.id for entry in entries if entry.type != Receipt.TYPE]
    return [Draft(Receipt(entries=tuple(chunk), arrived=arrived_ms)) for chunk in chunks(ids, RECEIPT_IDS_MAX)]


def overflow(waiting: Sequence[tuple[int, int]]) -> list[int]:
    """Return which of the quarantined (number, bytes), oldest first, have to leave."""
    count, total = len(waiting), sum(size for _, size in waiting)
    leaving = []
    for number, size in waiting:
        if count <= QUARANTINE_ENTRIES_MAX and total <= QUARANTINE_BYTES_MAX:
            break
        leaving.append(number)
        count, total = count - 1, total - size
    return leaving
