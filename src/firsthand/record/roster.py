"""Who may write: the standing of an entry as a function of the set of entries held; docs/reference/record.md section 7.

Rules: nothing here looks at time or at order of arrival. Authority is settled in layers, seats, then officers, then
everyone else, so that no rule rests on itself. Of concurrent acts the withdrawal wins. Entries that do not stand are
kept and shown; they drive nothing.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from firsthand.errors import BadInput
from firsthand.record import ed25519
from firsthand.record.entries import ENTRIES
from firsthand.record.entry import Entry, feed_id
from firsthand.record.erasure import ERASE, OFFICER, erasures
from firsthand.record.genesis import enrol_proof_message, read_genesis
from firsthand.record.state import State
from firsthand.record.types import Registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from firsthand.record.feeds import Chains

CENTRE = "centre"
KEEPERS = frozenset((CENTRE, OFFICER))
"""Roles whose receipts count, and who may sign for the centre."""
_REGISTRY = Registry(ENTRIES)
_NEVER = 2**60


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What the roster says of a key: what it is for, what follows it, whose it is."""

    key: bytes
    purpose: str
    next: bytes | None
    person: bytes | None


@dataclass(frozen=True, slots=True)
class _Act:
    """A grant, withdrawal or adoption that holds, or a rotation that acts as one."""

    id: bytes
    seq: int
    roles: frozenset[str] = frozenset()
    replaces: frozenset[bytes] = frozenset()
    entry: bytes | None = None


_proof_holds = lru_cache(maxsize=4096)(ed25519.verify)  # the same enrolments are looked at whenever the roster changes


class Roster:
    """The roster that a set of entries makes.

    Args:
        entries: entries of one organisation whose signatures hold; only those of the record's own types matter.
        chains: the feeds' forks and ancestors over *all* entries held.

    Raises:
        BadInput: there is no valid genesis entry among them.
    """

    def __init__(self, entries: Iterable[Entry], chains: Chains) -> None:
        self._chains = chains
        self._bodies: dict[bytes, tuple[Entry, Any]] = {}
        genesis = None
        for entry in entries:
            body = _REGISTRY.read(entry.type, entry.body, entry.sealed)
            if body is None:
                continue
            self._bodies[entry.id] = (entry, body)
            if entry.genesis:
                if genesis is not None and genesis.id != entry.id:
                    raise BadInput("There are two genesis entries, so these are two organisations.")
                genesis = entry
        if genesis is None:
            raise BadInput("There is no genesis entry, so nothing can be said about who may write.")
        self.org = genesis.id
        self.genesis = read_genesis(genesis)
        self._approvals: dict[bytes, list[Entry]] = {}
        for entry, body in self.of("record.approve/1"):
            for named in body.entries:
                self._approvals.setdefault(named, []).append(entry)
        self._rotations = self._find_rotations()
        self._followed: dict[bytes, tuple[Entry, Any]] = {}  # new feed -> the rotation that counts
        self._left: dict[bytes, list[tuple[Entry, Any]]] = {}  # old feed -> the rotations away from it that count
        self._seats, self._seat_keys = self._find_seats()
        self._bounds = {feed: self._bound(feed, seat) for feed, seat in self._seats.items()}
        self.keys: dict[bytes, KeyInfo] = dict(self._seat_keys)
        self._acts: dict[tuple[str, bytes], list[_Act]] = {}
        self._officer_feeds: set[bytes] = set()
        self._plain_grants: dict[bytes, _Act | None] = {}
        self._inherited: dict[bytes, frozenset[str] | None] = {}
        self._fallen: dict[bytes, tuple[_Act, ...]] = {}
        self._settle_officers()
        self._forget_answers()  # what was answered before everything was settled
        self._settle_others()
        self._forget_answers()

    def _forget_answers(self) -> None:
        self._plain_grants.clear()
        self._inherited.clear()
        self._fallen.clear()

    def of(self, *types: str) -> list[tuple[Entry, Any]]:
        """Return the roster's entries of these types, with their bodies."""
        return [pair for pair in self._bodies.values() if pair[0].type in types]

    # -- layer 0: seats

    def _find_rotations(self) -> dict[bytes, tuple[Entry, Any]]:
        """Return for each new feed the rotation that counts: the one with the smallest id."""
        found: dict[bytes, tuple[Entry, Any]] = {}
        for entry, body in sorted(self.of("record.rotate/1"), key=lambda pair: pair[0].id, reverse=True):
            if entry.seq == 0 and feed_id(body.key) == entry.feed and body.old != entry.feed:
                found[entry.feed] = (entry, body)
        return found

    def _find_seats(self) -> tuple[dict[bytes, int], dict[bytes, KeyInfo]]:
        seats: dict[bytes, int] = {feed_id(root.key): i for i, root in enumerate(self.genesis.roots)}
        keys: dict[bytes, KeyInfo] = {}
        for i, root in enumerate(self.genesis.roots):
            feed = feed_id(root.key)
            info = KeyInfo(root.key, "writer", root.next, root.person)
            keys[feed] = info
            while (following := self._successor(feed, info)) is not None and following[0].feed not in seats:
                entry, body = following
                self._follow(following)
                feed, info = entry.feed, KeyInfo(body.key, "writer", body.next, root.person)
                seats[feed], keys[feed] = i, info
        return seats, keys

    def _follow(self, rotation: tuple[Entry, Any]) -> None:
        self._followed[rotation[0].feed] = rotation
        self._left.setdefault(rotation[1].old, []).append(rotation)

    def _successor(self, feed: bytes, info: KeyInfo) -> tuple[Entry, Any] | None:
        """Return the valid rotation away from `feed`: into the feed that was committed for it."""
        found = self._rotations.get(info.next) if info.next else None
        return found if found is not None and found[1].old == feed else None

    def _before(self, feed: bytes) -> Iterator[bytes]:
        """Yield the feeds that `feed` follows by rotation, the nearest first."""
        while feed in self._followed:
            feed = self._followed[feed][1].old
            yield feed

    def _bound(self, feed: bytes, seat: int) -> int:
        limits = [_NEVER]
        limits += [body.seq for _, body in self._left.get(feed, ())]
        for entry, body in self.of("record.withdraw/1"):
            others = {self._seats.get(signer.feed, seat) for signer in self.signers(entry)} - {seat}
            if len(others) >= self.genesis.m and body.feed in {feed, *self._before(feed)}:
                limits.append(body.seq if body.feed == feed else -1)
        limits += [fork - 1 for fork in self._chains.forks(feed)[:1]]
        return min(limits)

    def signers(self, entry: Entry) -> list[Entry]:
        """Return `entry` and the approvals that name it."""
        return [entry, *self._approvals.get(entry.id, ())]

    def _seat_of(self, entry: Entry) -> int | None:
        """Return the seat that `entry` speaks for, if it stands."""
        seat = self._seats.get(entry.feed)
        return seat if seat is not None and entry.seq <= self._bounds[entry.feed] else None

    def _m_seats_sign(self, entry: Entry) -> bool:
        return len({self._seat_of(signer) for signer in self.signers(entry)} - {None}) >= self.genesis.m

    # -- layers 1 and 2

    def _settle_officers(self) -> None:
        # a rotation does not count for a feed that is enrolled; whether an officer enrolled it is not known yet
        self._enrolled_by_seats = {
            feed_id(body.key)
            for entry, body in self.of("record.enrol/1")
            if self._seat_of(entry) is not None and self._proven(body)
        }
        for entry, body in self.of("record.grant/1"):
            if OFFICER in body.roles and body.feed not in self._seats and self._m_seats_sign(entry):
                self._officer_feeds.add(body.feed)
        self._enrol(lambda entry, feed: feed in self._officer_feeds and self._seat_of(entry) is not None)
        self._follow_rotations()
        self._collect(lambda entry, feed: feed in self._officer_feeds and self._m_seats_sign(entry))

    def _settle_others(self) -> None:
        commanding = {id(entry): self._commands(entry) for entry, _ in self._bodies.values()}
        # from here on no feed becomes an officer's: neither by a grant that lacks signatures nor by a rotation
        self._enrol(lambda entry, feed: feed not in self._officer_feeds and commanding[id(entry)])
        self._follow_rotations()
        self._collect(
            lambda entry, feed: (
                feed not in self._officer_feeds
                and commanding[id(entry)]
                and OFFICER not in getattr(self._bodies[entry.id][1], "roles", ())
            )
        )
        self._admitted = frozenset(
            named for entry, body in self.of("record.admit/1") if commanding[id(entry)] for named in body.entries
        )

    def _commands(self, entry: Entry) -> bool:
        """Return whether the author stands as a seat or as an officer."""
        if entry.feed in self._seats:
            return self._seat_of(entry) is not None
        if entry.feed not in self._officer_feeds or self._disputed(entry):
            return False
        roles = self.roles(entry.feed, entry.seq)
        return roles is not None and OFFICER in roles

    def _enrol(self, holds: Any) -> None:
        """Take the holding enrolments that `holds(entry, feed)` picks; of several of one key the smallest id counts."""
        for entry, body in sorted(self.of("record.enrol/1"), key=lambda pair: pair[0].id):
            feed = feed_id(body.key)
            if feed not in self.keys and holds(entry, feed) and self._proven(body):
                self.keys[feed] = KeyInfo(body.key, body.purpose, body.next, body.person)

    def _proven(self, body: Any) -> bool:
        """Return whether an enrolment carries its key's proof of possession."""
        message = enrol_proof_message(self.org, body.purpose, body.alg, body.key, body.next, body.person)
        return _proof_holds(body.key, message, body.proof)

    def _follow_rotations(self) -> None:
        """Add the feeds that follow enrolled ones, with what they take over and what the old ones lose."""
        waiting = [feed for feed in self.keys if feed not in self._seats]
        while waiting:
            old = waiting.pop()
            info = self.keys[old]
            following = self._successor(old, info)
            if following is None or following[0].feed in self.keys:
                continue
            entry, body = following
            if entry.feed in self._enrolled_by_seats:
                continue
            if entry.feed in self._officer_feeds and old not in self._officer_feeds:
                continue
            self._follow(following)
            self.keys[entry.feed] = KeyInfo(body.key, info.purpose, body.next, info.person)
            if old in self._officer_feeds:
                self._officer_feeds.add(entry.feed)
            waiting.append(entry.feed)

    def _collect(self, holds: Any) -> None:
        for entry, body in self.of("record.grant/1", "record.withdraw/1", "record.adopt/1"):
            if body.feed not in self._seats and holds(entry, body.feed):
                act = _Act(
                    entry.id,
                    body.seq,
                    self._roles_given(entry, body),
                    frozenset(getattr(body, "replaces", ())),
                    body.entry,
                )
                self._acts.setdefault((entry.type, body.feed), []).append(act)

    def _roles_given(self, entry: Entry, body: Any) -> frozenset[str]:
        """Return the roles of a grant; `erase` only where m seats sign, or one officer could make the second person."""
        roles = frozenset(getattr(body, "roles", ()))
        return roles if ERASE not in roles or self._m_seats_sign(entry) else roles - {ERASE}

    # -- what follows for one entry

    def _grants(self, feed: bytes) -> list[_Act]:
        grants = list(self._acts.get(("record.grant/1", feed), ()))
        if feed in self._followed:
            inherited = self._roles_taken_over(feed)
            if inherited is not None:
                grants.append(_Act(self._followed[feed][0].id, 0, inherited))
        return grants

    def _roles_taken_over(self, feed: bytes) -> frozenset[str] | None:
        """Return the roles that a rotation brings to `feed`; along a chain from its beginning, however long it is."""
        chain, at = [], feed
        while at in self._followed and at not in self._inherited:
            chain.append(at)
            at = self._followed[at][1].old
        for link in reversed(chain):
            body = self._followed[link][1]
            self._inherited[link] = self.roles(body.old, body.seq)
        return self._inherited[feed]

    def _withdrawals(self, feed: bytes) -> list[_Act]:
        """Return what ends the right of `feed`: withdrawals of it, of any feed that it follows, and a rotation away."""
        found = list(self._acts.get(("record.withdraw/1", feed), ()))
        found += [_Act(entry.id, body.seq) for entry, body in self._left.get(feed, ())]
        return [*found, *self._withdrawn_before(feed)]

    def _withdrawn_before(self, feed: bytes) -> tuple[_Act, ...]:
        """Return the withdrawals of the feeds that `feed` follows, as of it from its beginning; chains may be long."""
        chain: list[bytes] = []
        at: bytes | None = feed
        while at is not None and at not in self._fallen:
            chain.append(at)
            at = self._followed[at][1].old if at in self._followed else None
        for link in reversed(chain):
            acts: tuple[_Act, ...] = ()
            if link in self._followed:
                old = self._followed[link][1].old
                own = self._acts.get(("record.withdraw/1", old), ())
                acts = (*self._fallen[old], *(replace(act, seq=-1) for act in own)) if own else self._fallen[old]
            self._fallen[link] = acts
        return self._fallen[feed]

    def roles(self, feed: bytes, seq: int) -> frozenset[str] | None:
        """Return the roles in which `feed` may write at `seq`, None when it may not; a seat is an officer."""
        if feed not in self._plain_grants:
            self._plain_grants[feed] = self._plain_grant(feed)
        plain = self._plain_grants[feed]
        if plain is not None:
            return plain.roles if seq >= plain.seq else None
        return self._roles(feed, seq)

    def _plain_grant(self, feed: bytes) -> _Act | None:
        """Return the one grant of a feed about which nothing else was ever said: the common case, answered at once."""
        info = self.keys.get(feed)
        if feed in self._seats or info is None or info.purpose != "writer" or self._withdrawals(feed):
            return None
        grants = self._grants(feed)
        return grants[0] if len(grants) == 1 else None

    def _roles(self, feed: bytes, seq: int) -> frozenset[str] | None:
        if feed in self._seats:
            return frozenset((OFFICER,)) if seq <= self._bounds[feed] else None
        info = self.keys.get(feed)
        if info is None or info.purpose != "writer":
            return None
        grants = [grant for grant in self._grants(feed) if grant.seq <= seq]
        replaced = {old for grant in grants for old in grant.replaces if old != grant.id}
        withdrawn = {act.id for act in self._withdrawals(feed) if act.seq < seq}
        applying = [grant for grant in grants if grant.id not in replaced and withdrawn <= grant.replaces]
        return frozenset().union(*(grant.roles for grant in applying)) if applying else None

    def _disputed(self, entry: Entry) -> bool:
        forks = [seq for seq in self._chains.forks(entry.feed) if seq <= entry.seq]
        if not forks:
            return False
        adoptions = self._acts.get(("record.adopt/1", entry.feed), [])
        replaced = {old for act in adoptions for old in act.replaces if old != act.id}
        current = [act for act in adoptions if act.id not in replaced and self._names_its_place(act, entry.feed)]
        if not current:
            return True
        for seq in forks:
            mine = self._chains.ancestor(entry.id, seq)
            chosen = {self._adopted_at(act, seq) for act in current if act.seq >= seq} - {None}
            if mine is None or chosen != {mine}:
                return True
        return False

    def _names_its_place(self, act: _Act, feed: bytes) -> bool:
        """Return False for an adoption of an entry that is held and stands elsewhere."""
        adopted = self._chains.entry(act.entry or b"")
        return adopted is None or (adopted.feed, adopted.seq) == (feed, act.seq)

    def _adopted_at(self, act: _Act, seq: int) -> bytes | None:
        """Return the id at `seq` that an adoption chooses; None when it cannot be known from what is held."""
        return act.entry if act.seq == seq else self._chains.ancestor(act.entry or b"", seq)

    def state(self, entry: Entry) -> State:
        """Return the standing of `entry`, which need not be one of the roster's own."""
        may_be_admitted = entry.id in self._admitted and not entry.type.startswith("record.")
        if entry.feed in self._seats:
            forks = self._chains.forks(entry.feed)
            if forks and entry.seq >= forks[0]:
                return State.DISPUTED
            return State.STANDING if entry.seq <= self._bounds[entry.feed] else State.WITHDRAWN
        if self._disputed(entry):
            return State.DISPUTED
        if self.roles(entry.feed, entry.seq) is not None:
            return State.STANDING
        info = self.keys.get(entry.feed)
        granted = (
            [g for g in self._grants(entry.feed) if g.seq <= entry.seq] if info and info.purpose == "writer" else []
        )
        if not granted:
            return State.WAITING
        return State.STANDING if may_be_admitted else State.WITHDRAWN

    def over(self, chains: Chains) -> Roster:
        """Return the same roster asking `chains` about forks; the forks of seats must be the same."""
        other = copy(self)
        other._chains = chains  # noqa: SLF001 - a copy of itself
        return other

    def changed_since(self, before: Roster | None) -> set[bytes]:
        """Return the feeds about which this roster says something else than `before` did."""
        feeds = set(self.keys) | {feed for _, feed in self._acts}
        if before is None:
            return feeds
        feeds |= set(before.keys) | {feed for _, feed in before._acts}  # noqa: SLF001 - the same class
        return {feed for feed in feeds if self._says(feed) != before._says(feed)}  # noqa: SLF001

    def _says(self, feed: bytes) -> tuple[object, ...]:
        acts = [frozenset(self._acts.get((f"record.{kind}/1", feed), ())) for kind in ("grant", "withdraw", "adopt")]
        derived = (frozenset(self._grants(feed)), frozenset(self._withdrawals(feed)))
        return (self.keys.get(feed), self._bounds.get(feed), acts, derived, feed in self._officer_feeds)

    @property
    def admitted(self) -> frozenset[bytes]:
        """Ids of the entries that officers admitted although their feed was withdrawn."""
        return self._admitted

    @cached_property
    def introduced(self) -> dict[bytes, bytes]:
        """Feed id -> public key of every key that any enrolment or rotation introduces, whether or not it counts."""
        found = {feed: info.key for feed, info in self.keys.items()}
        for _, body in self.of("record.enrol/1"):
            if self._proven(body):
                found.setdefault(feed_id(body.key), body.key)
        for entry, body in self.of("record.rotate/1"):
            if feed_id(body.key) == entry.feed:
                found.setdefault(entry.feed, body.key)
        return found

    @cached_property
    def committed(self) -> frozenset[tuple[bytes, bytes]]:
        """(feed, feed committed to follow it) of every key that any entry held introduces, whether or not it counts."""
        found = {(feed, info.next) for feed, info in self.keys.items()}
        found |= {(feed_id(body.key), body.next) for _, body in self.of("record.enrol/1") if self._proven(body)}
        found |= {
            (entry.feed, body.next) for entry, body in self.of("record.rotate/1") if feed_id(body.key) == entry.feed
        }
        return frozenset((feed, following) for feed, following in found if following is not None)

    def logs(self) -> dict[bytes, bytes]:
        """Return feed id -> public key of the enrolled log keys."""
        return {feed: info.key for feed, info in self.keys.items() if info.purpose == "log"}

    def person(self, feed: bytes) -> bytes | None:
        """Return the person (16 bytes) whose key signs `feed`."""
        info = self.keys.get(feed)
        return info.person if info else None

    @cached_property
    def erased(self) -> frozenset[tuple[bytes, str]]:
        """The (entry id, field) whose values are to be destroyed."""
        return erasures(self)
