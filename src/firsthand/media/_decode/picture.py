"""Read a still picture (or the first frame of a moving one): size, claims, preview.

Rules:

1. Only the decoder that fits the kind is tried: no picture can reach the rarely used ones.
2. The size in the header is checked before a pixel is decoded, and kept even when it is refused.
3. A picture that breaks off is shown as far as it goes, and the issue says so: half a picture is evidence.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, BinaryIO

import pillow_heif
from PIL import Image, ImageFile

from firsthand.media import _known_kinds as kinds
from firsthand.media._decode.draft import Unreadable
from firsthand.media._decode.exif import read_exif
from firsthand.media._decode.movie import gif_duration_ms
from firsthand.media._decode.preview import SIDE_MAX, jpeg_of

if TYPE_CHECKING:
    from firsthand.media._decode.draft import Draft

# About the largest sensor of a phone in 2026 (200 million), where the decoder can scale while it reads; elsewhere
# every pixel costs up to eight bytes of the worker's memory.
PIXELS_MAX_JPEG = 256 << 20
PIXELS_MAX = 128 << 20
FRAMES_MAX = 10_000

_DECODERS = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/gif": ("GIF",),
    "image/webp": ("WEBP",),
    "image/bmp": ("BMP",),
    "image/heic": ("HEIF",),
    "image/heif": ("HEIF", "AVIF"),
    "image/avif": ("AVIF",),
    "image/jp2": ("JPEG2000",),
    "image/tiff": ("TIFF",),
    "image/x-adobe-dng": ("TIFF",),
    "image/x-nikon-nef": ("TIFF",),
    "image/x-sony-arw": ("TIFF",),
    "image/x-canon-cr2": ("TIFF",),
}

# Their decoders draw nothing, and say nothing, when told to go on after an error.
_WHOLE_OR_NOTHING = frozenset({"HEIF", "AVIF", "JPEG2000"})

# The first blocks of a picture without data come out as noise.
_BLANK_SHARE = 0.99

# From the registry of raw formats: their first image is a small preview, so its size is not the picture's.
_RAW = frozenset({"image/x-adobe-dng", "image/x-nikon-nef", "image/x-sony-arw", "image/x-canon-cr2"})


def prepare() -> None:
    """Load the decoders once; our own checks replace Pillow's limit, which hides the size it refuses."""
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    pillow_heif.register_heif_opener(thumbnails=False)
    Image.init()


def read_picture(file: BinaryIO, draft: Draft) -> None:
    """Fill the draft from a picture.

    Args:
        file: positioned at its start.
        draft: its kind chooses the decoder.

    Raises:
        Unreadable: no pixel can be shown; what the header and the EXIF say is in the draft.
    """
    formats = _DECODERS.get(draft.kind.mime)
    if not formats:
        raise Unreadable(f"no decoder for {draft.kind.mime} here")
    try:
        picture = Image.open(file, formats=formats)
    except Exception as error:
        raise Unreadable(f"the decoder refuses it: {_words(error)}") from error
    width, height = picture.size
    read_exif(picture, draft)
    if draft.kind.mime in _RAW:
        draft.issue("raw", "size and preview are those of the small picture inside")
    upright = draft.orientation < 5  # noqa: PLR2004 - EXIF: 5 to 8 lie on their side
    draft.width, draft.height = (width, height) if upright else (height, width)
    jpeg = picture.format in ("JPEG", "MPO")
    limit = PIXELS_MAX_JPEG if jpeg else PIXELS_MAX
    if width * height > limit:
        raise Unreadable(f"{width} x {height} pixels are more than are decoded here ({limit})")
    if jpeg:
        picture.draft("RGB", (2 * SIDE_MAX, 2 * SIDE_MAX))  # scales by powers of two while decoding
    draft.preview = jpeg_of(_loaded(picture, file, formats, draft), draft.orientation)
    _read_motion(picture, file, draft)


def _loaded(picture: Image.Image, file: BinaryIO, formats: tuple[str, ...], draft: Draft) -> Image.Image:
    """Decode; what breaks off is decoded again as far as it goes."""
    try:
        picture.load()
    except MemoryError:
        raise
    except Exception as error:
        if picture.format in _WHOLE_OR_NOTHING:
            raise Unreadable(f"its pixels cannot be decoded: {_words(error)}") from error
        draft.issue("picture incomplete", _words(error))
    else:
        return picture
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        file.seek(0)
        again = Image.open(file, formats=formats)
        if again.format in ("JPEG", "MPO"):
            again.draft("RGB", (2 * SIDE_MAX, 2 * SIDE_MAX))
        again.load()
    except MemoryError:
        raise
    except Exception as error:
        raise Unreadable(f"its pixels cannot be decoded: {_words(error)}") from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    if _is_blank(again):
        raise Unreadable("it breaks off before anything can be seen")
    return again


def _is_blank(picture: Image.Image) -> bool:
    """Whether a broken picture is but filling: nearly all of it has one colour."""
    sample = picture.convert("RGB").resize((64, 64), Image.Resampling.NEAREST)
    counts = [count for count, _ in sample.getcolors(64 * 64) or ()]
    return max(counts) > _BLANK_SHARE * sum(counts)


def _read_motion(picture: Image.Image, file: BinaryIO, draft: Draft) -> None:
    """Sum up how long an animation lasts, from frame headers; decoding all frames would be an open door."""
    if draft.kind not in (kinds.GIF, kinds.WEBP, kinds.PNG):
        return
    try:
        frames = int(getattr(picture, "n_frames", 1))
        if 1 < frames <= FRAMES_MAX and draft.kind == kinds.GIF:
            file.seek(0)
            draft.duration_ms = gif_duration_ms(file)
        elif frames > 1:
            draft.issue("animation", f"{frames} frames; only the first was looked at")
    except Exception as error:  # noqa: BLE001
        draft.issue("animation", _words(error))


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
