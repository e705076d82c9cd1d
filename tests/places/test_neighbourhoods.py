from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.errors import BadInput
from firsthand.places import NeighbourhoodMap, Point, Source, read_neighbourhoods

SOURCE = Source("a test", "CC0-1.0")


def feature(name: str, *rings: list[list[float]], **properties: object) -> dict[str, Any]:
    """Return a Polygon feature."""
    return {
        "type": "Feature",
        "properties": {"name_en": name, **properties},
        "geometry": {"type": "Polygon", "coordinates": list(rings)},
    }


def square(west: float, south: float, side: float) -> list[list[float]]:
    """Return a closed square ring of (lon, lat)."""
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def collection(*features: object) -> bytes:
    """Return the bytes of a FeatureCollection."""
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def city(*features: object) -> NeighbourhoodMap:
    """Return a map of features."""
    return NeighbourhoodMap(read_neighbourhoods(collection(*features), "city.geojson", source=SOURCE)[0])


FEATURES_SKIPPED = {
    "no_geometry": {"type": "Feature", "properties": {"name_en": "x"}, "geometry": None},
    "a_line": {"properties": {"name_en": "x"}, "geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}},
    "no_name": feature("", square(1, 1, 1)),
    "two_corners": feature("x", [[1, 1], [2, 2], [1, 1]]),
    "no_area": feature("x", [[1, 1], [2, 2], [3, 3], [1, 1]]),
    "texts_for_numbers": feature("x", [["1", "1"], ["2", "2"], ["3", "1"]]),  # type: ignore[list-item]
    "out_of_range": feature("x", square(179.5, 1, 1)),
    "corner_of_one_number": feature("x", [[1], [2], [3]]),
    "no_rings": feature("x"),
    "not_an_object": 7,
}


@pytest.mark.parametrize("fault", FEATURES_SKIPPED)
def test_bad_features_are_counted_and_the_rest_is_read(fault: str) -> None:
    """One bad feature is reported with its number and does not stop the others."""
    data = collection(feature("good", square(37, 36, 0.1)), FEATURES_SKIPPED[fault])
    found, report = read_neighbourhoods(data, "a.geojson", source=SOURCE)
    assert [n.place.name for n in found] == ["good"]
    assert [number for number, _ in report.skipped] == [2]


def test_a_bow_tie_is_made_valid_and_counted() -> None:
    """An outline that crosses itself is mended, and the report says so."""
    data = collection(feature("bow tie", [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]))
    found, report = read_neighbourhoods(data, "a.geojson", source=SOURCE)
    assert found[0].outline.is_valid
    assert found[0].outline.area == pytest.approx(0.5)
    assert report.repaired == ((1, "outline made valid: Self-intersection"),)


def test_an_open_ring_is_closed_and_counted() -> None:
    """A ring whose last corner is not its first is closed."""
    found, report = read_neighbourhoods(collection(feature("open", square(0, 0, 1)[:-1])), "a.geojson", source=SOURCE)
    assert found[0].outline.area == pytest.approx(1)
    assert report.repaired == ((1, "ring closed"),)


def test_features_of_one_key_and_name_are_one_neighbourhood() -> None:
    """Parts of a neighbourhood in several features are joined; another name under the key becomes another one."""
    parts = [
        feature("a", square(0, 0, 1), id=7),
        feature("a", square(5, 0, 1), id=7),
        feature("b", square(9, 0, 1), id=7),
    ]
    found, report = read_neighbourhoods(collection(*parts), "a.geojson", source=SOURCE)
    assert [(n.place.key, round(n.outline.area, 6)) for n in found] == [("7", 2), ("7-3", 1)]
    assert [number for number, _ in report.repaired] == [2, 3]


def test_a_file_without_outlines_is_refused() -> None:
    """A table is no map."""
    with pytest.raises(BadInput, match="no outlines"):
        read_neighbourhoods(b"name_en,lat,lon\nx,1,2\n", "a.csv", source=SOURCE)
    with pytest.raises(BadInput):
        NeighbourhoodMap([])


def test_the_boundary_belongs_to_the_neighbourhood() -> None:
    """A point on the line is inside, and on a shared line the smaller one wins."""
    place = city(feature("large", square(37, 36, 0.2)), feature("small", square(37.2, 36, 0.1)))
    found = [place.at(Point.from_degrees(36.05, lon)) for lon in (37.0, 37.1, 37.2, 37.25)]
    assert [n and n.place.name for n in found] == ["large", "large", "small", "small"]


def test_the_smallest_of_overlapping_ones_wins() -> None:
    """Where outlines overlap, the smallest one is the answer."""
    place = city(feature("city", square(37, 36, 1)), feature("quarter", square(37.4, 36.4, 0.1)))
    inside = place.at(Point.from_degrees(36.45, 37.45))
    assert inside is not None
    assert inside.place.name == "quarter"


def test_outside_is_none_and_nearest_has_a_distance() -> None:
    """A point outside lies in nothing; the nearest neighbourhood comes with its distance in metres."""
    place = city(feature("a", square(37, 36, 0.1)), feature("b", square(38, 36, 0.1)))
    east_of_a = Point.from_degrees(36.05, 37.2)
    assert place.at(east_of_a) is None
    found, distance_m = place.nearest(east_of_a)
    assert found.place.name == "a"
    assert distance_m == pytest.approx(east_of_a.distance_m(Point.from_degrees(36.05, 37.1)), rel=0.01)
    assert place.nearest(Point.from_degrees(36.05, 37.05))[1] == 0


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999), st.integers(0, 8))
def test_every_point_inside_is_found(x: float, y: float, cell: int) -> None:
    """In a grid of squares each point lies in the square it was made for."""
    grid = city(*(feature(str(i), square(37 + i % 3, 36 + i // 3, 1)) for i in range(9)))
    found = grid.at(Point.from_degrees(36 + cell // 3 + y, 37 + cell % 3 + x))
    assert found is not None
    assert found.place.name == str(cell)


def test_bounds_and_sketch() -> None:
    """The bounds hold everything, and a sketch drops corners that a small map cannot show."""
    ring = [[37 + i / 1000, 36 + (i % 2) * 0.00001] for i in range(100)]
    place = city(feature("a", [*ring, [37.099, 36.1], [37, 36.1], ring[0]]))
    assert place.bounds == (Point.from_degrees(36, 37), Point.from_degrees(36.1, 37.099))
    (outer,) = place.sketch(place.neighbourhoods[0])
    assert outer[0] == outer[-1]
    assert len(outer) < 10
