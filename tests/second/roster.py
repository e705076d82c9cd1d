"""Standing, record section 7: a function of the set of entries and of nothing else.

Layer 0 settles the seats, layer 1 the officers' feeds (only standing seats speak there), layer 2 all others.
A layer reads results of lower layers only. Where the page leaves a choice, the comment says which was made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from second import bodies, ed25519_
from second.entry import ZERO, Entry
from second.held import Act, Held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

State = Literal["disputed", "waiting", "withdrawn", "standing"]
FOREVER = 2**60


class Roster:
    """The standing of every entry in a set that holds the genesis entry `org`."""

    def __init__(self, entries: Iterable[Entry], org: bytes) -> None:
        self.org = org
        self.held = Held()
        for entry in {item.id: item for item in entries}.values():
            if entry.org == org or (entry.org == ZERO and entry.id == org):
                self.held.add(entry)
        self.held.settle()
        self.seat_of: dict[bytes, int] = {}
        self.m = FOREVER
        self.bound: dict[bytes, int] = {}
        self.fork_bound: dict[bytes, int] = {}
        self.officer_feeds: set[bytes] = set()
        self.enrolment: dict[bytes, Entry] = {}
        self.rotation_to: dict[bytes, Entry] = {}
        self._roles: dict[tuple[bytes, int], frozenset[str] | None] = {}
        self._settle_seats()
        self._settle_officers()
        self._settle_others()

    # Layer 0

    def _settle_seats(self) -> None:
        genesis = self.held.by_id.get(self.org)
        if genesis is None or not bodies.has_shape(genesis) or genesis.type != "record.genesis/1":
            return
        body: Any = genesis.body
        self.m = body["m"]
        next_of: dict[bytes, bytes | None] = {}
        for seat, root in enumerate(body["roots"]):
            feed = ed25519_.feed_id(root["key"])
            self.seat_of[feed], next_of[feed] = seat, root["next"]
        for feed, rotation in self._rotations(next_of, lambda feed: feed in self.seat_of):
            old: Any = rotation.body["old"]
            self.seat_of[feed] = self.seat_of[old]
            self.rotation_to[feed] = rotation
        for feed in self.seat_of:
            self.fork_bound[feed] = min(self.held.forks.get(feed, [FOREVER])) - 1
            self.bound[feed] = self._seat_bound(feed)

    def _rotations(
        self, next_of: dict[bytes, bytes | None], taken: Callable[[bytes], bool]
    ) -> list[tuple[bytes, Entry]]:
        """Rotations that count, oldest feed first; fills `next_of` with what they commit to."""
        result: list[tuple[bytes, Entry]] = []
        found: dict[bytes, Entry] = {}
        while True:
            best: dict[bytes, Entry] = {}
            for entry in self.held.by_type["record.rotate/1"]:
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
                return result
            for feed, entry in sorted(best.items()):
                found[feed] = entry
                rotated: Any = entry.body
                next_of[feed] = rotated["next"]
                result.append((feed, entry))

    def _seat_bound(self, feed: bytes) -> int:
        """The bound without forks: rotation away and withdrawals by m other seats."""
        bound = FOREVER
        body: Any
        for rotation in self.rotation_to.values():
            body = rotation.body
            if body["old"] == feed:
                bound = min(bound, body["seq"])
        for entry in self.held.by_type["record.withdraw/1"]:
            body = entry.body
            others = {self.seat_of.get(item.feed) for item in self._signatures(entry)}
            if body["feed"] == feed and len(others - {None, self.seat_of[feed]}) >= self.m:
                bound = min(bound, body["seq"])
        return bound

    def _signatures(self, entry: Entry) -> list[Entry]:
        return [entry, *self.held.approvers[entry.id]]

    def _seat_stands(self, entry: Entry) -> bool:
        feed = entry.feed
        return feed in self.seat_of and entry.seq <= min(self.bound[feed], self.fork_bound[feed])

    def _signed_by_m(self, entry: Entry) -> bool:
        seats = {self.seat_of[item.feed] for item in self._signatures(entry) if self._seat_stands(item)}
        return len(seats) >= self.m

    # Layers 1 and 2

    def _settle_officers(self) -> None:
        by_seat = self._enrolments(self._seat_stands)
        next_of = {feed: self._next(entry) for feed, entry in by_seat.items()}
        rotations = self._rotations(next_of, lambda feed: feed in by_seat or feed in self.seat_of)
        body: Any
        for grant in self.held.by_type["record.grant/1"]:
            body = grant.body
            if "officer" in body["roles"] and body["feed"] not in self.seat_of and self._signed_by_m(grant):
                self.officer_feeds.add(body["feed"])
        for feed, rotation in rotations:
            body = rotation.body
            if body["old"] in self.officer_feeds:
                self.officer_feeds.add(feed)
        # An officer feed may follow a feed that is none; its enrolment is then that feed's, by a seat.
        self.enrolment = dict(by_seat)
        self.rotation_to.update(rotations)
        self._seat_enrolment = by_seat
        self._seat_rotation = dict(rotations)

    def _settle_others(self) -> None:
        lawful = self._enrolments(self._author_is_officer)
        for feed in list(lawful):
            if feed in self.officer_feeds:
                del lawful[feed]
        officers = {feed: e for feed, e in self._seat_enrolment.items() if feed in self.officer_feeds}
        self.enrolment = {**lawful, **officers}
        next_of = {feed: self._next(entry) for feed, entry in self.enrolment.items()}
        kept = {feed: e for feed, e in self._seat_rotation.items() if feed in self.officer_feeds}
        for feed, rotation in kept.items():
            next_of[feed] = self._next(rotation)

        def taken(feed: bytes) -> bool:
            return feed in self.enrolment or feed in self.seat_of or feed in self.officer_feeds

        seats = {feed: e for feed, e in self.rotation_to.items() if feed in self.seat_of}
        self.rotation_to = {**seats, **kept, **dict(self._rotations(next_of, taken))}
        self._roles.clear()

    @staticmethod
    def _next(entry: Entry) -> bytes | None:
        body: Any = entry.body
        result: bytes | None = body["next"]
        return result

    def _enrolments(self, lawful: Callable[[Entry], bool]) -> dict[bytes, Entry]:
        """For each feed the holding enrolment with the smallest id."""
        result: dict[bytes, Entry] = {}
        for entry in self.held.by_type["record.enrol/1"]:
            body: Any = entry.body
            feed = ed25519_.feed_id(body["key"])
            if feed in result and result[feed].id < entry.id:
                continue
            if bodies.enrolment_proof_holds(entry) and lawful(entry):
                result[feed] = entry
        return result

    def _author_is_officer(self, entry: Entry) -> bool:
        """A standing seat, or standing on an officer feed with that role at its seq."""
        if self._seat_stands(entry):
            return True
        if entry.feed not in self.officer_feeds or self.state(entry) != "standing":
            return False
        return "officer" in (self.roles(entry.feed, entry.seq) or ())

    def _holds(self, entry: Entry, feed: bytes) -> bool:
        """Whether a grant, withdrawal or adoption that names `feed` holds."""
        body: Any = entry.body
        if feed in self.officer_feeds or "officer" in body.get("roles", ()):
            return self._signed_by_m(entry)
        return self._author_is_officer(entry)

    def _acts(self, kind: str, feed: bytes) -> list[Act]:
        result = []
        for entry in self.held.by_type[kind]:
            body: Any = entry.body
            if body["feed"] == feed and self._holds(entry, feed):
                roles, replaces = frozenset(body.get("roles", ())), frozenset(body.get("replaces", ()))
                result.append(Act(entry.id, body["seq"], roles, replaces, body["entry"] or b""))
        return result

    def grants(self, feed: bytes) -> list[Act]:
        """Holding grants of a feed, and the rotation that leads to it.

        A rotation from a feed that may not write at the cited seq hands on nothing, not even an empty grant.
        """
        result = self._acts("record.grant/1", feed)
        rotation = self.rotation_to.get(feed)
        if rotation is not None:
            body: Any = rotation.body
            # An officer feed inherits from officer feeds only, or layer 1 would need layer 2.
            lawful = feed not in self.officer_feeds or body["old"] in self.officer_feeds
            inherited = self.roles(body["old"], body["seq"]) if lawful else None
            if inherited is not None:
                result.append(Act(rotation.id, 0, inherited))
        return result

    def withdrawals(self, feed: bytes) -> list[Act]:
        """Holding withdrawals of a feed, and rotations away from it."""
        result = self._acts("record.withdraw/1", feed)
        for rotation in self.rotation_to.values():
            body: Any = rotation.body
            if body["old"] == feed:
                result.append(Act(rotation.id, body["seq"]))
        return result

    def purpose(self, feed: bytes) -> str | None:
        """Of the holding enrolment of a feed or of the one it follows."""
        while feed not in self.enrolment:
            rotation = self.rotation_to.get(feed)
            if rotation is None:
                return None
            body: Any = rotation.body
            feed = body["old"]
        enrolled: Any = self.enrolment[feed].body
        result: str = enrolled["purpose"]
        return result

    def roles(self, feed: bytes, seq: int) -> frozenset[str] | None:
        """The roles of a feed at a position, or None when it may not write there."""
        key = (feed, seq)
        if key not in self._roles:
            self._roles[key] = self._roles_at(feed, seq)
        return self._roles[key]

    def _roles_at(self, feed: bytes, seq: int) -> frozenset[str] | None:
        if feed in self.seat_of:
            return frozenset({"officer"})
        if self.purpose(feed) != "writer":
            return None
        grants = [act for act in self.grants(feed) if act.seq <= seq]
        withdrawals = self.withdrawals(feed)
        # "No holding grant names it in `replaces`" is read as: no holding grant of the same feed.
        replaced = frozenset[bytes]().union(*(act.replaces for act in grants))
        applying = [
            g.roles
            for g in grants
            if g.id not in replaced
            and not any(w.seq < seq and w.seq + 1 >= g.seq and w.id not in g.replaces for w in withdrawals)
        ]
        return frozenset[str]().union(*applying) if applying else None

    # States

    def _is_settled(self, entry: Entry, seq: int, adoptions: list[Act]) -> bool:
        """Whether the fork at `seq` is settled for an entry at or above it."""
        mine = self.held.ancestor(entry.id, entry.seq, seq)
        chosen = {self.held.ancestor(act.entry, act.seq, seq) for act in adoptions if act.seq >= seq} - {None}
        return mine is not None and chosen == {mine}

    def _is_disputed(self, entry: Entry) -> bool:
        forked = [seq for seq in self.held.forks.get(entry.feed, ()) if seq <= entry.seq]
        if not forked:
            return False
        adoptions = self._acts("record.adopt/1", entry.feed)
        replaced = frozenset[bytes]().union(*(act.replaces for act in adoptions))
        heads = [act for act in adoptions if act.id not in replaced and self._names_its_place(act, entry.feed)]
        return not all(self._is_settled(entry, seq, heads) for seq in forked)

    def _names_its_place(self, act: Act, feed: bytes) -> bool:
        """An adoption of a held entry has to give that entry's feed and seq."""
        adopted = self.held.by_id.get(act.entry)
        return adopted is None or (adopted.feed, adopted.seq) == (feed, act.seq)

    def state(self, entry: Entry) -> State:
        """One of the four states."""
        if entry.feed in self.seat_of:
            if entry.seq > self.fork_bound[entry.feed]:
                return "disputed"
            return "withdrawn" if entry.seq > self.bound[entry.feed] else "standing"
        if self._is_disputed(entry):
            return "disputed"
        granted = any(act.seq <= entry.seq for act in self.grants(entry.feed))
        if self.purpose(entry.feed) != "writer" or not granted:
            return "waiting"
        if self.roles(entry.feed, entry.seq) is None and not self._is_admitted(entry):
            return "withdrawn"
        return "standing"

    def _is_admitted(self, entry: Entry) -> bool:
        body: Any
        for admission in self.held.by_type["record.admit/1"]:
            body = admission.body
            if entry.id in body["entries"] and self._author_is_officer(admission):
                return not entry.type.startswith("record.")
        return False
