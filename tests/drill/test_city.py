from __future__ import annotations

import json
import random
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import pytest
import shapely  # type: ignore[import-untyped]
from shapely import Polygon

from firsthand.drill.city import build_city
from firsthand.drill.geojson import to_geojson
from firsthand.places.model import Source
from firsthand.places.outlines import read_neighbourhoods

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firsthand.drill.plan import City, Point


def _polygon(ring: Sequence[Point]) -> Polygon:
    return Polygon([(point.lon_e7, point.lat_e7) for point in ring])


def _city(seed: int) -> City:
    return build_city(random.Random(seed))  # noqa: S311 - a drill, not a key


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 7, 42])
def test_neighbourhoods_tile_the_city_without_gap_or_overlap(seed: int) -> None:
    """Outline = river + neighbourhoods, exactly, on whole coordinates."""
    city = _city(seed)
    tiles = [_polygon(quarter.ring) for quarter in city.neighbourhoods]
    outline, river = _polygon(city.outline), _polygon(city.river)
    assert all(tile.is_valid for tile in tiles)
    assert all(a.intersection(b).area == 0 for a, b in combinations([*tiles, river], 2))
    assert outline.symmetric_difference(shapely.union_all([*tiles, river])).area == 0
    assert 12 <= len(tiles) <= 16
    assert all(tile.contains(shapely.Point(q.label[::-1])) for tile, q in zip(tiles, city.neighbourhoods, strict=True))


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 7, 42])
def test_every_street_can_be_reached_from_every_other(seed: int) -> None:
    """Streets that meet share a vertex, and the bridges join the banks."""
    parent: dict[Point, Point] = {}

    def root(point: Point) -> Point:
        while parent.setdefault(point, point) != point:
            point = parent[point]
        return point

    for street in _city(seed).streets:
        for a, b in pairwise(street.line):
            parent[root(a)] = root(b)
    assert len({root(point) for point in list(parent)}) == 1


def test_names_are_unique(city: City) -> None:
    """No two neighbourhoods and no two streets share a name in either script."""
    for named in (city.neighbourhoods, city.streets):
        for field in ("name_ar", "name_en"):
            names = [getattr(thing, field) for thing in named]
            assert len(set(names)) == len(names)
    assert len({quarter.pcode for quarter in city.neighbourhoods}) == len(city.neighbourhoods)


def test_the_city_lies_where_no_land_is(city: City) -> None:
    """All of it is within 3 km of a point in the open Atlantic."""
    assert all(abs(p.lat_e7 - 3_500_000) < 270_000 and abs(p.lon_e7 + 270_000_000) < 270_000 for p in city.outline)


def test_centres_and_hospital_stand_inside_and_say_that_this_is_an_exercise(city: City) -> None:
    """Two or three centres and one field hospital, each marked in both scripts."""
    outline = _polygon(city.outline)
    assert 2 <= len(city.centres) <= 3
    for place in (*city.centres, city.hospital):
        assert outline.contains(shapely.Point(place.point[::-1]))
        assert "EXERCISE" in place.name_en
        assert "تمرين" in place.name_ar


def test_geojson_carries_what_an_importer_reads(city: City) -> None:
    """Each feature has both names, a code, other spellings, and closed rings in degrees."""
    features = json.loads(json.dumps(to_geojson(city), ensure_ascii=False))["features"]
    quarters = [feature for feature in features if feature["properties"]["layer"] == "neighbourhood"]
    assert len(quarters) == len(city.neighbourhoods)
    for feature in quarters:
        assert feature["properties"]["pcode"].startswith("EX-")
        assert len(feature["properties"]["names_alt"]) >= 4
        ring = feature["geometry"]["coordinates"][0]
        assert ring[0] == ring[-1]
        assert -27.1 < ring[0][0] < -26.9
    assert all({"name_ar", "name_en", "pcode", "names_alt"} <= feature["properties"].keys() for feature in features)


def test_the_ordinary_importer_reads_the_neighbourhoods(city: City) -> None:
    """All of them, without a repair, with their other spellings."""
    data = json.dumps(to_geojson(city, layer="neighbourhood"), ensure_ascii=False).encode()
    read, report = read_neighbourhoods(data, "drill.geojson", source=Source("drill", "Apache-2.0"))
    assert len(read) == len(city.neighbourhoods)
    assert not report.skipped
    assert not report.repaired
    for imported, quarter in zip(read, city.neighbourhoods, strict=True):
        assert {quarter.name_ar, quarter.name_en, *quarter.names_alt} <= {
            *imported.place.names_ar,
            *imported.place.names_latin,
        }
