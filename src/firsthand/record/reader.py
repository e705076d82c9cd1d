"""Reading a store: entries, openings, checkpoints, proofs, over one connection and one moment."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import sqlalchemy as sa

from firsthand.record import cbor, schema, tree
from firsthand.record.entry import Entry, read_stored
from firsthand.record.feeds import walk_to
from firsthand.record.nodes import StoredNodes
from firsthand.record.note import parse_checkpoint
from firsthand.record.projection import chunks
from firsthand.record.proof import TlogProof, prove
from firsthand.record.roster import KEEPERS, Roster
from firsthand.record.sealed import Opening
from firsthand.record.state import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_PAGE = 2000


def id8(entry_id: bytes) -> int:
    """Return the first 8 bytes of an id as the signed integer that the index holds."""
    return int.from_bytes(entry_id[:8], "big", signed=True)


def display_key(entry: Entry, arrived_ms: int | None) -> tuple[tuple[int, int], bytes, int, bytes]:
    """Return the key of display order: time, capped by the earliest receipt, then feed, seq, id."""
    time = entry.time if arrived_ms is None else min(entry.time, (arrived_ms, 0))
    return time, entry.feed, entry.seq, entry.id


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed field as this store has it: `state` is held, withheld, erased or missing; `opening` only when held."""

    state: str
    opening: Opening | None = None


_STATES = {schema.HELD: "held", schema.WITHHELD: "withheld", schema.ERASED: "erased", schema.MISSING: "missing"}


class Reader:
    """Queries over one connection. Also the `Chains` of everything that the store holds."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self._entries: dict[bytes, Entry | None] = {}
        self._forks: dict[bytes, list[int]] | None = None
        self._walked: dict[tuple[bytes, int], bytes | None] = {}
        self._whole_roster: Roster | None = None

    # -- entries

    def size(self) -> int:
        """Return the number of entries in the log."""
        last = self.connection.execute(sa.select(sa.func.max(schema.entries.c.n))).scalar()
        return 0 if last is None else int(last) + 1

    def place(self, entry_id: bytes) -> int | None:
        """Return the index in the log of an entry, or None."""
        for n, raw in self.connection.execute(
            sa.select(schema.entries.c.n, schema.entries.c.raw).where(schema.entries.c.id8 == id8(entry_id))
        ):
            entry = read_stored(raw)
            if entry.id == entry_id:
                self._entries[entry_id] = entry
                return int(n)
        self._entries[entry_id] = None
        return None

    def entry(self, entry_id: bytes) -> Entry | None:
        """Return an entry by its id, or None."""
        if entry_id not in self._entries:
            self.place(entry_id)
        return self._entries[entry_id]

    def held(self, ids: Iterable[bytes]) -> set[bytes]:
        """Return those of `ids` whose entries are in the log."""
        found: set[bytes] = set()
        for chunk in chunks(ids, _PAGE // 4):
            raws = self.connection.execute(
                sa.select(schema.entries.c.raw).where(schema.entries.c.id8.in_([id8(entry_id) for entry_id in chunk]))
            ).scalars()
            found |= {sha256(raw).digest() for raw in raws} & set(chunk)
        return found

    def by_prefix(self, prefix: str) -> list[Entry]:
        """Return the entries whose id begins with `prefix` (hex, at least 6 digits)."""
        low = bytes.fromhex(prefix.ljust(16, "0")[:16])
        high = bytes.fromhex(prefix.ljust(16, "f")[:16])
        least, most = sorted((id8(low), id8(high)))
        raws = self.connection.execute(
            sa.select(schema.entries.c.raw).where(schema.entries.c.id8.between(least, most)).limit(1000)
        ).scalars()
        return [entry for entry in map(read_stored, raws) if entry.id.hex().startswith(prefix)]

    def log(self, begin: int = 0, end: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield (index, bytes) of the entries from `begin`, page by page."""
        stop = self.size() if end is None else end
        while begin < stop:
            page = self.connection.execute(
                sa.select(schema.entries.c.n, schema.entries.c.raw)
                .where(schema.entries.c.n >= begin, schema.entries.c.n < min(begin + _PAGE, stop))
                .order_by(schema.entries.c.n)
            ).all()
            if not page:
                return
            yield from ((n, raw) for n, raw in page)
            begin = page[-1][0] + 1

    def about(self, subjects: Iterable[bytes]) -> list[tuple[int, Entry]]:
        """Return the entries that name any of `subjects`, each once, by place in the log."""
        found: dict[int, Entry] = {}
        for chunk in chunks(subjects, _PAGE // 4):
            query = (
                sa.select(schema.entries.c.n, schema.entries.c.raw)
                .join(schema.links, schema.links.c.entry == schema.entries.c.n)
                .where(schema.links.c.subject.in_(chunk))
            )
            found.update((n, read_stored(raw)) for n, raw in self.connection.execute(query))
        return sorted(found.items())

    def head(self, feed: bytes) -> Entry | None:
        """Return the entry with the highest seq of a feed."""
        raw = self.connection.execute(
            sa.select(schema.entries.c.raw)
            .join(schema.feeds, schema.feeds.c.n == schema.entries.c.feed)
            .where(schema.feeds.c.id == feed)
            .order_by(schema.entries.c.seq.desc())
            .limit(1)
        ).scalar()
        return None if raw is None else read_stored(raw)

    def feed_sizes(self, log_size: int) -> dict[bytes, int]:
        """Return for each feed how many of its entries are among the first `log_size` of the log."""
        query = (
            sa.select(schema.feeds.c.id, sa.func.count())
            .join(schema.entries, schema.entries.c.feed == schema.feeds.c.n)
            .where(schema.entries.c.n < log_size)
            .group_by(schema.feeds.c.id)
        )
        return {feed: count for feed, count in self.connection.execute(query)}  # noqa: C416 - rows are not pairs to mypy

    # -- roster and feeds

    def roster(self) -> Roster:
        """Return the roster of all entries held."""
        raws = self.connection.execute(
            sa.select(schema.entries.c.raw).join(schema.roster_entries, schema.roster_entries.c.n == schema.entries.c.n)
        ).scalars()
        return Roster(map(read_stored, raws), self)

    def roster_places(self) -> list[int]:
        """Return the places in the log of the roster's entries."""
        return list(
            self.connection.execute(sa.select(schema.roster_entries.c.n).order_by(schema.roster_entries.c.n)).scalars()
        )

    def forks(self, feed: bytes) -> Sequence[int]:
        """See `feeds.Chains`."""
        if self._forks is None:
            self._forks = {}
            for name, seq in self.connection.execute(sa.select(schema.forks).order_by(schema.forks.c.seq)):
                self._forks.setdefault(name, []).append(seq)
        return self._forks.get(feed, ())

    def ancestor(self, entry_id: bytes, seq: int) -> bytes | None:
        """See `feeds.Chains`."""
        return walk_to(self.entry, entry_id, seq, self._walked)

    def state(self, entry_id: bytes) -> State:
        """Return the standing of a held entry, as the views have it."""
        found = self.connection.execute(sa.select(schema.marks.c.state).where(schema.marks.c.id == entry_id)).scalar()
        return State(found) if found else State.STANDING

    def arrivals(self, ids: Iterable[bytes]) -> dict[bytes, tuple[int, bytes]]:
        """Return (ms, receipt's id) of the earliest standing receipt of a centre or officer, where there is one."""
        found: dict[bytes, tuple[int, bytes]] = {}
        table = schema.arrivals
        fallen = sa.exists().where(schema.marks.c.id == table.c.receipt)
        for chunk in chunks(ids, _PAGE // 4):
            for row in self.connection.execute(sa.select(table).where(table.c.id.in_(chunk), ~fallen)):
                if not self._is_keepers(row.receipt):
                    continue
                earliest = (row.ms, row.receipt)
                found[row.id] = min(earliest, found.get(row.id, earliest))
        return found

    def _is_keepers(self, receipt: bytes) -> bool:
        entry = self.entry(receipt)
        if self._whole_roster is None:
            self._whole_roster = self.roster()
        return entry is not None and bool(KEEPERS & (self._whole_roster.roles(entry.feed, entry.seq) or frozenset()))

    def in_display_order(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return entries by (time capped by the earliest receipt, feed, seq, id)."""
        listed = list(entries)
        arrived = self.arrivals(entry.id for entry in listed)
        return sorted(listed, key=lambda e: display_key(e, arrived[e.id][0] if e.id in arrived else None))

    # -- sealed values

    def sealed(self, place: int) -> dict[str, Sealed]:
        """Return the sealed fields of the entry at `place`, as this store has them."""
        rows = self.connection.execute(sa.select(schema.sealed).where(schema.sealed.c.entry == place))
        return {
            row.field: Sealed(
                _STATES[row.state],
                Opening(row.salt, cbor.decode(row.value)) if row.state == schema.HELD else None,
            )
            for row in rows
        }

    # -- the log

    def nodes(self, size: int | None = None) -> StoredNodes:
        """Return the tree's hashes at `size` leaves (now, by default)."""
        return StoredNodes(self.connection, self.size() if size is None else size)

    def root(self) -> bytes:
        """Return the root hash over all entries."""
        size = self.size()
        return tree.root(self.nodes(size), size)

    def newest_checkpoint(self) -> bytes | None:
        """Return the newest signed checkpoint note, or None."""
        return self.connection.execute(
            sa.select(schema.checkpoints.c.note).order_by(schema.checkpoints.c.size.desc()).limit(1)
        ).scalar()

    def prove(self, places: Sequence[int], note: bytes) -> dict[int, TlogProof]:
        """Return for each place in the log its proof under the checkpoint `note`."""
        size = parse_checkpoint(note)[0].size
        nodes = self.nodes(size)
        return {place: prove(nodes, place, size, note) for place in places}
