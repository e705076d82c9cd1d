"""What each event of the story becomes in the record: pure functions from an event to a draft, by its type.

Rules: a draft is a body, its sealed values, and the name of the thing that it is about. Nothing is read or written
here; what was written before comes as `Known`, and the file of an item as `Filmed`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from firsthand import drill
from firsthand.evidence import rules
from firsthand.respond import entries as e

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from firsthand.drill.plan import Neighbourhood, Point
    from firsthand.media import Probe

_TRIAGE: Final = {"urgent": "A", "serious": "B", "light": "C"}
_SEXES: Final = frozenset({"f", "m"})
_GAZETTEER: Final = "EXERCISE Tamrina (invented)"


class Draft(NamedTuple):
    """An entry before it is signed; `thing` is the story's name for what it is about."""

    body: Any
    sealed: dict[str, Any]
    thing: str


@dataclass(frozen=True)
class Filmed:
    """A file in the store: what was found in it, and what binds it and its preview."""

    probe: Probe
    file: dict[str, Any]
    preview: dict[str, Any] | None


@dataclass
class Known:
    """What is known of entries written so far, by the story's names."""

    quarters: Mapping[str, Neighbourhood]  # incident -> its quarter
    incident_of: Mapping[str, str]  # worksite -> its incident
    entry_of: dict[str, bytes] = field(default_factory=dict)  # event -> entry
    began: dict[str, bytes] = field(default_factory=dict)  # thing -> its first entry
    last: dict[str, bytes] = field(default_factory=dict)  # thing -> its newest entry

    def note(self, event: str, thing: str, entry: bytes) -> None:
        """Remember what an event became."""
        self.entry_of.setdefault(event, entry)  # calls that it links come after it
        self.began.setdefault(thing, entry)
        self.last[thing] = entry


def draft(event: drill.Event, known: Known) -> Draft:
    """Return the entry that an event becomes. Items and withdrawals have functions of their own."""
    return _BY_TYPE[type(event)](event, known)


def linked(call: str, incident: str, known: Known) -> Draft:
    """Return the status that links a call to an incident."""
    body = e.CallStatus(
        subject=known.began[call], replaces=(known.last[call],), to="linked", incident=known.began[incident]
    )
    return Draft(body, {}, call)


def item(event: drill.ItemFilmed, filmed: Filmed, known: Known) -> Draft:
    """Return the item that binds a crew's file."""
    taken = rules.take_in(
        filmed.probe,
        file=filmed.file,
        name=event.file_name,
        incident=known.began[event.incident],
        collection=None,
        preview=filmed.preview,
        note=_both(event.note_ar, event.note_en),
    )
    return Draft(taken.body, taken.sealed, event.item)


def _unit(event: drill.UnitRegistered, _known: Known) -> Draft:
    body = e.Unit(name_ar=event.name_ar, name_latin=event.name_en, capabilities=tuple(event.capabilities))
    return Draft(body, {}, event.unit)


def _call(event: drill.CallTaken, _known: Known) -> Draft:
    place = _place(event.point, 250) if event.point else None
    sealed = {
        "caller": _both(event.caller_ar, event.caller_en),
        "what": _both(event.what_ar, event.what_en),
        "place_text": event.place_said,
    }
    return Draft(e.Call(place=place, area=None, reported=event.people_reported, urgency="now"), sealed, event.call)


def _call_linked(event: drill.CallLinked, known: Known) -> Draft:
    return linked(event.call, event.incident, known)


def _call_closed(event: drill.CallClosed, known: Known) -> Draft:
    body = e.CallStatus(
        subject=known.began[event.call],
        replaces=(known.last[event.call],),
        to=event.reason,  # type: ignore[arg-type]
        incident=None,
    )
    return Draft(body, {"note": _both(event.note_ar, event.note_en)}, event.call)


def _incident(event: drill.IncidentOpened, known: Known) -> Draft:
    quarter = known.quarters[event.incident]
    area = e.Area(name_ar=quarter.name_ar, name_latin=quarter.name_en, pcode=quarter.pcode, source=_GAZETTEER)
    body = e.Incident(
        calls=tuple(known.began[call] for call in event.calls),
        kind="exercise",
        place=_place(quarter.label, 500),
        area=area,
        from_ms=event.at_ms - 300_000,
        to_ms=event.at_ms,
        source=None,
    )
    return Draft(body, {"title": _both(event.title_ar, event.title_en)}, event.incident)


def _worksite(event: drill.WorksiteOpened, known: Known) -> Draft:
    body = e.Worksite(
        incident=known.began[event.incident],
        label=f"{event.label_en} - {event.label_ar}",
        place=_place(event.point, 20),
        triage=_TRIAGE.get(event.triage),  # type: ignore[arg-type]
    )
    return Draft(body, {}, event.worksite)


def _assigned(event: drill.Assigned, known: Known) -> Draft:
    incident = known.incident_of[event.worksite]
    body = e.Assignment(
        unit=known.began[event.unit], worksite=known.began[event.worksite], incident=known.began[incident]
    )
    return Draft(body, {}, event.assignment)


def _person(event: drill.PersonReported, known: Known) -> Draft:
    body = e.Person(
        incident=known.began[event.incident],
        worksite=known.began.get(event.worksite),
        status=event.status,  # type: ignore[arg-type]
        age=event.age_band,  # type: ignore[arg-type]
        sex=event.sex if event.sex in _SEXES else "unknown",  # type: ignore[arg-type]
    )
    name = _both(event.name_ar or "", event.name_en or "")
    return Draft(body, {"name": name, "description": _both(event.note_ar, event.note_en)}, event.person)


def _status(event: drill.StatusChanged, known: Known) -> Draft:
    """Replace what the writer knew; the thing's newest where the story names none."""
    model, more = _STATUSES[type(event)]
    replaces = tuple(known.entry_of[name] for name in event.replaces) or (known.last[event.subject],)
    body = model(subject=known.began[event.subject], replaces=replaces, to=event.status, **more)
    note = _both(event.note_ar, event.note_en)
    return Draft(body, {"note": note} if "note" in model.SEALED else {}, event.subject)


def _place(point: Point, accuracy_m: int) -> e.Place:
    return e.Place(lat_e7=point.lat_e7, lon_e7=point.lon_e7, accuracy_m=accuracy_m)


def _both(ar: str, en: str) -> dict[str, str] | None:
    return {"ar": ar, "en": en} if ar or en else None


_STATUSES: Final[dict[type[drill.Event], tuple[Any, dict[str, None]]]] = {
    drill.IncidentStatus: (e.IncidentStatus, {}),
    drill.WorksiteStatus: (e.WorksiteStatus, {"triage": None}),
    drill.UnitStatus: (e.UnitStatus, {"place": None}),
    drill.AssignmentStatus: (e.AssignmentStatus, {}),
    drill.PersonStatus: (e.PersonStatus, {"worksite": None}),
}
_BY_TYPE: Final[dict[type[drill.Event], Callable[[Any, Known], Draft]]] = {
    drill.UnitRegistered: _unit,
    drill.CallTaken: _call,
    drill.CallLinked: _call_linked,
    drill.CallClosed: _call_closed,
    drill.IncidentOpened: _incident,
    drill.WorksiteOpened: _worksite,
    drill.Assigned: _assigned,
    drill.PersonReported: _person,
    **dict.fromkeys(_STATUSES, _status),
}
