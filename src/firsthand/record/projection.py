"""Views: tables that are derived from entries and can be thrown away.

Rules: the rows of a subject are a pure function of the *set* of entries that name it, and of their standing. Arrival
order plays no part: whenever an entry arrives, the rows of its subjects are derived anew from all of them. Rows name
entries by id, never by place in the log, and hold no sealed value.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import sqlalchemy as sa

from firsthand.record import schema
from firsthand.record.entry import Entry, read_stored
from firsthand.record.rows import insert
from firsthand.record.state import State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from firsthand.record.roster import Roster
    from firsthand.record.types import Body, Registry

Row = tuple[sa.Table, dict[str, Any]]
_CHUNK = 400  # subjects in one statement; SQLite's own limit on parameters is far above


T = TypeVar("T")


def chunks(items: Iterable[T], n: int) -> Iterator[list[T]]:
    """Yield `items` in lists of at most `n` (itertools.batched needs Python 3.12)."""
    rest = iter(items)
    while chunk := list(islice(rest, n)):
        yield chunk


@dataclass(frozen=True, slots=True)
class Fact:
    """An entry about a subject: what a view is derived from."""

    entry: Entry
    body: Any
    state: State

    @property
    def id(self) -> bytes:
        """The entry's id."""
        return self.entry.id

    @property
    def stands(self) -> bool:
        """Whether the entry drives views."""
        return self.state is State.STANDING

    @property
    def replaces(self) -> tuple[bytes, ...]:
        """Ids that the entry replaces."""
        return getattr(self.body, "replaces", ())


class Projection(Protocol):
    """The views of one room."""

    @property
    def types(self) -> Collection[str]:
        """Names of the entry types that it reads."""
        ...  # pragma: no cover

    @property
    def tables(self) -> Sequence[sa.Table]:
        """Its tables; each has a column `subject`."""
        ...  # pragma: no cover

    def subjects(self, entry: Entry, body: Any) -> Iterable[bytes]:
        """Return the things that an entry is about."""
        ...  # pragma: no cover

    def derive(self, subject: bytes, facts: Sequence[Fact]) -> Iterable[Row]:
        """Return the rows of `subject`. `facts` come sorted by id."""
        ...  # pragma: no cover


class Views:
    """All rooms' views over one store."""

    def __init__(self, registry: Registry, projections: Sequence[Projection]) -> None:
        self._registry = registry
        self._by_type = {name: projection for projection in projections for name in projection.types}
        self._projections = projections
        self.tables = [table for projection in projections for table in projection.tables]
        self.bodies: dict[bytes, Body] = {}
        """Bodies of entries just written here, by id, which need not be read again; emptied after each flush."""

    def known(self, entry: Entry) -> Body | None:
        """Return the body if some room reads entries of this type."""
        if entry.type not in self._by_type:
            return None
        return self.bodies.get(entry.id) or self._registry.read(entry.type, entry.body, entry.sealed)

    def links(self, entry: Entry) -> set[bytes]:
        """Return the subjects of an entry; none where its type or body is not understood."""
        body = self.known(entry)
        return set(self._by_type[entry.type].subjects(entry, body)) if body is not None else set()

    def derive(self, subject: bytes, entries: Iterable[Entry], roster: Roster) -> list[Row]:
        """Return the rows that the set `entries` makes of `subject`."""
        by_room: dict[int, list[Fact]] = defaultdict(list)
        for entry in sorted(entries, key=lambda e: e.id):
            body = self.known(entry)
            if body is not None:
                by_room[id(self._by_type[entry.type])].append(Fact(entry, body, roster.state(entry)))
        rows: list[Row] = []
        for projection in self._projections:
            facts = by_room.get(id(projection))
            if facts:
                rows.extend(projection.derive(subject, facts))
        return rows

    def refresh(
        self,
        connection: sa.Connection,
        roster: Roster,
        subjects: Collection[bytes],
        *,
        known: Mapping[int, Entry],
        clear: bool,
    ) -> None:
        """Derive the rows of `subjects` anew.

        Args:
            connection: inside the writing transaction.
            roster: as it is after the entries of this transaction.
            subjects: the subjects concerned.
            known: entries already read, by their place in the log.
            clear: whether old rows may exist.
        """
        for chunk in chunks(subjects, _CHUNK):
            if clear:
                for table in self.tables:
                    connection.execute(sa.delete(table).where(table.c.subject.in_(chunk)))
            found = connection.execute(
                sa.select(schema.links.c.subject, schema.links.c.entry).where(schema.links.c.subject.in_(chunk))
            ).all()
            missing = [n for _, n in found if n not in known]
            read = dict(known) if missing else known
            for part in chunks(missing, _CHUNK):
                for n, raw in connection.execute(
                    sa.select(schema.entries.c.n, schema.entries.c.raw).where(schema.entries.c.n.in_(part))
                ):
                    read[n] = read_stored(raw)  # type: ignore[index]
            grouped: dict[bytes, list[Entry]] = defaultdict(list)
            for subject, n in found:
                grouped[subject].append(read[n])
            rows: dict[sa.Table, list[dict[str, Any]]] = defaultdict(list)
            for subject, entries in grouped.items():
                for table, row in self.derive(subject, entries, roster):
                    rows[table].append(row)
            for table, values in rows.items():
                insert(connection, table, values)
