"""Views and standing are a function of the set of entries: whatever the order, the batches, or the implementation."""

from __future__ import annotations

import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.centre.centre import open_store
from firsthand.record import schema
from firsthand.record.feeds import HeldChains
from firsthand.record.fsck import check_sealed, check_tree, views_digest
from firsthand.record.roster import Roster
from second import entry as second_entry
from second.roster import Roster as SecondRoster
from world.roster import World, build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from firsthand.record.entry import Entry
    from firsthand.record.reader import Reader
    from firsthand.record.state import State
    from firsthand.record.store import Store

SHM = Path("/dev/shm")  # noqa: S108 - memory is quick, and nothing here has to last


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Give a folder in memory where the system has one."""
    with tempfile.TemporaryDirectory(dir=SHM if SHM.is_dir() else None) as name:
        yield Path(name)


def new_store(folder: Path) -> Store:
    """Return an empty store in a new folder; salts are not random here."""
    return open_store(
        Path(tempfile.mkdtemp(dir=folder)), clock=lambda: 1_790_000_000_000, randomness=bytes, create=True
    )


def batches(dice: Random, entries: list[Entry]) -> list[list[Entry]]:
    """Return the entries in any order but genesis first, cut into batches anywhere."""
    genesis, *rest = entries
    dice.shuffle(rest)
    found = [[genesis]]
    for entry in rest:
        if dice.random() < 0.4:
            found.append([])
        found[-1].append(entry)
    return found


def fill(store: Store, groups: list[list[Entry]]) -> None:
    """Write each batch in a transaction of its own."""
    for group in groups:
        with store.writing() as writer:
            for entry in group:
                writer.add(entry)


def picture(store: Store) -> dict[str, bytes]:
    """Return the digests of everything derived."""
    with store.reading() as reader:
        return views_digest(reader.connection, store.views)


def erased_here(reader: Reader) -> set[tuple[bytes, str]]:
    """Return the (entry, field) pairs that the store has destroyed."""
    rows = reader.connection.execute(schema.sealed.select().where(schema.sealed.c.state == schema.ERASED))
    raws = dict(reader.log())
    return {(sha256(raws[row.entry]).digest(), row.field) for row in rows}


def second_can_judge(world: World) -> bool:
    """Return False for what the reference leaves open: an officer's role for a feed that follows another."""
    followed = {entry.feed for entry in world.entries if entry.type == "record.rotate/1"}
    grants = [entry.body for entry in world.entries if entry.type == "record.grant/1"]
    return not any(body.get("feed") in followed and "officer" in body.get("roles", ()) for body in grants)  # type: ignore[operator]


def check_pure(world: World, dice: Random) -> dict[bytes, State]:
    """Compare the roster over two orders, and with the second implementation; return the states."""
    entries = world.entries
    shuffled = dice.sample(entries, len(entries))
    rosters = [Roster(order, HeldChains(order)) for order in (entries, shuffled)]
    states = {entry.id: rosters[0].state(entry) for entry in entries}
    assert states == {entry.id: rosters[1].state(entry) for entry in entries}
    assert rosters[0].erased == rosters[1].erased
    if second_can_judge(world):
        parsed = [second_entry.parse(entry.raw) for entry in shuffled]
        other = SecondRoster(parsed, world.org)
        assert [states[entry.id].value for entry in parsed] == [other.state(entry) for entry in parsed]
    return states


def check_stores(world: World, dice: Random, folder: Path, *, orders: int = 2) -> None:
    """Compare stores that got the entries in different orders, a rebuilt one, and the pure roster."""
    states = check_pure(world, dice)
    roster = Roster(world.entries, HeldChains(world.entries))
    pictures = []
    for _ in range(orders):
        store = new_store(folder)
        fill(store, batches(dice, world.entries))
        pictures.append(picture(store))
        with store.reading() as reader:
            assert states == {entry.id: reader.state(entry.id) for entry in world.entries}
            assert {pair for pair in roster.erased if _is_sealed(world, pair)} <= erased_here(reader)
            assert [*check_tree(reader, roster), *check_sealed(reader)] == []
        assert pictures[0] == pictures[-1]
        store.rebuild()
        assert pictures[0] == picture(store)
        store.close()


def _is_sealed(world: World, pair: tuple[bytes, str]) -> bool:
    return any(entry.id == pair[0] and pair[1] in entry.sealed for entry in world.entries)


@settings(max_examples=60)
@given(st.randoms(use_true_random=False), st.integers(8, 40))
def test_standing_in_any_order_and_in_both_implementations(dice: Random, steps: int) -> None:
    """Standing does not depend on order, and an implementation written from the reference alone agrees."""
    check_pure(build(dice, steps=steps), dice)


@settings(max_examples=12)
@given(dice=st.randoms(use_true_random=False), steps=st.integers(8, 40))
def test_views_in_any_order(folder: Path, dice: Random, steps: int) -> None:
    """Two stores that got the same entries in different orders and batches hold the same views, also when rebuilt."""
    check_stores(build(dice, steps=steps), dice, folder)
