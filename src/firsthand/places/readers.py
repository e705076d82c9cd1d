"""Records into places.

Rules:
1. A record that cannot be a place is left out with its number and the reason; the others are read. Nothing is guessed.
2. A file whose heading lacks what every record needs is `BadInput`: then the file is the wrong one, not the record.
3. Latitude and longitude that look swapped are reported, never swapped back: a place on the wrong continent is noticed
   by people, one that a program has moved is not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Any

from firsthand.errors import BadInput
from firsthand.places.layouts import LEVELS, PLAIN, Layout, by_script, spellings, split_composite
from firsthand.places.model import Place, Point, ReadReport, Source
from firsthand.places.names import NAME_LENGTH_MAX, is_arabic, key, normalise
from firsthand.places.tables import Record, records, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SPREAD_MIN_DEG = 0.05
"""Smallest spread of a file's places that is reckoned with, about 5 km."""

SWAP_SPREADS = 4
"""A record is called swapped when it lies this many spreads from the file's middle, and exchanged within one."""


class Skip(Exception):  # noqa: N818 - it is a reason, caught in this room, and never reaches a reader of errors
    """Why one record is left out."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A box in degrees that places are expected in."""

    lat_min: float
    lon_min: float
    lat_max: float
    lon_max: float

    def holds(self, lat: float, lon: float) -> bool:
        """Return whether the spot lies in the box, its edges included."""
        return self.lat_min <= lat <= self.lat_max and self.lon_min <= lon <= self.lon_max


def read_places(
    data: bytes,
    file: str,
    *,
    source: Source,
    layout: Layout = PLAIN,
    expected: Bounds | None = None,
) -> tuple[list[Place], ReadReport]:
    """Read places from CSV, JSON or GeoJSON.

    Args:
        data: the file's bytes.
        file: its name, for messages.
        source: who says so.
        layout: which columns hold what.
        expected: where the places have to lie; others are left out.

    Returns:
        The places in the file's order, and what was left out.

    Raises:
        BadInput: the file as a whole is not what it has to be.
    """
    rows = records(data, file)
    check_heading(rows, file, layout)
    places: list[Place] = []
    skipped: list[tuple[int, str]] = []
    keys: set[str] = set()
    for row in rows:
        try:
            place = place_of(row, source=source, layout=layout)
            _check_new(place, keys)
        except Skip as reason:
            skipped.append((row.number, str(reason)))
        else:
            places.append(place)
    numbered = _with_numbers(rows, skipped, places)
    places, outside = _apart_from_outside(numbered, expected, file)
    return places, ReadReport(file, len(places), tuple(sorted([*skipped, *outside])))


def _with_numbers(
    rows: Sequence[Record],
    skipped: Sequence[tuple[int, str]],
    places: Sequence[Place],
) -> list[tuple[int, Place]]:
    """Return the places with the numbers of their records."""
    left_out = {number for number, _ in skipped}
    numbers = [row.number for row in rows if row.number not in left_out]
    return list(zip(numbers, places, strict=True))


def _check_new(place: Place, keys: set[str]) -> None:
    """Skip a second record of the same key."""
    if place.key in keys:
        raise Skip(f"the key {place.key!r} was already used")
    keys.add(place.key)


def check_heading(rows: Sequence[Record], file: str, layout: Layout) -> None:
    """Refuse a file of which no record has the columns every place needs."""
    present = {normalise(column) for row in rows[:1000] for column in row.fields}
    needed = {"a name": layout.names}
    if layout.point_needed and not any(row.geometry for row in rows):
        needed |= {"a latitude": layout.lat, "a longitude": layout.lon}
    for what, columns in needed.items():
        if not present.intersection(map(normalise, columns)):
            refuse(file, f"no column for {what}.", f"Name one of its columns {', '.join(columns[:4])}.")


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


def _apart_from_outside(
    numbered: Sequence[tuple[int, Place]],
    expected: Bounds | None,
    file: str,
) -> tuple[list[Place], list[tuple[int, str]]]:
    """Return the places that lie where they can, and the numbers of the others with the reason."""
    points = [p.point for _, p in numbered if p.point]
    if expected is not None and points and all(expected.holds(p.lon, p.lat) for p in points):
        inside = [p for p in points if expected.holds(p.lat, p.lon)]
        if not inside:
            refuse(file, "latitude and longitude look swapped in every record.", "Exchange the names of the two columns.")
    middle, spread = _middle_and_spread(points)
    places: list[Place] = []
    outside: list[tuple[int, str]] = []
    for number, place in numbered:
        reason = _why_outside(place.point, middle, spread, expected) if place.point else ""
        if reason:
            outside.append((number, reason))
        else:
            places.append(place)
    return places, outside


def _middle_and_spread(points: Sequence[Point]) -> tuple[tuple[float, float], float]:
    """Return the middle (lat, lon) of a file's points, and how far nine tenths of them lie from it, in degrees."""
    if not points:
        return (0.0, 0.0), SPREAD_MIN_DEG
    middle = (median(p.lat for p in points), median(p.lon for p in points))
    away = sorted(_away_deg(p.lat, p.lon, middle) for p in points)
    return middle, max(SPREAD_MIN_DEG, away[(len(away) * 9 - 1) // 10])


def _away_deg(lat: float, lon: float, middle: tuple[float, float]) -> float:
    """Return the larger of the differences in latitude and longitude, degrees."""
    return max(abs(lat - middle[0]), abs(lon - middle[1]))


def _why_outside(point: Point, middle: tuple[float, float], spread: float, expected: Bounds | None) -> str:
    """Return why the point cannot be meant, or an empty text."""
    far = _away_deg(point.lat, point.lon, middle) > SWAP_SPREADS * spread
    if far and _away_deg(point.lon, point.lat, middle) <= spread:
        return "latitude and longitude look swapped"
    if expected is not None and not expected.holds(point.lat, point.lon):
        return "outside the area that was expected"
    return ""


def add_names(places: Iterable[Place], others: Iterable[Place]) -> list[Place]:
    """Return `places`, each with the names of those `others` that share its first Latin name, else its first Arabic one.

    For files of alternative spellings: those have names, and no point to know the place by.
    """
    by_name: dict[str, list[Place]] = {}
    for other in others:
        for name in {key(n) for n in (*other.names_latin[:1], *other.names_ar[:1])}:
            by_name.setdefault(name, []).append(other)
    return [_named(place, by_name) for place in places]


def _named(place: Place, by_name: Mapping[str, Sequence[Place]]) -> Place:
    """Return the place with the names of its namesakes."""
    firsts = (*place.names_latin[:1], *place.names_ar[:1])
    alike = next((by_name[key(n)] for n in firsts if key(n) in by_name), [])
    names = [*place.names, *(name for other in alike for name in other.names)]
    return replace(
        place,
        names_ar=tuple(dict.fromkeys(n for n in names if is_arabic(n))),
        names_latin=tuple(dict.fromkeys(n for n in names if not is_arabic(n))),
    )
