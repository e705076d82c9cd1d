"""Commands of import: places, incidents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from firsthand.centre.centre import Centre
from firsthand.centre.imports import import_incidents, read_records
from firsthand.centre.places import KINDS, keep_gazetteer, load_places
from firsthand.cli.say import JsonOption, StoreOption, result
from firsthand.errors import Misuse


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Import places and documented incidents.", no_args_is_help=True)
    group.command("places")(places)
    group.command("incidents")(incidents)
    app.add_typer(group, name="import")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Misuse(
            f"{file} cannot be read: {error.strerror}.", kept="Nothing was imported.", advice="Check the path."
        ) from None


def places(
    file: Annotated[Path, typer.Argument(help="GeoJSON, JSON or CSV.")],
    store: StoreOption,
    kind: Annotated[str, typer.Option(help="One of: " + ", ".join(KINDS) + ".")] = "places",
    source: Annotated[str, typer.Option(help="Who published it; shown wherever it is used.")] = "",
    licence: Annotated[str, typer.Option(help="On what terms.")] = "unknown",
    as_json: JsonOption = False,
) -> None:
    """Import neighbourhoods (polygons) or a gazetteer (names and points)."""
    if kind not in KINDS:
        raise Misuse(f"There is no kind {kind!r}.", advice="Use one of: " + ", ".join(KINDS) + ".")
    data = _read(file)
    with Centre(store) as centre:
        report, new = keep_gazetteer(
            centre, data, file_name=file.name, kind=kind, name=source or file.name, licence=licence
        )
    skipped = [{"record": n, "reason": reason} for n, reason in report.skipped]
    lines = [f"{report.read} {kind} read, {len(skipped)} left out, {len(report.repaired)} repaired."]
    lines += [f"  record {row['record']}: {row['reason']}" for row in skipped[:20]]
    lines += [] if new else ["This file was here already; nothing was added."]
    value = {"read": report.read, "skipped": skipped, "repaired": len(report.repaired), "new": new}
    result(value, "\n".join(lines), as_json=as_json)


def incidents(
    file: Annotated[Path, typer.Argument(help="JSON, JSON lines or CSV.")],
    store: StoreOption,
    source: Annotated[str, typer.Option(help="Who documented them; shown with each.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Import documented incidents; titles and summaries are sealed. Import places first, so that names can be found."""
    records = read_records(_read(file), file.name)
    with Centre(store) as centre:
        counts = import_incidents(centre, records, source=source or file.name, places=load_places(centre))
    lines = [
        (
            f"{counts.records} records: {counts.imported} imported, {counts.known} known already, "
            f"{len(counts.skipped)} left out."
        ),
        (
            f"Placed by coordinates: {counts.by_coordinates}; by name: {counts.by_name}; "
            f"name means several places: {counts.ambiguous}; not placed: {counts.unplaced}."
        ),
        *(f"  record {n}: {reason}" for n, reason in counts.skipped[:20]),
    ]
    result(counts.as_dict(), "\n".join(lines), as_json=as_json)
