"""Feeds: positions, forks and ancestors; docs/reference/record.md section 4. A function of the set of entries held.

Rule: the ids at a position (feed, seq) are those of the entries held there and those that a held entry at seq + 1
names as its `prev`. Two or more distinct ids are a fork.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Protocol

from firsthand.record.entry import ZERO, Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class Chains(Protocol):
    """What standing needs to know of the feeds, whoever holds the entries."""

    def forks(self, feed: bytes) -> Sequence[int]:
        """Return the forked positions of `feed`, ascending."""
        ...  # pragma: no cover

    def entry(self, entry_id: bytes) -> Entry | None:
        """Return a held entry by its id, or None."""
        ...  # pragma: no cover

    def ancestor(self, entry_id: bytes, seq: int) -> bytes | None:
        """Return the id of the ancestor at `seq` of a held entry (itself at its own), or None without a chain to it."""
        ...  # pragma: no cover


class HeldChains:
    """Chains over entries in memory."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        ids: dict[tuple[bytes, int], set[bytes]] = defaultdict(set)
        self._held: dict[bytes, Entry] = {}
        self._walked: dict[tuple[bytes, int], bytes | None] = {}
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

    def entry(self, entry_id: bytes) -> Entry | None:
        """See `Chains`."""
        return self._held.get(entry_id)

    def ancestor(self, entry_id: bytes, seq: int) -> bytes | None:
        """See `Chains`."""
        return walk_to(self.entry, entry_id, seq, self._walked)


def walk_to(
    held: Callable[[bytes], Entry | None], entry_id: bytes, seq: int, walked: dict[tuple[bytes, int], bytes | None]
) -> bytes | None:
    """Follow `prev` from `entry_id` down to `seq`.

    Args:
        held: from id to entry, or None.
        entry_id: where to begin.
        seq: where to end.
        walked: (id, seq) -> answer of earlier walks over the same entries, so that a long forked feed is walked once.
    """
    key = (entry_id, seq)
    if key in walked:
        return walked[key]
    found = None
    entry = held(entry_id)
    while entry is not None:
        if entry.seq <= seq + 1:  # the last step is known by name even where the entry is not held
            found = entry.prev if entry.seq == seq + 1 else entry.id if entry.seq == seq else None
            break
        if (entry.prev, seq) in walked:
            found = walked[entry.prev, seq]
            break
        before = held(entry.prev)
        at_its_place = before is not None and (before.feed, before.seq) == (entry.feed, entry.seq - 1)
        entry = before if at_its_place else None
    walked[key] = found
    return found
