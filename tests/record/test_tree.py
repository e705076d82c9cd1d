"""The tree: proofs at every place of every small size, and tiles at the sizes where they become full."""

from __future__ import annotations

from hashlib import sha256

import pytest
import sqlalchemy as sa

from firsthand.record import schema, tree
from firsthand.record.nodes import StoredNodes, keep_tiles, new_tiles


class ListNodes:
    """Hashes of complete subtrees of a list of leaf hashes; rows of all levels are computed once."""

    def __init__(self, leaves: list[bytes]) -> None:
        self._rows = [leaves]
        while len(self._rows[-1]) > 1:
            row = self._rows[-1]
            self._rows.append([tree.node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)])

    def node(self, level: int, index: int) -> bytes:
        """See `tree.Nodes`."""
        return self._rows[level][index]


def root_by_definition(leaves: list[bytes]) -> bytes:
    """Return the root as RFC 6962, section 2.1, writes it down."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b"\x01" + root_by_definition(leaves[:k]) + root_by_definition(leaves[k:])).digest()


LEAVES = [tree.leaf_hash(b"%d" % i) for i in range(70)]


@pytest.mark.parametrize("size", range(1, 71))
def test_inclusion_at_every_index(size: int) -> None:
    """Each path leads from its leaf to the root; not from another leaf, index or size, nor when changed."""
    nodes = ListNodes(LEAVES[:size])
    root = root_by_definition(LEAVES[:size])
    assert root == tree.root(nodes, size)
    for index in range(size):
        path = tree.inclusion_proof(nodes, index, size)
        assert root == tree.root_from_inclusion(LEAVES[index], index, size, path)
        assert root != tree.root_from_inclusion(LEAVES[index - 1], index, size, path) or size == 1
        assert root != tree.root_from_inclusion(LEAVES[index], index, size, [*path, LEAVES[0]])
        assert root != tree.root_from_inclusion(LEAVES[index], (index + 1) % size, size, path) or size == 1
        if path:
            assert root != tree.root_from_inclusion(LEAVES[index], index, size, path[1:])
    assert tree.root_from_inclusion(LEAVES[0], size, size, []) is None
    with pytest.raises(IndexError):
        tree.inclusion_proof(nodes, size, size)


@pytest.mark.parametrize("new", range(1, 41))
def test_consistency_of_all_pairs(new: int) -> None:
    """Each proof holds between its own roots, and neither changed, shortened, lengthened, nor between others."""
    nodes = ListNodes(LEAVES[:new])
    new_root = root_by_definition(LEAVES[:new])
    for old in range(1, new + 1):
        old_root = root_by_definition(LEAVES[:old])
        path = tree.consistency_proof(nodes, old, new)
        assert tree.consistent(old, old_root, new, new_root, path)
        assert not tree.consistent(old, LEAVES[69], new, new_root, path)
        assert not tree.consistent(old, old_root, new, LEAVES[69], path)
        assert not tree.consistent(old, old_root, new, new_root, [*path, LEAVES[69]])
        for at in range(len(path)):
            assert not tree.consistent(old, old_root, new, new_root, path[:at] + path[at + 1 :])
            assert not tree.consistent(old, old_root, new, new_root, [*path[:at], LEAVES[69], *path[at + 1 :]])
    assert not tree.consistent(0, tree.EMPTY_ROOT, new, new_root, [])
    assert not tree.consistent(new + 1, new_root, new, new_root, [])


@pytest.fixture(scope="module")
def connection() -> sa.Connection:
    """Give an empty database in memory with the record's tables."""
    connection = sa.create_engine("sqlite://").connect()
    schema.metadata.create_all(connection)
    return connection


@pytest.mark.parametrize("step", [1, 7, 256, 700])
def test_tiles_agree_with_the_tree_in_memory(connection: sa.Connection, step: int) -> None:
    """Whatever the steps in which entries come, roots and proofs from tiles are those of the list."""
    connection.execute(sa.delete(schema.entries))
    connection.execute(sa.delete(schema.tiles))
    raws = [b"entry %d" % i for i in range(1030)]
    leaves = [tree.leaf_hash(raw) for raw in raws]
    seams = (1, 255, 256, 257, 258, 511, 512, 513, 767, 768, 1024, 1025, 1030)
    for begin in range(0, len(raws), step):
        _store(connection, begin, raws[begin : begin + step])
        size = min(begin + step, len(raws))
        if step > 1 or size in seams:
            assert tree.root(ListNodes(leaves[:size]), size) == tree.root(StoredNodes(connection, size), size)
    for size in seams:
        nodes, memory = StoredNodes(connection, size), ListNodes(leaves[:size])
        assert tree.root(memory, size) == tree.root(nodes, size)
        for index in {0, size // 2, max(size - 2, 0), size - 1}:
            assert tree.inclusion_proof(memory, index, size) == tree.inclusion_proof(nodes, index, size)
            assert tree.consistency_proof(memory, index + 1, size) == tree.consistency_proof(nodes, index + 1, size)


def test_tiles_of_two_levels(connection: sa.Connection) -> None:
    """Around 65,536 leaves, where the second level has its first full tile."""
    connection.execute(sa.delete(schema.entries))
    connection.execute(sa.delete(schema.tiles))
    raws = [b"%d" % i for i in range(65_800)]
    leaves = [tree.leaf_hash(raw) for raw in raws]
    _store(connection, 0, raws[:65_000])
    for begin, end in ((65_000, 65_535), (65_535, 65_536), (65_536, 65_537), (65_537, 65_800)):
        _store(connection, begin, raws[begin:end])
        nodes, memory = StoredNodes(connection, end), ListNodes(leaves[:end])
        assert tree.root(memory, end) == tree.root(nodes, end)
        for index in (0, 255, 256, end - 1):
            assert tree.inclusion_proof(memory, index, end) == tree.inclusion_proof(nodes, index, end)
        assert tree.consistency_proof(memory, 65_000, end) == tree.consistency_proof(nodes, 65_000, end)
    levels = connection.execute(sa.select(schema.tiles.c.level, sa.func.count()).group_by(schema.tiles.c.level)).all()
    assert sorted((level, count) for level, count in levels) == [(0, 257), (1, 2), (2, 1)]


def _store(connection: sa.Connection, begin: int, raws: list[bytes]) -> None:
    """Write synthetic entries and the tiles that become full."""
    tiles = new_tiles(connection, begin, [tree.leaf_hash(raw) for raw in raws])
    rows = [{"n": begin + i, "id8": 0, "feed": 1, "seq": begin + i, "raw": raw} for i, raw in enumerate(raws)]
    connection.execute(sa.insert(schema.entries), rows)
    keep_tiles(connection, tiles)


def test_root_of_leaves_that_come_one_after_the_other() -> None:
    """It is the root of the tree at every size around the blocks that it works in."""
    leaves = [tree.leaf_hash(n.to_bytes(3, "big")) for n in range(1030)]
    for size in (*range(20), 255, 256, 257, 511, 512, 513, 768, 1023, 1024, 1025, 1030):
        assert tree.root(tree.LeafNodes(leaves[:size]), size) == tree.root_of_leaves(leaves[:size])
