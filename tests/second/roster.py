"""Standing, record section 7: a function of the set of entries and of nothing else.

Layer 0 settles the seats, layer 1 the officers' feeds (only standing seats speak there), layer 2 all others.
A layer reads results of lower layers only. Where the page leaves a choice, the comment says which was made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from second import bodies, ed25519_
from second.entry import ZERO, Entry
from second.held import Act, Held
from second.seats import Seats, chain, rotations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

State = Literal["disputed", "waiting", "withdrawn", "standing"]


class Roster:
    """The standing of every entry in a set that holds the genesis entry `org`."""

    def __init__(self, entries: Iterable[Entry], org: bytes) -> None:
        self.org = org
        self.held = Held()
        for entry in {item.id: item for item in entries}.values():
            if entry.org == org or (entry.org == ZERO and entry.id == org):
                self.held.add(entry)
        self.held.settle()
        self.seats = Seats(self.held, org)
        self.officer_feeds: set[bytes] = set()
        self.enrolment: dict[bytes, Entry] = {}
        self.rotation_to: dict[bytes, Entry] = {}
        self._roles: dict[tuple[bytes, int], frozenset[str] | None] = {}
        self._settle_others(*self._settle_officers())

    # Layers 1 and 2

    def _settle_officers(self) -> tuple[dict[bytes, Entry], dict[bytes, Entry]]:
        """Finds the officer feeds. Enrolments and rotations that layer 1 knows, by feed."""
        by_seat = self._enrolments(self.seats.stands)
        next_of = {feed: self._next(entry) for feed, entry in by_seat.items()}
        found = rotations(self.held, next_of, lambda feed: feed in by_seat or feed in self.seats.seat_of)
        body: Any
        for grant in self.held.by_type["record.grant/1"]:
            body = grant.body
            if "officer" in body["roles"] and body["feed"] not in self.seats.seat_of and self.seats.sign(grant):
                self.officer_feeds.add(body["feed"])
        for feed in found:
            if chain(found, feed)[0] in self.officer_feeds:
                self.officer_feeds.add(feed)
        # No officer feed follows a feed that is none: layer 1 would need layer 2, and an officer could withdraw the
        # feed that its own follows, and so itself.
        found = {
            feed: rotation
            for feed, rotation in found.items()
            if feed not in self.officer_feeds or chain(found, feed)[0] in self.officer_feeds
        }
        self.enrolment, self.rotation_to = dict(by_seat), {**self.seats.rotation_to, **found}
        return by_seat, found

    def _settle_others(self, by_seat: dict[bytes, Entry], found: dict[bytes, Entry]) -> None:
        lawful = self._enrolments(self._author_is_officer)
        officers = {feed: e for feed, e in by_seat.items() if feed in self.officer_feeds}
        self.enrolment = {feed: e for feed, e in lawful.items() if feed not in self.officer_feeds} | officers
        next_of = {feed: self._next(entry) for feed, entry in self.enrolment.items()}
        kept = {feed: e for feed, e in found.items() if feed in self.officer_feeds}
        for feed, rotation in kept.items():
            next_of[feed] = self._next(rotation)

        def taken(feed: bytes) -> bool:
            return feed in self.enrolment or feed in self.seats.seat_of or feed in self.officer_feeds

        self.rotation_to = {**self.seats.rotation_to, **kept, **rotations(self.held, next_of, taken)}
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
        if self.seats.stands(entry):
            return True
        if entry.feed not in self.officer_feeds or self.state(entry) != "standing":
            return False
        return "officer" in (self.roles(entry.feed, entry.seq) or ())

    def _acts(self, kind: str, feed: bytes) -> list[Act]:
        """Grants, withdrawals or adoptions that name `feed` and hold."""
        result = []
        for entry in self.held.by_type[kind]:
            body: Any = entry.body
            if body["feed"] != feed:
                continue
            roles, replaces = frozenset(body.get("roles", ())), frozenset(body.get("replaces", ()))
            if feed in self.officer_feeds or "officer" in roles:
                holds = self.seats.sign(entry)
            else:
                holds = self._author_is_officer(entry)
            if holds:
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
            inherited = self.roles(body["old"], body["seq"])
            if inherited is not None:
                result.append(Act(rotation.id, 0, inherited))
        return result

    def withdrawals(self, feed: bytes) -> list[Act]:
        """Holding withdrawals of a feed and of those it follows, and rotations away from it."""
        result = self._acts("record.withdraw/1", feed)
        for followed in chain(self.rotation_to, feed):
            result += [Act(act.id, -1) for act in self._acts("record.withdraw/1", followed)]
        for rotation in self.rotation_to.values():
            body: Any = rotation.body
            if body["old"] == feed:
                result.append(Act(rotation.id, body["seq"]))
        return result

    def purpose(self, feed: bytes) -> str | None:
        """Of the holding enrolment of a feed or of the one it follows."""
        for source in (feed, *chain(self.rotation_to, feed)):
            if source in self.enrolment:
                enrolled: Any = self.enrolment[source].body
                result: str = enrolled["purpose"]
                return result
        return None

    def roles(self, feed: bytes, seq: int) -> frozenset[str] | None:
        """The roles of a feed at a position, or None when it may not write there."""
        key = (feed, seq)
        if key not in self._roles:
            self._roles[key] = self._roles_at(feed, seq)
        return self._roles[key]

    def _roles_at(self, feed: bytes, seq: int) -> frozenset[str] | None:
        if feed in self.seats.seat_of:
            return frozenset({"officer"})
        if self.purpose(feed) != "writer":
            return None
        grants = [act for act in self.grants(feed) if act.seq <= seq]
        withdrawn = {act.id for act in self.withdrawals(feed) if act.seq < seq}
        replaced = frozenset[bytes]().union(*(act.replaces for act in grants))
        applying = [g.roles for g in grants if g.id not in replaced and withdrawn <= g.replaces]
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
        if entry.feed in self.seats.seat_of:
            if entry.seq > self.seats.fork_bound[entry.feed]:
                return "disputed"
            return "withdrawn" if entry.seq > self.seats.bound[entry.feed] else "standing"
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
