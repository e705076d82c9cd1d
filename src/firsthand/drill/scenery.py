"""The places that are filmed, painted as by daylight: a street with a collapsed house, and a basement door.

Rule: what stands still is painted once for each shot. Light of the place itself (windows, tail lights, stars) goes on
a picture of its own, the glow, and is blacked out there by what stands in front of it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from firsthand.drill.pen import HEIGHT, MARGIN, WIDTH

if TYPE_CHECKING:
    import random

    from firsthand.drill.pen import Pen


def paint_street(pen: Pen, glow: Pen, rng: random.Random, *, ambulance: bool) -> None:
    """Paint the street: stars, the city behind, two houses that stand and one that does not."""
    _sky(pen)
    for _ in range(40):
        glow.disc(rng.uniform(0, WIDTH), rng.uniform(0, 130), 0.5, (rng.randint(40, 110),) * 3)
    _skyline(pen, glow, rng)
    pen.box(-MARGIN, 268, WIDTH + MARGIN, HEIGHT + MARGIN, (124, 116, 106))
    _house(pen, glow, rng, -30, 168, 34)
    _house(pen, glow, rng, 498, 690, 62)
    _collapsed(pen, glow, rng)
    if ambulance:
        _ambulance(pen, glow)
    _ground(pen, rng)


def paint_door(pen: Pen, rng: random.Random, *, open_: bool) -> None:
    """Paint the basement door from near."""
    _sky(pen)
    _wall(pen, rng, open_=open_)
    _ground(pen, rng)


def _sky(pen: Pen) -> None:
    for y in range(-MARGIN, HEIGHT + MARGIN):
        share = (y + MARGIN) / (HEIGHT + 2 * MARGIN)
        colour = (round(58 + 90 * share), round(76 + 66 * share), round(128 + 8 * share))
        pen.box(-MARGIN, y, WIDTH + MARGIN, y + 2, colour)


def _skyline(pen: Pen, glow: Pen, rng: random.Random) -> None:
    x = -20.0
    while x < WIDTH:
        wide, top = rng.uniform(26, 62), rng.uniform(130, 212)
        shade = rng.randint(-8, 8)
        pen.box(x, top, x + wide, 275, (104 + shade, 110 + shade, 128 + shade))
        if rng.random() < 0.5:  # noqa: PLR2004
            pen.box(x + wide * 0.3, top - 9, x + wide * 0.3 + 9, top, (96, 100, 116))
        for row in range(int(top) + 10, 250, 16):
            for column in range(int(x) + 6, int(x + wide) - 8, 12):
                if rng.random() < 0.07:  # noqa: PLR2004 - a few people are awake
                    glow.box(column, row, column + 4, row + 6, (92, 66, 30))
        x += wide + rng.uniform(0, 6)


def _house(  # noqa: PLR0913 - a house is where it stands
    pen: Pen, glow: Pen, rng: random.Random, left: float, right: float, top: float
) -> None:
    """A standing house: plaster, shutters, balconies, water tanks on the roof."""
    base = (164, 152, 134)
    glow.box(left, top - 5, right, 286, (0, 0, 0))  # nothing behind it shines through
    pen.box(left, top, right, 286, base)
    pen.box(left, top - 5, right, top + 3, (136, 126, 112))
    for _ in range(14):
        spot_x, spot_y, shade = rng.uniform(left + 20, right - 20), rng.uniform(top + 24, 270), rng.randint(-14, 8)
        pen.disc(spot_x, spot_y, rng.uniform(6, 20), tuple(c + shade for c in base))
    for tank in range(2):
        at = left + 40 + tank * 62 + rng.uniform(0, 14)
        glow.box(at, top - 24, at + 30, top - 5, (0, 0, 0))
        pen.box(at, top - 24, at + 30, top - 5, (122, 122, 124))
        pen.box(at, top - 24, at + 30, top - 20, (150, 150, 150))
    storey = (286 - top) / 4
    for floor in range(4):
        y = top + 14 + floor * storey
        for x in range(int(left) + 20, int(right) - 30, 44):
            pen.box(x, y, x + 20, y + storey * 0.52, (70, 68, 70))
            pen.box(x - 2, y + storey * 0.52, x + 22, y + storey * 0.52 + 3, (182, 170, 150))
            kind = rng.random()
            if kind < 0.34:  # noqa: PLR2004
                pen.box(x, y, x + 9, y + storey * 0.52, (96, 112, 106))
            elif kind < 0.44 and floor:  # noqa: PLR2004
                glow.box(x + 1, y + 1, x + 19, y + storey * 0.5, (74, 52, 24))
            if kind > 0.7 and 0 < floor < 3:  # noqa: PLR2004
                pen.box(x - 8, y + storey * 0.62, x + 28, y + storey * 0.68, (140, 128, 112))
                for rail in range(-8, 30, 4):
                    pen.line([(x + rail, y + storey * 0.34), (x + rail, y + storey * 0.64)], 0.8, (92, 88, 84))


def _collapsed(pen: Pen, glow: Pen, rng: random.Random) -> None:
    """What is left of a house: a torn wall, leaning slabs, and the heap in front of them."""
    tear = [(176.0, 274.0), (178.0, 96.0)]
    x, y = 178.0, 96.0
    while x < 486:  # noqa: PLR2004
        x += rng.uniform(9, 22)
        y = max(84.0, min(236.0, y + rng.uniform(-16, 26)))
        tear.append((x, y))
    glow.poly([*tear, (x, 274)], (0, 0, 0))
    glow.box(150, 180, 512, HEIGHT, (0, 0, 0))
    pen.poly([*tear, (x, 274)], (142, 130, 114))
    for floor, row in enumerate(range(128, 250, 40)):
        for column in range(196, 300 + 20 * floor, 46):
            pen.box(column, row, column + 24, row + 22, (84, 78, 74))
            pen.box(column, row, column + 24, row + 2, (112, 102, 92))
    for index in range(5):  # floors that slid on top of each other
        left, drop, tilt = 196 + 16 * index, 188 + 17 * index, rng.uniform(6, 30)
        right = left + rng.uniform(170, 235)
        pen.poly(
            [(left, drop), (right, drop + tilt), (right, drop + tilt + 9), (left, drop + 9)],
            (128 + 5 * index, 120 + 4 * index, 108 + 3 * index),
        )
        pen.poly([(left, drop), (right, drop + tilt), (right, drop + tilt + 2), (left, drop + 2)], (192, 182, 164))
        for rod in range(5):
            start = (right, drop + tilt + 4)
            end = (right + rng.uniform(6, 20), drop + tilt + rng.uniform(-8, 14) + rod)
            pen.line([start, end], 0.9, (108, 82, 66))
    _heap(pen, rng, 330, 300, 176, 74, 260)


def _heap(  # noqa: PLR0913 - a heap is where it lies and how large it is
    pen: Pen, rng: random.Random, x: float, base: float, half: float, high: float, stones: int
) -> None:
    outline = [(x - half, base)]
    for step in range(1, 24):
        turn = step / 24
        outline.append(
            (x - half + 2 * half * turn, base - high * math.sin(math.pi * turn) ** 0.8 * rng.uniform(0.8, 1.05))
        )
    pen.poly([*outline, (x + half, base), (x + half * 0.8, base + 14), (x - half * 0.8, base + 14)], (112, 102, 92))
    for number in range(stones):
        depth = number / stones  # from the crest down, so that near stones cover far ones
        along = rng.uniform(-1, 1)
        crest = high * max(0.0, math.cos(along * math.pi / 2)) ** 0.8
        cx, cy = x + along * half, base + 12 - crest * (1 - depth) - rng.uniform(0, 6)
        size, shade = rng.uniform(2, 6 + 6 * depth), rng.randint(-26, 34)
        colour = tuple(max(0, c + shade) for c in (146, 134, 118))
        turn = rng.uniform(0, math.tau)
        corners = [turn + step * math.tau / 5 + rng.uniform(-0.4, 0.4) for step in range(5)]
        ring = [(cx + size * math.cos(a), cy + 0.62 * size * math.sin(a)) for a in corners]
        pen.poly([(px + 0.8, py + 2.2) for px, py in ring], (58, 53, 50))
        pen.poly(ring, colour)
        if rng.random() < 0.08:  # noqa: PLR2004
            pen.line([(cx, cy), (cx + rng.uniform(-16, 16), cy - rng.uniform(4, 16))], 0.9, (104, 80, 66))


def _ground(pen: Pen, rng: random.Random) -> None:
    for _ in range(150):
        y = rng.uniform(292, HEIGHT + 8)
        size, shade = rng.uniform(0.6, 1.2 + (y - 290) / 22), rng.randint(-30, 40)
        x = rng.uniform(-MARGIN, WIDTH + MARGIN)
        pen.poly(
            [(x - size, y), (x, y - size * 0.6), (x + size, y), (x, y + size * 0.4)],
            (120 + shade, 112 + shade, 102 + shade),
        )


def _wall(pen: Pen, rng: random.Random, *, open_: bool) -> None:
    """The basement door from near: stone courses, a lintel, steps, and rubble where the way is blocked."""
    pen.box(-MARGIN, -MARGIN, WIDTH + MARGIN, 296, (150, 138, 120))
    for course, y in enumerate(range(-12, 296, 22)):
        x = -MARGIN - (course % 2) * 24.0
        while x < WIDTH + MARGIN:
            wide, shade = rng.uniform(38, 62), rng.randint(-13, 13)
            pen.box(x + 0.8, y + 0.8, x + wide - 0.8, y + 21.2, (152 + shade, 140 + shade, 121 + shade))
            x += wide
    pen.box(-MARGIN, 290, WIDTH + MARGIN, HEIGHT + MARGIN, (122, 113, 102))
    pen.box(236, 92, 404, 112, (176, 164, 142))
    pen.box(248, 112, 392, 292, (34, 32, 32))
    for step in range(5):
        pen.box(
            256 + 6 * step,
            284 - 16 * step,
            384 - 6 * step,
            292 - 16 * step,
            (92 - 12 * step, 85 - 12 * step, 77 - 11 * step),
        )
    pen.box(392, 112, 400, 292, (118, 108, 94))
    pen.box(240, 112, 248, 292, (186, 172, 150))
    pen.box(478, 60, 552, 128, (76, 72, 72))
    for bar in range(486, 552, 11):
        pen.line([(bar, 60), (bar, 128)], 1.6, (112, 106, 100))
    if open_:
        pen.poly([(402, 118), (446, 130), (446, 306), (402, 292)], (104, 84, 62))
        _heap(pen, rng, 130, 312, 122, 56, 130)
    else:
        pen.poly([(250, 130), (330, 172), (392, 168), (392, 186), (326, 190), (250, 150)], (168, 156, 138))
        _heap(pen, rng, 320, 306, 128, 116, 190)


def _ambulance(pen: Pen, glow: Pen) -> None:
    glow.box(452, 200, 642, 302, (0, 0, 0))
    pen.poly([(452, 200), (600, 200), (600, 302), (452, 302)], (206, 202, 192))
    pen.poly([(600, 222), (626, 226), (642, 258), (642, 302), (600, 302)], (192, 188, 178))
    pen.poly([(604, 230), (622, 233), (634, 257), (604, 257)], (76, 84, 94))
    pen.box(452, 246, 642, 255, (196, 120, 52))
    pen.box(452, 206, 498, 296, (52, 50, 50))
    pen.box(456, 210, 494, 292, (120, 112, 98))
    glow.box(456, 210, 494, 292, (66, 58, 40))
    glow.box(447, 262, 452, 274, (150, 34, 20))
    for wheel in (500, 606):
        pen.disc(wheel, 304, 16, (40, 38, 38))
        pen.disc(wheel, 304, 7, (128, 124, 118))
