"""Records as hostile as the format allows: forks, gaps, withdrawals, rotations, conflicts, lies about time.

A world is a list of entries, each signed once, made from one source of chance. Which of them count is not known here:
that is what the tests ask of several readers. Left out on purpose are only things on which the reference is silent: two
rotations into one feed from different ones, and an officer's role for a feed that follows another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from firsthand.record import cbor
from firsthand.record.ed25519 import SigningKey
from firsthand.record.entry import ZERO, Entry, feed_id, parse, sign_entry
from firsthand.record.genesis import enrol_proof_message, genesis_proof_message
from firsthand.record.sealed import Opening, commitment

if TYPE_CHECKING:
    from random import Random

    from firsthand.record.cbor import Value
    from firsthand.record.types import Body

START_MS = 1_790_000_000_000
ABSURD_MS = (0, 1, START_MS + 400 * 86_400_000, 2**53 - 1)
UNIT_STATUS = ("available", "assigned", "en_route", "on_site", "returning", "resting", "out_of_service")
CALL_STATUS = ("new", "linked", "closed", "false_alarm", "duplicate")


@lru_cache(maxsize=512)
def key_of(label: str) -> SigningKey:
    """Return the key of a label, always the same one."""
    return SigningKey(sha256(b"world " + label.encode()).digest())


@dataclass
class Writer:
    """A person or device with a key, and the ends of all branches of its feed."""

    label: str
    tips: list[tuple[int, bytes, tuple[int, int]]] = field(default_factory=lambda: [(0, ZERO, (START_MS, 0))])
    used: bool = False

    @property
    def key(self) -> SigningKey:
        """The signing key."""
        return key_of(self.label)

    @property
    def feed(self) -> bytes:
        """The feed id."""
        return feed_id(self.key.public)

    @property
    def next(self) -> Writer:
        """The holder of the key that was committed as the following one."""
        return Writer(f"{self.label}'")

    @property
    def person(self) -> bytes:
        """Whose key it is: the same person before and after a rotation."""
        return sha256(self.label.rstrip("'").encode()).digest()[:16]


@dataclass
class World:
    """Entries that some organisation could hold, and the openings of their sealed fields."""

    org: bytes
    entries: list[Entry] = field(default_factory=list)
    openings: dict[tuple[bytes, str], Opening] = field(default_factory=dict)


class Builder:
    """Writes one world.

    Args:
        dice: the only source of chance.
        roots: number of root keys.
        m: how many of them must agree.
    """

    def __init__(self, dice: Random, *, roots: int = 1, m: int = 1) -> None:
        self.dice = dice
        self.roots = [Writer(f"root {i}") for i in range(roots)]
        self.m = m
        self.fork_rate = dice.choice((0.0, 0.02, 0.1))
        self.writers = list(self.roots)
        self.openings: dict[tuple[bytes, str], Opening] = {}
        self.org = ZERO
        self.genesis = self._found()
        self.org = self.genesis.id
        self.entries = [self.genesis]

    def _found(self) -> Entry:
        parts: list[dict[str, Any]] = [
            {"alg": 1, "key": w.key.public, "next": w.next.feed, "person": w.person, "proof": b""} for w in self.roots
        ]
        message = genesis_proof_message("EXERCISE", True, self.m, [_Part(**part) for part in parts])  # noqa: FBT003
        for part, writer in zip(parts, self.roots, strict=True):
            part["proof"] = writer.key.sign(message)
        return self._sign(
            self.roots[0],
            "record.genesis/1",
            {"name": "EXERCISE", "exercise": True, "m": self.m, "roots": [*parts]},
            {},
        )

    # -- writing

    def _sign(self, writer: Writer, kind: str, body: dict[str, Value], values: dict[str, Value]) -> Entry:
        dice = self.dice
        at = len(writer.tips) - 1 if dice.random() >= self.fork_rate else dice.randrange(len(writer.tips))
        seq, prev, time = writer.tips[at]
        openings = {
            name: Opening(sha256(b"%d" % dice.getrandbits(64)).digest(), value) for name, value in values.items()
        }
        sealed = {
            name: commitment(self.org, writer.feed, seq, name, opening.salt, opening.value)
            for name, opening in openings.items()
        }
        raw = sign_entry(
            writer.key, org=self.org, type=kind, feed=writer.feed, seq=seq, prev=prev, time=time, seen=None,
            body=cbor.encode(body), sealed=cbor.encode(sealed),  # type: ignore[arg-type]
        )  # fmt: skip
        entry = parse(raw)
        ms = dice.choice(ABSURD_MS) if dice.random() < 0.1 else min(time[0] + dice.randrange(5_000), cbor.INT_MAX)
        writer.tips.append((seq + 1, entry.id, (ms, dice.randrange(3))))
        writer.used = True
        for name, opening in openings.items():
            self.openings[entry.id, name] = opening
        return entry

    def write(self, writer: Writer, kind: str, body: dict[str, Value], values: dict[str, Value] | None = None) -> Entry:
        """Sign an entry and keep it."""
        entry = self._sign(writer, kind, body, values or {})
        self.entries.append(entry)
        return entry

    def say(self, writer: Writer, body: Body, values: dict[str, Value] | None = None) -> Entry:
        """Write a body of a known type, all its sealed fields committed."""
        given = dict.fromkeys(body.SEALED, None) | (values or {})
        return self.write(writer, body.TYPE, body.plain(), given)

    def enrol(self, by: Writer, new: Writer, purpose: str = "writer") -> Entry:
        """Enrol a key."""
        person = new.person if purpose == "writer" else None
        proof = new.key.sign(enrol_proof_message(self.org, purpose, 1, new.key.public, new.next.feed, person))
        body: dict[str, Value] = {
            "alg": 1, "key": new.key.public, "purpose": purpose, "next": new.next.feed, "person": person,
            "proof": proof,
        }  # fmt: skip
        if new.feed not in {w.feed for w in self.writers}:
            self.writers.append(new)
        return self.write(by, "record.enrol/1", body, {"name": "EXERCISE"})

    def grant(
        self, by: Writer, feed: bytes, roles: tuple[str, ...] = (), seq: int = 0, replaces: tuple[bytes, ...] = ()
    ) -> Entry:
        """Grant roles from a position on."""
        body: dict[str, Value] = {"feed": feed, "seq": seq, "entry": None, "roles": [*roles], "replaces": [*replaces]}
        return self.write(by, "record.grant/1", body)

    def withdraw(self, by: Writer, feed: bytes, seq: int = -1) -> Entry:
        """Withdraw a feed after a position."""
        body: dict[str, Value] = {"feed": feed, "seq": seq, "entry": None, "reason": "lost"}
        return self.write(by, "record.withdraw/1", body, {"note": None})

    def approve(self, by: Writer, *entries: Entry) -> Entry:
        """Sign entries of others too."""
        return self.write(by, "record.approve/1", {"entries": [entry.id for entry in entries]})

    def adopt(self, by: Writer, head: Entry, replaces: tuple[bytes, ...] = ()) -> Entry:
        """Adopt the branch that leads to `head`."""
        body: dict[str, Value] = {"feed": head.feed, "seq": head.seq, "entry": head.id, "replaces": [*replaces]}
        return self.write(by, "record.adopt/1", body)

    def rotate(self, old: Writer) -> Entry | None:
        """Begin the feed of the following key, citing one end of the old feed; nothing when there is no such end."""
        seq, prev, _ = self.dice.choice(old.tips)
        if seq == 0:
            return None
        new = old.next
        known = next((w for w in self.writers if w.feed == new.feed), None)
        if known is None:
            self.writers.append(new)
        else:
            new = known
        if new.used:
            return None
        body: dict[str, Value] = {
            "old": old.feed, "seq": seq - 1, "entry": prev, "alg": 1, "key": new.key.public, "next": new.next.feed,
        }  # fmt: skip
        return self.write(new, "record.rotate/1", body)

    def world(self, *, lost: float = 0.0) -> World:
        """Return what was written, without a share of entries that nobody holds (never the genesis)."""
        kept = [self.genesis, *(entry for entry in self.entries[1:] if self.dice.random() >= lost)]
        ids = {entry.id for entry in kept}
        return World(self.org, kept, {key: value for key, value in self.openings.items() if key[0] in ids})


@dataclass(frozen=True)
class _Part:
    """A root, as the statement that all roots sign wants it."""

    alg: int
    key: bytes
    next: bytes | None
    person: bytes
    proof: bytes


def build(dice: Random, *, steps: int = 40) -> World:
    """Return a world of about `steps` entries in which anybody may try anything."""
    roots = dice.randint(1, 3)
    builder = Builder(dice, roots=roots, m=dice.randint(1, roots))
    for i in range(2):
        _make_officer(builder, Writer(f"officer {i}"))
    for i in range(dice.randint(1, 3)):
        crew = Writer(f"crew {i}")
        builder.enrol(dice.choice(builder.writers[roots:] or builder.roots), crew)
        builder.grant(dice.choice(builder.writers), crew.feed, ("crew",))
    while len(builder.entries) < steps:
        _ACTIONS[dice.choices(range(len(_ACTIONS)), _WEIGHTS)[0]](builder)
    return builder.world(lost=dice.choice((0.0, 0.0, 0.05, 0.2)))


def _make_officer(builder: Builder, officer: Writer) -> None:
    """Mostly as it should be done; sometimes a signature short, or in the wrong order."""
    builder.enrol(builder.roots[0], officer)
    made = builder.grant(builder.roots[0], officer.feed, ("officer",))
    for root in builder.roots[1 : builder.m]:
        if builder.dice.random() < 0.9:
            builder.approve(root, made)


def _some(builder: Builder, *kinds: str) -> Entry:
    found = [entry for entry in builder.entries if not kinds or entry.type in kinds]
    return builder.dice.choice(found or builder.entries)


def _ids(builder: Builder, *kinds: str) -> tuple[bytes, ...]:
    found = [entry.id for entry in builder.entries if entry.type in kinds]
    return tuple(builder.dice.sample(found, min(len(found), builder.dice.choice((0, 0, 1, 1, 2)))))


def _enrol(builder: Builder) -> None:
    dice = builder.dice
    new = dice.choice([*builder.writers, Writer(f"crew {dice.randrange(5)}"), Writer(f"officer {dice.randrange(3)}")])
    known = next((w for w in builder.writers if w.feed == new.feed), new)
    builder.enrol(dice.choice(builder.writers), known, dice.choice(("writer", "writer", "writer", "log", "radio")))


def _grant(builder: Builder) -> None:
    dice = builder.dice
    to = dice.choice(builder.writers)
    follows = to.label.endswith("'")
    roles = dice.choice((("crew",), (), ("erase",), ("crew",) if follows else ("officer",), ("crew", "erase")))
    builder.grant(
        dice.choice(builder.writers),
        to.feed,
        roles,
        dice.choice((0, 0, 1, 2, 3)),
        _ids(builder, "record.grant/1", "record.withdraw/1"),
    )


def _withdraw(builder: Builder) -> None:
    dice = builder.dice
    whose = dice.choice(builder.writers)
    builder.withdraw(dice.choice(builder.writers), whose.feed, dice.randint(-1, len(whose.tips)))


def _approve(builder: Builder) -> None:
    kinds = ("record.grant/1", "record.withdraw/1", "record.adopt/1", "record.erase/1")
    builder.approve(builder.dice.choice(builder.writers), _some(builder, builder.dice.choice(kinds)))


def _adopt(builder: Builder) -> None:
    forked = [w for w in builder.writers if len({seq for seq, _, _ in w.tips}) < len(w.tips)]
    of = [entry for entry in builder.entries if entry.feed in {w.feed for w in forked}] or builder.entries
    builder.adopt(builder.dice.choice(builder.writers), builder.dice.choice(of), _ids(builder, "record.adopt/1"))


def _admit(builder: Builder) -> None:
    named: list[Value] = [_some(builder).id for _ in range(2)]
    builder.write(builder.dice.choice(builder.writers), "record.admit/1", {"entries": named})


def _rotate(builder: Builder) -> None:
    builder.rotate(builder.dice.choice(builder.writers))


def _fork(builder: Builder) -> None:
    """Leave an older end of a branch on top, so that the next entry forks the feed."""
    if builder.fork_rate == 0:
        return
    writer = builder.dice.choice(builder.writers)
    writer.tips.append(builder.dice.choice(writer.tips))


def _receipt(builder: Builder) -> None:
    named: list[Value] = [_some(builder).id for _ in range(2)]
    ms = builder.dice.choice((0, START_MS, START_MS + 60_000))
    builder.write(builder.dice.choice(builder.writers), "record.receipt/1", {"entries": named, "arrived": ms})


def _erase(builder: Builder) -> None:
    target = _some(builder, "respond.call/1", "record.enrol/1")
    fields: list[Value] = [*sorted(target.sealed)[:2]]
    by, other = builder.dice.choice(builder.writers), builder.dice.choice(builder.writers)
    body: dict[str, Value] = {"entry": target.id, "fields": fields, "reason": "consent"}
    builder.approve(other, builder.write(by, "record.erase/1", body, {"note": None}))


def _hold(builder: Builder) -> None:
    by = builder.dice.choice(builder.writers)
    builder.write(by, "record.legal_hold/1", {"entries": [_some(builder).id]}, {"note": None})


def _release(builder: Builder) -> None:
    by = builder.dice.choice(builder.writers)
    builder.write(by, "record.legal_release/1", {"holds": [_some(builder, "record.legal_hold/1").id]}, {"note": None})


def _call(builder: Builder) -> None:
    body: dict[str, Value] = {"place": None, "area": None, "reported": 2, "urgency": "now"}
    values: dict[str, Value] = {"caller": "EXERCISE", "phone": None, "what": None, "place_text": "x"}
    builder.write(builder.dice.choice(builder.writers), "respond.call/1", body, values)


def _unit(builder: Builder) -> None:
    body: dict[str, Value] = {"name_ar": "x", "name_latin": "y", "capabilities": []}
    builder.write(builder.dice.choice(builder.writers), "respond.unit/1", body)


def _status(builder: Builder) -> None:
    """Change a call or a unit, concurrently with others, legally or not."""
    dice = builder.dice
    thing = _some(builder, "respond.call/1", "respond.unit/1")
    by = dice.choice(builder.writers)
    body: dict[str, Value] = {"subject": thing.id}
    if thing.type == "respond.call/1":
        body |= {
            "replaces": [*_ids(builder, "respond.call/1", "respond.call_status/1")],
            "to": dice.choice(CALL_STATUS),
        }
        builder.write(by, "respond.call_status/1", body | {"incident": None}, {"note": None})
    else:
        body |= {
            "replaces": [*_ids(builder, "respond.unit/1", "respond.unit_status/1")],
            "to": dice.choice(UNIT_STATUS),
        }
        builder.write(by, "respond.unit_status/1", body | {"place": None})


def _odd(builder: Builder) -> None:
    """Write what no reader knows, or what does not fit its type."""
    dice = builder.dice
    kind, body, values = dice.choice(
        (
            ("future.thing/1", {"x": 1}, {}),
            ("respond.call/1", {"urgency": "perhaps"}, {}),
            ("record.grant/1", {"feed": b"short"}, {}),
            ("record.withdraw/1", {"feed": ZERO, "seq": -1, "entry": None, "reason": "lost"}, {}),  # commits to no note
            ("respond.call/2", {}, {"caller": "x"}),
        )
    )
    odd: Any = (body, values)
    builder.write(dice.choice(builder.writers), kind, *odd)


_ACTIONS = (
    _enrol, _grant, _withdraw, _approve, _adopt, _admit, _rotate, _fork, _receipt, _erase, _hold, _release, _call,
    _unit, _status, _odd,
)  # fmt: skip
_WEIGHTS = (3, 5, 4, 5, 5, 3, 2, 4, 2, 2, 1, 1, 4, 2, 7, 1)
