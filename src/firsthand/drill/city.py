"""The invented city of the drill: banks, neighbourhoods, streets, centres.

Rules: the same generator state gives the same city, to the last digit. The city lies in the open Atlantic near the
equator, more than 200 km from the nearest rock, so that no map of it ever shows a real street; there a degree is as
long east as it is north, which keeps shapes true without a projection. All coordinates are integers in 1e-7 degrees
(about a centimetre), and two shapes that meet share exactly the same points: neighbourhoods tile the land without a
gap, and streets that cross have a common vertex, so a road graph follows from equal points alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import shapely  # type: ignore[import-untyped]
from shapely import LineString, MultiPoint, Polygon
from shapely import Point as Dot
from shapely.ops import linemerge, nearest_points, polygonize  # type: ignore[import-untyped]

from firsthand.drill.names import MARK_AR, MARK_EN, words

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

UNITS_PER_M: Final = 1e7 / 111_320
ORIGIN_LAT_E7: Final = 3_500_000
ORIGIN_LON_E7: Final = -270_000_000
_RADIUS_EAST_M: Final = 1700
_RADIUS_NORTH_M: Final = 1350
_RIVER_HALF_WIDTH_M: Final = 42
_TOUCH: Final = 6.0  # vertices nearer than this (7 cm) are one crossing


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


def build_city(rng: random.Random) -> City:
    """Return a new invented city of 12 to 16 neighbourhoods, about 3.4 by 2.7 km."""
    outline, river = _outline(rng), _river(rng)
    count = rng.randint(12, 16)
    banks = sorted(outline.difference(river).geoms, key=lambda bank: -bank.centroid.y)[:2]
    north = round(count * banks[0].area / (banks[0].area + banks[1].area))
    tiles = [t for bank, n in zip(banks, (north, count - north), strict=True) for t in _tiles(rng, bank, n)]
    tiles.sort(key=lambda tile: (-round(tile.centroid.y, -4), tile.centroid.x))
    quarters = tuple(_neighbourhoods(rng, tiles))
    land = shapely.union_all(tiles)
    streets = tuple(_streets(rng, tiles, quarters, land))
    whole = Polygon(shapely.union_all([land, river.intersection(outline)], grid_size=1.0).exterior)
    water = max(_parts(whole.difference(land, grid_size=1.0)), key=lambda part: part.area)
    mark = words()["city"]
    return City(
        name_ar=f"{mark['ar']} ({MARK_AR})",
        name_en=f"{mark['en']} ({MARK_EN})",
        outline=_points(whole.exterior.coords),
        river=_points(water.exterior.coords),
        neighbourhoods=quarters,
        streets=streets,
        **_places(rng, tiles),
    )


def to_geojson(city: City, *, layer: str | None = None) -> dict[str, Any]:
    """Return neighbourhoods (polygons), streets (lines) and places (points) as one GeoJSON feature collection.

    Properties: layer, name_ar, name_en, names_alt (list; again as `names`, which our importer reads), pcode, kind,
    exercise (true). Coordinates are degrees.

    Args:
        city: what to export.
        layer: only this one of neighbourhood, street and place; None means all.
    """
    features = [
        _feature("Polygon", [_degrees(q.ring)], "neighbourhood", q.name_ar, q.name_en, q.pcode, list(q.names_alt))
        for q in city.neighbourhoods
    ]
    features += [
        _feature("LineString", _degrees(s.line), "street", s.name_ar, s.name_en, s.pcode, [], kind=s.kind, code=s.code)
        for s in city.streets
    ]
    features += [
        _feature("Point", _degrees([p.point])[0], "place", p.name_ar, p.name_en, "", [], kind=p.kind, code=p.code)
        for p in (*city.centres, city.hospital, *city.landmarks)
    ]
    chosen = [feature for feature in features if layer in {None, feature["properties"]["layer"]}]
    return {"type": "FeatureCollection", "name": city.name_en, "features": chosen}


def _feature(  # noqa: PLR0913, PLR0917 - a feature is its fields
    shape: str,
    coordinates: object,
    layer: str,
    name_ar: str,
    name_en: str,
    pcode: str,
    names_alt: list[str],
    **more: str,
) -> dict[str, Any]:
    properties = {
        "layer": layer,
        "name_ar": name_ar,
        "name_en": name_en,
        "pcode": pcode,
        "names_alt": names_alt,
        "names": names_alt,
    }
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": {**properties, **more, "exercise": True}}


def _degrees(points: Sequence[Point]) -> list[list[float]]:
    return [[point.lon_e7 / 1e7, point.lat_e7 / 1e7] for point in points]


def _points(coords: Sequence[tuple[float, ...]]) -> tuple[Point, ...]:
    return tuple(Point(ORIGIN_LAT_E7 + round(c[1]), ORIGIN_LON_E7 + round(c[0])) for c in coords)


def _parts(shape: Any) -> list[Any]:
    return list(shape.geoms) if hasattr(shape, "geoms") else [shape]


# Shapes are drawn in units of 1e-7 degrees around the origin, so that a grid size of 1 snaps them to integers.


def _outline(rng: random.Random) -> Any:
    waves = [(k, rng.uniform(0.01, 0.1 / k), rng.uniform(0, math.tau)) for k in range(2, 7)]
    ring = []
    for step in range(90):
        angle = math.tau * step / 90
        swell = UNITS_PER_M * (1 + sum(a * math.sin(k * angle + phase) for k, a, phase in waves))
        ring.append((_RADIUS_EAST_M * swell * math.cos(angle), _RADIUS_NORTH_M * swell * math.sin(angle)))
    return shapely.set_precision(Polygon(ring), 1.0)


def _river(rng: random.Random) -> Any:
    waves = [(rng.uniform(60, 170) / k, rng.uniform(0, math.tau), k) for k in (1, 2, 3)]
    tilt, offset = rng.uniform(-0.25, 0.25), rng.uniform(-220, 220)
    line = []
    for east in range(-2600, 2601, 100):
        bend = sum(a * math.sin(k * east / 700 + phase) for a, phase, k in waves)
        line.append((east * UNITS_PER_M, (offset + tilt * east + bend) * UNITS_PER_M))
    return shapely.set_precision(LineString(line).buffer(_RIVER_HALF_WIDTH_M * UNITS_PER_M, quad_segs=3), 1.0)


def _tiles(rng: random.Random, bank: Any, count: int) -> list[Any]:
    """Cut one bank into `count` quarters: a relaxed Voronoi diagram whose borders were roughened by hand."""
    west, south, east, north = bank.bounds
    seeds: list[Any] = []
    while len(seeds) < count:
        dot = Dot(rng.uniform(west, east), rng.uniform(south, north))
        if bank.contains(dot):
            seeds.append(dot)
    for _ in range(3):  # Lloyd's relaxation: quarters of like size, without becoming a honeycomb
        cells = shapely.voronoi_polygons(MultiPoint(seeds), extend_to=bank)
        seeds = [cell.intersection(bank).centroid for cell in cells.geoms]
    edges = _parts(shapely.voronoi_polygons(MultiPoint(seeds), extend_to=bank, only_edges=True))
    rough = [LineString(_roughen(rng, list(edge.coords))) for edge in edges]
    faces = list(polygonize(_parts(shapely.union_all([*rough, bank.exterior], grid_size=1.0))))
    faces = sorted((f for f in faces if bank.contains(f.representative_point())), key=lambda f: (-f.area, f.bounds))
    tiles, slivers = faces[:count], faces[count:]
    while slivers:  # roughened borders can cut off corners: each goes to the quarter it touches most
        border = [max(s.boundary.intersection(t.boundary).length for t in tiles) for s in slivers]
        sliver = slivers.pop(border.index(max(border)))
        lengths = [sliver.boundary.intersection(tile.boundary).length for tile in tiles]
        best = lengths.index(max(lengths))
        tiles[best] = shapely.union(tiles[best], sliver, grid_size=1.0)
    return tiles


def _roughen(rng: random.Random, line: list[tuple[float, float]]) -> list[tuple[float, float]]:
    for sway in (0.07, 0.07, 0.05):
        bent = [line[0]]
        for (x1, y1), (x2, y2) in pairwise(line):
            push = rng.uniform(-sway, sway)
            bent += [((x1 + x2) / 2 - push * (y2 - y1), (y1 + y2) / 2 + push * (x2 - x1)), (x2, y2)]
        line = bent
    return line


def _neighbourhoods(rng: random.Random, tiles: Sequence[Any]) -> Iterator[Neighbourhood]:
    names = rng.sample(words()["neighbourhoods"], len(tiles))
    for number, (tile, (ar, en, *alternatives)) in enumerate(zip(tiles, names, strict=True), start=1):
        label = _points([tile.representative_point().coords[0]])[0]
        ring = _points(tile.exterior.coords)
        yield Neighbourhood(f"EX-{number:02}", f"حي {ar}", f"Hayy {en}", (ar, en, *alternatives), ring, label)


def _streets(
    rng: random.Random, tiles: Sequence[Any], quarters: Sequence[Neighbourhood], land: Any
) -> Iterator[Street]:
    """Yield main streets (ring, banks, borders), bridges, and the local streets of each quarter, noded at crossings."""
    table = words()["nouns"]
    avenues = iter(rng.sample(table, len(table)))
    locals_ = iter(
        rng.sample([(kind, noun) for kind in _LOCAL_KINDS for noun in table], len(table) * len(_LOCAL_KINDS))
    )
    raw: list[tuple[str, str, str, str, Any]] = []
    banks = sorted(_parts(land), key=lambda bank: -bank.centroid.y)
    for bank, (side_ar, side_en) in zip(banks, _SIDES, strict=True):
        other = banks[1] if bank is banks[0] else banks[0]
        quay = bank.exterior.intersection(other.buffer(_RIVER_HALF_WIDTH_M * UNITS_PER_M * 2.2))
        for part, (ar, en) in (
            (quay, ("كورنيش النهر", "River Quay")),
            (bank.exterior.difference(quay), ("الطريق الدائري", "Ring Road")),
        ):
            raw.append(("main", f"{ar} {side_ar}", f"{en} {side_en}", "", _longest(part)))
    for index, tile in enumerate(tiles):
        for other in tiles[index + 1 :]:
            border = _longest(tile.boundary.intersection(other.boundary))
            if border is not None and border.length > 60 * UNITS_PER_M:
                ar, en = next(avenues)
                raw.append(("main", f"جادة {ar}", f"Jaddat {en}", "", border))
    raw += [
        ("bridge", f"جسر {ar}", f"Jisr {en}", "", line)
        for line, (ar, en) in zip(_bridges(banks), avenues, strict=False)
    ]
    for tile, quarter in zip(tiles, quarters, strict=True):
        for line in _grid(rng, tile):
            (kind_ar, kind_en), (ar, en) = next(locals_)
            raw.append(("local", f"{kind_ar} {ar}", f"{kind_en} {en}", quarter.pcode, line))
    for number, ((kind, ar, en, pcode, _), line) in enumerate(
        zip(raw, _noded([row[-1] for row in raw]), strict=True), start=1
    ):
        yield Street(f"S-{number:03}", kind, ar, en, pcode, line)


def _longest(shape: Any) -> Any:
    lines = [part for part in _parts(shape) if part.geom_type == "LineString"]
    merged = linemerge(lines) if len(lines) > 1 else (lines[0] if lines else None)
    return None if merged is None else max(_parts(merged), key=lambda part: part.length)


def _bridges(banks: Sequence[Any]) -> Iterator[Any]:
    for share in (-0.5, 0.02, 0.5):
        east = share * _RADIUS_EAST_M * UNITS_PER_M
        cut = LineString([(east, -2e5), (east, 2e5)])
        shore = max((part for part in _parts(cut.intersection(banks[1]))), key=lambda part: part.bounds[3]).bounds[3]
        ends = nearest_points(banks[0].exterior, Dot(east, shore))
        yield LineString([ends[0], ends[1]])


def _grid(rng: random.Random, tile: Any) -> Iterator[Any]:
    """Yield slightly bent lines in two directions across a quarter, a little longer than it is, to be cut by noding."""
    turn, room = rng.uniform(0, math.pi / 2), tile.buffer(1.5 * UNITS_PER_M)
    reach = max(tile.bounds[2] - tile.bounds[0], tile.bounds[3] - tile.bounds[1])
    for angle in (turn, turn + math.pi / 2 + rng.uniform(-0.15, 0.15)):
        along, across = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
        offset = -reach + rng.uniform(0, 100) * UNITS_PER_M
        while offset < reach:
            line = []
            for step in range(-4, 5):
                go, side = step / 4 * reach, offset + rng.uniform(-9, 9) * UNITS_PER_M
                line.append(
                    (
                        tile.centroid.x + go * along[0] + side * across[0],
                        tile.centroid.y + go * along[1] + side * across[1],
                    )
                )
            piece = _longest(LineString(line).intersection(room))
            if piece is not None and piece.length > 110 * UNITS_PER_M:
                yield piece
            offset += rng.uniform(130, 180) * UNITS_PER_M


def _noded(lines: Sequence[Any]) -> Iterator[tuple[Point, ...]]:
    """Give lines that meet a common vertex, and cut what sticks out beyond the first and last crossing."""
    tree = shapely.STRtree(list(lines))
    cuts: list[set[tuple[int, int]]] = [set() for _ in lines]
    for first, line in enumerate(lines):
        for second in sorted(int(i) for i in tree.query(line, predicate="dwithin", distance=_TOUCH) if int(i) > first):
            meeting = line.intersection(lines[second])
            spots = [p for p in _parts(meeting) if p.geom_type == "Point"] or [nearest_points(line, lines[second])[0]]
            for spot in spots:
                knot = (round(spot.x), round(spot.y))
                near = [k for k in (*cuts[first], *cuts[second]) if math.dist(k, knot) < _TOUCH]
                knot = min(near, default=knot)
                cuts[first].add(knot)
                cuts[second].add(knot)
    for line, knots in zip(lines, cuts, strict=True):
        at = {line.project(Dot(knot)): knot for knot in sorted(knots)}
        low, high = (min(at), max(at)) if len(at) > 1 else (0.0, line.length)
        for vertex in line.coords:
            where = line.project(Dot(vertex))
            if low < where < high and all(abs(where - knot) > _TOUCH for knot in at):
                at[where] = (round(vertex[0]), round(vertex[1]))
        yield _points([at[where] for where in sorted(at)])


def _places(rng: random.Random, tiles: Sequence[Any]) -> dict[str, Any]:
    """Put two or three centres far apart, a hospital at the edge, and the landmarks each in a quarter of its own."""
    table = words()
    spots = [_points([tile.point_on_surface().coords[0]])[0] for tile in tiles]
    order = rng.sample(range(len(spots)), len(spots))
    chosen = [order.pop()]
    while len(chosen) < rng.choice((2, 3)) + 1:
        far = max(order, key=lambda i: min(math.dist(spots[i], spots[j]) for j in chosen))
        chosen.append(far)
        order.remove(far)
    *centres, last = chosen
    return {
        "centres": tuple(
            Place(f"centre-{letter}", "centre", f"{ar} ({MARK_AR})", f"{en} ({MARK_EN})", spots[index])
            for letter, index, (ar, en) in zip("abc", centres, table["centres"], strict=False)
        ),
        "hospital": Place(
            "hospital",
            "hospital",
            f"{table['hospital'][0]} ({MARK_AR})",
            f"{table['hospital'][1]} ({MARK_EN})",
            spots[last],
        ),
        "landmarks": tuple(
            Place(kind, kind, ar, en, spots[index])
            for index, (kind, ar, en) in zip(order, table["landmarks"], strict=False)
        ),
    }


_LOCAL_KINDS: Final = (("شارع", "Shari"), ("زقاق", "Zuqaq"), ("درب", "Darb"), ("ممرّ", "Mamarr"), ("طلعة", "Talat"))
_SIDES: Final = (("الشمالي", "North"), ("الجنوبي", "South"))
