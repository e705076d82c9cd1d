"""Feeds: positions, forks and ancestors; docs/reference/record.md section 4. A function of the set of entries held.

Rule: the ids at a position (feed, seq) are those of the entries held there and those that a held entry at seq + 1 names as its `prev`.
Two or more distinct ids are a fork.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Protocol

from firsthand.record.entry import ZERO, Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Chains(Protocol):
    """What standing needs to know of the feeds, whoever holds the entries."""

    def forks(self, feed: bytes) -> Sequence[int]:
        """Return the forked positions of `feed`, ascending."""
        ...  # pragma: no cover

    def ancestor(self, entry_id: bytes, seq: int) -> bytes | None:
        """Return the id of the ancestor at `seq` of a held entry (itself at its own seq), or None when the chain to it is not held."""
        ...  # pragma: no cover


class HeldChains:
    """Chains over entries in memory."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        ids: dict[tuple[bytes, int], set[bytes]] = defaultdict(set)
        self._held: dict[bytes, Entry] = {}
        for entry in entries:
            self._held[entry.id] = entry
            ids[entry.feed, entry.seq].add(entry.id)
            if entry.prev != ZERO:
                ids[entry.feed, entry.seq - 1].add(entry.prev)
        forks: dict[bytes, list[int]] = defaultdict(list)
        for (feed, seq), found in ids.items():
            if len(found) > 1:
                forks[feed].append(seq)
        self._forks = {feed: sorted(seqs) for feed, seqs in forks.items()}

    def forks(self, feed: bytes) -> Sequence[int]:
        """See `Chains`."""
        return self._forks.get(feed, ())

    def ancestor(self, entry_id: bytes, seq: int) -> bytes | None:
        """See `Chains`."""
        return walk_to(self._held.get, entry_id, seq)


def walk_to(held: object, entry_id: bytes, seq: int) -> bytes | None:
    """Follow `prev` from `entry_id` down to `seq`; `held` is a function from id to entry or None."""
    entry = held(entry_id)  # type: ignore[operator]
    while entry is not None and entry.seq > seq:
        if entry.seq == seq + 1:
            return entry.prev  # type: ignore[no-any-return]  # known by name even where it is not held
        entry = held(entry.prev)  # type: ignore[operator]
    return entry.id if entry is not None and entry.seq == seq else None
