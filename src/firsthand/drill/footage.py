"""Draws the drill's footage: short night clips and stills of an invented street, with sound, never of a face.

Rules: a shot is drawn from its `ShotSpec` alone, so two renders are byte-identical; encoders run with one thread, and
containers carry the camera's clock and no other time. Each picture has the diagonal band, the camera's clock in UTC,
the place in both scripts, the camera and the frame. Clips are VP9 and Opus (no GPL encoder) in MP4, which browsers
play and content credentials can be attached to; stills are JPEG with EXIF.

How a scene is lit: it is painted once as by daylight, darkened into a night version, and each frame lays a mask of
moving lamps between the two.
"""

from __future__ import annotations

import io
import math
import random
import sys
from array import array
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Final

import av
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from firsthand import drill
from firsthand.drill.fonts import AMBER, band, font, label, ticker
from firsthand.drill.names import MARK_AR, MARK_EN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firsthand.drill.city import Point

FRAME_MS: Final = 80
MAKE: Final = "Firsthand Drill Camera"
_W, _H = 640, 360  # the stage that all coordinates below are written in
_MARGIN: Final = 12  # around the stage, so that a hand-held camera may sway
_SOUND_HZ: Final = 8_000
_MOTE_MIN: Final = 16  # motes fainter than this are not drawn


@dataclass(frozen=True, slots=True)
class ShotSpec:
    """All that a shot is drawn from; `taken_ms` and everything burnt in follow the camera's clock."""

    media: str
    kind: str
    file_name: str
    seed: int
    taken_ms: int
    duration_ms: int
    camera: str
    point: Point
    place_ar: str
    place_en: str


def shots_for(story: drill.Story) -> tuple[ShotSpec, ...]:
    """Return what is to be rendered for the items of a story, in their order."""
    sites = {site.site: site for site in story.sites}
    return tuple(
        ShotSpec(
            media=item.media,
            kind=item.kind,
            file_name=item.file_name,
            seed=sites[item.worksite].point.lat_e7 * 7919 + sites[item.worksite].point.lon_e7,  # one site looks alike
            taken_ms=item.taken_ms,
            duration_ms=item.duration_ms,
            camera=item.camera,
            point=item.point,
            place_ar=f"{sites[item.worksite].quarter.name_ar}، {sites[item.worksite].street.ar}",
            place_en=f"{sites[item.worksite].quarter.name_en}, {sites[item.worksite].street.en}",
        )
        for item in story.events
        if isinstance(item, drill.ItemFilmed)
    )


def render_footage(shot: ShotSpec) -> bytes:
    """Return the file of a shot: MP4 (640x360, 12.5 frames a second) or JPEG (960x540)."""
    return _clip(shot) if shot.kind == "video" else _still(shot)


# Files.


def _clip(shot: ShotSpec) -> bytes:
    taken = datetime.fromtimestamp(shot.taken_ms / 1000, UTC)
    lat, lon = shot.point.lat_e7 / 1e7, shot.point.lon_e7 / 1e7
    sink = io.BytesIO()
    options = {"movflags": "use_metadata_tags", "fflags": "+bitexact"}
    with av.open(sink, "w", format="mp4", options=options) as container:
        container.metadata.update(
            {
                "creation_time": taken.isoformat(timespec="milliseconds"),
                "com.apple.quicktime.make": MAKE,
                "com.apple.quicktime.model": shot.camera,
                "com.apple.quicktime.location.ISO6709": f"{lat:+.6f}{lon:+.6f}/",
                "comment": f"{MARK_EN}: invented city, nothing here happened",
            }
        )
        video = container.add_stream("libvpx-vp9", rate=Fraction(1000, FRAME_MS), options=_VP9)
        video.width, video.height, video.pix_fmt, video.thread_count = _W, _H, "yuv420p", 1
        video.codec_context.flags |= av.codec.context.Flags.bitexact
        sound = container.add_stream("libopus", rate=_SOUND_HZ, layout="mono")
        sound.bit_rate = 16_000
        for number, picture in enumerate(_frames(shot)):
            frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
            frame.pts = number
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        wave = av.AudioFrame(format="s16", layout="mono", samples=shot.duration_ms * _SOUND_HZ // 1000)
        wave.sample_rate, wave.pts = _SOUND_HZ, 0
        wave.planes[0].update(_sound(shot))
        container.mux(sound.encode(wave))
        container.mux(sound.encode(None))
    return sink.getvalue()


_VP9: Final = {"crf": "50", "b": "0", "deadline": "realtime", "cpu-used": "8", "g": "100", "row-mt": "0"}


def _still(shot: ShotSpec) -> bytes:
    taken = datetime.fromtimestamp(shot.taken_ms / 1000, UTC).strftime("%Y:%m:%d %H:%M:%S")
    exif = Image.Exif()
    exif[0x010E] = f"{MARK_EN}: invented city, nothing here happened"
    exif[0x010F], exif[0x0110], exif[0x0132] = MAKE, shot.camera, taken
    exif.get_ifd(0x8769).update({0x9003: taken, 0x9011: "+00:00"})  # DateTimeOriginal and its offset
    lat, lon = shot.point.lat_e7, shot.point.lon_e7
    position = {1: "N" if lat >= 0 else "S", 2: _sexagesimal(lat), 3: "E" if lon >= 0 else "W", 4: _sexagesimal(lon)}
    exif.get_ifd(0x8825).update(position)
    stage = _Stage(shot, scale=1.5)
    sink = io.BytesIO()
    stage.frame(0.4, 0).save(sink, "JPEG", quality=48, optimize=True, subsampling=2, exif=exif)
    return sink.getvalue()


def _sexagesimal(e7: int) -> tuple[Fraction, Fraction, Fraction]:
    degrees, rest = divmod(abs(e7), 10_000_000)
    minutes, rest = divmod(rest * 60, 10_000_000)
    return Fraction(degrees), Fraction(minutes), Fraction(round(rest * 60 / 1000), 10_000)


def _frames(shot: ShotSpec) -> Iterator[Image.Image]:
    stage = _Stage(shot, scale=1)
    count = shot.duration_ms // FRAME_MS
    for number in range(count):
        yield stage.frame(number / count, number)


def _sound(shot: ShotSpec) -> bytes:
    """Return s16 samples: wind, a generator far away, and the engine where a machine works."""
    rng = random.Random(shot.taken_ms)  # noqa: S311 - a drill, not a key
    count = shot.duration_ms * _SOUND_HZ // 1000
    engine_gain = 620 if shot.media in _MACHINE else 0
    turns = [math.tau * step / _SOUND_HZ for step in range(_SOUND_HZ)]  # one second, which all tones below divide
    tone = [260 * math.sin(50 * turn) + 130 * math.sin(100 * turn) for turn in turns]
    engine = [math.sin(31 * turn + 2 * math.sin(15 * turn)) * (2.2 + math.sin(turn)) for turn in turns]
    wind, samples = 0.0, array("h")
    for at, byte in enumerate(rng.randbytes(count)):
        wind += (byte - 127.5 - wind) * 0.04
        fade = min(1.0, at / 1000, (count - at) / 1000)
        value = fade * (wind * 110 + tone[at % _SOUND_HZ] + engine_gain * engine[at % _SOUND_HZ])
        samples.append(max(-32000, min(32000, round(value))))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


# Pictures. Colours are those of daylight; `_night` makes them dark.

_MACHINE: Final = ("shot-2", "still-5")
_AMBULANCE: Final = ("shot-3", "still-3")
_DOOR: Final = ("shot-4", "still-1", "still-4")


class _Stage:
    """One scene with its lamps and people; `frame(t)` draws it at t in 0..1.

    Args:
        shot: what to draw.
        scale: pixels of the finished picture for one unit of the stage.
    """

    def __init__(self, shot: ShotSpec, scale: float) -> None:
        self._shot, self._scale = shot, scale
        self._rng = random.Random(shot.seed)  # noqa: S311
        self._size = (round(_W * scale), round(_H * scale))
        full = (round((_W + 2 * _MARGIN) * scale * 2), round((_H + 2 * _MARGIN) * scale * 2))
        day = Image.new("RGB", full)
        self._pen = _Pen(day, scale * 2, _MARGIN)
        glow = self._paint()
        day = day.reduce(2)
        self._lit = _grade(day, (1.16, 1.06, 0.90), (8, 8, 8))
        self._dark = ImageChops.add(_grade(day, (0.19, 0.23, 0.32), (5, 7, 13)), glow)
        self._lit = ImageChops.add(self._lit, glow)
        self._haze = self._clouds()
        self._labels = self._fixed_labels()
        self._motes = [(self._rng.random() * _W, self._rng.random() * _H, self._rng.uniform(0.4, 1)) for _ in range(34)]

    def frame(self, t: float, number: int) -> Image.Image:
        """Return the finished picture at t in 0..1, with everything burnt in."""
        lamps, people = _Lamps(), _Layer(self._size, self._scale)
        view = _VIEWS[self._view()]
        view(people, lamps, t * self._shot.duration_ms / 1000, self._shot.media)
        sway = _sway(t, self._shot.duration_ms) if self._shot.kind == "video" else (0, 0)
        left, top = (round((_MARGIN + push) * self._scale) for push in sway)
        box = (left, top, left + self._size[0], top + self._size[1])
        mask = lamps.mask().resize(self._size, Image.Resampling.BICUBIC)
        picture = Image.composite(self._lit.crop(box), self._dark.crop(box), mask)
        people.lay_on(picture, mask)
        picture = ImageChops.add(picture, self._dust(lamps, t))
        self._drift(picture, mask, t)
        lamps.draw_bulbs(picture, self._scale)
        self._burn_in(picture, number)
        return picture

    def _view(self) -> str:
        for name, shots in (("machine", _MACHINE), ("ambulance", _AMBULANCE), ("door", _DOOR)):
            if self._shot.media in shots:
                return name
        return "front"

    def _clouds(self) -> Image.Image:
        small = Image.frombytes("L", (40, 12), self._rng.randbytes(480))
        return small.resize((320, 96), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(5))

    def _dust(self, lamps: _Lamps, t: float) -> Image.Image:
        """Return the light that dust throws back: beams times drifting clouds."""
        shift = round(t * self._shot.duration_ms / 1000 * 5) % 150
        clouds = self._haze.crop((shift, 3, shift + 160, 93))
        lit = ImageChops.multiply(lamps.beams(), clouds).resize(self._size, Image.Resampling.BICUBIC)
        return Image.merge("RGB", [lit.point([round(v * share) for v in range(256)]) for share in (0.62, 0.56, 0.46)])

    def _drift(self, picture: Image.Image, mask: Image.Image, t: float) -> None:
        seconds, (width, height) = t * self._shot.duration_ms / 1000, self._size
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

    def _fixed_labels(self) -> Image.Image:
        """Return all that is burnt in and stays the same from frame to frame."""
        width, height = self._size
        unit, shot = height / 360, self._shot
        sheet = Image.alpha_composite(_shade(width, height), band(width, height))
        edge, low = 14 * unit, height - 14 * unit
        for text, comma, kind, size, x, anchor in (
            (shot.place_en, ", ", "latin", 14, edge, "ls"),
            (shot.place_ar, "، ", "arabic", 16, width - edge, "rs"),
        ):
            fits = font(kind, round(size * unit)).getlength(text) < width * 0.45
            for row, line in enumerate([text] if fits else text.split(comma)):
                label(sheet, (x, (25 + 20 * row) * unit), line, kind=kind, size_px=round(size * unit), anchor=anchor)
        label(
            sheet, (width / 2 - 5 * unit, low), MARK_EN, kind="latin", size_px=round(14 * unit), anchor="rs", ink=AMBER
        )
        label(
            sheet, (width / 2 + 5 * unit, low), MARK_AR, kind="arabic", size_px=round(16 * unit), anchor="ls", ink=AMBER
        )
        label(sheet, (width - 62 * unit, low), shot.camera, kind="mono", size_px=round(14 * unit), anchor="rs")
        return sheet

    def _burn_in(self, picture: Image.Image, number: int) -> None:
        width, height = self._size
        unit = height / 360
        picture.paste(self._labels, (0, 0), self._labels)
        taken = datetime.fromtimestamp((self._shot.taken_ms + number * FRAME_MS) / 1000, UTC)
        clock = f"{taken:%Y-%m-%d %H:%M:%S}.{taken.microsecond // 100_000} UTC"
        ticker(picture, (14 * unit, height - 14 * unit), clock, round(14 * unit))
        ticker(picture, (width - 52 * unit, height - 14 * unit), f"{number:04}", round(14 * unit))

    # Painting by daylight. Returns the light of its own that the place has (windows, tail lights).

    def _paint(self) -> Image.Image:
        pen, rng, view = self._pen, self._rng, self._view()
        glow_big = Image.new("RGB", pen.image.size)
        glow = _Pen(glow_big, self._scale * 2, _MARGIN)
        for y in range(-_MARGIN, _H + _MARGIN):
            share = (y + _MARGIN) / (_H + 2 * _MARGIN)
            pen.box(
                -_MARGIN,
                y,
                _W + _MARGIN,
                y + 2,
                (round(58 + 90 * share), round(76 + 66 * share), round(128 + 8 * share)),
            )
        if view == "door":
            _paint_wall(pen, rng, open_=self._shot.media == "still-4")
        else:
            for _ in range(40):
                glow.disc(rng.uniform(0, _W), rng.uniform(0, 130), 0.5, (rng.randint(40, 110),) * 3)
            _paint_skyline(pen, glow, rng)
            pen.box(-_MARGIN, 268, _W + _MARGIN, _H + _MARGIN, (124, 116, 106))
            _paint_house(pen, glow, rng, -30, 168, 34)
            _paint_house(pen, glow, rng, 498, 690, 62)
            _paint_collapsed(pen, glow, rng)
            if view == "ambulance":
                _paint_ambulance(pen, glow)
        _paint_ground(pen, rng)
        return glow_big.reduce(2)


def _paint_skyline(pen: _Pen, glow: _Pen, rng: random.Random) -> None:
    x = -20.0
    while x < _W:
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


def _paint_house(  # noqa: PLR0913, PLR0917 - a house is where it stands
    pen: _Pen, glow: _Pen, rng: random.Random, left: float, right: float, top: float
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


def _paint_collapsed(pen: _Pen, glow: _Pen, rng: random.Random) -> None:
    """What is left of a house: a torn wall, leaning slabs, and the heap in front of them."""
    tear = [(176.0, 274.0), (178.0, 96.0)]
    x, y = 178.0, 96.0
    while x < 486:  # noqa: PLR2004
        x += rng.uniform(9, 22)
        y = max(84.0, min(236.0, y + rng.uniform(-16, 26)))
        tear.append((x, y))
    glow.poly([*tear, (x, 274)], (0, 0, 0))
    glow.box(150, 180, 512, _H, (0, 0, 0))
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


def _heap(  # noqa: PLR0913, PLR0917 - a heap is where it lies and how large it is
    pen: _Pen, rng: random.Random, x: float, base: float, half: float, high: float, stones: int
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


def _paint_ground(pen: _Pen, rng: random.Random) -> None:
    for _ in range(150):
        y = rng.uniform(292, _H + 8)
        size, shade = rng.uniform(0.6, 1.2 + (y - 290) / 22), rng.randint(-30, 40)
        x = rng.uniform(-_MARGIN, _W + _MARGIN)
        pen.poly(
            [(x - size, y), (x, y - size * 0.6), (x + size, y), (x, y + size * 0.4)],
            (120 + shade, 112 + shade, 102 + shade),
        )


def _paint_wall(pen: _Pen, rng: random.Random, *, open_: bool) -> None:
    """The basement door from near: stone courses, a lintel, steps, and rubble where the way is blocked."""
    pen.box(-_MARGIN, -_MARGIN, _W + _MARGIN, 296, (150, 138, 120))
    for course, y in enumerate(range(-12, 296, 22)):
        x = -_MARGIN - (course % 2) * 24.0
        while x < _W + _MARGIN:
            wide, shade = rng.uniform(38, 62), rng.randint(-13, 13)
            pen.box(x + 0.8, y + 0.8, x + wide - 0.8, y + 21.2, (152 + shade, 140 + shade, 121 + shade))
            x += wide
    pen.box(-_MARGIN, 290, _W + _MARGIN, _H + _MARGIN, (122, 113, 102))
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


def _paint_ambulance(pen: _Pen, glow: _Pen) -> None:
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


# People and machines, drawn for each frame.

_JACKET: Final = (46, 52, 66)
_TROUSERS: Final = (30, 32, 40)
_HELMET: Final = (186, 160, 92)
_STRIPE: Final = (196, 190, 142)
_STEEL: Final = (158, 112, 40)


def _figure(pen: _Pen, x: float, y: float, high: float, pose: _Pose) -> tuple[float, float]:
    """Draw a person from behind or the side, without a face, and return where the leading hand is."""
    hip = (x + pose.lean * high * 0.18, y - high * (0.47 - 0.2 * pose.kneel))
    neck = (hip[0] + pose.lean * high * 0.24, hip[1] - high * (0.34 - 0.08 * abs(pose.lean)))
    for side in (-1, 1):
        swing = side * pose.stride
        if pose.kneel:
            knee = (x + side * high * 0.13 + pose.facing * high * 0.06, y - high * 0.16 + (side > 0) * high * 0.12)
        else:
            knee = (x + swing * high * 0.11 + pose.facing * high * 0.03, y - high * 0.24)
        foot = (x + swing * high * 0.2 - (pose.facing * high * 0.1 if pose.kneel else side * high * 0.02), y)
        pen.limb([hip, knee, foot], high * 0.105, _TROUSERS)
        pen.limb([foot, (foot[0] + pose.facing * high * 0.06, y)], high * 0.07, (24, 24, 28))
    pen.limb([hip, (neck[0], neck[1] + high * 0.05)], high * 0.21, _JACKET)
    middle = ((hip[0] + neck[0]) / 2, (hip[1] + neck[1]) / 2 + high * 0.04)
    pen.line([(middle[0] - high * 0.095, middle[1]), (middle[0] + high * 0.095, middle[1])], high * 0.032, _STRIPE)
    hand = neck
    for angle, reach in pose.arms:
        shoulder = (neck[0], neck[1] + high * 0.06)
        elbow = (shoulder[0] + math.cos(angle) * high * 0.17, shoulder[1] + math.sin(angle) * high * 0.17 + high * 0.04)
        hand = (
            shoulder[0] + math.cos(angle) * high * 0.34 * reach,
            shoulder[1] + math.sin(angle) * high * 0.34 * reach,
        )
        pen.limb([shoulder, elbow, hand], high * 0.075, _JACKET)
    head = (neck[0] + pose.lean * high * 0.05, neck[1] - high * 0.085)
    pen.disc(*head, high * 0.068, (44, 40, 40))
    pen.dome(head[0], head[1] - high * 0.015, high * 0.085, _HELMET)
    return hand


def _machine(pen: _Pen, seconds: float) -> tuple[float, float]:
    """Draw the backhoe, its arm bending slowly, and return where the bucket is."""
    turn = math.sin(seconds * 0.9)
    base = (520.0, 252.0)
    elbow = (base[0] - 74, base[1] - 104 + 10 * turn)
    wrist = (elbow[0] - 78 + 8 * turn, elbow[1] + 66 + 20 * turn)
    pen.limb([(466, 316), (612, 316)], 22, (36, 36, 38))
    for wheel in range(468, 616, 24):
        pen.disc(wheel, 316, 7, (74, 72, 70))
    pen.poly([(470, 272), (618, 268), (618, 304), (470, 304)], _STEEL)
    pen.poly([(536, 206), (592, 206), (600, 270), (530, 270)], (140, 98, 34))
    pen.poly([(542, 214), (586, 214), (591, 248), (538, 248)], (52, 62, 72))
    pen.poly([(600, 246), (622, 250), (622, 270), (600, 270)], (112, 80, 32))
    pen.poly(
        [
            (base[0] - 9, base[1] + 22),
            (elbow[0] - 8, elbow[1] - 8),
            (elbow[0] + 8, elbow[1] - 6),
            (base[0] + 14, base[1] + 20),
        ],
        _STEEL,
    )
    pen.limb([(base[0] - 4, base[1] + 14), (elbow[0] + 26, elbow[1] + 44)], 4, (128, 128, 130))
    pen.limb([elbow, wrist], 11, (146, 102, 38))
    pen.disc(*elbow, 8, (90, 68, 34))
    scoop = (wrist[0] - 4, wrist[1] + 6)
    tilt = 0.5 * turn
    ring = [(-16, -6), (14, -10), (18, 6), (6, 24), (-14, 22), (-24, 8)]
    spun = [
        (scoop[0] + a * math.cos(tilt) - b * math.sin(tilt), scoop[1] + a * math.sin(tilt) + b * math.cos(tilt))
        for a, b in ring
    ]
    pen.poly(spun, (98, 78, 48))
    for tooth in spun[3:]:
        pen.line([tooth, (tooth[0] - 3, tooth[1] + 5)], 2.4, (150, 146, 138))
    return scoop


@dataclass(frozen=True, slots=True)
class _Pose:
    """How a figure holds itself; arms are (angle, reach), angles in radians with the y axis down."""

    lean: float = 0.0
    stride: float = 0.35
    facing: int = 1
    kneel: float = 0.0
    arms: tuple[tuple[float, float], ...] = ((1.3, 1.0), (1.8, 1.0))


def _front(people: _Layer, lamps: _Lamps, seconds: float, media: str) -> None:
    """Two of the crew look at the front; one lamp wanders over the slabs, the other over the heap."""
    pen, slow = people.pen, math.sin(seconds * 1.1)
    target = (330 + 86 * math.sin(seconds * 0.8), 206 + 26 * slow) if media == "shot-1" else (286, 232)
    other = (392 + 40 * math.sin(seconds * 0.7 + 2), 262 + 8 * slow) if media == "shot-1" else (300, 250)
    lamps.ambient((350, 300), (250, 92), 46)
    at = 190 + 9 * seconds
    stride = math.sin(seconds * 5) * 0.9 if media == "shot-1" else 0.4
    hand = _figure(pen, at, 334, 92, _Pose(stride=stride, arms=((1.5, 0.9), (-0.42, 1.0))))
    lamps.beam(hand, target, 58, 225)
    hand = _figure(pen, 470, 324, 82, _Pose(facing=-1, lean=-0.1, arms=((1.7, 0.9), (math.pi + 0.05, 0.95))))
    lamps.beam(hand, other, 44, 200)
    if media != "shot-1":
        _figure(pen, 262, 306, 74, _Pose(kneel=1, lean=0.45, arms=((0.5, 1.0), (0.9, 1.1))))


def _with_machine(people: _Layer, lamps: _Lamps, seconds: float, media: str) -> None:
    """The backhoe lifts; a floodlight stands left, and one of the crew holds up a hand to guide the driver."""
    pen = people.pen
    lamps.ambient((330, 262), (260, 124), 104)
    still = media != "shot-2"
    _machine(pen, 2.0 if still else seconds)
    pen.limb([(84, 330), (100, 226), (118, 330)], 2.4, (60, 60, 62))
    pen.line([(100, 226), (100, 332)], 2.4, (60, 60, 62))
    pen.box(86, 208, 116, 228, (86, 86, 88))
    lamps.beam((112, 218), (340, 252), 112, 205)
    wave = -1.35 + 0.16 * math.sin(seconds * 1.6)
    if still:
        _figure(pen, 232, 330, 86, _Pose(stride=0.3, arms=((1.4, 0.9), (1.75, 0.9))))
        _figure(pen, 270, 326, 80, _Pose(facing=-1, stride=0.3, arms=((1.4, 0.9), (1.7, 0.9))))
        return
    _figure(pen, 214, 332, 90, _Pose(stride=0.3, arms=((1.5, 0.9), (wave, 1.15))))
    hand = _figure(pen, 404, 322, 76, _Pose(facing=-1, lean=-0.12, arms=((1.7, 0.9), (math.pi - 0.25, 0.9))))
    lamps.beam(hand, (322 + 10 * math.sin(seconds), 268), 30, 170)


def _with_ambulance(people: _Layer, lamps: _Lamps, seconds: float, media: str) -> None:
    """A stretcher goes to the ambulance; in the still the place is empty but for one who waits."""
    pen = people.pen
    lamps.ambient((420, 304), (240, 84), 92)
    lamps.beam((474, 232), (380, 318), 88, 150, bulb=False)
    if media == "still-3":
        hand = _figure(pen, 396, 330, 88, _Pose(facing=-1, stride=0.25, arms=((1.5, 0.9), (math.pi - 0.6, 0.9))))
        lamps.beam(hand, (270, 320), 40, 190)
        pen.limb([(300, 322), (372, 322)], 3, (128, 122, 108))
        pen.poly([(304, 320), (368, 320), (364, 312), (308, 312)], (112, 66, 52))
        return
    at, phase = 118 + 40 * seconds, seconds * 6
    bob = 1.2 * math.sin(phase * 2)
    front, rear = at + 118, at
    _figure(pen, rear, 334, 92, _Pose(lean=0.08, stride=math.sin(phase), arms=((0.9, 1.0), (1.0, 1.0))))
    pen.limb([(rear + 14, 290 + bob), (front - 8, 289 - bob)], 3.4, (150, 146, 134))
    pen.poly(
        [
            (rear + 26, 288 + bob),
            (rear + 36, 275 + bob),
            (front - 44, 274 - bob),
            (front - 26, 279 - bob),
            (front - 18, 287 - bob),
        ],
        (124, 74, 58),
    )
    pen.disc(front - 24, 280 - bob, 6, (96, 90, 84))
    _figure(pen, front, 334, 92, _Pose(lean=0.05, stride=math.sin(phase + 1.7), arms=((2.1, 1.0), (2.2, 1.0))))
    hand = _figure(pen, at + 60, 322, 82, _Pose(stride=math.sin(phase + 3), arms=((1.6, 0.9), (0.25, 0.9))))
    lamps.beam(hand, (at + 190, 322), 46, 200)


def _at_door(people: _Layer, lamps: _Lamps, seconds: float, media: str) -> None:
    """Work at the basement door from near: one kneels and lifts stones, one swings a pick axe, one holds the lamp."""
    pen = people.pen
    lamps.ambient((320, 230), (280, 160), 60)
    if media != "shot-4":
        hand = _figure(pen, 520, 344, 138, _Pose(facing=-1, stride=0.3, arms=((1.6, 0.9), (math.pi + 0.12, 0.9))))
        lamps.beam(hand, (322, 214), 104, 215)
        return
    lift = math.sin(seconds * 1.9)
    kneeling = _Pose(kneel=1, lean=0.4, arms=((0.7 - 0.25 * lift, 1.0), (0.95 - 0.25 * lift, 1.0)))
    stone = _figure(pen, 208, 346, 132, kneeling)
    pen.poly(
        [
            (stone[0] - 2, stone[1] - 6),
            (stone[0] + 14, stone[1] - 9),
            (stone[0] + 19, stone[1] + 4),
            (stone[0] + 3, stone[1] + 8),
        ],
        (146, 134, 118),
    )
    swing = 0.5 + 0.5 * math.sin(seconds * 2.6)
    angle = math.pi + 0.75 - 1.45 * swing
    grip = _figure(
        pen, 470, 346, 140, _Pose(facing=-1, lean=-0.22, stride=0.8, arms=((angle, 0.95), (angle + 0.16, 0.85)))
    )
    tip = (grip[0] + 52 * math.cos(angle - 0.35), grip[1] + 52 * math.sin(angle - 0.35))
    pen.limb([grip, tip], 3.6, (128, 98, 66))
    across = (-math.sin(angle - 0.35), math.cos(angle - 0.35))
    head = [
        (tip[0] - 21 * across[0], tip[1] - 21 * across[1]),
        (tip[0] + 4 * math.cos(angle), tip[1] + 4 * math.sin(angle)),
    ]
    pen.limb([*head, (tip[0] + 21 * across[0], tip[1] + 21 * across[1])], 4.2, (150, 150, 152))
    lamps.beam((72, 150), (318 + 8 * math.sin(seconds * 0.9), 232 + 4 * lift), 112, 215)


_VIEWS: Final[dict[str, Callable[[_Layer, _Lamps, float, str], None]]] = {
    "front": _front,
    "machine": _with_machine,
    "ambulance": _with_ambulance,
    "door": _at_door,
}


# Tools: a pen in stage units, a layer for what moves, and the lamps.


class _Pen:
    """Draws in units of the stage on a picture that is larger by `scale` and has a margin.

    Args:
        image: RGB picture that is drawn on.
        scale: pixels of the picture for one unit.
        margin: units around the stage.
        mask: if given, an L picture that becomes white wherever something is drawn.
    """

    def __init__(self, image: Image.Image, scale: float, margin: float, mask: Image.Image | None = None) -> None:
        self.image, self._scale, self._margin = image, scale, margin
        self._draws = [(ImageDraw.Draw(image), False)] + ([(ImageDraw.Draw(mask), True)] if mask else [])
        self.bounds = (math.inf, math.inf, -math.inf, -math.inf)

    def _to(self, x: float, y: float) -> tuple[float, float]:
        px, py = (x + self._margin) * self._scale, (y + self._margin) * self._scale
        low_x, low_y, high_x, high_y = self.bounds
        edge = 16  # half the widest line
        self.bounds = (min(low_x, px - edge), min(low_y, py - edge), max(high_x, px + edge), max(high_y, py + edge))
        return px, py

    def poly(self, points: list[tuple[float, float]], colour: tuple[int, ...]) -> None:
        there = [self._to(*point) for point in points]
        for draw, mask in self._draws:
            draw.polygon(there, fill=255 if mask else colour)

    def box(self, x1: float, y1: float, x2: float, y2: float, colour: tuple[int, ...]) -> None:
        there = (*self._to(x1, y1), *self._to(x2, y2))
        for draw, mask in self._draws:
            draw.rectangle(there, fill=255 if mask else colour)

    def disc(self, x: float, y: float, radius: float, colour: tuple[int, ...]) -> None:
        there = (*self._to(x - radius, y - radius), *self._to(x + radius, y + radius))
        for draw, mask in self._draws:
            draw.ellipse(there, fill=255 if mask else colour)

    def dome(self, x: float, y: float, radius: float, colour: tuple[int, ...]) -> None:
        """Draw the upper half of a disc with a brim: a helmet."""
        there = (*self._to(x - radius, y - radius), *self._to(x + radius, y + radius))
        for draw, mask in self._draws:
            draw.pieslice(there, 180, 360, fill=255 if mask else colour)
        self.limb([(x - radius, y), (x + radius, y)], radius * 0.24, colour)

    def line(self, points: list[tuple[float, float]], width: float, colour: tuple[int, ...]) -> None:
        there = [self._to(*point) for point in points]
        for draw, mask in self._draws:
            draw.line(there, fill=255 if mask else colour, width=max(1, round(width * self._scale)))

    def limb(self, points: list[tuple[float, float]], width: float, colour: tuple[int, ...]) -> None:
        """Draw a line with round ends and joints."""
        self.line(points, width, colour)
        for point in points:
            self.disc(*point, width / 2, colour)


class _Layer:
    """People and machines of one frame, drawn at twice the size and laid on with the light that falls on them."""

    def __init__(self, size: tuple[int, int], scale: float) -> None:
        self._size = size
        twice = (size[0] * 2, size[1] * 2)
        self._shape = Image.new("L", twice)
        self.pen = _Pen(Image.new("RGB", twice), scale * 2, 0, self._shape)

    def lay_on(self, picture: Image.Image, mask: Image.Image) -> None:
        low_x, low_y, high_x, high_y = (round(value / 2) for value in self.pen.bounds)
        box = (max(0, low_x), max(0, low_y), min(self._size[0], high_x), min(self._size[1], high_y))
        twice = (box[0] * 2, box[1] * 2, box[2] * 2, box[3] * 2)
        light = mask.crop(box).point([min(255, 92 + value * 3 // 4) for value in range(256)])
        colour = ImageChops.multiply(self.pen.image.reduce(2, twice), Image.merge("RGB", [light] * 3))
        picture.paste(colour, box, self._shape.reduce(2, twice))


class _Lamps:
    """Where light falls in one frame, kept at a quarter of the stage's size and blurred, as light is."""

    def __init__(self) -> None:
        self._mask = Image.new("L", (_W // 4, _H // 4), 0)
        self._beams = Image.new("L", (_W // 4, _H // 4), 0)
        self._bulbs: list[tuple[float, float]] = []

    def ambient(self, at: tuple[float, float], radii: tuple[float, float], strength: int) -> None:
        for share in (1.0, 0.82, 0.66, 0.5, 0.34):
            self._ellipse(self._mask, at, (radii[0] * share, radii[1] * share), round(strength * (1.12 - share)))

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
        for share in (1.0, 0.8, 0.6, 0.4):
            self._ellipse(
                self._mask,
                target,
                (radius * share, radius * share * 0.82),
                min(255, round(strength * (1.25 - share * 0.8))),
            )
        turn = math.atan2(target[1] - source[1], target[0] - source[0])
        for share, level in ((1.0, 40), (0.62, 66), (0.3, 92)):
            side = (-math.sin(turn) * radius * share, math.cos(turn) * radius * share)
            cone = [source, (target[0] + side[0], target[1] + side[1]), (target[0] - side[0], target[1] - side[1])]
            layer = Image.new("L", self._beams.size, 0)
            ImageDraw.Draw(layer).polygon([(x / 4, y / 4) for x, y in cone], fill=level)
            self._beams = ImageChops.lighter(self._beams, layer)
        if bulb:
            self._bulbs.append(source)

    def _ellipse(self, sheet: Image.Image, at: tuple[float, float], radii: tuple[float, float], level: int) -> None:
        layer = Image.new("L", sheet.size, 0)
        box = tuple(value / 4 for value in (at[0] - radii[0], at[1] - radii[1], at[0] + radii[0], at[1] + radii[1]))
        ImageDraw.Draw(layer).ellipse(box, fill=level)
        sheet.paste(ImageChops.lighter(sheet, layer))

    def mask(self) -> Image.Image:
        cone = self._beams.point([value * 3 // 5 for value in range(256)])
        return ImageChops.lighter(self._mask, cone).filter(ImageFilter.GaussianBlur(3.2))

    def beams(self) -> Image.Image:
        return self._beams.filter(ImageFilter.GaussianBlur(1.6))

    def draw_bulbs(self, picture: Image.Image, scale: float) -> None:
        draw = ImageDraw.Draw(picture)
        for x, y in self._bulbs:
            for radius, colour in ((2.6, (255, 236, 190)), (1.4, (255, 252, 240))):
                box = tuple(round(v * scale) for v in (x - radius, y - radius, x + radius, y + radius))
                draw.ellipse(box, fill=colour)


def _grade(image: Image.Image, gain: tuple[float, float, float], lift: tuple[int, int, int]) -> Image.Image:
    curves = [[min(255, round(value * g) + low) for value in range(256)] for g, low in zip(gain, lift, strict=True)]
    return image.point([value for curve in curves for value in curve])


def _sway(t: float, duration_ms: int) -> tuple[float, float]:
    """Return how far a hand-held camera has drifted, in units of the stage, within the margin."""
    seconds = t * duration_ms / 1000
    return 5 * math.sin(seconds * 0.9) + 2 * math.sin(seconds * 2.3), 3 * math.sin(seconds * 1.3 + 1)


@cache
def _shade(width: int, height: int) -> Image.Image:
    """Return the darkening at the top and bottom edge that the labels stand on."""
    column = Image.new("LA", (1, height))
    for y in range(height):
        near = max(0.0, 1 - y / (height * 0.14), 1 - (height - y) / (height * 0.16))
        column.putpixel((0, y), (0, round(170 * near**1.3)))
    return column.resize((width, height)).convert("RGBA")
