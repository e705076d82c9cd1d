"""Checking a whole centre: its record, its views, its files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from firsthand.errors import BadInput, FirsthandError
from firsthand.record import cbor, schema
from firsthand.record.derived import rederive
from firsthand.record.fsck import check_database, check_entries, check_sealed, check_tree, views_digest
from firsthand.record.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firsthand.centre.centre import Centre

_SHA256_BYTES = 32


@dataclass
class Found:
    """What a check found."""

    entries: int = 0
    blobs: int = 0
    problems: list[str] = field(default_factory=list)


def fsck(centre: Centre, *, blobs: bool = True) -> Found:
    """Check everything in a centre's store.

    Args:
        centre: open.
        blobs: also read and hash every file that an item binds.
    """
    found = Found()
    with centre.store.reading() as reader:
        found.entries = reader.size()
        found.problems += check_database(reader.connection)
        try:
            roster = reader.roster()
            found.problems += check_entries(reader, roster)
            found.problems += check_tree(reader, roster)
            found.problems += check_sealed(reader)
        except FirsthandError as error:
            found.problems.append(error.message)
            return found
        files = list(_files(reader))
        before = views_digest(reader.connection, centre.store.views, places=True)
    found.problems += _compare_views(centre, before)
    for place, sha256, size in files if blobs else ():
        found.blobs += 1
        state = centre.blobs.check(sha256)
        if state != "ok":
            found.problems.append(f"The file {sha256.hex()[:16]}... of entry {place} is {state} in blobs/.")
        elif centre.blobs.path(sha256).stat().st_size != size:
            found.problems.append(
                f"The file {sha256.hex()[:16]}... of entry {place} has another length than was sealed."
            )
    return found


def _files(reader: Reader) -> Iterator[tuple[int, bytes, int]]:
    """Yield (place, SHA-256, size) of every file that an item binds."""
    rows = reader.connection.execute(
        sa.select(schema.sealed.c.entry, schema.sealed.c.value).where(
            schema.sealed.c.field.in_(("file", "preview")), schema.sealed.c.state == schema.HELD
        )
    )
    for place, value in rows:
        try:
            file: Any = cbor.decode(value)
        except BadInput:
            continue  # `check_sealed` has said so
        sha256 = file.get("sha256") if isinstance(file, dict) else None
        if isinstance(sha256, bytes) and len(sha256) == _SHA256_BYTES:
            yield place, sha256, file.get("size")


class _RollBack(Exception):  # noqa: N818 - not an error: the way out of a transaction that must leave no trace
    pass


def _compare_views(centre: Centre, before: dict[str, bytes]) -> list[str]:
    """Derive all views anew in a transaction that is rolled back, and compare."""
    after: dict[str, bytes] = {}
    try:
        with centre.store.writing() as writer:
            connection = writer.reader.connection
            rederive(connection, Reader(connection), centre.store.views)
            after = views_digest(connection, centre.store.views, places=True)
            raise _RollBack
    except _RollBack:
        pass
    except FirsthandError as error:
        return [error.message]
    return [
        f"The view {name} is not what the entries say. Run firsthand rebuild."
        for name in before
        if before[name] != after.get(name)
    ]
