"""Where the night happens: worksites on streets of the city, and how callers name them."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from firsthand import drill
from firsthand.drill.names import Name
from firsthand.drill.plan import UNITS_PER_M, Point

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from firsthand.drill.plan import City, Neighbourhood

_REACH_M: Final = (60, 340)  # sites of one incident lie within a short walk
_SPOTS_MIN: Final = 12  # a quarter with fewer places on its streets is too small for an incident
_QUARTERS: Final = "abcd"  # as the script calls them


def draw_sites(
    rng: random.Random, city: City, rows: Sequence[dict[str, Any]]
) -> tuple[dict[str, Neighbourhood], list[drill.Site]]:
    """Return the quarters of the night by their letter in the script, and a site for each row of it."""
    spots = _spots(city)
    usable = [quarter for quarter in city.neighbourhoods if len(spots.get(quarter.pcode, ())) > _SPOTS_MIN]
    quarters = dict(zip(_QUARTERS, rng.sample(usable, len(_QUARTERS)), strict=True))
    return quarters, list(_draw(rng, rows, quarters, spots))


def _spots(city: City) -> dict[str, list[tuple[Point, Name]]]:
    """Return pcode -> the middle of each piece of street in that quarter."""
    found: dict[str, list[tuple[Point, Name]]] = {}
    for road in city.streets:
        for a, b in pairwise(road.line):
            middle = Point((a.lat_e7 + b.lat_e7) // 2, (a.lon_e7 + b.lon_e7) // 2)
            found.setdefault(road.pcode, []).append((middle, Name(road.name_ar, road.name_en)))
    return found


def _draw(
    rng: random.Random,
    rows: Sequence[dict[str, Any]],
    quarters: dict[str, Neighbourhood],
    spots_of: dict[str, list[tuple[Point, Name]]],
) -> Iterator[drill.Site]:
    first: dict[str, Point] = {}
    taken: set[Name] = set()
    low, high = (reach * UNITS_PER_M for reach in _REACH_M)
    for row in rows:
        quarter = quarters[row["quarter"]]
        spots = spots_of[quarter.pcode]
        if quarter.pcode in first:
            spots = [spot for spot in spots if low < math.dist(spot[0], first[quarter.pcode]) < high] or spots
        # a street of its own, so that a label names one site
        spots = [spot for spot in spots if spot[1] not in taken] or spots
        point, street = rng.choice(spots)
        taken.add(street)
        first.setdefault(quarter.pcode, point)
        label = Name(f"{row['ar']}، {street.ar}", f"{row['en']}, {street.en}")
        yield drill.Site(row["id"], quarter, street, point, label, row["triage"])


def near(rng: random.Random, point: Point, metres: float) -> Point:
    """Return a point within so many metres."""
    turn, far = rng.uniform(0, math.tau), rng.uniform(0, metres) * UNITS_PER_M
    return Point(point.lat_e7 + round(far * math.sin(turn)), point.lon_e7 + round(far * math.cos(turn)))


def as_said(rng: random.Random, site: drill.Site, language: str) -> str:
    """Return a site in a caller's words, with one of the spellings of its quarter.

    Args:
        rng: the drill's source of chance.
        site: which.
        language: ar or en.
    """
    spellings = [name for name in site.quarter.names_alt if name.isascii() == (language == "en")]
    quarter = rng.choice(spellings)
    return f"{quarter}، {site.street.ar}" if language == "ar" else f"{quarter}, {site.street.en}"
