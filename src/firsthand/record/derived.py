"""What follows from new entries: forks, links, arrivals, standing, erasure, and the rooms' views.

Rule: everything written here can be dropped and derived again from the entries (`rebuild`), with the same result
whatever the order in which they came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from firsthand.record import schema
from firsthand.record.entries import ROSTER_TYPES, Receipt
from firsthand.record.entry import Entry, read_stored
from firsthand.record.projection import chunks
from firsthand.record.rows import insert
from firsthand.record.state import State
from firsthand.record.types import Registry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from firsthand.record.projection import Views
    from firsthand.record.reader import Reader
    from firsthand.record.roster import Roster

_CHUNK = 400
_RECEIPTS = Registry((Receipt,))
ERASED = "erased"
"""Key in a connection's `info`: values were destroyed, and traces of them may still lie in the write-ahead log."""


def derive(
    connection: sa.Connection, reader: Reader, views: Views, new: Mapping[int, Entry], roster: Roster | None
) -> Roster:
    """Derive all that follows from `new` entries (place in the log -> entry), which are already written.

    Args:
        connection: inside the writing transaction.
        reader: over the same connection, made after the entries were written.
        views: the rooms' views.
        new: place in the log -> entry.
        roster: as it was before; None for the first entries of an organisation.

    Returns:
        The roster as it is now.
    """
    named = [(subject, n) for n, entry in new.items() for subject in views.links(entry)]
    insert(connection, schema.links, [{"subject": subject, "entry": n} for subject, n in named])
    _note_arrivals(connection, new.values())
    forked = _note_feeds(connection, new)
    # an entry of a forked feed can complete the chain that an adoption speaks of, also in an officer's feed
    changed = {entry.feed for entry in new.values() if reader.forks(entry.feed)}
    if roster is None or forked or changed or any(entry.type in ROSTER_TYPES for entry in new.values()):
        before, roster = roster, reader.roster()
        changed |= roster.changed_since(before)
        changed |= _feeds_of(reader, roster.admitted ^ (before.admitted if before else frozenset()))
        _erase(connection, reader, roster)
    else:
        roster = roster.over(reader)
        _erase(connection, reader, roster, among={entry.id for entry in new.values()})
    _mark(connection, roster, new.values(), changed, min(new))
    touched = {subject for subject, _ in named}
    fresh = touched & {entry.id for entry in new.values()}
    views.refresh(connection, roster, fresh, known=new, clear=False)
    views.refresh(connection, roster, (touched - fresh) | _subjects_of(connection, changed), known=new, clear=True)
    return roster


def _note_arrivals(connection: sa.Connection, entries: Iterable[Entry]) -> None:
    """Keep what every receipt says; which of them stand is asked when they are read."""
    rows = []
    for entry in entries:
        body = _RECEIPTS.read(entry.type, entry.body, entry.sealed)
        if isinstance(body, Receipt):
            rows += [{"id": named, "receipt": entry.id, "ms": body.arrived} for named in dict.fromkeys(body.entries)]
    insert(connection, schema.arrivals, rows)


def _note_feeds(connection: sa.Connection, new: Mapping[int, Entry]) -> bool:
    """Keep the lists of roster entries and of forked positions; return whether a new fork was found."""
    roster = [{"n": n} for n, entry in new.items() if entry.type in ROSTER_TYPES]
    insert(connection, schema.roster_entries, roster)
    feeds: dict[bytes, list[Entry]] = {}
    for entry in new.values():
        feeds.setdefault(entry.feed, []).append(entry)
    found = False
    for feed, entries in feeds.items():
        earlier = connection.execute(
            sa.select(schema.entries.c.raw)
            .join(schema.feeds, schema.feeds.c.n == schema.entries.c.feed)
            .where(
                schema.feeds.c.id == feed,
                schema.entries.c.seq.between(min(e.seq for e in entries) - 1, max(e.seq for e in entries) + 1),
                schema.entries.c.n < min(new),
            )
        ).scalars()
        ids: dict[int, set[bytes]] = {}
        for entry in [*entries, *map(read_stored, earlier)]:
            ids.setdefault(entry.seq, set()).add(entry.id)
            if entry.seq:
                ids.setdefault(entry.seq - 1, set()).add(entry.prev)
        known = set(connection.execute(sa.select(schema.forks.c.seq).where(schema.forks.c.feed == feed)).scalars())
        rows = [{"feed": feed, "seq": seq} for seq, names in ids.items() if len(names) > 1 and seq not in known]
        if rows:
            insert(connection, schema.forks, rows)
            found = True
    return found


def _feeds_of(reader: Reader, ids: Iterable[bytes]) -> set[bytes]:
    return {entry.feed for entry in map(reader.entry, ids) if entry is not None}


def _raws_in(connection: sa.Connection, feeds: Collection[bytes], *, before: int) -> Iterable[bytes]:
    """Yield the bytes of the entries of `feeds` at places in the log before `before`."""
    for chunk in chunks(feeds, _CHUNK):
        yield from connection.execute(
            sa.select(schema.entries.c.raw)
            .join(schema.feeds, schema.feeds.c.n == schema.entries.c.feed)
            .where(schema.feeds.c.id.in_(chunk), schema.entries.c.n < before)
        ).scalars()


def _subjects_of(connection: sa.Connection, feeds: Collection[bytes]) -> set[bytes]:
    found: set[bytes] = set()
    for chunk in chunks(feeds, _CHUNK):
        query = (
            sa.select(schema.links.c.subject)
            .join(schema.entries, schema.entries.c.n == schema.links.c.entry)
            .join(schema.feeds, schema.feeds.c.n == schema.entries.c.feed)
            .where(schema.feeds.c.id.in_(chunk))
            .distinct()
        )
        found.update(connection.execute(query).scalars())
    return found


def _mark(
    connection: sa.Connection, roster: Roster, new: Iterable[Entry], changed: Collection[bytes] = (), first: int = 0
) -> None:
    """Keep the list of entries that do not stand: of the `new` ones, and of older ones in the feeds that `changed`.

    Args:
        connection: inside the writing transaction.
        roster: as it is now.
        new: entries that have no mark yet.
        changed: feeds about which the roster says something new.
        first: place in the log of the first new entry.
    """
    again = [read_stored(raw) for raw in _raws_in(connection, changed, before=first)]
    for chunk in chunks((entry.id for entry in again), _CHUNK):
        connection.execute(sa.delete(schema.marks).where(schema.marks.c.id.in_(chunk)))
    states = ((entry.id, roster.state(entry)) for entry in [*again, *new])
    rows = [{"id": entry_id, "state": state.value} for entry_id, state in states if state is not State.STANDING]
    insert(connection, schema.marks, rows)


def _erase(connection: sa.Connection, reader: Reader, roster: Roster, among: Collection[bytes] | None = None) -> None:
    """Destroy the sealed values whose erasure is in effect, of all entries or of those `among` which it may be new."""
    table = schema.sealed
    for entry_id, field in roster.erased:
        place = reader.place(entry_id) if among is None or entry_id in among else None
        if place is None:
            continue
        done = connection.execute(
            sa.update(table)
            .where(table.c.entry == place, table.c.field == field, table.c.state != schema.ERASED)
            .values(state=schema.ERASED, salt=None, value=None)
        )
        if done.rowcount:
            connection.info[ERASED] = True


def rederive(connection: sa.Connection, reader: Reader, views: Views, *, page: int = 5000) -> Roster:
    """Drop everything derived and derive it again from the log.

    Returns:
        The roster of all entries.
    """
    for table in (*schema.DERIVED, *views.tables):
        connection.execute(sa.delete(table))
    for chunk in chunks(reader.log(), page):
        new = {n: read_stored(raw) for n, raw in chunk}
        _note_feeds(connection, new)
        _note_arrivals(connection, new.values())
        links = [{"subject": subject, "entry": n} for n, entry in new.items() for subject in views.links(entry)]
        insert(connection, schema.links, links)
    roster = reader.roster()
    _erase(connection, reader, roster)
    for chunk in chunks(reader.log(), page):
        _mark(connection, roster, (read_stored(raw) for _, raw in chunk))
    for subjects in chunks(_all_subjects(connection), page):
        views.refresh(connection, roster, subjects, known={}, clear=False)
    return roster


def _all_subjects(connection: sa.Connection) -> list[bytes]:
    return list(connection.execute(sa.select(schema.links.c.subject).distinct()).scalars())
