"""Letters burnt into the drill's pictures: bundled fonts, labels, and the band that says EXERCISE.

Rules: no font of the machine is ever used, so the same text gives the same pixels everywhere. Arabic is shaped and
runs from right to left (Pillow with libraqm); its font has no Latin and the Latin fonts no Arabic, so one label is
one script. The fonts are IBM Plex under the SIL Open Font License, unchanged, with their licence beside them.
"""

from __future__ import annotations

import io
import math
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw, ImageFont, features

from firsthand.drill.names import MARK_AR, MARK_EN
from firsthand.errors import MissingProgram

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_FILES: Final = {
    "arabic": "ibm-plex-sans-arabic-arabic-500-normal.woff",
    "latin": "ibm-plex-sans-arabic-latin-500-normal.woff",
    "mono": "ibm-plex-mono-latin-500-normal.woff",
}
INK: Final = (240, 238, 230)
AMBER: Final = (236, 176, 64)


@cache
def font(kind: str, size_px: int) -> FreeTypeFont:
    """Return a bundled font.

    Args:
        kind: arabic, latin or mono.
        size_px: height of the em square.

    Raises:
        MissingProgram: Pillow cannot shape Arabic here.
    """
    if not features.check("raqm"):
        raise MissingProgram(
            "Pillow on this machine cannot shape Arabic, so the footage of the drill cannot be labelled.",
            advice="Install Pillow from its wheel, which bundles libraqm.",
        )
    data = (files("firsthand.drill") / "data" / _FILES[kind]).read_bytes()
    return ImageFont.truetype(io.BytesIO(data), size_px, layout_engine=ImageFont.Layout.RAQM)


def label(  # noqa: PLR0913 - a label is its place, text and look
    image: Image.Image,
    xy: tuple[float, float],
    text: str,
    *,
    kind: str,
    size_px: int,
    anchor: str = "ls",
    ink: tuple[int, int, int] = INK,
) -> None:
    """Write one line with a dark edge, so that it reads on any ground.

    Args:
        image: RGB or RGBA picture that is written on.
        xy: where the anchor lies, in pixels.
        text: one line in one script.
        kind: arabic, latin or mono.
        size_px: size of the letters.
        anchor: Pillow's anchor, such as ls (left, baseline) or rs.
        ink: colour.
    """
    way = {"direction": "rtl", "language": "ar"} if kind == "arabic" else {}
    draw = ImageDraw.Draw(image)
    edge = max(1, size_px // 12)
    draw.text(xy, text, ink, font(kind, size_px), anchor, stroke_width=edge, stroke_fill=(8, 10, 14), **way)  # type: ignore[arg-type]


def ticker(image: Image.Image, xy: tuple[float, float], text: str, size_px: int) -> None:
    """Write a line that changes with every frame (clock, counter) from cached letters; `xy` is its left baseline."""
    advance = font("mono", size_px).getlength("0")
    for place, letter in enumerate(text):
        tile = _tile(letter, size_px)
        image.paste(tile, (round(xy[0] + place * advance) - 2, round(xy[1]) - size_px - 2), tile)


@cache
def _tile(letter: str, size_px: int) -> Image.Image:
    tile = Image.new("RGBA", (size_px + 4, round(size_px * 1.4) + 4), (0, 0, 0, 0))
    label(tile, (2, size_px + 2), letter, kind="mono", size_px=size_px)
    return tile


@cache
def band(width: int, height: int) -> Image.Image:
    """Return the diagonal band as a transparent picture of this size: from corner to corner, so no crop loses it."""
    size_px = round(height * 0.052)
    length = math.ceil(math.hypot(width, height)) + 4 * size_px
    strip = Image.new("RGBA", (length, round(size_px * 1.9)), (0, 0, 0, 0))
    draw = ImageDraw.Draw(strip)
    draw.rectangle((0, 0, length, strip.height), fill=(*AMBER, 16))
    draw.line((0, 0, length, 0), fill=(*AMBER, 70), width=1)
    draw.line((0, strip.height - 1, length, strip.height - 1), fill=(*AMBER, 70), width=1)
    baseline, step = strip.height * 0.68, size_px * 11
    ends = round(length * 0.14)  # the corners belong to the labels
    for left in range(ends, length - ends - step // 2, step):
        ink = (255, 244, 214, 118)
        draw.text((left, baseline), MARK_EN, ink, font("latin", size_px), "ls")
        right = left + step - size_px
        draw.text((right, baseline), MARK_AR, ink, font("arabic", size_px), "rs", direction="rtl", language="ar")
    turned = strip.rotate(math.degrees(math.atan2(height, width)), Image.Resampling.BICUBIC, expand=True)
    sheet = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    sheet.paste(turned, ((width - turned.width) // 2, (height - turned.height) // 2))
    return sheet
