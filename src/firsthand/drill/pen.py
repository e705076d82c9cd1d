"""A pen that draws in units of the stage, and the layer for what moves.

Rules: the stage is 640 x 360 units, whatever the size of the finished picture; what is drawn on it is drawn at twice
that size and made smaller, which smooths every edge. Nothing here knows what it draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image, ImageChops, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTH: Final = 640
HEIGHT: Final = 360
MARGIN: Final = 12  # around the stage, so that a hand-held camera may sway
_LIT: Final = [min(255, 92 + value * 3 // 4) for value in range(256)]  # people are seen a little where no lamp shines


class Pen:
    """Draws in units of the stage on a picture that is larger by `scale` and has a margin.

    Args:
        image: picture that is drawn on; a fourth band, if it has one, becomes white wherever something is drawn.
        scale: pixels of the picture for one unit.
        margin: units around the stage.
    """

    def __init__(self, image: Image.Image, scale: float, margin: float) -> None:
        self.image, self._scale, self._margin = image, scale, margin
        self._draw = ImageDraw.Draw(image)
        self._there = (255,) if len(image.getbands()) > 3 else ()  # noqa: PLR2004 - red, green, blue

    def _to(self, points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
        scale, margin = self._scale, self._margin
        return [((x + margin) * scale, (y + margin) * scale) for x, y in points]

    def poly(self, points: list[tuple[float, float]], colour: tuple[int, ...]) -> None:
        """Fill a polygon."""
        self._draw.polygon(self._to(points), fill=colour + self._there)

    def box(self, x1: float, y1: float, x2: float, y2: float, colour: tuple[int, ...]) -> None:
        """Fill a rectangle."""
        self._draw.rectangle(self._to(((x1, y1), (x2, y2))), fill=colour + self._there)

    def disc(self, x: float, y: float, radius: float, colour: tuple[int, ...]) -> None:
        """Fill a circle."""
        around = ((x - radius, y - radius), (x + radius, y + radius))
        self._draw.ellipse(self._to(around), fill=colour + self._there)

    def dome(self, x: float, y: float, radius: float, colour: tuple[int, ...]) -> None:
        """Draw the upper half of a disc with a brim: a helmet."""
        low, high = self._to(((x - radius, y - radius), (x + radius, y + radius)))
        self._draw.pieslice((*low, *high), 180, 360, fill=colour + self._there)
        self.limb([(x - radius, y), (x + radius, y)], radius * 0.24, colour)

    def line(self, points: list[tuple[float, float]], width: float, colour: tuple[int, ...]) -> None:
        """Draw a line with blunt ends."""
        self._draw.line(self._to(points), fill=colour + self._there, width=max(1, round(width * self._scale)))

    def limb(self, points: list[tuple[float, float]], width: float, colour: tuple[int, ...]) -> None:
        """Draw a line with round ends and joints."""
        self.line(points, width, colour)
        for point in points:
            self.disc(*point, width / 2, colour)


class Layer:
    """People and machines of one frame, drawn at twice the size and laid on with the light that falls on them."""

    def __init__(self, size: tuple[int, int], scale: float) -> None:
        # Four bands that Pillow makes smaller each by itself: three of colour, one of shape.
        self._image = Image.new("CMYK", (size[0] * 2, size[1] * 2))
        self.pen = Pen(self._image, scale * 2, 0)

    def lay_on(self, picture: Image.Image, mask: Image.Image) -> None:
        """Lay what was drawn on a picture, under the light of `mask`."""
        drawn = self._image.getbbox()
        if drawn is None:
            return
        box = (drawn[0] // 2, drawn[1] // 2, (drawn[2] + 1) // 2, (drawn[3] + 1) // 2)
        *colours, shape = self._image.reduce(2, (box[0] * 2, box[1] * 2, box[2] * 2, box[3] * 2)).split()
        light = mask.crop(box).point(_LIT)
        picture.paste(ImageChops.multiply(Image.merge("RGB", colours), Image.merge("RGB", [light] * 3)), box, shape)
