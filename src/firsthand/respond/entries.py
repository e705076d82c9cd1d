"""The bodies that the response writes. What names a person, a home or a free text is sealed.

Ids are those of the entries that began a thing. Coordinates are WGS 84 in units of 1e-7 degrees, distances metres,
times milliseconds UTC.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from firsthand.record.types import Body, Count, Id, Ids, Ms, Shape, Short

Triage = Literal["A", "B", "C", "D", "E", "F"]
"""INSARAG worksite triage categories (INSARAG Guidelines 2020, volume II, manual B)."""


class Place(Shape):
    """A point with its accuracy in metres, null where unknown."""

    lat_e7: Annotated[int, Field(ge=-900_000_000, le=900_000_000)]
    lon_e7: Annotated[int, Field(ge=-1_800_000_000, le=1_800_000_000)]
    accuracy_m: Count | None = None


class Area(Shape):
    """A neighbourhood or settlement by name, with the source of the name."""

    name_ar: Short | None
    name_latin: Short | None
    pcode: Short | None
    source: Short


class Source(Shape):
    """Where an imported incident comes from, and its key there."""

    name: Short
    key: Short


class Call(Body):
    """A call for help."""

    TYPE: ClassVar[str] = "respond.call/1"
    SEALED: ClassVar[tuple[str, ...]] = ("caller", "phone", "what", "place_text")
    place: Place | None
    area: Short | None
    reported: Count | None
    urgency: Literal["now", "soon", "later", "unknown"]


class CallStatus(Body):
    """What became of a call."""

    TYPE: ClassVar[str] = "respond.call_status/1"
    SEALED: ClassVar[tuple[str, ...]] = ("note",)
    ASPECT: ClassVar[str] = "status"
    subject: Id
    replaces: Ids
    to: Literal["new", "linked", "closed", "false_alarm", "duplicate"]
    incident: Id | None


class Incident(Body):
    """Something that happened at a place and needs work, or once did."""

    TYPE: ClassVar[str] = "respond.incident/1"
    SEALED: ClassVar[tuple[str, ...]] = ("title", "summary", "place_text")
    calls: Ids
    kind: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    place: Place | None
    area: Area | None
    from_ms: Ms | None
    to_ms: Ms | None
    source: Source | None


class IncidentStatus(Body):
    """Where the work on an incident stands."""

    TYPE: ClassVar[str] = "respond.incident_status/1"
    SEALED: ClassVar[tuple[str, ...]] = ("note",)
    ASPECT: ClassVar[str] = "status"
    subject: Id
    replaces: Ids
    to: Literal["open", "working", "closed"]


class Worksite(Body):
    """One place of work within an incident."""

    TYPE: ClassVar[str] = "respond.worksite/1"
    SEALED: ClassVar[tuple[str, ...]] = ("address", "note")
    incident: Id
    label: Short
    place: Place | None
    triage: Triage | None


class WorksiteStatus(Body):
    """Where the work on a worksite stands."""

    TYPE: ClassVar[str] = "respond.worksite_status/1"
    SEALED: ClassVar[tuple[str, ...]] = ("note",)
    ASPECT: ClassVar[str] = "status"
    subject: Id
    replaces: Ids
    to: Literal["reported", "assessed", "working", "done", "abandoned"]
    triage: Triage | None


class Unit(Body):
    """A crew or a machine, by its call name; never by the names of its people."""

    TYPE: ClassVar[str] = "respond.unit/1"
    name_ar: Short
    name_latin: Short
    capabilities: Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")], ...], Field(max_length=50)]


class UnitStatus(Body):
    """What a unit is doing."""

    TYPE: ClassVar[str] = "respond.unit_status/1"
    ASPECT: ClassVar[str] = "status"
    subject: Id
    replaces: Ids
    to: Literal["available", "assigned", "en_route", "on_site", "returning", "resting", "out_of_service"]
    place: Place | None


class Assignment(Body):
    """A person's decision to send a unit to a worksite."""

    TYPE: ClassVar[str] = "respond.assignment/1"
    SEALED: ClassVar[tuple[str, ...]] = ("note",)
    unit: Id
    worksite: Id
    incident: Id


class AssignmentStatus(Body):
    """How an assignment goes."""

    TYPE: ClassVar[str] = "respond.assignment_status/1"
    SEALED: ClassVar[tuple[str, ...]] = ("note",)
    ASPECT: ClassVar[str] = "status"
    subject: Id
    replaces: Ids
    to: Literal["assigned", "accepted", "en_route", "on_site", "done", "cancelled"]


class Person(Body):
    """Someone reported missing, trapped, injured or found."""

    TYPE: ClassVar[str] = "respond.person/1"
    SEALED: ClassVar[tuple[str, ...]] = ("name", "family", "next_of_kin", "description")
    incident: Id
    worksite: Id | None
    status: Literal["missing", "trapped", "injured", "found"]
    age: Literal["infant", "child", "teen", "adult", "elderly", "unknown"]
    sex: Literal["f", "m", "unknown"]


class PersonStatus(Body):
    """What is known of a person now."""

    TYPE: ClassVar[str] = "respond.person_status/1"
    SEALED: ClassVar[tuple[str, ...]] = ("note", "handed_to")
    ASPECT: ClassVar[str] = "status"
    subject: Id
    replaces: Ids
    to: Literal["missing", "trapped", "injured", "found", "safe", "handed_over", "deceased"]
    worksite: Id | None


class Gazetteer(Body):
    """An imported list of places; the file itself is a blob."""

    TYPE: ClassVar[str] = "respond.gazetteer/1"
    name: Short
    licence: Short
    kind: Literal["neighbourhoods", "settlements", "areas", "spellings", "places"]
    file_name: Short
    sha256: Id
    size: Count
    count: Count


ENTRIES: tuple[type[Body], ...] = (
    Call, CallStatus, Incident, IncidentStatus, Worksite, WorksiteStatus, Unit, UnitStatus,
    Assignment, AssignmentStatus, Person, PersonStatus, Gazetteer,
)  # fmt: skip
