"""Hashes of the tree from the store: full tiles from their table, the right edge from the entries themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from firsthand.record import schema, tree

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
        if key in self._tiles:
            return self._tiles[key]
        width = min(self._size // _WIDTH**level - position * _WIDTH, _WIDTH)
        if width == _WIDTH:
            stored = self._connection.execute(
                sa.select(schema.tiles.c.hashes).where(
                    schema.tiles.c.level == level, schema.tiles.c.position == position
                )
            ).scalar()
            found = _rows(stored or b"")
        elif level == 0:
            begin = position * _WIDTH
            raws = self._connection.execute(
                sa.select(schema.entries.c.raw)
                .where(schema.entries.c.n >= begin, schema.entries.c.n < begin + width)
                .order_by(schema.entries.c.n)
            ).scalars()
            found = [tree.leaf_hash(raw) for raw in raws]
        else:
            found = [tree.fold(self.tile(level - 1, position * _WIDTH + i)) for i in range(max(width, 0))]
        self._tiles[key] = found
        return found

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


def new_full_tiles(connection: sa.Connection, size: int, leaves: Sequence[bytes]) -> list[dict[str, object]]:
    """Return the rows of the tiles that become full when `leaves` (leaf hashes) are added to a tree of `size`."""
    rows: list[dict[str, object]] = []
    before = StoredNodes(connection, size)
    level, begin, added = 0, size, list(leaves)
    while added:
        partial = before.tile(level, begin // _WIDTH) if begin % _WIDTH else []
        hashes = partial + added
        first = begin - len(partial)
        above: list[bytes] = []
        for start in range(0, len(hashes) - _WIDTH + 1, _WIDTH):
            full = hashes[start : start + _WIDTH]
            rows.append({"level": level, "position": (first + start) // _WIDTH, "hashes": b"".join(full)})
            above.append(tree.fold(full))
        level, begin, added = level + 1, begin // _WIDTH, above
    return rows
