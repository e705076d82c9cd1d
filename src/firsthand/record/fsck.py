"""Checking the record of a store: every byte that can be checked, as if a stranger had brought it.

Rule: fsck believes nothing that was checked before. It reads entries with the strict reader, checks each signature
again, computes the whole tree, and derives the views a second time to compare.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from firsthand.errors import BadInput
from firsthand.record import cbor, schema, tree
from firsthand.record import entry as entry_format
from firsthand.record.nodes import StoredNodes
from firsthand.record.note import VerifierKey, origin, parse_checkpoint, verify_checkpoint
from firsthand.record.projection import chunks
from firsthand.record.sealed import commitment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firsthand.record.entry import Entry
    from firsthand.record.projection import Views
    from firsthand.record.reader import Reader
    from firsthand.record.roster import Roster

_PAGE = 2000


def check_database(connection: sa.Connection) -> Iterator[str]:
    """Yield what SQLite itself finds wrong."""
    for line in connection.exec_driver_sql("PRAGMA integrity_check").scalars():
        if line != "ok":
            yield f"The database file is damaged: {line}."


def check_entries(reader: Reader, roster: Roster) -> Iterator[str]:
    """Yield what is wrong with entries: form, signature, order in the log, index."""
    keys = roster.introduced
    expected = 0
    with ThreadPoolExecutor(2) as pool:
        for page in chunks(reader.log(), _PAGE):
            parsed: list[tuple[int, Entry]] = []
            for n, raw in page:
                if n != expected:
                    yield f"The log has a gap before entry {n}."
                expected = n + 1
                try:
                    parsed.append((n, entry_format.parse(raw)))
                except BadInput as error:
                    yield f"Entry {n}: {error.message}"
            holds = pool.map(
                lambda pair: pair[1].feed in keys and entry_format.verify(pair[1], keys[pair[1].feed]), parsed
            )
            for (n, entry), ok in zip(parsed, holds, strict=True):
                if not ok:
                    yield f"Entry {n}: its signature does not hold, or its key is not known."
                elif entry.organisation != roster.org:
                    yield f"Entry {n}: it is of another organisation."
            yield from _check_index(reader, parsed)


def _check_index(reader: Reader, parsed: list[tuple[int, Entry]]) -> Iterator[str]:
    from firsthand.record.reader import id8  # noqa: PLC0415

    if not parsed:
        return
    rows = reader.connection.execute(
        sa.select(schema.entries.c.n, schema.entries.c.id8, schema.feeds.c.id, schema.entries.c.seq)
        .join(schema.feeds, schema.feeds.c.n == schema.entries.c.feed)
        .where(schema.entries.c.n.between(parsed[0][0], parsed[-1][0]))
    )
    index = {n: (short, feed, seq) for n, short, feed, seq in rows}
    for n, entry in parsed:
        if index.get(n) != (id8(entry.id), entry.feed, entry.seq):
            yield f"Entry {n}: the index names another id, feed or seq."


def check_tree(reader: Reader, roster: Roster) -> Iterator[str]:
    """Yield what is wrong with tiles and checkpoints, after hashing all entries again."""
    size = reader.size()
    row = [tree.leaf_hash(raw) for _, raw in reader.log()]
    level = 0
    while row and (level > 0 or len(row) >= tree.TILE_WIDTH):
        above = []
        for position, part in enumerate(chunks(row, tree.TILE_WIDTH)):
            full = len(part) == tree.TILE_WIDTH
            if full:
                above.append(tree.fold(part))
            if not full and level == 0:
                continue  # hashed from the entries, not kept
            stored = reader.connection.execute(
                sa.select(schema.tiles.c.hashes).where(
                    schema.tiles.c.level == level, schema.tiles.c.position == position
                )
            ).scalar()
            if stored != b"".join(part):
                yield f"Tile {position} of level {level} does not agree with the entries."
        row, level = above, level + 1
    for note in reader.connection.execute(sa.select(schema.checkpoints.c.note)).scalars():
        yield from _check_checkpoint(reader, roster, note, size)


def _check_checkpoint(reader: Reader, roster: Roster, note: bytes, size: int) -> Iterator[str]:
    try:
        claimed = parse_checkpoint(note)[0]
        keys = [VerifierKey(origin(roster.org, feed), key) for feed, key in roster.logs().items()]
        key = next((key for key in keys if key.name == claimed.origin), None)
        if key is None:
            raise BadInput("it is of a log that is not enrolled")
        verify_checkpoint(note, key, exact=False)
        if claimed.size > size:
            raise BadInput(f"it covers {claimed.size} entries, and only {size} are here: entries were lost")
        if tree.root(StoredNodes(reader.connection, claimed.size), claimed.size) != claimed.root:
            raise BadInput("its root is not that of the entries here")
    except BadInput as error:
        yield f"A checkpoint does not hold: {error.message}"
    except IndexError:  # hashes that the tree needs are not here
        yield "A checkpoint does not hold: its root cannot be computed from what is here"


def check_sealed(reader: Reader) -> Iterator[str]:
    """Yield which sealed values are not the ones that were committed to, or are listed for the wrong entries."""
    for page in chunks(reader.log(), _PAGE):
        entries = {n: entry_format.read_stored(raw) for n, raw in page}
        rows = reader.connection.execute(
            sa.select(schema.sealed).where(schema.sealed.c.entry.between(min(entries), max(entries)))
        )
        listed: set[tuple[int, str]] = set()
        for row in rows:
            listed.add((row.entry, row.field))
            if row.entry in entries and not _is_as_sealed(entries[row.entry], row):
                yield f"Entry {row.entry}: the value kept for {row.field} is not the one that was sealed."
        missing = {(n, field) for n, entry in entries.items() for field in entry.sealed} - listed
        for n, field in sorted(missing):
            yield f"Entry {n}: nothing is known of its sealed field {field}."
    strays = sa.select(schema.sealed.c.entry).where(schema.sealed.c.entry.not_in(sa.select(schema.entries.c.n)))
    for n in reader.connection.execute(strays.distinct()).scalars():
        yield f"A sealed value is kept for entry {n}, which is not here."


def _is_as_sealed(entry: Entry, row: Any) -> bool:
    """Return whether a held value is the one that was committed to, and whether there is none where none is held."""
    if row.state != schema.HELD:
        return row.state in (schema.WITHHELD, schema.ERASED, schema.MISSING) and row.salt is None and row.value is None
    if not isinstance(row.salt, bytes) or not isinstance(row.value, bytes):
        return False
    try:
        value = cbor.decode(row.value)
    except BadInput:
        return False
    return entry.sealed.get(row.field) == commitment(entry.org, entry.feed, entry.seq, row.field, row.salt, value)


def views_digest(connection: sa.Connection, views: Views, *, places: bool = False) -> dict[str, bytes]:
    """Return table -> SHA-256 over its rows in an order that does not depend on when they were written.

    With `places`, also of the tables that name places in the log: two stores with the same entries may differ in them.
    """
    found = {}
    tables: list[Any] = [schema.forks, schema.arrivals, schema.marks, *views.tables]
    if places:
        tables += [schema.links, schema.roster_entries]
    for table in tables:
        total = sha256()
        for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns)):
            total.update(repr(tuple(row)).encode())
        found[table.name] = total.digest()
    return found
