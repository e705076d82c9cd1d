"""Storing what came in through the door for entries of other writers, in one transaction; `receive` judges it before.

Rule: signatures are checked outside of the write lock, so that a large import does not stop the centre's own entries.
What another process stored in the meantime is left out under the lock.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import sqlalchemy as sa

from firsthand.record import cbor, schema
from firsthand.record.receive import Judge, Received, check_opening, far_ahead, find_genesis, overflow, receipts
from firsthand.record.rows import insert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firsthand.record.ed25519 import SigningKey
    from firsthand.record.reader import Reader
    from firsthand.record.sealed import Opening
    from firsthand.record.store import Store
    from firsthand.record.writer import Writer

Openings = dict[bytes, dict[str, "Opening"]]


def judge(store: Store, raws: Sequence[bytes], expected: bytes | None) -> Received:
    """Return what is to become of `raws`. Nothing is written.

    Raises:
        BadInput: the store is empty, and the genesis is not among `raws`, or it is not the `expected` one.
    """
    found = Received()
    org = store.org if store.org is not None else find_genesis(raws, expected)
    with store.reading() as reader:
        roster = store.roster(reader) if store.org is not None else None
        court = Judge(org, roster.introduced if roster else {}, roster.committed if roster else ())
        try:
            held = reader.held([sha256(raw).digest() for raw in raws])
            new = list(dict.fromkeys(raw for raw in raws if sha256(raw).digest() not in held))
            found.duplicates = len(raws) - len(new)
            court.offer(new)
            if court.learned:  # among them may be entries that waited for the key
                court.offer(reader.connection.execute(sa.select(schema.quarantine.c.raw)).scalars().all())
            found.accepted, found.quarantined = court.result()
            found.refused = court.refused
        finally:
            court.close()
    return found


def keep(
    store: Store, found: Received, openings: Mapping[tuple[bytes, str], Opening], receipts_by: SigningKey | None
) -> None:
    """Store what `judge` found, fill in what became of the openings, and write receipts."""
    now = store.clock()
    found.ahead = far_ahead(found.accepted, now)
    with store.writing() as writer:
        there = writer.reader.held([entry.id for entry in found.accepted])
        found.duplicates += len(there)
        found.accepted = [entry for entry in found.accepted if entry.id not in there]
        _quarantine(writer, found)
        good = _good_openings(writer, found, openings)
        for entry in found.accepted:
            writer.add(entry, good.get(entry.id, {}))
        if receipts_by is not None:
            for draft in receipts(found.accepted, now):
                writer.append(receipts_by, draft.body)
        writer.flush()
        accepted = {entry.id for entry in found.accepted}
        for entry_id, fields in good.items():
            if entry_id not in accepted:
                _open(writer, entry_id, fields)


def _quarantine(writer: Writer, found: Received) -> None:
    """Let what has to wait wait, and what was settled go; the oldest leave when there are too many."""
    table = schema.quarantine
    connection = writer.connection
    waiting = {row.id: row.n for row in connection.execute(sa.select(table.c.id, table.c.n))}
    settled = [waiting[i] for i in [*(entry.id for entry in found.accepted), *found.refused] if i in waiting]
    last = max(waiting.values(), default=0)
    new = [(entry_id, raw) for entry_id, raw in found.quarantined.items() if entry_id not in waiting]
    insert(connection, table, [{"n": last + 1 + i, "id": name, "raw": raw} for i, (name, raw) in enumerate(new)])
    _leave(writer, settled)
    sizes = connection.execute(sa.select(table.c.n, sa.func.length(table.c.raw)).order_by(table.c.n)).all()
    _leave(writer, overflow([(n, size) for n, size in sizes]))


def _leave(writer: Writer, numbers: Sequence[int]) -> None:
    if numbers:
        statement = sa.delete(schema.quarantine).where(schema.quarantine.c.n == sa.bindparam("number"))
        writer.connection.execute(statement, [{"number": n} for n in numbers])


def _good_openings(writer: Writer, found: Received, openings: Mapping[tuple[bytes, str], Opening]) -> Openings:
    """Return the openings that may be kept; say of the others why not."""
    accepted = {entry.id: entry for entry in found.accepted}
    erased = writer.roster.erased if writer.roster is not None else frozenset()
    good: Openings = {}
    for (entry_id, name), opening in openings.items():
        entry = accepted.get(entry_id) or writer.reader.entry(entry_id)
        if entry is None:
            why = "Its entry is not in the log."
        elif (entry_id, name) in erased or _is_erased(writer.reader, entry_id, name):
            why = "The field was erased."
        else:
            why = check_opening(entry, name, opening)
        if why:
            found.openings_refused[entry_id, name] = why
        else:
            good.setdefault(entry_id, {})[name] = opening
            found.openings += 1
    return good


def _is_erased(reader: Reader, entry_id: bytes, name: str) -> bool:
    place = reader.place(entry_id)
    return place is not None and getattr(reader.sealed(place).get(name), "state", "") == "erased"


def _open(writer: Writer, entry_id: bytes, fields: Mapping[str, Opening]) -> None:
    """Keep openings of an entry that was in the log already; an erasure that came with them wins."""
    place = writer.reader.place(entry_id)
    table = schema.sealed
    for name, opening in fields.items():
        writer.connection.execute(
            sa.update(table)
            .where(table.c.entry == place, table.c.field == name, table.c.state != schema.ERASED)
            .values(state=schema.HELD, salt=opening.salt, value=cbor.encode(opening.value))
        )
