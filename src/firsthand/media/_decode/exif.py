"""Read what a picture's EXIF claims: times, place, device, orientation.

Rules: EXIF is written by cameras, phones and forgers. Each field is read alone, so that one that is malformed costs
only itself; a block that is malformed costs only its claims, never the picture.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from PIL import ExifTags

from firsthand.media._decode import written
from firsthand.media.facts import claimed_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from PIL import Image

    from firsthand.media._decode.draft import Draft

_BASE = ExifTags.Base
_GPS = ExifTags.GPS
_TIMES = (
    ("EXIF DateTimeOriginal", _BASE.DateTimeOriginal, _BASE.OffsetTimeOriginal, _BASE.SubsecTimeOriginal),
    ("EXIF DateTimeDigitized", _BASE.DateTimeDigitized, _BASE.OffsetTimeDigitized, _BASE.SubsecTimeDigitized),
    ("EXIF DateTime", _BASE.DateTime, _BASE.OffsetTime, _BASE.SubsecTime),
)
_ORIENTATIONS = range(1, 9)


@contextmanager
def _tolerated(draft: Draft, step: str) -> Iterator[None]:
    """Turn whatever a parser raises on crafted bytes into a note."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - Pillow raises nearly every class here, SyntaxError included
        draft.issue(step, error)


def read_exif(picture: Image.Image, draft: Draft) -> None:
    """Add to the draft what the EXIF block claims; malformed parts become issues."""
    base: Mapping[int, Any] = {}
    details: Mapping[int, Any] = {}
    gps: Mapping[int, Any] = {}
    with _tolerated(draft, "exif"):
        block = picture.getexif()
        base = dict(block)
        with _tolerated(draft, "exif details"):
            details = block.get_ifd(ExifTags.IFD.Exif)
        with _tolerated(draft, "exif gps"):
            gps = block.get_ifd(ExifTags.IFD.GPSInfo)
    with _tolerated(draft, "exif orientation"):
        orientation = base.get(_BASE.Orientation, 1)
        if orientation in _ORIENTATIONS:
            draft.orientation = int(orientation)
        else:
            draft.issue("exif orientation", f"{claimed_text(orientation)} is not 1 to 8")
    with _tolerated(draft, "exif device"):
        draft.make = claimed_text(base.get(_BASE.Make, ""))
        draft.model = claimed_text(base.get(_BASE.Model, ""))
        draft.software = claimed_text(base.get(_BASE.Software, ""))
    both = {**details, **base}
    for where, time, offset, fraction in _TIMES:
        with _tolerated(draft, where):
            if time in both:
                draft.claim_time(written.exif_time(both[time], both.get(offset), both.get(fraction), where))
    with _tolerated(draft, "exif gps"):
        _read_gps(gps, draft)


def _read_gps(gps: Mapping[int, Any], draft: Draft) -> None:
    draft.claim_time(written.gps_time(gps.get(_GPS.GPSDateStamp), gps.get(_GPS.GPSTimeStamp), "EXIF GPS"))
    altitude_mm = None
    height = written.fraction_of(gps.get(_GPS.GPSAltitude))
    if height is not None:
        below = gps.get(_GPS.GPSAltitudeRef) in (1, b"\x01", 3, b"\x03")  # 2 and 3 count from the ellipsoid
        altitude_mm = round(height * 1000) * (-1 if below else 1)
    lat_e7 = written.degrees_e7(gps.get(_GPS.GPSLatitude), gps.get(_GPS.GPSLatitudeRef))
    lon_e7 = written.degrees_e7(gps.get(_GPS.GPSLongitude), gps.get(_GPS.GPSLongitudeRef))
    draft.claim_place(written.place(lat_e7, lon_e7, altitude_mm, "EXIF GPS"))
