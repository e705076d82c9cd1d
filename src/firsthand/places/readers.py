"""Files of places.

Rules:
1. A record that cannot be a place is left out with its number and the reason; the others are read. Nothing is guessed.
2. A file whose heading lacks what every record needs is `BadInput`: then the file is the wrong one, not the record.
3. Alternative spellings from a file of names are added to places by `add_names`; the places keep their own first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from firsthand.places.fields import Skip, place_of
from firsthand.places.layouts import PLAIN, Layout
from firsthand.places.model import Place, ReadReport, Source
from firsthand.places.names import is_arabic, key, normalise
from firsthand.places.plausible import Bounds, apart_from_outside
from firsthand.places.tables import Record, records, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


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
    places, outside = apart_from_outside(numbered, expected, file)
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


def add_names(places: Iterable[Place], others: Iterable[Place]) -> list[Place]:
    """Return `places`, each with the names of those `others` that share its first Latin, else Arabic, name.

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
