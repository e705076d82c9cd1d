"""The tree over the log: RFC 6962, section 2.1, with SHA-256, in tiles of height 8 (C2SP tlog-tiles).

Rules: hashing is pure. Proofs are computed over a `Nodes` source that answers with the hash of any *complete* subtree,
whether it comes from a list, from tiles in a database or from a mirror.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TILE_HEIGHT = 8
TILE_WIDTH = 256
HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


class Nodes(Protocol):
    """A source of hashes of complete subtrees."""

    def node(self, level: int, index: int) -> bytes:
        """Return MTH(D[index * 2^level : (index + 1) * 2^level])."""
        ...  # pragma: no cover


def leaf_hash(data: bytes) -> bytes:
    """Return SHA-256(0x00 || data)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over `hashes`, 2^k of them."""
    row = list(hashes)
    while len(row) > 1:
        row = [sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row), 2)]
    return row[0]


class LeafNodes:
    """`Nodes` over leaf hashes in memory, all levels kept."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(row := self._levels[-1]) > 1:
            self._levels.append([node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)])

    def node(self, level: int, index: int) -> bytes:
        """See `Nodes`."""
        return self._levels[level][index]


def root_of_leaves(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes that come one after the other; keeps no more than one hash a level."""
    rest = iter(leaves)
    stack: list[tuple[int, bytes]] = []  # complete subtrees: level, hash
    while block := list(islice(rest, TILE_WIDTH)):
        full = len(block) == TILE_WIDTH
        for level, node in [(TILE_HEIGHT, fold(block))] if full else [(0, leaf) for leaf in block]:
            while stack and stack[-1][0] == level:
                level, node = level + 1, node_hash(stack.pop()[1], node)  # noqa: PLW2901 - the subtree grows
            stack.append((level, node))
    if not stack:
        return EMPTY_ROOT
    found = stack.pop()[1]
    while stack:
        found = node_hash(stack.pop()[1], found)
    return found


def _split(n: int) -> int:
    """Return the largest power of two smaller than n (n > 1)."""
    return 1 << (n - 1).bit_length() - 1


def range_hash(nodes: Nodes, begin: int, end: int) -> bytes:
    """Return MTH(D[begin:end]); `begin` is a multiple of the largest power of two below the length, as in a proof."""
    n = end - begin
    if n & (n - 1) == 0:
        level = n.bit_length() - 1
        return nodes.node(level, begin >> level)
    k = _split(n)
    return node_hash(range_hash(nodes, begin, begin + k), range_hash(nodes, begin + k, end))


def root(nodes: Nodes, size: int) -> bytes:
    """Return the root of the first `size` leaves."""
    return range_hash(nodes, 0, size) if size else EMPTY_ROOT


def inclusion_proof(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """Return the audit path of leaf `index` in the tree of `size` leaves, lowest sibling first (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise IndexError(index)
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(range_hash(nodes, middle, end))
            end = middle
        else:
            path.append(range_hash(nodes, begin, middle))
            begin = middle
    return path[::-1]


def consistency_proof(nodes: Nodes, old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of `old` leaves is a prefix of that of `new` (RFC 6962, 2.1.2); 0 < old <= new."""

    def walk(begin: int, end: int, size: int, *, whole: bool) -> list[bytes]:
        if size == end - begin:
            return [] if whole else [range_hash(nodes, begin, end)]
        k = _split(end - begin)
        if size <= k:
            return [*walk(begin, begin + k, size, whole=whole), range_hash(nodes, begin + k, end)]
        return [*walk(begin + k, end, size - k, whole=False), range_hash(nodes, begin, begin + k)]

    return walk(0, new, old, whole=True)


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that `path` leads to from `leaf`, or None when its length is wrong (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    position, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        position >>= 1
        last >>= 1
    return node if last == 0 else None


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Return whether `path` proves that the old tree is a prefix of the new one (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not steps:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position >>= 1
        last >>= 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            second = node_hash(second, step)
        position >>= 1
        last >>= 1
    return last == 0 and first == old_root and second == new_root


def tile_path(level: int | str, index: int, width: int = TILE_WIDTH) -> str:
    """Return the path of a tile or (level "entries") of an entry bundle, as in C2SP tlog-tiles."""
    parts = [f"{index % 1000:03d}"]
    while index >= 1000:  # noqa: PLR2004 - three digits a part
        index //= 1000
        parts.insert(0, f"x{index % 1000:03d}")
    suffix = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(parts)}{suffix}"
