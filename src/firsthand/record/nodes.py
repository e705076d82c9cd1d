"""Hashes of the tree from the store.

Rules: of the lowest level only full tiles are kept, its right edge is hashed from the entries themselves. Of the
levels above, the growing tile is kept too: a hash in it never changes once it is there, so a smaller tree reads the
same row and takes fewer hashes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from firsthand.record import schema, tree
from firsthand.record.rows import insert

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH = tree.TILE_WIDTH
_ROW = tree.HASH_BYTES


def _rows(hashes: bytes) -> list[bytes]:
    return [hashes[i : i + _ROW] for i in range(0, len(hashes), _ROW)]


class StoredNodes:
    """`tree.Nodes` over one connection and the first `size` leaves. Tiles read are kept for the life of the object."""

    def __init__(self, connection: sa.Connection, size: int) -> None:
        self._connection = connection
        self._size = size
        self._tiles: dict[tuple[int, int], list[bytes]] = {}
        self._folded: dict[tuple[int, int], bytes] = {}

    def tile(self, level: int, position: int) -> list[bytes]:
        """Return the hashes of a tile as it is at this size, full or partial."""
        key = (level, position)
        if key not in self._tiles:
            width = max(0, min(self._size // _WIDTH**level - position * _WIDTH, _WIDTH))
            stored = level > 0 or width == _WIDTH
            self._tiles[key] = self._stored(level, position)[:width] if stored else self._hashed(position, width)
        return self._tiles[key]

    def _stored(self, level: int, position: int) -> list[bytes]:
        query = sa.select(schema.tiles.c.hashes).where(
            schema.tiles.c.level == level, schema.tiles.c.position == position
        )
        return _rows(self._connection.execute(query).scalar() or b"")

    def _hashed(self, position: int, width: int) -> list[bytes]:
        begin = position * _WIDTH
        query = (
            sa.select(schema.entries.c.raw)
            .where(schema.entries.c.n >= begin, schema.entries.c.n < begin + width)
            .order_by(schema.entries.c.n)
        )
        return [tree.leaf_hash(raw) for raw in self._connection.execute(query).scalars()]

    def node(self, level: int, index: int) -> bytes:
        """See `tree.Nodes`."""
        key = (level, index)
        if key not in self._folded:
            tile_level, height = divmod(level, tree.TILE_HEIGHT)
            begin = index << height
            hashes = self.tile(tile_level, begin // _WIDTH)
            offset = begin % _WIDTH
            self._folded[key] = tree.fold(hashes[offset : offset + (1 << height)])
        return self._folded[key]


def new_tiles(connection: sa.Connection, size: int, leaves: Sequence[bytes]) -> list[dict[str, Any]]:
    """Return the rows to be kept when `leaves` (leaf hashes) are added to a tree of `size`; they replace older ones."""
    if size % _WIDTH + len(leaves) < _WIDTH:
        return []  # no tile becomes full, so nothing above changes either
    rows: list[dict[str, Any]] = []
    before = StoredNodes(connection, size)
    level, begin, added = 0, size, list(leaves)
    while added:
        partial = before.tile(level, begin // _WIDTH) if begin % _WIDTH else []
        hashes, first = partial + added, begin - len(partial)
        above: list[bytes] = []
        for start in range(0, len(hashes), _WIDTH):
            part = hashes[start : start + _WIDTH]
            if len(part) == _WIDTH or level > 0:
                rows.append({"level": level, "position": (first + start) // _WIDTH, "hashes": b"".join(part)})
            if len(part) == _WIDTH:
                above.append(tree.fold(part))
        level, begin, added = level + 1, begin // _WIDTH, above
    return rows


def keep_tiles(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write the rows of `new_tiles`."""
    table = schema.tiles
    for row in rows:
        if row["level"] > 0:
            connection.execute(
                sa.delete(table).where(table.c.level == row["level"], table.c.position == row["position"])
            )
    insert(connection, table, rows)
