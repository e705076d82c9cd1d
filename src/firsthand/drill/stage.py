"""One scene of the footage: a place, its lamps and people, and all that is burnt into each picture.

How a scene is lit: it is painted once as by daylight, darkened into a night version, and each frame lays a mask of
moving lamps between the two. What does not move is made once for a shot.
"""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageChops, ImageFilter

from firsthand.drill import people, scenery
from firsthand.drill.fonts import AMBER, INK, band, font, label, ticker
from firsthand.drill.lamps import Lamps
from firsthand.drill.names import MARK_AR, MARK_EN
from firsthand.drill.pen import HEIGHT, MARGIN, WIDTH, Layer, Pen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firsthand.drill.footage import ShotSpec

MACHINE: Final = ("shot-2", "still-5")
_AMBULANCE: Final = ("shot-3", "still-3")
_DOOR: Final = ("shot-4", "still-1", "still-4")
_DOOR_OPEN: Final = "still-4"
_ACTIONS: Final[dict[str, Callable[[Layer, Lamps, float, str], None]]] = {
    **dict.fromkeys(MACHINE, people.with_machine),
    **dict.fromkeys(_AMBULANCE, people.with_ambulance),
    **dict.fromkeys(_DOOR, people.at_door),
}
_MOTE_MIN: Final = 16  # motes fainter than this are not drawn
_REACH: Final = 2  # pixels around it that a bicubic enlargement looks at
_PIECE: Final = 24  # pixels
_DUST: Final = bytes(round(value * share) for value in range(256) for share in (0.62, 0.56, 0.46))  # a palette


class Stage:
    """One scene with its lamps and people.

    Args:
        shot: what to draw.
        scale: pixels of the finished picture for one unit of the stage.
    """

    def __init__(self, shot: ShotSpec, scale: float) -> None:
        self._shot, self._scale = shot, scale
        self._act = _ACTIONS.get(shot.media, people.front)
        self._size = (round(WIDTH * scale), round(HEIGHT * scale))
        rng = random.Random(shot.seed)  # noqa: S311 - a drill, not a key
        self._lit, self._dark = _painted(shot.media, rng, scale)
        self._haze = _clouds(rng)
        self._labels = list(_pieces(_labels(shot, *self._size)))
        self._motes = [(rng.random() * WIDTH, rng.random() * HEIGHT, rng.uniform(0.4, 1)) for _ in range(34)]

    def frame(self, number: int, seconds: float, clock_ms: int) -> Image.Image:
        """Return a finished picture.

        Args:
            number: of the frame, burnt in.
            seconds: from the beginning of the shot.
            clock_ms: of the camera, burnt in.
        """
        lamps, layer = Lamps(), Layer(self._size, self._scale)
        self._act(layer, lamps, seconds, self._shot.media)
        left, top = (round((MARGIN + push) * self._scale) for push in self._sway(seconds))
        box = (left, top, left + self._size[0], top + self._size[1])
        mask = lamps.mask().resize(self._size, Image.Resampling.BICUBIC)
        picture = self._dark.crop(box)
        picture.paste(self._lit.crop(box), None, mask)
        layer.lay_on(picture, mask)
        self._dust(picture, lamps, seconds)
        self._drift(picture, mask, seconds)
        lamps.draw_bulbs(picture, self._scale)
        self._burn_in(picture, number, clock_ms)
        return picture

    def _sway(self, seconds: float) -> tuple[float, float]:
        """Return how far a hand-held camera has drifted, in units of the stage, within the margin."""
        if self._shot.kind != "video":
            return 0, 0
        return 5 * math.sin(seconds * 0.9) + 2 * math.sin(seconds * 2.3), 3 * math.sin(seconds * 1.3 + 1)

    def _dust(self, picture: Image.Image, lamps: Lamps, seconds: float) -> None:
        """Add the light that dust throws back, beams times drifting clouds, to the part of the picture with beams."""
        shift = round(seconds * 5) % 150
        clouds = self._haze.crop((shift, 3, shift + 160, 93))
        lit = ImageChops.multiply(lamps.beams(), clouds)
        around = lit.getbbox()
        if around is None:
            return
        left, top = (max(0, low - _REACH) for low in around[:2])
        right, low = (min(high + _REACH, most) for high, most in zip(around[2:], lit.size, strict=True))
        share = self._size[0] // lit.width
        box = (left * share, top * share, right * share, low * share)
        size = (box[2] - box[0], box[3] - box[1])
        light = lit.resize(size, Image.Resampling.BICUBIC, box=(left, top, right, low))
        light.putpalette(_DUST)
        picture.paste(ImageChops.add(picture.crop(box), light.convert("RGB")), box)

    def _drift(self, picture: Image.Image, mask: Image.Image, seconds: float) -> None:
        """Draw the motes that float by, where there is light."""
        width, height = self._size
        pixels, light = picture.load(), mask.load()
        if pixels is None or light is None:  # only for the type checker: load() fails with an error of its own
            return
        for x, y, depth in self._motes:
            column = round((x + 9 * depth * seconds) * self._scale) % width
            row = round((y - 4 * depth * seconds) * self._scale) % height
            add = round(light[column, row] * 0.32 * depth)  # type: ignore[operator]
            if add > _MOTE_MIN:
                red, green, blue = pixels[column, row]  # type: ignore[misc]
                pixels[column, row] = (min(255, red + add), min(255, green + add), min(255, blue + add * 3 // 4))

    def _burn_in(self, picture: Image.Image, number: int, clock_ms: int) -> None:
        width, height = self._size
        unit = height / 360
        for at, piece in self._labels:
            picture.paste(piece, at, piece)
        taken = datetime.fromtimestamp(clock_ms / 1000, UTC)
        clock = f"{taken:%Y-%m-%d %H:%M:%S}.{taken.microsecond // 100_000} UTC"
        ticker(picture, (14 * unit, height - 14 * unit), clock, round(14 * unit))
        ticker(picture, (width - 52 * unit, height - 14 * unit), f"{number:04}", round(14 * unit))


def _painted(media: str, rng: random.Random, scale: float) -> tuple[Image.Image, Image.Image]:
    """Return the scene in the light of lamps and in the dark, each with the light that the place has of its own."""
    twice = (round((WIDTH + 2 * MARGIN) * scale * 2), round((HEIGHT + 2 * MARGIN) * scale * 2))
    day, glow = Image.new("RGB", twice), Image.new("RGB", twice)
    pens = Pen(day, scale * 2, MARGIN), Pen(glow, scale * 2, MARGIN)
    if media in _DOOR:
        scenery.paint_door(pens[0], rng, open_=media == _DOOR_OPEN)
    else:
        scenery.paint_street(*pens, rng, ambulance=media in _AMBULANCE)
    day, glow = day.reduce(2), glow.reduce(2)
    lit = _grade(day, (1.16, 1.06, 0.90), (8, 8, 8))
    dark = _grade(day, (0.19, 0.23, 0.32), (5, 7, 13))
    return ImageChops.add(lit, glow), ImageChops.add(dark, glow)


def _grade(image: Image.Image, gain: tuple[float, float, float], lift: tuple[int, int, int]) -> Image.Image:
    curves = [[min(255, round(value * g) + low) for value in range(256)] for g, low in zip(gain, lift, strict=True)]
    return image.point([value for curve in curves for value in curve])


def _clouds(rng: random.Random) -> Image.Image:
    small = Image.frombytes("L", (40, 12), rng.randbytes(480))
    return small.resize((320, 96), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(5))


def _labels(shot: ShotSpec, width: int, height: int) -> Image.Image:
    """Return all that is burnt in and stays the same from frame to frame."""
    unit = height / 360
    sheet = Image.alpha_composite(_shade(width, height), band(width, height))
    edge, low = 14 * unit, height - 14 * unit
    for text, comma, kind, size, x, anchor in (
        (shot.place_en, ", ", "latin", 14, edge, "ls"),
        (shot.place_ar, "، ", "arabic", 16, width - edge, "rs"),
    ):
        fits = font(kind, round(size * unit)).getlength(text) < width * 0.45
        for row, line in enumerate([text] if fits else text.split(comma)):
            label(sheet, (x, (25 + 20 * row) * unit), line, kind=kind, size_px=round(size * unit), anchor=anchor)
    for text, kind, size, x, anchor, ink in (
        (MARK_EN, "latin", 14, width / 2 - 5 * unit, "rs", AMBER),
        (MARK_AR, "arabic", 16, width / 2 + 5 * unit, "ls", AMBER),
        (shot.camera, "mono", 14, width - 62 * unit, "rs", INK),
    ):
        label(sheet, (x, low), text, kind=kind, size_px=round(size * unit), anchor=anchor, ink=ink)
    return sheet


def _pieces(sheet: Image.Image) -> Iterator[tuple[tuple[int, int], Image.Image]]:
    """Cut a sheet into rows without their empty ends: most of it is empty, and laying it on takes time."""
    for top in range(0, sheet.height, _PIECE):
        row = sheet.crop((0, top, sheet.width, min(top + _PIECE, sheet.height)))
        around = row.getchannel("A").getbbox()
        if around is not None:
            yield (around[0], top + around[1]), row.crop(around)


@cache
def _shade(width: int, height: int) -> Image.Image:
    """Return the darkening at the top and bottom edge that the labels stand on."""
    column = Image.new("LA", (1, height))
    for y in range(height):
        near = max(0.0, 1 - y / (height * 0.14), 1 - (height - y) / (height * 0.16))
        column.putpixel((0, y), (0, round(170 * near**1.3)))
    return column.resize((width, height)).convert("RGBA")
