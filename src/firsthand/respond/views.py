"""What the response derives from its entries: one row a thing, its status settled by the rule of heads.

Rules: a status with one head is a value; with several it is `conflict`, and all heads stand in `respond_heads`. A
head that its lifecycle does not allow after every entry it replaces is marked. Rows hold no sealed value: titles and
names are read from beside the entries, so erasure leaves nothing behind here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from firsthand.record.heads import heads
from firsthand.record.schema import Bytes
from firsthand.respond import entries as e
from firsthand.respond import lifecycles

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from firsthand.record.entry import Entry
    from firsthand.record.projection import Fact, Row
    from firsthand.respond.lifecycles import Lifecycle

CONFLICT = "conflict"

metadata = sa.MetaData()


def _table(name: str, *columns: sa.Column[Any]) -> sa.Table:
    return sa.Table(
        f"respond_{name}",
        metadata,
        sa.Column("subject", Bytes, primary_key=True),  # id of the entry that began it
        *columns,
        sa.Column("status", sa.String),
    )


def _id(name: str) -> sa.Column[Any]:
    return sa.Column(name, Bytes, index=True)


calls = _table("calls", _id("incident"), sa.Column("reported", sa.BigInteger), sa.Column("urgency", sa.String))
incidents = _table(
    "incidents",
    sa.Column("kind", sa.String),
    sa.Column("lat_e7", sa.Integer),
    sa.Column("lon_e7", sa.Integer),
    sa.Column("from_ms", sa.BigInteger),
    sa.Column("to_ms", sa.BigInteger),
    sa.Column("source", sa.String),
    sa.Column("source_key", sa.String, index=True),
)
worksites = _table("worksites", _id("incident"), sa.Column("label", sa.String), sa.Column("triage", sa.String))
units = _table("units", sa.Column("name_ar", sa.String), sa.Column("name_latin", sa.String))
assignments = _table("assignments", _id("incident"), _id("unit"), _id("worksite"))
persons = _table("persons", _id("incident"), _id("worksite"), sa.Column("age", sa.String), sa.Column("sex", sa.String))
gazetteers = _table(
    "gazetteers", sa.Column("kind", sa.String), sa.Column("name", sa.String), sa.Column("count", sa.BigInteger)
)

status_heads = sa.Table(
    "respond_heads",
    metadata,
    sa.Column("subject", Bytes, primary_key=True),
    sa.Column("entry", Bytes, primary_key=True),
    sa.Column("status", sa.String),
    sa.Column("legal", sa.Boolean),
)

_LIFECYCLES: dict[type, tuple[type, Lifecycle]] = {
    e.Call: (e.CallStatus, lifecycles.CALL),
    e.Incident: (e.IncidentStatus, lifecycles.INCIDENT),
    e.Worksite: (e.WorksiteStatus, lifecycles.WORKSITE),
    e.Unit: (e.UnitStatus, lifecycles.UNIT),
    e.Assignment: (e.AssignmentStatus, lifecycles.ASSIGNMENT),
    e.Person: (e.PersonStatus, lifecycles.PERSON),
}


def lifecycle_of(body: Any) -> Lifecycle:
    """Return the lifecycle of the thing that `body` begins."""
    return _LIFECYCLES[type(body)][1]


def first_status(body: Any) -> str:
    """Return the status that a thing has by its first entry."""
    return str(getattr(body, "status", None) or lifecycle_of(body).begin[0])


def _is_status(body: Any) -> bool:
    return getattr(body, "ASPECT", "") == "status"


class RespondViews:
    """The projection of the response (see `record.projection.Projection`)."""

    types = frozenset(body.TYPE for body in e.ENTRIES)
    tables = (calls, incidents, worksites, units, assignments, persons, gazetteers, status_heads)

    def subjects(self, entry: Entry, body: Any) -> Iterable[bytes]:
        """Return what an entry is about: the thing that it begins or changes."""
        return (body.subject,) if _is_status(body) else (entry.id,)

    def derive(self, subject: bytes, facts: Sequence[Fact]) -> Iterable[Row]:
        """Return the rows of one thing."""
        first = next((fact for fact in facts if fact.id == subject and fact.stands), None)
        if first is None:
            return []  # its first entry has not come, or does not stand
        if isinstance(first.body, e.Gazetteer):
            row: dict[str, Any] = {"subject": subject, "status": None, "kind": first.body.kind, "name": first.body.name}
            return [(gazetteers, row | {"count": first.body.count})]
        status_type, lifecycle = _LIFECYCLES[type(first.body)]
        updates = [fact for fact in facts if fact.stands and isinstance(fact.body, status_type)]
        current = heads(updates)
        by_id = {fact.id: str(fact.body.to) for fact in updates} | {first.id: first_status(first.body)}
        rows: list[Row] = []
        for head in current:
            before = [by_id[old] for old in head.replaces if old in by_id]
            legal = bool(before) and all(
                lifecycle.allows_settling(status, head.body.to, len(before)) for status in before
            )
            rows.append((status_heads, {"subject": subject, "entry": head.id, "status": head.body.to, "legal": legal}))
        # the first entry is a head too unless some update replaces it
        replaced = {old for fact in updates for old in fact.replaces}
        if subject not in replaced:
            own = {"subject": subject, "entry": subject, "status": first_status(first.body), "legal": True}
            rows.append((status_heads, own))
        status = rows[0][1]["status"] if len(rows) == 1 and rows[0][1]["legal"] else CONFLICT
        return [*rows, self._thing(subject, first.body, [fact.body for fact in current], status)]

    def _thing(self, subject: bytes, body: Any, current: Sequence[Any], status: str) -> Row:
        row: dict[str, Any] = {"subject": subject, "status": status}
        last = current[0] if len(current) == 1 else None
        match body:
            case e.Call():
                incident = last.incident if last else None
                return calls, row | {"incident": incident, "reported": body.reported, "urgency": body.urgency}
            case e.Incident():
                point = (
                    {"lat_e7": body.place.lat_e7, "lon_e7": body.place.lon_e7}
                    if body.place
                    else {"lat_e7": None, "lon_e7": None}
                )
                source = (
                    {"source": body.source.name, "source_key": body.source.key}
                    if body.source
                    else {"source": None, "source_key": None}
                )
                return incidents, row | point | source | {
                    "kind": body.kind,
                    "from_ms": body.from_ms,
                    "to_ms": body.to_ms,
                }
            case e.Worksite():
                triage = (last.triage if last else None) or body.triage
                return worksites, row | {"incident": body.incident, "label": body.label, "triage": triage}
            case e.Unit():
                return units, row | {"name_ar": body.name_ar, "name_latin": body.name_latin}
            case e.Assignment():
                ids = {"incident": body.incident, "unit": body.unit, "worksite": body.worksite}
                return assignments, row | ids
            case _:
                worksite = (last.worksite if last else None) or body.worksite
                return persons, row | {
                    "incident": body.incident,
                    "worksite": worksite,
                    "age": body.age,
                    "sex": body.sex,
                }
