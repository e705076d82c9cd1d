"""GeoJSON polygons into neighbourhoods.

Rules:
1. A ring that is not closed is closed, and an outline that crosses itself is made valid (shapely `make_valid`); each
   such repair is counted with its feature's number. What remains without area is left out.
2. A neighbourhood's point is the one its source gives if that lies inside, else a point that does.
3. As for all readers, a bad feature is left out with the reason and the others are read.

Source of the form: RFC 7946 sections 3.1.6 and 3.1.7.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import shapely  # type: ignore[import-untyped]
from shapely.geometry import MultiPolygon, Polygon  # type: ignore[import-untyped]
from shapely.geometry.base import BaseGeometry, BaseMultipartGeometry  # type: ignore[import-untyped]

from firsthand.places.fields import Skip, checked_point, place_of
from firsthand.places.layouts import NEIGHBOURHOODS, Layout
from firsthand.places.model import Neighbourhood, Point, ReadReport, Source
from firsthand.places.readers import check_heading
from firsthand.places.tables import Record, records, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

POSITIONS_MAX = 100_000
"""Most positions of one outline; the coast of a country has fewer at the scale of a city map."""

RING_MIN = 3
"""A ring has at least so many corners."""

Corners = list[tuple[float, float]]


def read_neighbourhoods(
    data: bytes,
    file: str,
    *,
    source: Source,
    layout: Layout = NEIGHBOURHOODS,
) -> tuple[list[Neighbourhood], ReadReport]:
    """Read neighbourhoods from a GeoJSON FeatureCollection of Polygons and MultiPolygons.

    Args:
        data: the file's bytes.
        file: its name, for messages.
        source: who says so.
        layout: which properties hold what.

    Returns:
        The neighbourhoods in the file's order, and what was left out or repaired, by feature number from 1.

    Raises:
        BadInput: the file as a whole is not what it has to be.
    """
    rows = records(data, file)
    if not any(row.geometry for row in rows):
        refuse(file, "no outlines.", "Give a GeoJSON file of polygons.")
    check_heading(rows, file, layout)
    found: dict[str, Neighbourhood] = {}
    skipped: list[tuple[int, str]] = []
    repaired: list[tuple[int, str]] = []
    for row in rows:
        try:
            neighbourhood, repairs = _neighbourhood(row, source, layout)
            joined, joins = _joined(found, neighbourhood, row.number)
        except Skip as reason:
            skipped.append((row.number, str(reason)))
        else:
            found[joined.place.key] = joined
            repaired += [(row.number, repair) for repair in (*repairs, *joins)]
    return list(found.values()), ReadReport(file, len(found), tuple(skipped), tuple(repaired))


def _joined(found: Mapping[str, Neighbourhood], new: Neighbourhood, number: int) -> tuple[Neighbourhood, list[str]]:
    """Return the neighbourhood that two features of one key and one name make together, and what was done.

    Two names under one key are two neighbourhoods; the later one's key gets its number.
    """
    held = found.get(new.place.key)
    if held is None:
        return new, []
    if held.place.names != new.place.names:
        place = replace(new.place, key=f"{new.place.key}-{number}")
        return Neighbourhood(place, new.outline), [f"key {new.place.key!r} was used before, now {place.key!r}"]
    outline, _ = _valid([*_polygons(held.outline), *_polygons(new.outline)])
    return Neighbourhood(held.place, outline), ["joined with the part read before"]


def _neighbourhood(row: Record, source: Source, layout: Layout) -> tuple[Neighbourhood, list[str]]:
    """Return the neighbourhood of one feature and what was repaired."""
    place = place_of(row, source=source, layout=replace(layout, point_needed=False))
    outline, repairs = _outline(row.geometry)
    point = place.point
    if point is None or not shapely.intersects_xy(outline, point.lon, point.lat):
        inner = shapely.point_on_surface(outline)
        point = Point.from_degrees(inner.y, inner.x)
    return Neighbourhood(replace(place, point=point), outline), repairs


def _outline(geometry: object) -> tuple[Polygon | MultiPolygon, list[str]]:
    """Return the valid outline of a GeoJSON geometry and what was repaired."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in {"Polygon", "MultiPolygon"}:
        raise Skip("no Polygon or MultiPolygon")
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else _list(coordinates)
    repairs: list[str] = []
    rings = [[_ring(ring, repairs) for ring in _list(polygon)] for polygon in polygons]
    if sum(len(ring) for polygon in rings for ring in polygon) > POSITIONS_MAX:
        raise Skip(f"the outline has more than {POSITIONS_MAX:,} positions")
    parts = [Polygon(polygon[0], polygon[1:]) for polygon in rings if polygon]
    outline, mended = _valid(parts)
    return outline, list(dict.fromkeys([*repairs, *mended]))


def _valid(parts: Iterable[Polygon]) -> tuple[Polygon | MultiPolygon, list[str]]:
    """Return the parts as one valid outline with an area, and what was mended for that."""
    polygons = list(parts)
    whole = polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
    repairs: list[str] = []
    if not whole.is_valid:
        repairs.append(f"outline made valid: {shapely.is_valid_reason(whole).split('[')[0]}")
        whole = shapely.make_valid(whole)
    flat = [part for part in _polygons(whole) if part.area > 0]
    if not flat:
        raise Skip("the outline has no area")
    return flat[0] if len(flat) == 1 else MultiPolygon(flat), repairs


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    """Return all polygons in a shape, however it nests them; lines and points are dropped."""
    if isinstance(shape, Polygon):
        return [shape]
    if isinstance(shape, BaseMultipartGeometry):
        return [polygon for part in shape.geoms for polygon in _polygons(part)]
    return []


def _list(value: object) -> list[object]:
    """Return a list as it is, or skip."""
    if not isinstance(value, list) or not value:
        raise Skip("the coordinates are not lists of positions")
    return value


def _ring(value: object, repairs: list[str]) -> Corners:
    """Return a closed ring of checked positions (lon, lat)."""
    corners = [_corner(position) for position in _list(value)]
    if len(set(corners)) < RING_MIN:
        raise Skip(f"a ring has fewer than {RING_MIN} corners")
    if corners[0] != corners[-1]:
        repairs.append("ring closed")
        corners.append(corners[0])
    return corners


def _corner(position: object) -> tuple[float, float]:
    """Return one position as (lon, lat); a height behind it is dropped."""
    numbers = _list(position)[:2]
    if len(numbers) != 2 or any(type(n) not in {int, float} for n in numbers):  # noqa: PLR2004 - a pair
        raise Skip("a position is not a pair of numbers")
    lon, lat = (float(str(n)) for n in numbers)
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise Skip("a position is not finite")
    checked_point(lat, lon)
    return lon, lat
