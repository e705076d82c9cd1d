"""Lifecycles are closed tables, and the rules refuse what they do not hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.errors import Refusal
from firsthand.respond import entries as e
from firsthand.respond.lifecycles import ASSIGNMENT, CALL, LIFECYCLES, UNIT, Lifecycle
from firsthand.respond.rules import Head, change, link_call, open_incident
from firsthand.respond.views import _LIFECYCLES, first_status, lifecycle_of

EACH = pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda lifecycle: lifecycle.name)


@EACH
def test_tables_are_closed(lifecycle: Lifecycle) -> None:
    """Every state that can follow has a row of its own, no state follows itself, none is named twice."""
    assert set(lifecycle.begin) <= set(lifecycle.states)
    for before, following in lifecycle.then.items():
        assert set(following) <= set(lifecycle.states)
        assert before not in following
        assert len(following) == len(set(following))


@EACH
def test_every_state_can_be_reached(lifecycle: Lifecycle) -> None:
    """From where the thing may begin, each state can come about."""
    reached = set(lifecycle.begin)
    while more := {to for state in reached for to in lifecycle.then[state]} - reached:
        reached |= more
    assert set(lifecycle.states) == reached


@pytest.mark.parametrize(("thing", "pair"), _LIFECYCLES.items(), ids=lambda value: getattr(value, "TYPE", ""))
def test_states_of_the_table_are_those_that_can_be_written(thing: type, pair: tuple[type, Lifecycle]) -> None:
    """The entry type of a status knows exactly the states of its lifecycle."""
    status, lifecycle = pair
    assert set(lifecycle.states) == set(status.model_fields["to"].annotation.__args__)  # type: ignore[attr-defined]
    if "status" in thing.model_fields:  # type: ignore[attr-defined]
        assert set(lifecycle.begin) == set(thing.model_fields["status"].annotation.__args__)  # type: ignore[attr-defined]


def test_the_beginning() -> None:
    """Where a thing begins, and what it is then."""
    assert UNIT.allows(None, "resting")
    assert not UNIT.allows(None, "en_route")
    unit = e.Unit(name_ar="x", name_latin="y", capabilities=())
    assert (lifecycle_of(unit), first_status(unit)) == (UNIT, "available")


def status(to: str, *replaces: bytes) -> e.AssignmentStatus:
    """Return the body of a change."""
    return e.AssignmentStatus(subject=bytes(32), replaces=replaces, to=to)  # type: ignore[arg-type]


A, B = b"a" * 32, b"b" * 32


def test_what_the_table_holds_is_written() -> None:
    """A legal change becomes a draft of exactly that body."""
    body = status("en_route", A)
    assert body == change(ASSIGNMENT, [Head(A, "assigned")], body).body


@given(st.sampled_from(ASSIGNMENT.states), st.sampled_from(ASSIGNMENT.states))
def test_what_the_table_does_not_hold_is_refused(before: str, to: str) -> None:
    """For each pair of states the rule says what the table says, and names what is possible."""
    if to in ASSIGNMENT.then[before]:
        change(ASSIGNMENT, [Head(A, before)], status(to, A))
        return
    with pytest.raises(Refusal, match="cannot become") as refused:
        change(ASSIGNMENT, [Head(A, before)], status(to, A))
    assert "It can become: " in refused.value.advice


@pytest.mark.parametrize("replaces", [(), (B,), (A, B)], ids=["nothing", "another", "one_too_many"])
def test_a_change_replaces_what_is_current(replaces: tuple[bytes, ...]) -> None:
    """Whoever did not see the newest state is asked to look again."""
    with pytest.raises(Refusal, match="in the meantime"):
        change(ASSIGNMENT, [Head(A, "assigned")], status("en_route", *replaces))


def test_a_conflict_is_settled_by_one_entry() -> None:
    """It may choose the state of one side, if the other side can become it."""
    heads = [Head(A, "en_route"), Head(B, "on_site")]
    assert change(ASSIGNMENT, heads, status("on_site", A, B))
    with pytest.raises(Refusal):
        change(ASSIGNMENT, heads, status("en_route", A, B))


def test_drafts_of_incidents_and_links() -> None:
    """An incident comes from calls; a call is linked once."""
    draft = open_incident([A], kind="collapse", place=None, sealed={"title": "EXERCISE"})
    assert (getattr(draft.body, "calls", None), draft.sealed) == ((A,), {"title": "EXERCISE"})
    linked = link_call(A, [Head(A, "new")], B)
    assert (getattr(linked.body, "to", None), getattr(linked.body, "incident", None)) == ("linked", B)
    with pytest.raises(Refusal):
        link_call(A, [Head(A, "linked")], B)
    assert CALL.allows("new", "linked")
