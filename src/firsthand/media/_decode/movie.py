"""Read a video or a sound recording: tracks, length, claims, and one frame that shows something.

Rules:

1. The demuxer that fits the kind is forced and may open nothing but this file: a playlist in disguise, or a file
   that points at another one, leads nowhere.
2. At most `STREAMS_MAX` tracks, `FRAME_PIXELS_MAX` pixels and a few dozen frames are looked at, whatever the file
   says of itself.
3. Readable means that a frame, or some sound, was decoded. Damage further on is not looked for here.
"""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO

import av
from PIL import ImageStat

from firsthand.media._decode import written
from firsthand.media._decode.draft import Unreadable
from firsthand.media._decode.preview import jpeg_of
from firsthand.media.facts import claimed_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from av.container import InputContainer
    from PIL import Image

    from firsthand.media._decode.draft import Draft

STREAMS_MAX = 32
FRAME_PIXELS_MAX = 36 << 20  # 8K
_FRAMES_A_TRY = 24
_PACKETS_A_TRY = 2_000
# Where to look for a frame, in percent of the length; the first tenth often shows the ground or a black screen.
_PLACES_PERCENT = (10, 25, 50, 75, 0)
# Mean brightness of 255, and spread: a night street has lights, a covered lens has neither.
_DARK_MEAN, _DARK_SPREAD = 20, 6

# Pixels of real videos are between half and twice as wide as high.
_SHAPE_MIN = Fraction(1, 4)

_DEMUXERS = {
    "video/mp4": "mov", "video/quicktime": "mov", "video/3gpp": "mov", "video/3gpp2": "mov", "audio/mp4": "mov",
    "video/matroska": "matroska", "video/webm": "matroska", "video/vnd.avi": "avi", "video/mp2t": "mpegts",
    "video/mpeg": "mpeg", "video/x-flv": "flv", "video/x-ms-asf": "asf", "audio/vnd.wave": "wav",
    "audio/mpeg": "mp3", "audio/aac": "aac", "audio/ogg": "ogg", "video/ogg": "ogg", "audio/AMR": "amr",
    "audio/AMR-WB": "amr", "audio/flac": "flac", "image/gif": "gif",
}  # fmt: skip

_QUICKTIME = frozenset(mime for mime, demuxer in _DEMUXERS.items() if demuxer == "mov")

# Where containers keep claims. QuickTime's creation_time is UTC by specification, and local time in many cameras:
# it stays a claim with its name.
_TIMES = ("creation_time", "com.apple.quicktime.creationdate", "DATE_RECORDED", "DATE_DIGITIZED")
_PLACES = ("com.apple.quicktime.location.iso6709", "location")
_DEVICE = {
    "make": ("com.apple.quicktime.make", "com.android.manufacturer", "make"),
    "model": ("com.apple.quicktime.model", "com.android.model", "model"),
    "software": ("com.apple.quicktime.software", "com.android.version", "firmware", "software", "encoder"),
}


def read_movie(file: BinaryIO, draft: Draft) -> None:
    """Fill the draft from a video or sound file.

    Args:
        file: positioned at its start.
        draft: its kind chooses the demuxer.

    Raises:
        Unreadable: nothing can be decoded; what the container says is in the draft.
    """
    demuxer = _DEMUXERS.get(draft.kind.mime)
    if not demuxer:
        raise Unreadable(f"no decoder for {draft.kind.mime} here")
    try:
        container = _open(file, demuxer)
    except (av.FFmpegError, ValueError, OSError) as error:
        raise Unreadable(f"the container cannot be read: {_words(error)}") from error
    with container:
        _read_claims(container, draft)
        if container.duration is not None and container.duration > 0:
            draft.duration_ms = round(container.duration / 1000)
        sounds = list(container.streams.audio)
        draft.has_sound = bool(sounds)
        video = _shown_track(container)
        if video is not None:
            _read_video(container, video, draft)
        elif sounds:
            _read_sound(container, sounds[0])
        else:
            raise Unreadable("it has neither a picture nor a sound track that can be decoded here")


def gif_duration_ms(file: BinaryIO) -> int:
    """Return how long an animated GIF lasts, from its packets, without decoding them. Raises av.FFmpegError."""
    with _open(file, "gif") as container:
        stream = container.streams.video[0]
        ticks = sum(
            packet.duration or 0 for packet, _ in zip(container.demux(stream), range(_PACKETS_A_TRY * 10), strict=False)
        )
        return round(ticks * (stream.time_base or 0) * 1000)


def _open(file: BinaryIO, demuxer: str) -> InputContainer:
    options = {"protocol_whitelist": "", "max_streams": str(STREAMS_MAX)}
    return av.open(file, "r", format=demuxer, metadata_errors="replace", container_options=options)


def _shown_track(container: InputContainer) -> av.VideoStream | None:
    """Return the first video track that is a film: no cover picture, no timecode track."""
    for stream in container.streams.video:
        cover = av.stream.Disposition.attached_pic in stream.disposition
        if not cover and stream.width > 0 and stream.height > 0:
            return stream
    return None


def _read_video(container: InputContainer, stream: av.VideoStream, draft: Draft) -> None:
    width, height = stream.width, stream.height
    draft.width, draft.height = width, height
    rate = stream.average_rate
    if rate:
        draft.frame_rate = (rate.numerator, rate.denominator)
    if width * height > FRAME_PIXELS_MAX:
        raise Unreadable(f"{width} x {height} pixels are more than are decoded here ({FRAME_PIXELS_MAX})")
    stream.codec_context.thread_count = 1  # one file is one worker's work; threads would only cost memory
    frame = _telling_frame(container, stream, draft)
    draft.orientation = {0: 1, 90: 8, 180: 3, 270: 6}.get(round(frame.rotation) % 360, 1)
    upright = draft.orientation < 5  # noqa: PLR2004 - EXIF: 5 to 8 lie on their side
    # The frame knows better than the header, which a stream may contradict.
    draft.width, draft.height = (frame.width, frame.height) if upright else (frame.height, frame.width)
    shape = stream.sample_aspect_ratio or Fraction(1)
    if not _SHAPE_MIN <= shape <= 1 / _SHAPE_MIN:
        shape = Fraction(1)  # broken, and obeying it would draw a line
    draft.preview = jpeg_of(_image(frame), draft.orientation, (shape.numerator, shape.denominator))


def _telling_frame(container: InputContainer, stream: av.VideoStream, draft: Draft) -> av.VideoFrame:
    """Decode a frame near a tenth of the length that is not black; the brightest seen when all are."""
    best: tuple[float, av.VideoFrame] | None = None
    problem: Exception | None = None
    for percent in _PLACES_PERCENT if draft.duration_ms else (0,):
        try:
            if draft.duration_ms:
                start = container.start_time or 0
                with suppress(av.FFmpegError):  # no index: then what comes next is looked at
                    container.seek(start + draft.duration_ms * 10 * percent)  # in microseconds
            frame = _last_of(_frames(container, stream, (draft.duration_ms or 0) * percent))
        except (av.FFmpegError, ValueError, OSError) as error:
            problem = error
            continue
        if frame is None:
            continue
        light = _light(_image(frame))
        if best is None or light > best[0]:
            best = (light, frame)
        if light > _DARK_MEAN:
            return frame
    if best is None:
        raise Unreadable(f"no frame can be decoded: {_words(problem) if problem else 'there is none'}")
    return best[1]


def _frames(container: InputContainer, stream: av.VideoStream, until_ms_percent: int) -> Iterator[av.VideoFrame]:
    """Yield frames from here to the place wanted (in ms times percent), within limits."""
    seen = 0
    for packet, _ in zip(container.demux(stream), range(_PACKETS_A_TRY), strict=False):
        for frame in packet.decode():
            yield frame
            seen += 1
            if seen >= _FRAMES_A_TRY or frame.time is None or frame.time * 100_000 >= until_ms_percent:
                return


def _last_of(frames: Iterator[av.VideoFrame]) -> av.VideoFrame | None:
    """Return the last frame before the iterator ends or breaks; raises only when there was none."""
    last = None
    try:
        for last in frames:  # noqa: B007 - the last one is what we want
            pass
    except (av.FFmpegError, ValueError):
        if last is None:
            raise
    return last


def _image(frame: av.VideoFrame) -> Image.Image:
    image: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
    return image


def _light(picture: Image.Image) -> float:
    """Return how much there is to see: mean brightness, or more when there is contrast."""
    grey = ImageStat.Stat(picture.resize((160, 90)).convert("L"))
    spread = grey.stddev[0]
    return grey.mean[0] + (_DARK_MEAN if spread > _DARK_SPREAD else 0)


def _read_sound(container: InputContainer, stream: av.AudioStream) -> None:
    """Decode the start; one block of samples is enough to know that it can be heard."""
    problem: Exception | None = None
    try:
        for packet, _ in zip(container.demux(stream), range(_PACKETS_A_TRY), strict=False):
            try:
                if packet.decode():
                    return
            except av.FFmpegError as error:
                problem = error
    except (av.FFmpegError, ValueError, OSError) as error:
        problem = error
    raise Unreadable(f"no sound can be decoded: {_words(problem) if problem else 'there is none'}")


def _read_claims(container: InputContainer, draft: Draft) -> None:
    box = "QuickTime" if draft.kind.mime in _QUICKTIME else draft.kind.extension.upper()
    tags = [container.metadata, *(stream.metadata for stream in container.streams)]
    for number, raw in enumerate(tags):
        # Tracks repeat what the whole says; they count where they say something else.
        label = f"{box} track {number}" if number else box
        for name in _TIMES:
            if name in raw and (number == 0 or raw[name] != tags[0].get(name)):
                draft.claim_time(written.iso_time(raw[name], f"{label} {name}"))
    whole = {name.lower(): text for name, text in container.metadata.items()}
    for name in _PLACES:
        if name in whole:
            draft.claim_place(written.iso_6709(whole[name], f"{box} location ISO 6709"))
    draft.make = _first(whole, _DEVICE["make"])
    draft.model = _first(whole, _DEVICE["model"])
    draft.software = _first(whole, _DEVICE["software"])


def _first(tags: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((claimed_text(tags[name]) for name in names if name in tags), "")


def _words(error: Exception) -> str:
    return claimed_text(getattr(error, "strerror", "") or error or type(error).__name__)
