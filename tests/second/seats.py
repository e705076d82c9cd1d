"""Layer 0 of standing, record section 7: who holds a seat, and up to where its feeds speak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from second import bodies, ed25519_

if TYPE_CHECKING:
    from collections.abc import Callable

    from second.entry import Entry
    from second.held import Held

FOREVER = 2**60


def rotations(held: Held, next_of: dict[bytes, bytes | None], taken: Callable[[bytes], bool]) -> dict[bytes, Entry]:
    """Rotations that count, by new feed, oldest first; fills `next_of` with what they commit to."""
    found: dict[bytes, Entry] = {}
    while True:
        best: dict[bytes, Entry] = {}
        for entry in held.by_type["record.rotate/1"]:
            body: Any = entry.body
            if (
                entry.feed not in found
                and not taken(entry.feed)
                and next_of.get(body["old"]) == entry.feed
                and ed25519_.feed_id(body["key"]) == entry.feed
                and (entry.feed not in best or entry.id < best[entry.feed].id)
            ):
                best[entry.feed] = entry
        if not best:
            return found
        for feed, entry in sorted(best.items()):
            found[feed] = entry
            rotated: Any = entry.body
            next_of[feed] = rotated["next"]


def chain(rotation_to: dict[bytes, Entry], feed: bytes) -> list[bytes]:
    """The feeds that a feed follows by rotation, the nearest first."""
    result = []
    while feed in rotation_to:
        body: Any = rotation_to[feed].body
        feed = body["old"]
        result.append(feed)
    return result


class Seats:
    """The seats of an organisation; nobody has one where the genesis entry is missing or broken."""

    def __init__(self, held: Held, org: bytes) -> None:
        self.held = held
        self.seat_of: dict[bytes, int] = {}
        self.m = FOREVER
        self.bound: dict[bytes, int] = {}
        self.fork_bound: dict[bytes, int] = {}
        self.rotation_to: dict[bytes, Entry] = {}
        genesis = held.by_id.get(org)
        if genesis is not None and genesis.type == "record.genesis/1" and bodies.has_shape(genesis):
            self._settle(genesis.body)

    def _settle(self, body: Any) -> None:
        self.m = body["m"]
        next_of: dict[bytes, bytes | None] = {}
        for seat, root in enumerate(body["roots"]):
            feed = ed25519_.feed_id(root["key"])
            self.seat_of[feed], next_of[feed] = seat, root["next"]
        self.rotation_to = rotations(self.held, next_of, set(self.seat_of).__contains__)
        for feed in self.rotation_to:
            self.seat_of[feed] = self.seat_of[chain(self.rotation_to, feed)[0]]
        for feed in self.seat_of:
            self.fork_bound[feed] = min(self.held.forks.get(feed, [FOREVER])) - 1
            self.bound[feed] = self._bound(feed)

    def _bound(self, feed: bytes) -> int:
        """The bound without forks: rotation away, and withdrawals by m other seats."""
        bound = FOREVER
        body: Any
        for rotation in self.rotation_to.values():
            body = rotation.body
            if body["old"] == feed:
                bound = min(bound, body["seq"])
        followed = chain(self.rotation_to, feed)
        for entry in self.held.by_type["record.withdraw/1"]:
            body = entry.body
            others = {self.seat_of.get(item.feed) for item in self.held.signatures(entry)}
            if len(others - {None, self.seat_of[feed]}) < self.m:
                continue
            if body["feed"] == feed:
                bound = min(bound, body["seq"])
            elif body["feed"] in followed:
                bound = -1
        return bound

    def stands(self, entry: Entry) -> bool:
        """Whether this is an entry of a seat, up to its bound."""
        feed = entry.feed
        return feed in self.seat_of and entry.seq <= min(self.bound[feed], self.fork_bound[feed])

    def sign(self, entry: Entry) -> bool:
        """Whether m distinct seats sign it, each by a standing entry."""
        signed = {self.seat_of[item.feed] for item in self.held.signatures(entry) if self.stands(item)}
        return len(signed) >= self.m
