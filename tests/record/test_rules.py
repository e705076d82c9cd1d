"""The small rules: clocks, heads, the registry of types, openings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.centre.centre import REGISTRY
from firsthand.errors import BadInput
from firsthand.record.clock import next_time, system_clock, system_randomness
from firsthand.record.entries import ROSTER_TYPES
from firsthand.record.entry import COUNTER_MAX
from firsthand.record.heads import heads

if TYPE_CHECKING:
    from firsthand.record.types import Body

TYPES: list[type[Body]] = list(REGISTRY)
DOCS = Path(__file__).resolve().parents[2] / "docs" / "reference"


@given(st.lists(st.integers(-5, 2**53 - 1), min_size=2, max_size=20))
def test_time_grows_whatever_the_clock_says(clock: list[int]) -> None:
    """A clock that stands, jumps back or years ahead gives strictly increasing times."""
    last = None
    for now in clock:
        new = next_time(last, now)
        assert last is None or new > last
        assert new[0] >= 0
        last = new


def test_a_clock_that_jumps_back_keeps_the_milliseconds() -> None:
    """The counter grows until the clock has caught up; then it begins again."""
    assert next_time(None, 1000) == (1000, 0)
    assert next_time((1000, 0), 400) == (1000, 1)
    assert next_time((1000, 1), 1000) == (1000, 2)
    assert next_time((1000, 2), 1001) == (1001, 0)
    assert next_time((1000, COUNTER_MAX), 5) == (1001, 0)
    assert next_time(None, -7) == (0, 0)


def test_the_machine_has_a_clock_and_randomness() -> None:
    """Milliseconds of this century; as many bytes as asked for."""
    assert 1_700_000_000_000 < system_clock() < 4_000_000_000_000
    assert (len(system_randomness(32)), system_randomness(32) != system_randomness(32)) == (32, True)


@dataclass(frozen=True)
class Update:
    """An update with an id, and what it replaces."""

    id: bytes
    replaces: tuple[bytes, ...] = ()


UPDATES = st.lists(
    st.integers(0, 9).flatmap(
        lambda i: st.tuples(st.just(i), st.lists(st.integers(-1, i - 1) if i else st.just(-1), max_size=3))
    ),
    min_size=1, max_size=10, unique_by=lambda pair: pair[0],
)  # fmt: skip


@given(UPDATES, st.randoms())
def test_heads(pairs: list[tuple[int, list[int]]], dice: object) -> None:
    """There is a head, no head is replaced, and order plays no part."""
    updates = [Update(b"%d" % i, tuple(b"%d" % old for old in olds)) for i, olds in pairs]
    found = heads(updates)
    assert found
    assert not {head.id for head in found} & {old for update in updates for old in update.replaces}
    dice.shuffle(updates)  # type: ignore[attr-defined]
    assert found == heads(updates)


@pytest.mark.parametrize("body", TYPES, ids=lambda body: body.TYPE)
def test_every_type(body: type[Body]) -> None:
    """Sealed fields are known by name and no field of the body; a type has a sentence and stands in the reference."""
    assert len(body.SEALED) == len(set(body.SEALED)) <= 32
    assert not set(body.SEALED) & set(body.model_fields)
    assert body.__doc__
    assert body is REGISTRY.get(body.TYPE)
    assert any(body.TYPE in page.read_text(encoding="utf-8") for page in DOCS.glob("*.md"))


@pytest.mark.parametrize("body", [t for t in TYPES if t.ASPECT], ids=lambda body: body.TYPE)
def test_what_replaces_names_subject_and_replaces(body: type[Body]) -> None:
    """Section 8: an update names what it is about and whose place it takes."""
    assert {"subject", "replaces"} <= set(body.model_fields)


def test_a_body_that_does_not_fit_is_not_read() -> None:
    """Unknown types, unknown or missing fields and other sealed fields read as nothing."""
    good = {"name_ar": "x", "name_latin": "y", "capabilities": []}
    assert REGISTRY.read("respond.unit/1", good, ()) is not None
    assert REGISTRY.read("respond.unit/2", good, ()) is None
    assert REGISTRY.read("respond.unit/1", good | {"more": 1}, ()) is None
    assert REGISTRY.read("respond.unit/1", {"name_ar": "x"}, ()) is None
    assert REGISTRY.read("respond.unit/1", good | {"name_ar": b"x"}, ()) is None
    assert REGISTRY.read("respond.unit/1", good, ("note",)) is None


@pytest.mark.parametrize(
    ("name", "body", "sealed", "why"),
    [
        ("respond.nothing/1", {}, set(), "no entry type"),
        ("respond.unit/1", {"name_ar": 1}, set(), "cannot be written"),
        ("respond.unit/1", {"name_ar": "x", "name_latin": "y", "capabilities": []}, {"note"}, "exactly these sealed"),
    ],
    ids=["type_unknown", "body_unfit", "sealed_field_too_many"],
)
def test_what_may_not_be_written(name: str, body: dict[str, object], sealed: set[str], why: str) -> None:
    """The registry says what is wrong with a body before it is signed."""
    with pytest.raises(BadInput, match=why):
        REGISTRY.check(name, body, sealed)


def test_the_roster_is_made_of_the_records_own_types() -> None:
    """Receipts bear on no right; everything else of the record's room does."""
    own = {body.TYPE for body in TYPES if body.TYPE.startswith("record.")}
    assert own - {"record.receipt/1"} == ROSTER_TYPES
