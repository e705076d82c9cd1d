"""Writing to a store: entries of our own keys, entries received, and what follows from both, in one transaction.

Rules: seq, prev and time of a feed are read under the write lock, so that two processes never fork a feed. Entries,
tiles and views are written together or not at all. Our own writer refuses what would not stand; what comes from
others is kept whatever it says, once its signature holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from firsthand.errors import Refusal
from firsthand.record import cbor, schema, tree
from firsthand.record.clock import next_time
from firsthand.record.derived import derive
from firsthand.record.entries import ROSTER_TYPES
from firsthand.record.entry import ZERO, Entry, feed_id, sign_entry
from firsthand.record.nodes import keep_tiles, new_tiles
from firsthand.record.note import Checkpoint, origin, sign_note
from firsthand.record.reader import Reader, id8
from firsthand.record.rows import insert
from firsthand.record.sealed import SALT_BYTES, commitment_of_encoded, preimage_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firsthand.record.cbor import Value
    from firsthand.record.clock import Clock, Randomness
    from firsthand.record.ed25519 import SigningKey
    from firsthand.record.projection import Views
    from firsthand.record.roster import Roster
    from firsthand.record.sealed import Opening
    from firsthand.record.types import Body

_EMPTY_MAP = cbor.encode({})


@dataclass(slots=True)
class _Head:
    """Where a feed of ours stands."""

    seq: int
    prev: bytes
    time: tuple[int, int] | None


class Writer:
    """One writing transaction. Made by `Store.writing`; nothing is on disk before that ends."""

    def __init__(  # noqa: PLR0913 - all of it comes from the store
        self,
        connection: sa.Connection,
        views: Views,
        clock: Clock,
        randomness: Randomness,
        org: bytes | None,
        roster: Roster | None,
    ) -> None:
        self.reader = Reader(connection)
        self._connection = connection
        self._views = views
        self._clock = clock
        self._randomness = randomness
        self.org = org
        self.roster = roster
        self._size = self.reader.size()
        self._heads: dict[bytes, _Head] = {}
        self._feeds: dict[bytes, int] = {row.id: row.n for row in connection.execute(sa.select(schema.feeds))}
        note = self.reader.newest_checkpoint()
        self._seen = None if note is None else sha256(note).digest()
        self._new: list[Entry] = []
        self._openings: list[dict[str, Any]] = []

    @property
    def connection(self) -> sa.Connection:
        """The connection of this transaction."""
        return self._connection

    # -- writing our own

    def append(
        self, key: SigningKey, body: Body, sealed: Mapping[str, Value] | None = None, *, at_ms: int | None = None
    ) -> Entry:
        """Sign and append one entry.

        Args:
            key: the writer's key.
            body: the body; its type says which fields are sealed.
            sealed: values of sealed fields; what is left out is committed as null.
            at_ms: the device's time where it is not this machine's clock (drills, late entries).

        Raises:
            Refusal: the key may not write, or a sealed field does not belong to the type.
        """
        feed = feed_id(key.public)
        head = self._head(feed)
        self._refuse_unless_granted(feed, head.seq, body)
        values = dict(sealed or {})
        if unknown := values.keys() - set(body.SEALED):
            raise Refusal(f"A {body.TYPE} has no sealed field {min(unknown)!r}.")
        org = self.org if self.org is not None else ZERO
        time = next_time(head.time, self._clock() if at_ms is None else at_ms)
        commitments = self._seal(org, feed, head.seq, body.SEALED, values)
        plain = body.plain()
        raw = sign_entry(
            key, org=org, type=body.TYPE, feed=feed, seq=head.seq, prev=head.prev, time=time, seen=self._seen,
            body=cbor.encode(plain, depth=cbor.DEPTH_MAX - 1),
            sealed=cbor.encode(commitments) if commitments else _EMPTY_MAP,
        )  # fmt: skip
        entry = Entry(
            raw, sha256(raw).digest(), org, body.TYPE, feed, head.seq, head.prev, time, self._seen, plain,
            commitments,  # type: ignore[arg-type]
        )  # fmt: skip
        head.seq, head.prev, head.time = entry.seq + 1, entry.id, time
        if self.org is None:
            self.org = entry.id
        self._new.append(entry)
        self._views.bodies[entry.id] = body
        return entry

    def _refuse_unless_granted(self, feed: bytes, seq: int, body: Body) -> None:
        """Stop a key of ours from writing what would not count. Roster entries may wait for their approvals."""
        if self.roster is None or body.TYPE in ROSTER_TYPES or body.TYPE == "record.receipt/1":
            return
        if self.roster.roles(feed, seq) is None:
            self.flush()  # the grant may be among the entries of this transaction
        if self.roster.roles(feed, seq) is None:
            raise Refusal(
                "This key may not write in this organisation, or no longer.",
                kept="Nothing was written.",
                advice="Ask an officer to grant it, or use another key.",
            )

    def _head(self, feed: bytes) -> _Head:
        if feed not in self._heads:
            if any(entry.feed == feed for entry in self._new):
                self.flush()  # what was added of this feed is its head, or the next entry would fork it
            last = self.reader.head(feed)
            self._heads[feed] = _Head(0, ZERO, None) if last is None else _Head(last.seq + 1, last.id, last.time)
        return self._heads[feed]

    def _seal(
        self, org: bytes, feed: bytes, seq: int, fields: tuple[str, ...], values: Mapping[str, Value]
    ) -> dict[str, Value]:
        """Return the commitments to all sealed fields of an entry, and keep what opens them."""
        if not fields:
            return {}
        preimage = preimage_of(org, feed, seq)
        place = self._size + len(self._new)
        salts = self._randomness(SALT_BYTES * len(fields))
        commitments: dict[str, Value] = {}
        for i, field in enumerate(fields):
            salt, value = salts[SALT_BYTES * i : SALT_BYTES * (i + 1)], cbor.encode(values.get(field))
            commitments[field] = commitment_of_encoded(preimage, field, salt, value)
            row = {"entry": place, "field": field, "state": schema.HELD, "salt": salt, "value": value}
            self._openings.append(row)
        return commitments

    # -- what others wrote

    def add(self, entry: Entry, openings: Mapping[str, Opening] | None = None) -> None:
        """Append an entry of another writer. It is not in the log yet; signature and openings have been checked."""
        place = self._size + len(self._new)
        for field in entry.sealed:
            row = {"entry": place, "field": field, "state": schema.MISSING, "salt": None, "value": None}
            if openings and field in openings:
                opening = openings[field]
                row |= {"state": schema.HELD, "salt": opening.salt, "value": cbor.encode(opening.value)}
            self._openings.append(row)
        self._heads.pop(entry.feed, None)
        if self.org is None:
            self.org = entry.organisation
        self._new.append(entry)

    # -- the end of the transaction

    def flush(self) -> None:
        """Write everything gathered so far; called once more at the end of the transaction."""
        if not self._new:
            return
        new, first = self._new, self._size
        rows = [
            {
                "n": first + i,
                "id8": id8(entry.id),
                "feed": self._feed_number(entry.feed),
                "seq": entry.seq,
                "raw": entry.raw,
            }
            for i, entry in enumerate(new)
        ]
        tiles = new_tiles(self._connection, first, [tree.leaf_hash(entry.raw) for entry in new])
        insert(self._connection, schema.entries, rows)
        keep_tiles(self._connection, tiles)
        insert(self._connection, schema.sealed, self._openings)
        self._size, self._new, self._openings = first + len(new), [], []
        self.reader = Reader(self._connection)
        self.roster = derive(
            self._connection, self.reader, self._views, {first + i: entry for i, entry in enumerate(new)}, self.roster
        )
        self._views.bodies.clear()

    def _feed_number(self, feed: bytes) -> int:
        if feed not in self._feeds:
            self._feeds[feed] = len(self._feeds) + 1
            self._connection.execute(sa.insert(schema.feeds), {"n": self._feeds[feed], "id": feed})
        return self._feeds[feed]

    def sign_checkpoint(self, key: SigningKey) -> bytes:
        """Return a checkpoint over what is on disk, signed by the log key, and keep it.

        Called in a transaction of its own: entries and tiles are on disk before the signature is made.
        """
        if self._new:
            raise Refusal("A checkpoint is signed only over what is on disk already.")
        root = tree.root(self.reader.nodes(self._size), self._size)
        name = origin(self.org or ZERO, feed_id(key.public))
        note = sign_note(Checkpoint(name, self._size, root).text(), name, key)
        table = schema.checkpoints
        self._connection.execute(sa.delete(table).where(table.c.size == self._size))
        self._connection.execute(sa.insert(table), {"size": self._size, "note": note})
        self._seen = sha256(note).digest()
        return note
