"""The invented city of the drill: banks, neighbourhoods, streets, centres.

Rules: the same generator state gives the same city, to the last digit. The city lies in the open Atlantic near the
equator, more than 200 km from the nearest rock, so that no map of it ever shows a real street; there a degree is as
long east as it is north, which keeps shapes true without a projection. All coordinates are integers in 1e-7 degrees
(about a centimetre), and two shapes that meet share exactly the same points: neighbourhoods tile the land without a
gap, and streets that cross have a common vertex, so a road graph follows from equal points alone.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import shapely  # type: ignore[import-untyped]
from shapely import LineString, MultiPoint, Polygon
from shapely import Point as Dot
from shapely.ops import polygonize  # type: ignore[import-untyped]

from firsthand.drill.names import MARK_AR, MARK_EN, words
from firsthand.drill.plan import (
    RADIUS_EAST_M,
    RADIUS_NORTH_M,
    RIVER_HALF_WIDTH_M,
    UNITS_PER_M,
    City,
    Neighbourhood,
    Place,
    Point,
    Street,
    parts,
    points,
)
from firsthand.drill.streets import lay_streets

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

__all__ = ["City", "Neighbourhood", "Place", "Point", "Street", "build_city"]


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
    streets = tuple(lay_streets(rng, tiles, quarters, land))
    whole = Polygon(shapely.union_all([land, river.intersection(outline)], grid_size=1.0).exterior)
    water = max(parts(whole.difference(land, grid_size=1.0)), key=lambda part: part.area)
    mark = words()["city"]
    return City(
        name_ar=f"{mark['ar']} ({MARK_AR})",
        name_en=f"{mark['en']} ({MARK_EN})",
        outline=points(whole.exterior.coords),
        river=points(water.exterior.coords),
        neighbourhoods=quarters,
        streets=streets,
        **_places(rng, tiles),
    )


def _outline(rng: random.Random) -> Any:
    waves = [(k, rng.uniform(0.01, 0.1 / k), rng.uniform(0, math.tau)) for k in range(2, 7)]
    ring = []
    for step in range(90):
        angle = math.tau * step / 90
        swell = UNITS_PER_M * (1 + sum(a * math.sin(k * angle + phase) for k, a, phase in waves))
        ring.append((RADIUS_EAST_M * swell * math.cos(angle), RADIUS_NORTH_M * swell * math.sin(angle)))
    return shapely.set_precision(Polygon(ring), 1.0)


def _river(rng: random.Random) -> Any:
    waves = [(rng.uniform(60, 170) / k, rng.uniform(0, math.tau), k) for k in (1, 2, 3)]
    tilt, offset = rng.uniform(-0.25, 0.25), rng.uniform(-220, 220)
    line = []
    for east in range(-2600, 2601, 100):
        bend = sum(a * math.sin(k * east / 700 + phase) for a, phase, k in waves)
        line.append((east * UNITS_PER_M, (offset + tilt * east + bend) * UNITS_PER_M))
    return shapely.set_precision(LineString(line).buffer(RIVER_HALF_WIDTH_M * UNITS_PER_M, quad_segs=3), 1.0)


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
    edges = parts(shapely.voronoi_polygons(MultiPoint(seeds), extend_to=bank, only_edges=True))
    rough = [LineString(_roughen(rng, list(edge.coords))) for edge in edges]
    faces = list(polygonize(parts(shapely.union_all([*rough, bank.exterior], grid_size=1.0))))
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
        label = points([tile.representative_point().coords[0]])[0]
        ring = points(tile.exterior.coords)
        yield Neighbourhood(f"EX-{number:02}", f"حي {ar}", f"Hayy {en}", (ar, en, *alternatives), ring, label)


def _places(rng: random.Random, tiles: Sequence[Any]) -> dict[str, Any]:
    """Put two or three centres far apart, a hospital at the edge, and the landmarks each in a quarter of its own."""
    table = words()
    spots = [points([tile.point_on_surface().coords[0]])[0] for tile in tiles]
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
