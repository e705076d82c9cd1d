"""Read the ways in which cameras write times and places. Pure: text and numbers in, claims out.

Rules: nothing is guessed. A time without offset has no moment in UTC; a place that is out of range, or that a camera
writes when it knows none (0/0 with no fix, empty fields), is no place. Whatever cannot be read gives None or the raw
text, never an exception.

Sources: EXIF 3.0 (CIPA DC-008-2023) sections 4.6.5-4.6.6, ISO 6709:2022 annex H, ISO 8601-1.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from firsthand.media.facts import ClaimedPlace, ClaimedTime, claimed_text

_E7 = 10_000_000
_LAT_MAX_E7, _LON_MAX_E7 = 90 * _E7, 180 * _E7
# Deepest sea to beyond any balloon; what lies outside is a broken field.
_ALTITUDE_MIN_MM, _ALTITUDE_MAX_MM = -12_000_000, 100_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_EXIF_TIME = re.compile(r"(\d{4})[:/-](\d{2})[:/-](\d{2})[ T](\d{2}):(\d{2}):(\d{2})")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})|Z")
_ISO_6709 = re.compile(r"([+-]\d{2,6}(?:\.\d{1,12})?)([+-]\d{3,7}(?:\.\d{1,12})?)([+-]\d{1,8}(?:\.\d{1,12})?)?")


def exif_time(raw: object, offset: object, fraction: object, where: str) -> ClaimedTime | None:
    """Read "YYYY:MM:DD HH:MM:SS" with the offset and the fraction of a second that EXIF keeps in other fields.

    Args:
        raw: the time as written.
        offset: "+03:00", or empty.
        fraction: digits after the decimal point, or empty.
        where: name of the field.

    Returns:
        The claim; with the raw text and no moment when it is malformed; None when it is empty or all blanks and zeros,
        which EXIF defines as "unknown".
    """
    text = claimed_text(raw)
    if not text.strip("0: "):
        return None
    match = _EXIF_TIME.match(text)
    zone = claimed_text(offset or "")
    digits = claimed_text(fraction or "").strip()
    if not match:
        return ClaimedTime(text, None, where)
    year, month, day, hour, minute, second = match.groups()
    value = f"{year}-{month}-{day}T{hour}:{minute}:{second}"
    if digits.isascii() and digits.isdigit():
        value += f".{digits[:9]}"
    if _OFFSET.fullmatch(zone):
        value += zone
    return iso_time(value, where)


def iso_time(raw: object, where: str) -> ClaimedTime | None:
    """Read ISO 8601 as containers write it; the moment is known when it ends in "Z" or an offset."""
    text = claimed_text(raw)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ClaimedTime(text, None, where)
    if moment.tzinfo is None:
        return ClaimedTime(text, None, where)
    try:
        return ClaimedTime(text, (moment - _EPOCH) // timedelta(milliseconds=1), where)
    except OverflowError:  # the year 1 with an eastern offset lies before all years
        return ClaimedTime(text, None, where)


def degrees_e7(parts: object, reference: object) -> int | None:
    """Read EXIF's degrees, minutes and seconds (three rationals) with N, S, E or W; None when malformed."""
    sign = {"N": 1, "E": 1, "S": -1, "W": -1}.get(claimed_text(reference or "").upper()[:1])
    if sign is None or not isinstance(parts, tuple | list) or not 1 <= len(parts) <= 3:  # noqa: PLR2004
        return None
    total = Fraction(0)
    for part, unit in zip(parts, (1, 60, 3600), strict=False):
        value = fraction_of(part)
        if value is None or value < 0:
            return None
        total += value / unit
    return sign * round(total * _E7)


def place(lat_e7: int | None, lon_e7: int | None, altitude_mm: int | None, where: str) -> ClaimedPlace | None:
    """Return a place when both coordinates are there and in range; 0/0 is what receivers write without a fix."""
    if lat_e7 is None or lon_e7 is None or (lat_e7, lon_e7) == (0, 0):
        return None
    if abs(lat_e7) > _LAT_MAX_E7 or abs(lon_e7) > _LON_MAX_E7:
        return None
    if altitude_mm is not None and not _ALTITUDE_MIN_MM <= altitude_mm <= _ALTITUDE_MAX_MM:
        altitude_mm = None
    return ClaimedPlace(lat_e7, lon_e7, altitude_mm, where)


def iso_6709(raw: object, where: str) -> ClaimedPlace | None:
    """Read "+36.2021+037.1343+390.000/" and its forms with minutes and seconds; None when malformed."""
    match = _ISO_6709.match(claimed_text(raw))
    if not match:
        return None
    latitude, longitude, altitude = match.groups()
    altitude_mm = round(Fraction(altitude) * 1000) if altitude else None
    return place(_sexagesimal_e7(latitude, 2), _sexagesimal_e7(longitude, 3), altitude_mm, where)


def _sexagesimal_e7(text: str, degree_digits: int) -> int | None:
    """Read ±DD[MM[SS]][.fraction]: the number of digits before the point tells the form."""
    whole, _, rest = text[1:].partition(".")
    if len(whole) not in (degree_digits, degree_digits + 2, degree_digits + 4):
        return None
    parts = [whole[:degree_digits], *(whole[at : at + 2] for at in range(degree_digits, len(whole), 2))]
    if rest:
        parts[-1] += f".{rest}"
    total = sum((Fraction(part) / 60**power for power, part in enumerate(parts)), Fraction(0))
    return (-1 if text[0] == "-" else 1) * round(total * _E7)


def fraction_of(raw: object) -> Fraction | None:
    """Return an exact fraction of an EXIF rational, None for x/0, infinity and what is no number."""
    try:
        numerator, denominator = getattr(raw, "numerator", None), getattr(raw, "denominator", None)
        if numerator is not None and denominator is not None:
            return Fraction(int(numerator), int(denominator))
        return Fraction(str(raw))
    except (ValueError, ZeroDivisionError, TypeError, OverflowError):
        return None


def gps_time(date: object, clock: object, where: str) -> ClaimedTime | None:
    """Read EXIF's GPSDateStamp and GPSTimeStamp, which are UTC by definition; None unless both are whole."""
    day = re.fullmatch(r"(\d{4})[:-](\d{2})[:-](\d{2})", claimed_text(date or ""))
    if not day or not isinstance(clock, tuple | list) or len(clock) != 3:  # noqa: PLR2004
        return None
    parts = [fraction_of(part) for part in clock]
    if any(part is None or part < 0 for part in parts):
        return None
    hour, minute, second = (part for part in parts if part is not None)
    milliseconds = (hour * 3600 + minute * 60 + second) * 1000 // 1
    try:
        midnight = datetime.fromisoformat("-".join(day.groups())).replace(tzinfo=UTC)
        moment = midnight + timedelta(milliseconds=int(milliseconds))
    except (ValueError, OverflowError):
        return None
    return iso_time(moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"), where)
