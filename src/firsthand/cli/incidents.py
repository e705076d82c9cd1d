"""Commands of the response: incident list, incident show."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
import typer

from firsthand.centre.centre import Centre
from firsthand.centre.dossiers import things_of
from firsthand.cli.say import JsonOption, StoreOption, exercise_line, find_id, result
from firsthand.evidence.dossier.readable import to_json
from firsthand.respond import views

if TYPE_CHECKING:
    from firsthand.record.reader import Reader

INCIDENT = "respond.incident/1"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Incidents.", no_args_is_help=True)
    group.command("list")(list_incidents)
    group.command("show")(show)
    app.add_typer(group, name="incident")


def title(reader: Reader, place: int) -> str:
    """Return what to call an incident: its title in the first language that it has."""
    field = reader.sealed(place).get("title")
    if field is None or field.opening is None:
        return f"({field.state if field else 'untitled'} title)"
    value: Any = field.opening.value
    return str(value.get("en") or value.get("ar") or "(untitled)") if isinstance(value, dict) else "(untitled)"


def _day(ms: int | None) -> str:
    return "date unknown" if ms is None else datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")


def list_incidents(store: StoreOption, as_json: JsonOption = False) -> None:
    """List all incidents, the newest first."""
    rows = []
    with Centre(store) as centre, centre.store.reading() as reader:
        exercise = centre.exercise(reader)
        query = sa.select(views.incidents).order_by(views.incidents.c.from_ms.desc(), views.incidents.c.subject)
        for row in reader.connection.execute(query).all():
            place = reader.place(row.subject)
            rows.append(
                {
                    "id": row.subject.hex(),
                    "title": title(reader, place) if place is not None else "",
                    "status": row.status,
                    "from_ms": row.from_ms,
                    "source": row.source,
                    "source_key": row.source_key,
                }
            )
    lines = [
        f"{r['id'][:12]}  {_day(r['from_ms']):<16}  {r['status']:<8}  {r['title']}"
        + (f"  [{r['source']}, {r['source_key']}]" if r["source"] else "")
        for r in rows
    ]
    text = "\n".join(lines) or "No incident yet. Take a call, or import some: firsthand import incidents."
    result(rows, exercise_line(exercise=exercise) + text, as_json=as_json)


def show(
    incident: Annotated[str, typer.Argument(help="Id of the incident, or its first digits.")],
    store: StoreOption,
    as_json: JsonOption = False,
) -> None:
    """Show one incident: what happened, in order, with what is sealed opened as far as this centre holds it."""
    with Centre(store) as centre, centre.store.reading() as reader:
        exercise = centre.exercise(reader)
        subject = find_id(reader, incident, kind=INCIDENT)
        found = dict(reader.about(things_of(reader, subject)))
        places = {entry.id: n for n, entry in found.items()}
        ordered = reader.in_display_order(found.values())
        status = reader.connection.execute(
            sa.select(views.incidents.c.status).where(views.incidents.c.subject == subject)
        ).scalar()
        timeline = [
            {
                "id": entry.id.hex(),
                "time": list(entry.time),
                "type": entry.type,
                "state": str(reader.state(entry.id)),
                "body": to_json(entry.body),
                "sealed": {
                    name: to_json(field.opening.value) if field.opening else {"$state": field.state}
                    for name, field in reader.sealed(places[entry.id]).items()
                },
            }
            for entry in ordered
        ]
        name = title(reader, places[subject])
    text = "\n".join([f"{name}\n{subject.hex()}\nstatus: {status}\n", *map(_line, timeline)])
    value = {"id": subject.hex(), "title": name, "status": status, "entries": timeline}
    result(value, exercise_line(exercise=exercise) + text, as_json=as_json)


def _line(part: dict[str, Any]) -> str:
    said = [f"{key}: {_short(value)}" for key, value in part["body"].items() if _worth(key, value)]
    said += [f"{key}: {_short(value)}" for key, value in part["sealed"].items() if value not in (None, "")]
    mark = "" if part["state"] == "standing" else f" [{part['state']}]"
    return f"{_day(part['time'][0])}  {part['type'].split('/')[0]}{mark}  " + "; ".join(said)


def _worth(key: str, value: Any) -> bool:
    return value not in (None, "", [], {}) and key not in {"subject", "replaces", "incident"}


def _short(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"$hex"}:
        return str(value["$hex"])[:12]
    if isinstance(value, dict):
        return ", ".join(f"{k} {_short(v)}" for k, v in value.items() if v not in (None, "", [], {}))
    if isinstance(value, list):
        return ", ".join(map(_short, value))
    return str(value)
