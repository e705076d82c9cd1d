"""How the night really ended, to grade an exercise by."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from firsthand import drill

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FIRST: Final[dict[type[drill.Event], str]] = {
    drill.CallTaken: "new",
    drill.CallLinked: "linked",
    drill.CallClosed: "closed",
    drill.Assigned: "assigned",
    drill.IncidentOpened: "open",
    drill.WorksiteOpened: "reported",
    drill.UnitRegistered: "available",
}


def ground_truth(
    persons: Mapping[str, str],
    events: tuple[drill.Event, ...],
    written: Mapping[str, Sequence[drill.Event]],
    sites: Sequence[drill.Site],
) -> drill.GroundTruth:
    """Return the truth of a night.

    Args:
        persons: how each person ended, as the script says.
        events: all, in order of true time.
        written: the events of each subject.
        sites: of the worksites.
    """
    replaced = Counter(name for event in events for name in event.replaces)
    subject_of = {event.event: subject for subject, about in written.items() for event in about}
    statuses = {subject: _status_of(about[-1]) for subject, about in sorted(written.items())}
    opened = [event for event in events if isinstance(event, drill.IncidentOpened)]
    statuses |= {call: "linked" for event in opened for call in event.calls}
    return drill.GroundTruth(
        persons=dict(persons),
        persons_by_status=dict(sorted(Counter(persons.values()).items())),
        statuses={subject: status for subject, status in statuses.items() if status},
        conflicts=tuple(sorted({subject_of[name] for name, count in replaced.items() if count > 1})),
        items=sum(isinstance(event, drill.ItemFilmed) for event in events),
        places={site.site: (site.quarter.pcode, site.point) for site in sites},
        timeline=tuple(
            (e.at_ms, e.source, f"{type(e).__name__} {subject_of[e.event]} {_status_of(e)}".strip()) for e in events
        ),
    )


def _status_of(event: drill.Event) -> str:
    """Return the status that an event leaves its subject in; "" for what has no lifecycle."""
    return _FIRST.get(type(event), str(getattr(event, "status", "")))
