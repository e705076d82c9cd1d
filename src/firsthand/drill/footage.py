"""Files of the drill's footage: short night clips and stills of an invented street, with sound, never of a face.

Rules: a shot is drawn from its `ShotSpec` alone, so two renders are byte-identical; encoders run with one thread, and
containers carry the camera's clock and no other time. Each picture has the diagonal band, the camera's clock in UTC,
the place in both scripts, the camera and the frame. Clips are VP9 and Opus (no GPL encoder) in MP4, which browsers
play and content credentials can be attached to; stills are JPEG with EXIF.

`stage` puts a picture together, out of `scenery` and `people`, in the light of `lamps`; `studio` renders many shots.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import av
from PIL import Image

from firsthand import drill
from firsthand.drill.names import MARK_EN
from firsthand.drill.pen import HEIGHT, WIDTH
from firsthand.drill.sound import SOUND_HZ, noises
from firsthand.drill.stage import MACHINE, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firsthand.drill.plan import Point

FRAME_MS: Final = 80
MAKE: Final = "Firsthand Drill Camera"
_VP9: Final = {"crf": "50", "b": "0", "deadline": "realtime", "cpu-used": "8", "g": "100", "row-mt": "0"}


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
        video.width, video.height, video.pix_fmt, video.thread_count = WIDTH, HEIGHT, "yuv420p", 1
        video.codec_context.flags |= av.codec.context.Flags.bitexact
        sound = container.add_stream("libopus", rate=SOUND_HZ, layout="mono")
        sound.bit_rate = 16_000
        for number, picture in enumerate(_frames(shot)):
            frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
            frame.pts = number
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        wave = av.AudioFrame(format="s16", layout="mono", samples=shot.duration_ms * SOUND_HZ // 1000)
        wave.sample_rate, wave.pts = SOUND_HZ, 0
        wave.planes[0].update(noises(shot.taken_ms, shot.duration_ms, engine=shot.media in MACHINE))
        container.mux(sound.encode(wave))
        container.mux(sound.encode(None))
    return sink.getvalue()


def _still(shot: ShotSpec) -> bytes:
    taken = datetime.fromtimestamp(shot.taken_ms / 1000, UTC).strftime("%Y:%m:%d %H:%M:%S")
    exif = Image.Exif()
    exif[0x010E] = f"{MARK_EN}: invented city, nothing here happened"
    exif[0x010F], exif[0x0110], exif[0x0132] = MAKE, shot.camera, taken
    exif.get_ifd(0x8769).update({0x9003: taken, 0x9011: "+00:00"})  # DateTimeOriginal and its offset
    lat, lon = shot.point.lat_e7, shot.point.lon_e7
    position = {1: "N" if lat >= 0 else "S", 2: _sexagesimal(lat), 3: "E" if lon >= 0 else "W", 4: _sexagesimal(lon)}
    exif.get_ifd(0x8825).update(position)
    picture = Stage(shot, scale=1.5).frame(0, 0.0, shot.taken_ms)
    sink = io.BytesIO()
    picture.save(sink, "JPEG", quality=48, optimize=True, subsampling=2, exif=exif)
    return sink.getvalue()


def _sexagesimal(e7: int) -> tuple[Fraction, Fraction, Fraction]:
    degrees, rest = divmod(abs(e7), 10_000_000)
    minutes, rest = divmod(rest * 60, 10_000_000)
    return Fraction(degrees), Fraction(minutes), Fraction(round(rest * 60 / 1000), 10_000)


def _frames(shot: ShotSpec) -> Iterator[Image.Image]:
    stage, count = Stage(shot, scale=1), shot.duration_ms // FRAME_MS
    for number in range(count):
        yield stage.frame(number, number / count * shot.duration_ms / 1000, shot.taken_ms + number * FRAME_MS)
