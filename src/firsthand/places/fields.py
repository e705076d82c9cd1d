"""One record into a place.

Rules:
1. A record that cannot be a place is left out with the reason (`Skip`). Nothing is guessed.
2. Column names are compared normalised, so `NAME_A`, `name a` and `Name_A` are one.
3. A coordinate is a number or the text of one; anything else, NaN and infinity included, is a reason to leave it out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from firsthand.errors import BadInput
from firsthand.places.layouts import LEVELS, Layout, by_script, spellings, split_composite
from firsthand.places.model import Place, Point, Source
from firsthand.places.names import NAME_LENGTH_MAX, key, normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from firsthand.places.tables import Record


class Skip(Exception):  # noqa: N818 - it is a reason, caught in this room, and never reaches a reader of errors
    """Why one record is left out."""


def place_of(row: Record, *, source: Source, layout: Layout) -> Place:
    """Return the place that one record describes.

    Raises:
        Skip: it does not describe one.
    """
    fields = {normalise(str(column)): value for column, value in row.fields.items()}
    names, parents = _names(fields, layout)
    if not names:
        raise Skip("no name")
    arabic, latin = by_script(names)
    level = LEVELS.get(first_text(fields, layout.level))
    return Place(
        key=first_text(fields, layout.key) or str(row.number),
        names_ar=arabic,
        names_latin=latin,
        point=_point(fields, row.geometry, layout),
        kind=level or layout.kind,
        pcode=first_text(fields, layout.pcode),
        parents=(*parents, *_texts(fields, layout.parents)),
        source=source,
    )


def _names(fields: Mapping[str, Any], layout: Layout) -> tuple[list[str], list[str]]:
    """Return the names in a record, and the parents that composite names hold."""
    names: list[str] = []
    parents: list[str] = []
    for cell in _texts(fields, layout.names):
        own = cell
        if layout.composite:
            own, above = split_composite(cell)
            parents += above
        names += [name for name in spellings(own) if key(name)]
    if any(len(name) > NAME_LENGTH_MAX for name in names):
        raise Skip(f"a name has more than {NAME_LENGTH_MAX} letters")
    return names, list(dict.fromkeys(parents))


def _texts(fields: Mapping[str, Any], columns: Iterable[str]) -> list[str]:
    """Return the texts in `columns`; a column may hold a list of them, and empty ones are left out."""
    found: list[str] = []
    for column in columns:
        value = fields.get(normalise(column))
        many = value if isinstance(value, list) else [value]
        found += [text for item in many if (text := _text(item))]
    return found


def _text(value: object) -> str:
    """Return a text or whole number as stripped text, anything else as an empty one."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def first_text(fields: Mapping[str, Any], columns: Iterable[str]) -> str:
    """Return the first text in `columns`, or an empty one."""
    return next(iter(_texts(fields, columns)), "")


def _point(fields: Mapping[str, Any], geometry: object, layout: Layout) -> Point | None:
    """Return the record's point from its columns or its GeoJSON Point."""
    lat, lon = (_degrees(fields, columns) for columns in (layout.lat, layout.lon))
    if lat is None and lon is None and isinstance(geometry, dict) and geometry.get("type") == "Point":
        lon, lat = _position(geometry.get("coordinates"))
    if lat is None and lon is None:
        if layout.point_needed:
            raise Skip("no coordinates")
        return None
    if lat is None or lon is None:
        raise Skip("only one of latitude and longitude")
    return checked_point(lat, lon)


def _position(value: object) -> tuple[float, float]:
    """Return (lon, lat) of a GeoJSON position."""
    if isinstance(value, list) and len(value) >= 2 and all(type(v) in {int, float} for v in value[:2]):  # noqa: PLR2004 - a pair
        return value[0], value[1]
    raise Skip("the Point has no pair of numbers")


def _degrees(fields: Mapping[str, Any], columns: Iterable[str]) -> float | None:
    """Return a coordinate in degrees, None where the cell is empty."""
    column = next((c for c in map(normalise, columns) if fields.get(c) not in (None, "")), None)
    if column is None:
        return None
    value = fields[column]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Skip(f"{column} is not a number")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise Skip(f"{column} is not a number") from None
    if not math.isfinite(number):
        raise Skip(f"{column} is not a finite number")
    return number


def checked_point(lat: float, lon: float) -> Point:
    """Return the point, or skip with a word about swapping where only that explains the numbers."""
    try:
        return Point.from_degrees(lat, lon)
    except BadInput as error:
        hint = "; latitude and longitude look swapped" if abs(lon) <= 90 < abs(lat) <= 180 else ""  # noqa: PLR2004 - the ranges of the two
        raise Skip(error.message.rstrip(".") + hint) from None
