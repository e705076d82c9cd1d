"""What a place is: a point, its names in two scripts, and who says so.

Rules:
1. Coordinates are WGS 84 (EPSG:4326) and kept as whole 1e-7 degrees, about one centimetre. Whole numbers compare
   equal on every machine, and an entry that is signed with them can be checked again.
2. Distances are metres on a sphere of the mean earth radius; at the size of a country that is within 0.5 % of the
   ellipsoid, far below what the position of a place name is worth.
3. A place may have no point: an area whose position nobody wrote down still has names and parents.
4. A place always carries its source. Two sources that describe the same spot stay two places.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from firsthand.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry import MultiPolygon, Polygon  # type: ignore[import-untyped]

E7_PER_DEGREE = 10_000_000
"""How many stored units one degree has."""

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius R1 = (2a + b) / 3 of the WGS 84 ellipsoid (Moritz, Geodetic Reference System 1980, J. Geodesy 2000)."""

LAT_E7_MAX = 90 * E7_PER_DEGREE
LON_E7_MAX = 180 * E7_PER_DEGREE


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A spot on the earth.

    Args:
        lat_e7: latitude in 1e-7 degrees north, -900,000,000 to 900,000,000.
        lon_e7: longitude in 1e-7 degrees east, -1,800,000,000 to 1,800,000,000.

    Raises:
        BadInput: a value is not a whole number or lies outside its range.
    """

    lat_e7: int
    lon_e7: int

    def __post_init__(self) -> None:
        for name, value, limit in (
            ("latitude", self.lat_e7, LAT_E7_MAX),
            ("longitude", self.lon_e7, LON_E7_MAX),
        ):
            if type(value) is not int:  # a bool is an int to Python, but never a coordinate
                raise BadInput(f"The {name} is not a whole number of 1e-7 degrees.")
            if not -limit <= value <= limit:
                raise BadInput(
                    f"The {name} {value / E7_PER_DEGREE:.7g} is outside ±{limit // E7_PER_DEGREE} degrees.",
                    advice="Check the number, and that latitude and longitude are not swapped.",
                )

    @classmethod
    def from_degrees(cls, lat: float, lon: float) -> Self:
        """Return the point nearest to `lat`, `lon` in decimal degrees.

        Raises:
            BadInput: a value is not finite or outside its range.
        """
        if not (math.isfinite(lat) and math.isfinite(lon)):
            raise BadInput("A coordinate is not a finite number.", advice="Correct or leave out this position.")
        return cls(round(lat * E7_PER_DEGREE), round(lon * E7_PER_DEGREE))

    @property
    def lat(self) -> float:
        """Latitude in decimal degrees."""
        return self.lat_e7 / E7_PER_DEGREE

    @property
    def lon(self) -> float:
        """Longitude in decimal degrees."""
        return self.lon_e7 / E7_PER_DEGREE

    def distance_m(self, other: Point) -> float:
        """Return the great-circle distance in metres (haversine; Sinnott, Sky and Telescope 1984)."""
        lat_a, lat_b = math.radians(self.lat), math.radians(other.lat)
        half_lat = (lat_b - lat_a) / 2
        half_lon = math.radians(other.lon - self.lon) / 2
        chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
        return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


@dataclass(frozen=True, slots=True)
class Source:
    """Who says so, and on what terms it may be passed on.

    Args:
        name: the publisher and the data set, as attribution has to show it.
        licence: the licence's short name, or what is known of the terms.
        revision: commit, edition or date; empty when unknown.
    """

    name: str
    licence: str
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Something that has a name and a position.

    Args:
        key: unique among the places of one source.
        names_ar: names in Arabic script, the preferred one first.
        names_latin: names in Latin script, the preferred one first.
        point: where it is, or None where nobody wrote it down.
        kind: `neighbourhood`, `settlement`, `site`, `governorate`, `district`, `subdistrict` or `place`.
        pcode: the United Nations place code, empty when there is none; not always unique to one place.
        parents: names of the areas around it, the smallest first, in either script.
        source: where all of this was read.
    """

    key: str
    names_ar: tuple[str, ...]
    names_latin: tuple[str, ...]
    point: Point | None
    kind: str
    pcode: str
    parents: tuple[str, ...]
    source: Source

    @property
    def name(self) -> str:
        """The name to show when only one can be shown: the first Latin one, else the first Arabic one."""
        return next(iter(self.names_latin or self.names_ar), self.key)

    @property
    def names(self) -> tuple[str, ...]:
        """All names, the Arabic ones first."""
        return self.names_ar + self.names_latin


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A place with its outline.

    Args:
        place: names, key and a point inside the outline.
        outline: the area in degrees, x = longitude, y = latitude; always valid, never empty.
    """

    place: Place
    outline: Polygon | MultiPolygon


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What a reader took from a file, so that nothing is left out in silence.

    Args:
        file: the file's name as given.
        read: how many records were taken.
        skipped: (line or record number, reason) of each record that was left out.
        repaired: (line or record number, what was done) of each record that was mended and taken.
    """

    file: str
    read: int
    skipped: Sequence[tuple[int, str]] = ()
    repaired: Sequence[tuple[int, str]] = ()
