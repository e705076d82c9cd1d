"""What a city is made of: places as whole numbers, and the names on its map.

Rule: all coordinates are integers in 1e-7 degrees (about a centimetre). Near the equator, where the city lies, a
degree is as long east as it is north, so lengths need no projection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

UNITS_PER_M: Final = 1e7 / 111_320
ORIGIN_LAT_E7: Final = 3_500_000
ORIGIN_LON_E7: Final = -270_000_000
RADIUS_EAST_M: Final = 1700
RADIUS_NORTH_M: Final = 1350
RIVER_HALF_WIDTH_M: Final = 42


class Point(NamedTuple):
    """A place in 1e-7 degrees."""

    lat_e7: int
    lon_e7: int


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A quarter; `ring` is closed, `label` lies inside."""

    pcode: str
    name_ar: str
    name_en: str
    names_alt: tuple[str, ...]
    ring: tuple[Point, ...]
    label: Point


@dataclass(frozen=True, slots=True)
class Street:
    """A street; `kind` is main, local or bridge, `pcode` its neighbourhood ("" when it runs along several)."""

    code: str
    kind: str
    name_ar: str
    name_en: str
    pcode: str
    line: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A point with a name; `kind` is centre, hospital, bakery, school, square, tower or market."""

    code: str
    kind: str
    name_ar: str
    name_en: str
    point: Point


@dataclass(frozen=True, slots=True)
class City:
    """The whole city; `outline` and `river` are closed rings, and the neighbourhoods are outline without river."""

    name_ar: str
    name_en: str
    outline: tuple[Point, ...]
    river: tuple[Point, ...]
    neighbourhoods: tuple[Neighbourhood, ...]
    streets: tuple[Street, ...]
    centres: tuple[Place, ...]
    hospital: Place
    landmarks: tuple[Place, ...]


# Shapes are drawn in units of 1e-7 degrees around the origin, so that a grid size of 1 snaps them to integers.


def points(coords: Sequence[tuple[float, ...]]) -> tuple[Point, ...]:
    """Return the points of (east, north) around the origin."""
    return tuple(Point(ORIGIN_LAT_E7 + round(c[1]), ORIGIN_LON_E7 + round(c[0])) for c in coords)


def parts(shape: Any) -> list[Any]:
    """Return the single shapes that a shape is made of."""
    return list(shape.geoms) if hasattr(shape, "geoms") else [shape]
