"""Small pictures for lists and boards: upright, bounded, and free of anything the original carries besides its pixels.

Rules: at most `SIDE_MAX` pixels on the long side and `BYTES_MAX` bytes. The JPEG is encoded from a fresh image, so
that no EXIF, comment, colour profile, thumbnail or place can travel along.
"""

from __future__ import annotations

import io

from PIL import Image, ImageCms

SIDE_MAX = 640
BYTES_MAX = 80_000

_QUALITIES = (82, 70, 58, 45, 30)
# What shows through transparent parts: neither of the extremes, for drawings come in black and in white.
_BEHIND = (200, 200, 200)

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def jpeg_of(picture: Image.Image, orientation: int = 1, pixel_shape: tuple[int, int] = (1, 1)) -> bytes:
    """Encode a preview.

    Args:
        picture: any mode and size; it may be changed.
        orientation: EXIF value that says how to turn it; 1 or unknown leaves it.
        pixel_shape: width and height of one pixel, for videos with pixels that are not square.

    Returns:
        A baseline JPEG within `SIDE_MAX` and `BYTES_MAX`.
    """
    profile = picture.info.get("icc_profile")
    small = picture.reduce(factor) if (factor := max(picture.size) // (4 * SIDE_MAX)) > 1 else picture
    small = _flat(small)
    wide, high = small.width * pixel_shape[0], small.height * pixel_shape[1]
    scale_from = max(wide, high)
    side = min(SIDE_MAX, max(small.size))
    size = (max(1, wide * side // scale_from), max(1, high * side // scale_from))
    if size != small.size:
        small = small.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    small = _in_srgb(small, profile)
    if orientation in UPRIGHT:
        small = small.transpose(UPRIGHT[orientation])
    fresh = Image.new("RGB", small.size)
    fresh.paste(small)
    return _within(fresh)


def _within(picture: Image.Image) -> bytes:
    """Encode at falling quality, then at half the size, until it fits."""
    while True:
        for quality in _QUALITIES:
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() <= BYTES_MAX:
                return out.getvalue()
        picture = picture.reduce(2)


def _flat(picture: Image.Image) -> Image.Image:
    """Return it as RGB: sixteen bits scaled down, transparent parts on grey."""
    if picture.mode.startswith(("I", "F")):
        low, high = (float(value) for value in picture.getextrema())  # type: ignore[arg-type]
        span = (high - low) or 1.0
        return picture.convert("F").point(lambda value: (value - low) * 255.0 / span).convert("L").convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        ground = Image.new("RGB", layer.size, _BEHIND)
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    return picture.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Phones write Display P3; without its profile the preview would look pale."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            return picture  # a broken or foreign profile is no reason to show nothing
        return converted or picture
    return picture
