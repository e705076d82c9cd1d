"""The streets of a city: main streets along banks and borders, bridges, and the local streets of each quarter.

Rule: streets that cross have a common vertex, so a road graph follows from equal points alone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import shapely  # type: ignore[import-untyped]
from shapely import LineString
from shapely import Point as Dot
from shapely.ops import linemerge, nearest_points  # type: ignore[import-untyped]

from firsthand.drill.names import words
from firsthand.drill.plan import RADIUS_EAST_M, RIVER_HALF_WIDTH_M, UNITS_PER_M, Point, Street, parts, points

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from firsthand.drill.plan import Neighbourhood

_TOUCH: Final = 6.0  # vertices nearer than this (7 cm) are one crossing
_LOCAL_KINDS: Final = (("شارع", "Shari"), ("زقاق", "Zuqaq"), ("درب", "Darb"), ("ممرّ", "Mamarr"), ("طلعة", "Talat"))
_SIDES: Final = (("الشمالي", "North"), ("الجنوبي", "South"))


def lay_streets(
    rng: random.Random, tiles: Sequence[Any], quarters: Sequence[Neighbourhood], land: Any
) -> Iterator[Street]:
    """Yield main streets (ring, banks, borders), bridges, and the local streets of each quarter, noded at crossings."""
    table = words()["nouns"]
    avenues = iter(rng.sample(table, len(table)))
    locals_ = iter(
        rng.sample([(kind, noun) for kind in _LOCAL_KINDS for noun in table], len(table) * len(_LOCAL_KINDS))
    )
    raw: list[tuple[str, str, str, str, Any]] = []
    banks = sorted(parts(land), key=lambda bank: -bank.centroid.y)
    for bank, (side_ar, side_en) in zip(banks, _SIDES, strict=True):
        other = banks[1] if bank is banks[0] else banks[0]
        quay = bank.exterior.intersection(other.buffer(RIVER_HALF_WIDTH_M * UNITS_PER_M * 2.2))
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
    lines = [part for part in parts(shape) if part.geom_type == "LineString"]
    merged = linemerge(lines) if len(lines) > 1 else (lines[0] if lines else None)
    return None if merged is None else max(parts(merged), key=lambda part: part.length)


def _bridges(banks: Sequence[Any]) -> Iterator[Any]:
    for share in (-0.5, 0.02, 0.5):
        east = share * RADIUS_EAST_M * UNITS_PER_M
        cut = LineString([(east, -2e5), (east, 2e5)])
        shore = max((part for part in parts(cut.intersection(banks[1]))), key=lambda part: part.bounds[3]).bounds[3]
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
            spots = [p for p in parts(meeting) if p.geom_type == "Point"] or [nearest_points(line, lines[second])[0]]
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
        yield points([at[where] for where in sorted(at)])
