"""The door for entries of other writers: what is let in, what waits, what is refused."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.centre.centre import REGISTRY, open_store
from firsthand.errors import BadInput
from firsthand.record import cbor, receive, schema
from firsthand.record.clock import AHEAD_MAX_MS
from firsthand.record.entry import ZERO, feed_id, sign_entry, split
from firsthand.record.feeds import HeldChains
from firsthand.record.fsck import check_entries, check_sealed, check_tree, views_digest
from firsthand.record.roster import Roster
from firsthand.record.sealed import Opening
from firsthand.record.state import State
from world.roster import START_MS, Builder, Writer, build, key_of

if TYPE_CHECKING:
    from pathlib import Path

    from firsthand.record.entry import Entry
    from firsthand.record.store import Store

CALL = {"place": None, "area": None, "reported": 1, "urgency": "now"}
SEALED = ("caller", "phone", "what", "place_text")


def new_store(folder: Path, name: str = "store") -> Store:
    """Return an empty store whose clock stands still."""
    return open_store(folder / name, clock=lambda: START_MS, randomness=bytes, create=True)


def call(builder: Builder, writer: Writer, text: str = "EXERCISE voice under the stairs") -> Entry:
    """Write a call with sealed fields."""
    return builder.write(writer, "respond.call/1", {**CALL}, dict.fromkeys(SEALED, None) | {"what": text})


def crew(builder: Builder, label: str = "crew") -> Writer:
    """Enrol a crew and let it write."""
    writer = Writer(label)
    builder.enrol(builder.roots[0], writer)
    builder.grant(builder.roots[0], writer.feed, ("crew",))
    return writer


def builder_of(seed: int = 1, *, roots: int = 1, m: int = 1) -> Builder:
    """Return a builder that makes no forks by itself."""
    builder = Builder(Random(seed), roots=roots, m=m)  # noqa: S311 - repeatable
    builder.fork_rate = 0.0
    return builder


def raws(builder: Builder) -> list[bytes]:
    """Return the bytes of all entries written."""
    return [entry.raw for entry in builder.entries]


def waiting(store: Store) -> set[bytes]:
    """Return the ids in quarantine."""
    with store.reading() as reader:
        return set(reader.connection.execute(schema.quarantine.select()).scalars("id"))


def log(store: Store) -> list[bytes]:
    """Return the bytes of all entries in the log."""
    with store.reading() as reader:
        return [raw for _, raw in reader.log()]


def test_a_whole_record_comes_in_and_passes_every_check(tmp_path: Path) -> None:
    """Entries and openings are in the log afterwards, in the order in which they came."""
    builder = builder_of()
    call(builder, crew(builder))
    store = new_store(tmp_path)
    found = store.receive(raws(builder), builder.openings)
    assert raws(builder) == log(store)
    assert (len(builder.entries), 0, {}, {}) == (
        len(found.accepted),
        found.duplicates,
        found.refused,
        found.quarantined,
    )
    assert (len(builder.openings), {}) == (found.openings, found.openings_refused)
    with store.reading() as reader:
        roster = store.roster(reader)
        assert not [*check_entries(reader, roster), *check_tree(reader, roster), *check_sealed(reader)]
        held = reader.sealed(len(builder.entries) - 1)
        assert getattr(held["what"].opening, "value", None) == "EXERCISE voice under the stairs"


def test_what_is_there_is_a_duplicate(tmp_path: Path) -> None:
    """The same entries again change nothing, also twice in one batch."""
    builder = builder_of()
    store = new_store(tmp_path)
    store.receive(raws(builder) * 2)
    call(builder, crew(builder))
    store.receive(raws(builder))
    found = store.receive(raws(builder) * 2)
    assert ([], 2 * len(builder.entries)) == (found.accepted, found.duplicates)
    assert raws(builder) == log(store)


def test_an_empty_store_wants_a_genesis_first(tmp_path: Path) -> None:
    """Without the genesis, or with another one than was announced, nothing is written."""
    builder = builder_of()
    call(builder, crew(builder))
    store = new_store(tmp_path)
    with pytest.raises(BadInput, match="empty"):
        store.receive(raws(builder)[1:])
    with pytest.raises(BadInput, match="empty"):
        store.receive(raws(builder), org=bytes(32))
    assert (log(store), store.org) == ([], None)
    store.receive(raws(builder)[::-1], org=builder.org)
    assert builder.genesis.raw == log(store)[0]
    assert sorted(raws(builder)) == sorted(log(store))


def test_damaged_and_foreign_entries_are_refused_each_for_its_reason(tmp_path: Path) -> None:
    """Form, organisation and signature are asked for; the good ones of the batch come in."""
    builder, other = builder_of(), builder_of(2, roots=2)
    good = call(builder, crew(builder))
    flipped = good.raw[:-1] + bytes((good.raw[-1] ^ 1,))
    forged = sign_entry(
        key_of("stranger"), org=builder.org, type="respond.call/1", feed=good.feed, seq=9, prev=good.id,
        time=(START_MS, 0), seen=None, body=cbor.encode({}), sealed=cbor.encode({}),
    )  # fmt: skip
    found = new_store(tmp_path).receive([*raws(builder), flipped, forged, other.genesis.raw, b"", b"\xd2" * 99])
    assert len(builder.entries) == len(found.accepted)
    reasons = " ".join(found.refused.values())
    assert (len(found.refused), reasons.count("signature"), reasons.count("another organisation")) == (5, 2, 1)


def test_a_key_enrolled_in_the_same_batch_is_known(tmp_path: Path) -> None:
    """Whatever the order within the batch."""
    builder = builder_of()
    for i in range(5):
        call(builder, crew(builder, f"crew {i}"))
    for seed in range(5):
        store = new_store(tmp_path, f"store {seed}")
        shuffled = Random(seed).sample(raws(builder), len(builder.entries))  # noqa: S311 - repeatable
        assert len(builder.entries) == len(store.receive(shuffled).accepted)
        assert set() == waiting(store)


def test_unknown_keys_wait_until_they_are_enrolled(tmp_path: Path) -> None:
    """Their entries are in no log before, and in it afterwards; the openings are asked for again."""
    builder = builder_of()
    entry = call(builder, crew(builder))
    store = new_store(tmp_path)
    found = store.receive([builder.genesis.raw, entry.raw], builder.openings)
    assert {entry.id: entry.raw} == found.quarantined
    assert {"Its entry is not in the log."} == set(found.openings_refused.values())
    assert ({entry.id}, 1) == (waiting(store), len(log(store)))
    found = store.receive(raws(builder)[1:-1])
    assert entry.id in {accepted.id for accepted in found.accepted}
    assert (set(), sorted(raws(builder))) == (waiting(store), sorted(log(store)))
    with store.reading() as reader:
        assert reader.state(entry.id) == State.STANDING


def test_what_waited_and_was_forged_leaves(tmp_path: Path) -> None:
    """When the key becomes known and the signature does not hold, the quarantine lets go of it."""
    builder = builder_of()
    entry = call(builder, crew(builder))
    forged = entry.raw[:-1] + bytes((entry.raw[-1] ^ 1,))
    store = new_store(tmp_path)
    store.receive([builder.genesis.raw, forged])
    assert len(waiting(store)) == 1
    assert len(store.receive(raws(builder)).refused) == 1
    assert set() == waiting(store)


def test_a_chain_of_rotations_comes_in_backwards(tmp_path: Path) -> None:
    """Each key is known by the one before, however long the chain; a rotation that nobody committed to waits."""
    builder = builder_of()
    writer = crew(builder)
    call(builder, writer)
    for _ in range(30):
        del writer.tips[:-1]
        assert builder.rotate(writer)
        writer = builder.writers[-1]
    stranger = Writer("stranger", tips=[(1, builder.org, (START_MS, 0))])
    assert builder.rotate(stranger)
    store = new_store(tmp_path)
    store.receive([builder.genesis.raw])
    for entry in builder.entries[:3:-1]:
        store.receive([entry.raw])
    assert len(builder.entries) - 4 == len(waiting(store))
    store.receive(raws(builder)[:4])
    assert {builder.entries[-1].id} == waiting(store)
    with store.reading() as reader:
        assert reader.state(builder.entries[-2].id) == State.STANDING


def test_a_later_format_is_kept_unread(tmp_path: Path) -> None:
    """An entry whose v is not 1 waits for a program that can read it, and has no effect."""
    builder = builder_of()
    writer = crew(builder)
    payload = cbor.decode(split(call(builder, writer).raw)[0])
    assert isinstance(payload, dict)
    entry = builder.entries.pop()
    later = entry.raw.replace(b"\xaa\x61v\x01", b"\xaa\x61v\x02", 1)
    store = new_store(tmp_path)
    found = store.receive([*raws(builder), later])
    assert [later] == list(found.quarantined.values())
    assert ({}, 1, len(builder.entries)) == (found.refused, len(waiting(store)), len(log(store)))
    store.receive([later])
    assert len(waiting(store)) == 1


def test_the_quarantine_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest leave first, by number and by bytes."""
    builder = builder_of()
    stranger = Writer("stranger")
    waiting_entries = [call(builder, stranger) for _ in range(8)]
    monkeypatch.setattr(receive, "QUARANTINE_ENTRIES_MAX", 5)
    store = new_store(tmp_path)
    store.receive([builder.genesis.raw])
    for entry in waiting_entries:
        store.receive([entry.raw])
    assert {entry.id for entry in waiting_entries[3:]} == waiting(store)
    monkeypatch.setattr(receive, "QUARANTINE_BYTES_MAX", 2 * len(waiting_entries[0].raw) + 30)
    store.receive([call(builder, stranger).raw])
    assert {builder.entries[-1].id, waiting_entries[-1].id} == waiting(store)


def test_limits_of_the_quarantine_are_those_of_the_reference() -> None:
    """10,000 entries or 64 MiB, and what leaves is just enough."""
    assert (receive.QUARANTINE_ENTRIES_MAX, receive.QUARANTINE_BYTES_MAX) == (10_000, 64 * 1024 * 1024)
    assert receive.overflow([(n, 6000) for n in range(10_000)]) == []
    assert receive.overflow([(n, 10) for n in range(10_002)]) == [0, 1]
    assert receive.overflow([(n, 32 * 2**20) for n in range(4)]) == [0, 1]


@pytest.mark.parametrize(
    ("field", "opening", "why"),
    [
        ("what", Opening(bytes(32), "EXERCISE voice under the stairs"), "not the one"),
        ("what", Opening(bytes(31), None), "32 bytes"),
        ("what", Opening(bytes(32), 2**60), "out of range"),
        ("name", Opening(bytes(32), None), "no such"),
    ],
    ids=["salt_wrong", "salt_short", "value_out_of_range", "field_unknown"],
)
def test_an_opening_that_does_not_open_is_refused(tmp_path: Path, field: str, opening: Opening, why: str) -> None:
    """Whether its entry comes with it or is there already; the entry itself comes in."""
    builder = builder_of()
    entry = call(builder, crew(builder))
    store = new_store(tmp_path)
    for _ in range(2):
        found = store.receive(raws(builder), {(entry.id, field): opening})
        assert why in found.openings_refused[entry.id, field]
        assert found.openings == 0
    with store.reading() as reader:
        assert {"missing"} == {sealed.state for sealed in reader.sealed(len(builder.entries) - 1).values()}


def test_openings_may_come_later(tmp_path: Path) -> None:
    """A field that was never received is held afterwards."""
    builder = builder_of()
    entry = call(builder, crew(builder))
    store = new_store(tmp_path)
    store.receive(raws(builder))
    assert len(builder.openings) == store.receive([], builder.openings).openings
    with store.reading() as reader:
        sealed = reader.sealed(len(builder.entries) - 1)
        assert builder.openings[entry.id, "what"] == sealed["what"].opening
        assert not [*check_sealed(reader)]


def test_a_claimed_time_far_ahead_is_marked_and_advances_no_clock(tmp_path: Path) -> None:
    """The entry is kept; what the centre writes next carries the centre's own time."""
    builder = builder_of()
    writer = crew(builder)
    seq, prev, _ = writer.tips[-1]
    writer.tips.append((seq, prev, (START_MS + AHEAD_MAX_MS, 0)))
    call(builder, writer)
    writer.tips.append((*writer.tips[-1][:2], (START_MS + AHEAD_MAX_MS + 1, 0)))
    ahead = call(builder, writer)
    store = new_store(tmp_path)
    found = store.receive(raws(builder), receipts_by=builder.roots[0].key)
    assert [ahead.id] == found.ahead
    with store.reading() as reader:
        head = reader.head(builder.roots[0].feed)
    assert head is not None
    assert (head.type, head.time[0] < START_MS + AHEAD_MAX_MS) == ("record.receipt/1", True)


def test_receipts_name_each_entry_once_and_no_receipt(tmp_path: Path) -> None:
    """A thousand ids a receipt; they cap the time by which entries are shown."""
    builder = builder_of()
    writer = crew(builder)
    writer.tips.append((*writer.tips[-1][:2], (2**53 - 1, 0)))
    late = call(builder, writer)
    drafts = receive.receipts(builder.entries * 400, 7)
    assert [len(getattr(draft.body, "entries", ())) for draft in drafts] == [1000, 600]
    store = new_store(tmp_path)
    centre = builder.roots[0].key
    store.receive(raws(builder), receipts_by=centre)
    receipt_raw = log(store)[-1]
    with store.reading() as reader:
        arrived = reader.arrivals([late.id])
        shown = reader.in_display_order([late, builder.genesis])
    assert arrived[late.id][0] == START_MS
    assert {late.id, builder.genesis.id} == {entry.id for entry in shown}
    other = new_store(tmp_path, "other")
    other.receive([*raws(builder), receipt_raw], receipts_by=key_of("root 0"))
    with other.reading() as reader:
        newest = reader.head(feed_id(centre.public))
    assert newest is not None
    assert len(builder.entries) == len(newest.body["entries"])  # type: ignore[arg-type]


def test_a_receipt_that_does_not_stand_counts_for_nothing(tmp_path: Path) -> None:
    """Neither who is merely enrolled nor a crew can move others' entries to the beginning of time; a centre can."""
    builder = builder_of()
    nobody = Writer("nobody")
    builder.enrol(builder.roots[0], nobody)
    builder.write(nobody, "record.receipt/1", {"entries": [builder.genesis.id], "arrived": 0})
    store = new_store(tmp_path)
    store.receive(raws(builder))
    with store.reading() as reader:
        assert reader.arrivals([builder.genesis.id]) == {}
    builder.grant(builder.roots[0], nobody.feed, ("crew",))
    store.receive(raws(builder))
    with store.reading() as reader:
        assert reader.arrivals([builder.genesis.id]) == {}
    builder.grant(builder.roots[0], nobody.feed, ("centre",))
    store.receive(raws(builder))
    with store.reading() as reader:
        assert reader.arrivals([builder.genesis.id])[builder.genesis.id][0] == 0


def test_unknown_types_are_kept(tmp_path: Path) -> None:
    """An entry of a type from the future is in the log and stands."""
    builder = builder_of()
    entry = builder.write(crew(builder), "future.thing/7", {"x": [1, {"y": b"z"}]}, {"secret": "s"})
    store = new_store(tmp_path)
    store.receive(raws(builder))
    assert entry.raw == log(store)[-1]
    assert "future.thing/7" not in REGISTRY


def _pour(store: Store, dice: Random, raws_: list[bytes], openings: dict[tuple[bytes, str], Opening]) -> None:
    """Bring everything in through the door in batches, and the openings twice."""
    shuffled = dice.sample(raws_, len(raws_))
    while shuffled:
        cut = dice.randint(1, 12)
        store.receive(shuffled[:cut], openings)
        shuffled = shuffled[cut:]
    store.receive([], openings)


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32))
def test_any_order_through_the_door(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """What is in the log, what waits, and all views are the same whatever the order and the batches."""
    dice = Random(seed)  # noqa: S311 - repeatable
    world = build(dice, steps=dice.randint(6, 40))
    pictures = []
    for _ in range(2):
        store = new_store(tmp_path_factory.mktemp("door"))
        store.receive([world.entries[0].raw])
        _pour(store, dice, [entry.raw for entry in world.entries], world.openings)
        held = [entry for entry in world.entries if entry.raw in set(log(store))]
        roster = Roster(held, HeldChains(held))
        with store.reading() as reader:
            digest = views_digest(reader.connection, store.views)
            assert {entry.id: roster.state(entry) for entry in held} == {
                entry.id: reader.state(entry.id) for entry in held
            }
            assert not [*check_entries(reader, store.roster(reader)), *check_sealed(reader)]
        pictures.append((digest, frozenset(log(store)), frozenset(waiting(store))))
        store.close()
    assert pictures[0] == pictures[1]
    assert ZERO not in {entry.id for entry in world.entries}
