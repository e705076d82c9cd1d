"""Which neighbourhood a point lies in.

Rules:
1. A point on a boundary belongs to the neighbourhood: nobody is turned away for standing on the line.
2. Where several neighbourhoods hold the point (sources overlap, and neighbours share a line), the smallest one wins,
   as the most exact answer; among equals the first key.
3. A point outside all is outside: `at` says None. `nearest` names the closest one and its distance.

Candidates come from an STR-packed R-tree (Leutenegger, Lopez and Edgington, ICDE 1997; shapely `STRtree`). Areas and
nearness are reckoned on a plane with longitudes shortened at the middle latitude of the map: right for a city or a
small country away from the poles and the 180th meridian.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import shapely  # type: ignore[import-untyped]
from shapely import STRtree
from shapely.affinity import scale  # type: ignore[import-untyped]
from shapely.geometry import MultiPolygon, Polygon  # type: ignore[import-untyped]
from shapely.geometry import Point as PlanePoint

from firsthand.errors import BadInput
from firsthand.places.model import EARTH_RADIUS_M, Neighbourhood, Point

if TYPE_CHECKING:
    from collections.abc import Iterable

METRES_PER_DEGREE = math.pi * EARTH_RADIUS_M / 180
"""Length of one degree of latitude on the sphere of the mean earth radius."""

SKETCH_TOLERANCE_M = 25.0
"""How far a simplified outline may leave the true one: less than a pixel of a map of a city on one screen."""

Rings = tuple[tuple[Point, ...], ...]


class NeighbourhoodMap:
    """Neighbourhoods to look points up in.

    Args:
        neighbourhoods: at least one.

    Raises:
        BadInput: there is none.
    """

    def __init__(self, neighbourhoods: Iterable[Neighbourhood]) -> None:
        self.neighbourhoods = tuple(neighbourhoods)
        if not self.neighbourhoods:
            raise BadInput("The map has no neighbourhoods.", advice="Read a file with outlines first.")
        _, south, _, north = shapely.total_bounds([n.outline for n in self.neighbourhoods])
        self._shortened = math.cos(math.radians((south + north) / 2))
        self._plane = [self._on_plane(n.outline) for n in self.neighbourhoods]
        self._tree = STRtree(self._plane)

    def at(self, point: Point) -> Neighbourhood | None:
        """Return the neighbourhood that holds `point`, its boundary included; the smallest where several do."""
        found = self._tree.query(self._spot(point), predicate="intersects")
        if not len(found):
            return None
        best = min(map(int, found), key=lambda i: (self._plane[i].area, self.neighbourhoods[i].place.key))
        return self.neighbourhoods[best]

    def nearest(self, point: Point) -> tuple[Neighbourhood, float]:
        """Return the closest neighbourhood and the distance to it in metres, 0 inside."""
        inside = self.at(point)
        if inside is not None:
            return inside, 0.0
        index = int(self._tree.nearest(self._spot(point)))
        degrees = self._plane[index].distance(self._spot(point))
        return self.neighbourhoods[index], degrees * METRES_PER_DEGREE

    @property
    def bounds(self) -> tuple[Point, Point]:
        """The south-western and north-eastern corner of all outlines."""
        west, south, east, north = shapely.total_bounds([n.outline for n in self.neighbourhoods])
        return Point.from_degrees(south, west), Point.from_degrees(north, east)

    def sketch(self, neighbourhood: Neighbourhood, tolerance_m: float = SKETCH_TOLERANCE_M) -> Rings:
        """Return the outer rings of an outline with fewer corners, for a map drawn small.

        Args:
            neighbourhood: whose outline; it need not be part of this map.
            tolerance_m: how far the sketch may leave the outline (Douglas and Peucker 1973), metres.

        Returns:
            Closed rings, the largest first.
        """
        plane = self._on_plane(neighbourhood.outline)
        simple = shapely.simplify(plane, tolerance_m / METRES_PER_DEGREE, preserve_topology=True)
        parts = sorted(shapely.get_parts(simple), key=lambda part: -part.area)
        return tuple(tuple(self._point(x, y) for x, y in part.exterior.coords) for part in parts)

    def _on_plane(self, outline: Polygon | MultiPolygon) -> Polygon | MultiPolygon:
        """Return the outline with longitudes shortened, so that both axes have the same unit."""
        return scale(outline, xfact=self._shortened, origin=(0, 0))

    def _spot(self, point: Point) -> PlanePoint:
        """Return the point on the plane."""
        return PlanePoint(point.lon * self._shortened, point.lat)

    def _point(self, x: float, y: float) -> Point:
        """Return the point on the earth."""
        return Point.from_degrees(y, x / self._shortened)
