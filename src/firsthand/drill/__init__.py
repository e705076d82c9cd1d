"""A training exercise in an invented city: what its story is made of.

Rules: the drill is pure. The same seed gives the same city (`city`), night (`story`) and footage (`footage`), byte
for byte; no clock, no network, no system font. It imports no other room, so whoever turns a story into signed entries
reads these plain values. Three times belong to an event: `at_ms` is true and nobody in the exercise sees it,
`claimed_ms` is what the device's own clock said, `arrives_ms` is when a centre had it. `replaces` names the events
about the same subject that the writer knew and supersedes; two that replace the same one disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firsthand.drill.city import Neighbourhood, Point
    from firsthand.drill.names import Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What writes events: a centre's desk or a crew's phone. `withdrawn_ms` is None while it is trusted."""

    device: str
    kind: str
    name: Name
    clock_ahead_ms: int
    withdrawn_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The head that all events share; `event` is unique in the story."""

    event: str
    at_ms: int
    claimed_ms: int
    arrives_ms: int
    source: str
    replaces: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRegistered(Event):
    """A unit exists, is available, and belongs to a centre (`base`)."""

    unit: str
    name_ar: str
    name_en: str
    capabilities: tuple[str, ...]
    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTaken(Event):
    """Somebody called; `place_said` is the place in the caller's words and `language` (ar or en)."""

    call: str
    caller_ar: str
    caller_en: str
    language: str
    what_ar: str
    what_en: str
    place_said: str
    point: Point
    people_reported: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLinked(Event):
    """A call belongs to an incident that was opened before."""

    call: str
    incident: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallClosed(Event):
    """A call needs nothing more; `reason` is duplicate (then `of` is the first call) or false_alarm."""

    call: str
    reason: str
    of: str | None
    note_ar: str
    note_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened(Event):
    """An incident is new, with its first calls."""

    incident: str
    title_ar: str
    title_en: str
    calls: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksiteOpened(Event):
    """A place of work is reported; `triage` is urgent, serious, light or unknown."""

    worksite: str
    incident: str
    label_ar: str
    label_en: str
    point: Point
    triage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned(Event):
    """A person at a centre sends a unit to a worksite."""

    assignment: str
    unit: str
    worksite: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReported(Event):
    """Somebody is missing or trapped; the names are for sealing, and None when nobody knows them."""

    person: str
    name_ar: str | None
    name_en: str | None
    age_band: str
    sex: str
    status: str
    incident: str
    worksite: str
    call: str | None
    note_ar: str
    note_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChanged(Event):
    """`subject` is now `status`; the subclasses say what the subject is."""

    subject: str
    status: str
    note_ar: str
    note_en: str


class IncidentStatus(StatusChanged):
    """Of an incident: working, closed (and working again)."""

    __slots__ = ()


class WorksiteStatus(StatusChanged):
    """Of a worksite: assessed, working, done or abandoned."""

    __slots__ = ()


class UnitStatus(StatusChanged):
    """Of a unit: assigned, en_route, on_site, returning, available, resting or out_of_service."""

    __slots__ = ()


class AssignmentStatus(StatusChanged):
    """Of an assignment: accepted, en_route, on_site, done or cancelled."""

    __slots__ = ()


class PersonStatus(StatusChanged):
    """Of a person: found, injured, safe, handed_over or deceased."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilmed(Event):
    """A crew filmed; `media` is the shot that `footage` renders, `taken_ms` what the camera's clock said.

    `kind` is video or still; `duration_ms` is 0 for a still.
    """

    item: str
    incident: str
    worksite: str
    device: str
    media: str
    kind: str
    file_name: str
    taken_ms: int
    duration_ms: int
    point: Point
    camera: str
    note_ar: str
    note_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceWithdrawn(Event):
    """A device is no longer trusted from here on."""

    device: str
    reason: str


@dataclass(frozen=True, slots=True)
class Site:
    """Where a worksite is: its quarter, street, and spot."""

    site: str
    quarter: Neighbourhood
    street: Name
    point: Point
    label: Name
    triage: str


@dataclass(frozen=True, slots=True)
class GroundTruth:
    """How the night really ended; the status maps go from the thing's name to its last true status."""

    persons: dict[str, str]
    persons_by_status: dict[str, int]
    statuses: dict[str, str]
    conflicts: tuple[str, ...]
    items: int
    places: dict[str, tuple[str, Point]]
    timeline: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One night: devices, sites, events in order of true time, and the truth."""

    start_ms: int
    devices: tuple[Device, ...]
    sites: tuple[Site, ...]
    events: tuple[Event, ...]
    truth: GroundTruth
