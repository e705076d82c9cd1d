"""Writing and erasing through a store: what our own writer refuses, and what is gone for good."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from firsthand.centre.centre import open_store
from firsthand.centre.founding import NewKey, enrol, found, grant
from firsthand.errors import BadInput, Refusal, StoreError
from firsthand.record.clock import system_randomness
from firsthand.record.database import wal_is_safe
from firsthand.record.entries import Approve, Erase, LegalHold, LegalRelease, Rotate
from firsthand.record.entry import Entry, feed_id
from firsthand.record.feeds import HeldChains
from firsthand.record.fsck import check_entries, check_sealed, check_tree, views_digest
from firsthand.record.note import VerifierKey, origin, verify_checkpoint
from firsthand.record.roster import Roster
from firsthand.record.state import State
from firsthand.record.store import Store
from firsthand.respond.entries import Call
from world.roster import Builder, Writer, key_of

if TYPE_CHECKING:
    from pathlib import Path

    from firsthand.record.ed25519 import SigningKey
    from firsthand.record.sealed import Opening

SECRET = "EXERCISE a name that must not survive 7f3a"  # noqa: S105 - what a caller said
PLAIN = Call(place=None, area=None, reported=None, urgency="now")


class Desk:
    """A store with two roots of two people, an officer's key, and a log."""

    def __init__(self, folder: Path) -> None:
        self.now = 1_790_000_000_000
        self.store = open_store(folder, clock=lambda: self.now, randomness=system_randomness, create=True)
        self.roots = [key_of("desk root 0"), key_of("desk root 1")]
        self.log = key_of("desk log")
        people = [NewKey(key, key_of(f"desk root {i}'"), bytes((i,)) * 16) for i, key in enumerate(self.roots)]
        with self.store.writing() as writer:
            found(writer, "EXERCISE", people, 1, exercise=True)
            enrol(writer, self.roots[0], NewKey(self.log, None, None), "log")

    def crew(self, label: str, *roles: str, person: bytes | None = b"c" * 16) -> SigningKey:
        """Enrol a key and let it write."""
        new = NewKey(key_of(label), key_of(f"{label}'"), person)
        with self.store.writing() as writer:
            enrol(writer, self.roots[0], new, "writer")
            grant(writer, self.roots[0], feed_id(new.key.public), roles)
        return new.key

    def call(self, key: SigningKey, text: str = SECRET) -> Entry:
        """Write a call whose text is sealed."""
        with self.store.writing() as writer:
            return writer.append(key, PLAIN, {"what": text, "caller": text * 300})

    def erase(self, by: SigningKey, entry: Entry, *approvers: SigningKey) -> Entry:
        """Order an erasure and approve it."""
        with self.store.writing() as writer:
            order = writer.append(by, Erase(entry=entry.id, fields=("what", "caller"), reason="consent"))
            for approver in approvers:
                writer.append(approver, Approve(entries=(order.id,)))
        return order

    def states(self, entry: Entry) -> set[str]:
        """Return the states of the two fields that are to be erased."""
        with self.store.reading() as reader:
            place = reader.place(entry.id)
            assert place is not None
            return {field.state for name, field in reader.sealed(place).items() if name in {"what", "caller"}}

    def opening(self, entry: Entry) -> Opening:
        """Return what opens the sealed text."""
        with self.store.reading() as reader:
            place = reader.place(entry.id)
            assert place is not None
            opening = reader.sealed(place)["what"].opening
        assert opening is not None
        return opening


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a founded store."""
    return Desk(tmp_path / "store")


def traces(folder: Path) -> list[str]:
    """Return the names of the files of a store in which the secret can be read."""
    return [path.name for path in folder.iterdir() if SECRET.encode() in path.read_bytes()]


def test_a_key_without_a_grant_is_refused(desk: Desk) -> None:
    """Neither a stranger nor an enrolled key writes before it is granted, and nothing is kept."""
    with desk.store.reading() as reader:
        before = reader.size()
    with pytest.raises(Refusal, match="may not write"), desk.store.writing() as writer:
        writer.append(key_of("stranger"), PLAIN)
    with desk.store.reading() as reader:
        assert before == reader.size()


def test_a_grant_in_the_same_transaction_counts(desk: Desk) -> None:
    """Enrolled, granted and writing in one step."""
    new = NewKey(key_of("quick"), None, None)
    with desk.store.writing() as writer:
        enrol(writer, desk.roots[0], new, "writer")
        grant(writer, desk.roots[0], feed_id(new.key.public), ["crew"])
        entry = writer.append(new.key, PLAIN)
    with desk.store.reading() as reader:
        assert reader.state(entry.id) == State.STANDING


def test_an_unknown_sealed_field_is_refused(desk: Desk) -> None:
    """A misspelt field is no silent loss."""
    with pytest.raises(Refusal, match="no sealed field 'wat'"), desk.store.writing() as writer:
        writer.append(desk.roots[0], PLAIN, {"wat": "x"})


def test_an_absent_sealed_field_is_committed_as_null(desk: Desk) -> None:
    """Presence is not betrayed: all fields are committed, each with its own salt."""
    entry = desk.call(desk.roots[0])
    assert set(Call.SEALED) == set(entry.sealed)
    assert len(Call.SEALED) == len(set(entry.sealed.values()))
    with desk.store.reading() as reader:
        sealed = reader.sealed(reader.size() - 1)
    openings = [field.opening for field in sealed.values() if field.opening]
    assert (len({o.salt for o in openings}), [o.value for o in openings if o.value is None]) == (4, [None, None])


def test_an_error_writes_nothing(desk: Desk) -> None:
    """What was appended before the error is not there, and the feed goes on without a gap."""
    with desk.store.reading() as reader:
        before = reader.size()
    with pytest.raises(ZeroDivisionError), desk.store.writing() as writer:  # noqa: PT012 - the error comes after
        writer.append(desk.roots[0], PLAIN)
        raise ZeroDivisionError
    entry = desk.call(desk.roots[0])
    with desk.store.reading() as reader:
        assert before + 1 == reader.size()
        assert not [*check_entries(reader, reader.roster())]
    assert entry.seq > 0


def test_a_clock_that_jumps_back(desk: Desk) -> None:
    """The feed's time grows all the same."""
    entries = []
    for now in (1_790_000_100_000, 5, 1_790_000_100_000, 1_790_000_100_001):
        desk.now = now
        entries.append(desk.call(desk.roots[0]))
    assert [entry.time for entry in entries] == [
        (1_790_000_100_000, 0),
        (1_790_000_100_000, 1),
        (1_790_000_100_000, 2),
        (1_790_000_100_001, 0),
    ]


def test_two_writers_of_one_feed_do_not_fork_it(desk: Desk) -> None:
    """Two programs over one folder read the feed's head under the write lock."""
    other = open_store(desk.store.folder, clock=lambda: 1, randomness=system_randomness)
    for store in (desk.store, other, desk.store, other):
        with store.writing() as writer:
            writer.append(desk.roots[0], PLAIN)
    with desk.store.reading() as reader:
        assert list(reader.forks(feed_id(desk.roots[0].public))) == []
    other.close()


def test_rotation_through_the_writer(desk: Desk) -> None:
    """The committed key goes on with the roles of the old one, which may not write any more."""
    old = desk.crew("phone", "crew")
    last = desk.call(old)
    new = key_of("phone'")
    with desk.store.writing() as writer:
        body = Rotate(old=last.feed, seq=last.seq, entry=last.id, alg=1, key=new.public, next=None)
        writer.append(new, body)
        entry = writer.append(new, PLAIN)
    with pytest.raises(Refusal), desk.store.writing() as writer:
        writer.append(old, PLAIN)
    with desk.store.reading() as reader:
        roster = desk.store.roster(reader)
        assert (reader.state(entry.id), reader.state(last.id)) == (State.STANDING, State.STANDING)
        assert frozenset({"crew"}) == roster.roles(entry.feed, entry.seq)
        assert not [*check_entries(reader, roster)]


def test_checkpoints(desk: Desk) -> None:
    """Signed over what is on disk; the same one until the log grows; the next entry names it as seen."""
    key = VerifierKey(origin(desk.store.require_org(), feed_id(desk.log.public)), desk.log.public)
    note = desk.store.checkpoint(desk.log)
    assert note == desk.store.checkpoint(desk.log)
    entry = desk.call(desk.roots[0])
    assert entry.seen is not None
    size = verify_checkpoint(note, key, exact=True).size
    assert size + 1 == verify_checkpoint(desk.store.checkpoint(desk.log), key, exact=True).size
    with desk.store.reading() as reader:
        assert not [*check_tree(reader, reader.roster())]
    with pytest.raises(Refusal, match="on disk"), desk.store.writing() as writer:  # noqa: PT012 - one after the other
        writer.append(desk.roots[0], PLAIN)
        writer.sign_checkpoint(desk.log)


def test_erased_values_are_in_no_file(desk: Desk) -> None:
    """Value and salt are gone from database and write-ahead log as soon as two people ordered it."""
    entry, kept = desk.call(desk.roots[0]), desk.call(desk.roots[0], "EXERCISE this one stays")
    salt = desk.opening(entry).salt
    assert traces(desk.store.folder)
    desk.erase(desk.roots[0], entry, desk.roots[1])
    assert {"erased"} == desk.states(entry)
    assert traces(desk.store.folder) == []
    assert not [path.name for path in desk.store.folder.iterdir() if salt in path.read_bytes()]
    assert desk.opening(kept).value == "EXERCISE this one stays"
    with desk.store.reading() as reader:
        assert not [*check_sealed(reader), *check_entries(reader, reader.roster())]


def test_erased_values_leave_when_the_last_reader_does(desk: Desk) -> None:
    """A reader that keeps the old log alive delays the last overwriting, not the erasure."""
    entry = desk.call(desk.roots[0])
    with desk.store.reading() as reader:
        assert reader.size()
        desk.erase(desk.roots[0], entry, desk.roots[1])
    assert {"erased"} == desk.states(entry)
    desk.call(desk.roots[0], "EXERCISE next step")
    assert traces(desk.store.folder) == []


def test_erased_values_are_refused_when_they_come_again(desk: Desk, tmp_path: Path) -> None:
    """Neither here nor at a centre that gets the order first, in whatever sequence."""
    entry = desk.call(desk.roots[0])
    opening = desk.opening(entry)
    desk.erase(desk.roots[0], entry, desk.roots[1])
    found = desk.store.receive([], {(entry.id, "what"): opening})
    assert {"The field was erased."} == set(found.openings_refused.values())
    with desk.store.reading() as reader:
        raws = [raw for _, raw in reader.log()]
    rest = [raw for raw in raws if raw != entry.raw]
    late = open_store(tmp_path / "late", clock=lambda: 1, randomness=system_randomness, create=True)
    late.receive(rest)
    assert late.receive([entry.raw], {(entry.id, "what"): opening}).openings == 0
    whole = open_store(tmp_path / "whole", clock=lambda: 1, randomness=system_randomness, create=True)
    whole.receive([raws[0], *raws[:0:-1]], {(entry.id, "what"): opening})
    whole.receive([], {(entry.id, "what"): opening})
    for store in (late, whole):
        with store.reading() as reader:
            place = reader.place(entry.id)
            assert place is not None
            assert (reader.sealed(place)["what"].state, reader.sealed(place)["what"].opening) == ("erased", None)
        assert traces(store.folder) == []


@pytest.mark.parametrize("approver", ["nobody", "author", "crew", "same_person"])
def test_erasure_needs_two_entitled_people(desk: Desk, approver: str) -> None:
    """One person, the same one under two keys, or one without the role does not suffice."""
    entry = desk.call(desk.roots[0])
    keys = {
        "nobody": (),
        "author": (desk.roots[0],),
        "crew": (desk.crew("crew", "crew"),),
        "same_person": (desk.crew("twin", "erase", person=bytes(16)),),
    }
    desk.erase(desk.roots[0], entry, *keys[approver])
    assert {"held"} == desk.states(entry)


def test_two_approvers_do_not_make_an_author(desk: Desk) -> None:
    """The order itself must come from somebody who may erase."""
    entry = desk.call(desk.roots[0])
    desk.erase(desk.crew("crew", "crew"), entry, *desk.roots)
    assert {"held"} == desk.states(entry)
    desk.erase(desk.crew("eraser", "erase"), entry, desk.roots[0])
    assert {"erased"} == desk.states(entry)


def test_a_legal_hold_stops_an_erasure_until_it_is_released(desk: Desk) -> None:
    """A hold by anyone who stands; released by an officer only, and then the order takes effect."""
    crew = desk.crew("crew", "crew")
    entry = desk.call(crew)
    with desk.store.writing() as writer:
        hold = writer.append(crew, LegalHold(entries=(entry.id,)))
    desk.erase(desk.roots[0], entry, desk.roots[1])
    assert {"held"} == desk.states(entry)
    for key, state in ((crew, "held"), (desk.roots[1], "erased")):
        with desk.store.writing() as writer:
            writer.append(key, LegalRelease(holds=(hold.id,)))
        assert {state} == desk.states(entry)


def test_rebuilding_changes_nothing(desk: Desk) -> None:
    """Views derived again, erasures included, are the same."""
    entry = desk.call(desk.crew("crew", "crew"))
    desk.erase(desk.roots[0], entry, desk.roots[1])
    pictures = []
    for _ in range(2):
        with desk.store.reading() as reader:
            pictures.append(views_digest(reader.connection, desk.store.views))
        desk.store.rebuild()
    assert pictures[0] == pictures[1]
    assert {"erased"} == desk.states(entry)


def test_an_officers_role_by_too_few_is_no_role() -> None:
    """A grant of the role that lacks signatures gives neither the role nor the right to write, and erases nothing."""
    builder = Builder(Random(1), roots=2, m=2)  # noqa: S311 - repeatable
    builder.fork_rate = 0.0
    boss = Writer("boss")
    builder.enrol(builder.roots[0], boss)
    builder.grant(builder.roots[0], boss.feed, ("officer",))
    order = builder.write(
        boss, "record.erase/1", {"entry": builder.org, "fields": ["x"], "reason": "law"}, {"note": None}
    )
    builder.approve(builder.roots[1], order)
    roster = Roster(builder.entries, HeldChains(builder.entries))
    assert (roster.state(order), roster.roles(boss.feed, 0)) == (State.WAITING, None)
    assert frozenset() == roster.erased


def test_a_rotation_into_an_enrolled_key_hands_on_nothing() -> None:
    """What is enrolled has the roles that it was granted, not those of a feed that names it as its successor."""
    builder = Builder(Random(1))  # noqa: S311 - repeatable
    builder.fork_rate = 0.0
    phone = Writer("phone")
    builder.enrol(builder.roots[0], phone)
    builder.grant(builder.roots[0], phone.feed, ("crew", "erase"))
    builder.enrol(builder.roots[0], phone.next)
    entry = builder.write(phone, "future.thing/1", {})
    phone.tips = phone.tips[-1:]
    rotation = builder.rotate(phone)
    assert rotation is not None
    roster = Roster(builder.entries, HeldChains(builder.entries))
    assert (roster.state(entry), roster.state(rotation)) == (State.STANDING, State.WAITING)


def test_stores_are_not_made_twice_nor_out_of_nothing(desk: Desk, tmp_path: Path) -> None:
    """A folder without a store, with one already, or with something else is left alone."""
    with pytest.raises(StoreError, match="already"):
        open_store(desk.store.folder, clock=lambda: 1, randomness=bytes, create=True)
    with pytest.raises(StoreError, match="no store"):
        open_store(tmp_path / "nothing", clock=lambda: 1, randomness=bytes)
    empty = Store(tmp_path / "empty", registry=desk.store.registry, projections=(), create=True)
    with pytest.raises(BadInput, match="empty"):
        empty.require_org()


@pytest.mark.parametrize(
    ("version", "safe"),
    [((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False), ((3, 50, 6), False),
     ((3, 50, 7), True), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 52, 0), True)],
)  # fmt: skip
def test_sqlite_versions_that_lose_writes(version: tuple[int, ...], *, safe: bool) -> None:
    """WAL is used only where the fault at its reset is fixed."""
    assert safe == wal_is_safe(version)


def test_one_officer_cannot_make_the_second_person() -> None:
    """The role `erase` counts only when m seats sign its grant; an officer who grants it alone erases nothing."""
    builder = Builder(Random(2), roots=2, m=2)  # noqa: S311 - repeatable
    builder.fork_rate = 0.0
    crew = Writer("crew")
    builder.enrol(builder.roots[0], crew)
    grant = builder.grant(builder.roots[0], crew.feed, ("crew", "erase"))
    chains = HeldChains(builder.entries)
    assert frozenset(("crew",)) == Roster(builder.entries, chains).roles(crew.feed, 0)
    builder.approve(builder.roots[1], grant)
    assert frozenset(("crew", "erase")) == Roster(builder.entries, HeldChains(builder.entries)).roles(crew.feed, 0)
