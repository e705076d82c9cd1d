from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest

from firsthand import drill

if TYPE_CHECKING:
    from collections.abc import Callable

    from firsthand.drill.plan import City

    Make = Callable[[int], tuple[City, drill.Story]]

# Written again from the house's lifecycles, not imported from the story: the two must agree.
NEXT: Final[dict[str, dict[str, set[str]]]] = {
    "incident": {"open": {"working", "closed"}, "working": {"closed"}, "closed": {"working"}},
    "site": {"reported": {"assessed"}, "assessed": {"working"}, "working": {"done", "abandoned"}},
    "unit": {
        "available": {"assigned", "resting", "out_of_service"},
        "assigned": {"en_route", "available"},
        "en_route": {"on_site", "available"},
        "on_site": {"returning", "out_of_service"},
        "returning": {"available", "resting", "out_of_service"},
        "resting": {"available"},
        "out_of_service": {"available"},
    },
    "as": {
        "assigned": {"accepted", "cancelled"},
        "accepted": {"en_route", "cancelled"},
        "en_route": {"on_site", "cancelled"},
        "on_site": {"done"},
    },
    "night": {
        "missing": {"found", "injured", "safe"},
        "trapped": {"found", "injured"},
        "found": {"injured", "handed_over", "deceased"},
        "injured": {"handed_over", "deceased"},
    },
}


def _statuses(story: drill.Story) -> dict[str, list[tuple[str, drill.Event]]]:
    """Return each subject's statuses in order of true time."""
    seen: dict[str, list[tuple[str, drill.Event]]] = {}
    for event in story.events:
        match event:
            case drill.UnitRegistered():
                seen.setdefault(event.unit, []).append(("available", event))
            case drill.IncidentOpened():
                seen.setdefault(event.incident, []).append(("open", event))
            case drill.WorksiteOpened():
                seen.setdefault(event.worksite, []).append(("reported", event))
            case drill.Assigned():
                seen.setdefault(event.assignment, []).append(("assigned", event))
            case drill.PersonReported():
                seen.setdefault(event.person, []).append((event.status, event))
            case drill.StatusChanged():
                seen[event.subject].append((event.status, event))
    return seen


def _kind(subject: str) -> str:
    kind = subject.partition("-")[0]
    return kind if kind in NEXT else "unit"


@pytest.mark.parametrize("seed", [0, 1, 7, 42])
def test_every_lifecycle_is_obeyed(make: Make, seed: int) -> None:
    """Each change follows from what its writer replaced; only the one disagreement has two sides."""
    story = make(seed)[1]
    status_of = {event.event: status for steps in _statuses(story).values() for status, event in steps}
    for subject, steps in _statuses(story).items():
        for (before, _), (after, event) in pairwise(steps):
            replaced = [status_of[name] for name in event.replaces]
            assert replaced, (subject, event)
            legal = [after in NEXT[_kind(subject)][old] or after == old for old in replaced]
            assert any(legal), (subject, before, after)


@pytest.mark.parametrize("seed", [0, 1, 7, 42])
def test_exactly_one_person_has_two_concurrent_reports(make: Make, seed: int) -> None:
    """Both replace the same event within a few seconds, come from two crews, and one later event settles them."""
    story = make(seed)[1]
    assert story.truth.conflicts == ("night-p3",)
    steps = [event for event in story.events if isinstance(event, drill.PersonStatus) and event.subject == "night-p3"]
    first, second, settled = steps[:3]
    assert first.replaces == second.replaces
    assert (first.source, second.source) == ("crew-1", "crew-3")
    assert first.status != second.status
    assert second.at_ms - first.at_ms < 12_000
    assert set(settled.replaces) == {first.event, second.event}


@pytest.mark.parametrize("seed", [0, 1, 7, 42])
def test_time_runs_forward_within_each_device(make: Make, seed: int) -> None:
    """True, claimed and arrival time strictly increase, and nothing arrives before it happened."""
    story = make(seed)[1]
    assert list(story.events) == sorted(story.events, key=lambda event: event.at_ms)
    for device in story.devices:
        own = [event for event in story.events if event.source == device.device]
        assert own
        assert all(a.at_ms < b.at_ms and a.claimed_ms < b.claimed_ms for a, b in pairwise(own))
        assert all(a.arrives_ms < b.arrives_ms for a, b in pairwise(own))
        assert all(event.claimed_ms - event.at_ms == device.clock_ahead_ms for event in own)
    assert all(event.arrives_ms >= event.at_ms for event in story.events)


def test_references_point_to_what_was_known_before(story: drill.Story) -> None:
    """An event replaces only older ones, and names only things that exist."""
    at = {event.event: event.at_ms for event in story.events}
    assert len(at) == len(story.events)
    assert all(at[name] < event.at_ms for event in story.events for name in event.replaces)
    calls = {event.call for event in story.events if isinstance(event, drill.CallTaken)}
    named = {call for event in story.events if isinstance(event, drill.IncidentOpened) for call in event.calls}
    linked = [event.call for event in story.events if isinstance(event, drill.CallLinked)]
    closed = [event.call for event in story.events if isinstance(event, drill.CallClosed)]
    assert sorted([*named, *linked, *closed]) == sorted(calls)  # each call ends in exactly one way


def test_the_traps_of_the_night_are_there(story: drill.Story) -> None:
    """A clock ahead, a lost device, a duplicate, a false alarm, a late report, a reopened incident."""
    ahead = {device.device: device.clock_ahead_ms for device in story.devices if device.clock_ahead_ms}
    assert ahead == {"crew-2": 420_000}
    lost = [device for device in story.devices if device.withdrawn_ms]
    assert [device.device for device in lost] == ["crew-4"]
    assert all(event.source != "crew-4" or event.at_ms < (lost[0].withdrawn_ms or 0) for event in story.events)
    reasons = [event.reason for event in story.events if isinstance(event, drill.CallClosed)]
    assert reasons == ["duplicate", "false_alarm"]
    late = [event for event in story.events if event.arrives_ms - event.at_ms > 2 * 3_600_000]
    assert {event.source for event in late} == {"crew-5"}
    assert [status for status, _ in _statuses(story)["incident-1"]] == ["open", "working", "closed", "working"]


def test_the_truth_counts_what_happened(story: drill.Story) -> None:
    """The graded end of each person is the end the events tell."""
    assert sum(story.truth.persons_by_status.values()) == 11
    assert all(story.truth.statuses[person] == status for person, status in story.truth.persons.items())
    assert all(_statuses(story)[subject][-1][0] == status for subject, status in story.truth.persons.items())
    assert story.truth.items == 9
    assert len(story.truth.timeline) == len(story.events)


def test_everything_that_could_be_taken_for_real_is_marked(story: drill.Story) -> None:
    """Names of people and every free text say EXERCISE and تمرين."""
    for event in story.events:
        for field in ("caller", "what", "title", "note", "name"):
            if field == "name" and isinstance(event, drill.UnitRegistered):
                continue  # a call name such as "Crew 3" names nobody
            for script, mark in (("ar", "تمرين"), ("en", "EXERCISE")):
                text = getattr(event, f"{field}_{script}", None)
                assert not text or mark in text, (event.event, field)


def test_same_seed_same_story_other_seed_other_story(make: Make) -> None:
    """The whole exercise is a function of the seed."""
    assert make(5) == make(5)
    assert make(5)[0] != make(6)[0]
    assert make(5)[1].events != make(6)[1].events
