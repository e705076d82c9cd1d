"""Whether positions read from a file can be the ones meant.

Rules:
1. Latitude and longitude that look swapped are reported, never swapped back: a place on the wrong continent is noticed
   by people, one that a program has moved is not.
2. A single record looks swapped when it lies far outside where the others lie, and among them once exchanged. In a
   file of a whole country near latitude = longitude that cannot be seen, and nothing is said.
3. A whole file looks swapped when no record lies in the area that was expected, and all do once exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from firsthand.places.tables import refuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firsthand.places.model import Place, Point

SPREAD_MIN_DEG = 0.05
"""Smallest spread of a file's places that is reckoned with, about 5 km."""

SWAP_SPREADS = 4
"""A record is called swapped when it lies this many spreads from the file's middle, and exchanged within one."""


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


def apart_from_outside(
    numbered: Sequence[tuple[int, Place]],
    expected: Bounds | None,
    file: str,
) -> tuple[list[Place], list[tuple[int, str]]]:
    """Return the places that lie where they can, and the numbers of the others with the reason."""
    points = [p.point for _, p in numbered if p.point]
    if expected is not None and points and all(expected.holds(p.lon, p.lat) for p in points):
        inside = [p for p in points if expected.holds(p.lat, p.lon)]
        if not inside:
            refuse(
                file, "latitude and longitude look swapped in every record.", "Exchange the names of the two columns."
            )
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
