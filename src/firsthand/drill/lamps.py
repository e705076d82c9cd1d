"""The lamps of a scene: where their light falls, and what of it the dust throws back.

Rule: light is kept at a quarter of the stage's size and blurred, as light is; where two lamps meet, the stronger
counts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from firsthand.drill.pen import HEIGHT, WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterable

_CONE: Final = [value * 3 // 5 for value in range(256)]


class Lamps:
    """Where light falls in one frame."""

    def __init__(self) -> None:
        self._mask = Image.new("L", (WIDTH // 4, HEIGHT // 4), 0)
        self._beams = Image.new("L", (WIDTH // 4, HEIGHT // 4), 0)
        self._bulbs: list[tuple[float, float]] = []

    def ambient(self, at: tuple[float, float], radii: tuple[float, float], strength: int) -> None:
        """Add a wide light from above."""
        shares = (1.0, 0.82, 0.66, 0.5, 0.34)
        self._patch(at, ((radii[0] * s, radii[1] * s, round(strength * (1.12 - s))) for s in shares))

    def beam(
        self,
        source: tuple[float, float],
        target: tuple[float, float],
        radius: float,
        strength: int,
        *,
        bulb: bool = True,
    ) -> None:
        """Add a hand lamp: a faint cone in the dust and a round patch of light where it ends."""
        shares = (1.0, 0.8, 0.6, 0.4)
        levels = [min(255, round(strength * (1.25 - s * 0.8))) for s in shares]
        self._patch(target, ((radius * s, radius * s * 0.82, level) for s, level in zip(shares, levels, strict=True)))
        turn = math.atan2(target[1] - source[1], target[0] - source[0])
        layer = Image.new("L", self._beams.size, 0)
        draw = ImageDraw.Draw(layer)
        for share, level in ((1.0, 40), (0.62, 66), (0.3, 92)):
            side = (-math.sin(turn) * radius * share, math.cos(turn) * radius * share)
            cone = [source, (target[0] + side[0], target[1] + side[1]), (target[0] - side[0], target[1] - side[1])]
            draw.polygon([(x / 4, y / 4) for x, y in cone], fill=level)
        self._beams = ImageChops.lighter(self._beams, layer)
        if bulb:
            self._bulbs.append(source)

    def _patch(self, at: tuple[float, float], rings: Iterable[tuple[float, float, int]]) -> None:
        """Add ellipses around one point, (half width, half height, level) from the largest and darkest inwards."""
        layer = Image.new("L", self._mask.size, 0)
        draw = ImageDraw.Draw(layer)
        for wide, high, level in rings:
            draw.ellipse(((at[0] - wide) / 4, (at[1] - high) / 4, (at[0] + wide) / 4, (at[1] + high) / 4), fill=level)
        self._mask = ImageChops.lighter(self._mask, layer)

    def mask(self) -> Image.Image:
        """Return how bright it is everywhere, at a quarter of the stage's size."""
        cone = self._beams.point(_CONE)
        return ImageChops.lighter(self._mask, cone).filter(ImageFilter.GaussianBlur(3.2))

    def beams(self) -> Image.Image:
        """Return the cones alone, at a quarter of the stage's size."""
        return self._beams.filter(ImageFilter.GaussianBlur(1.6))

    def draw_bulbs(self, picture: Image.Image, scale: float) -> None:
        """Draw the lamps themselves on the finished picture."""
        draw = ImageDraw.Draw(picture)
        for x, y in self._bulbs:
            for radius, colour in ((2.6, (255, 236, 190)), (1.4, (255, 252, 240))):
                box = tuple(round(v * scale) for v in (x - radius, y - radius, x + radius, y + radius))
                draw.ellipse(box, fill=colour)
