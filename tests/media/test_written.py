"""Times and places as cameras write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.media._decode import written
from firsthand.media.facts import TEXT_CHARACTERS_MAX, ClaimedPlace, claimed_text


@pytest.mark.parametrize(
    ("raw", "offset", "fraction", "value", "utc_ms"),
    [
        ("2016:09:28 18:18:05", "", "", "2016-09-28T18:18:05", None),
        ("2016:09:28 18:18:05", "+03:00", "25", "2016-09-28T18:18:05.25+03:00", 1475075885250),
        ("2016:09:28 18:18:05", "Z", "", "2016-09-28T18:18:05Z", 1475086685000),
        ("2016-09-28 18:18:05", "   :  ", "   ", "2016-09-28T18:18:05", None),
        ("2016:13:45 99:99:99", "+03:00", "", "2016-13-45T99:99:99+03:00", None),
        ("yesterday", "", "", "yesterday", None),
        (b"2016:09:28 18:18:05\0", "", "", "2016-09-28T18:18:05", None),
    ],
)
def test_exif_times(raw: object, offset: str, fraction: str, value: str, utc_ms: int | None) -> None:
    """A moment is known only with an offset; what is malformed stays as it was written."""
    claim = written.exif_time(raw, offset, fraction, "here")
    assert claim is not None
    assert (value, utc_ms) == (claim.value, claim.utc_ms)


@pytest.mark.parametrize("raw", ["", "    :  :     :  :  ", "0000:00:00 00:00:00", b"\0" * 20])
def test_unknown_times_are_no_claims(raw: object) -> None:
    """Blanks and zeros are EXIF's way to say "unknown"."""
    assert written.exif_time(raw, "", "", "here") is None


def test_gps_time_is_utc() -> None:
    """GPS stamps are UTC by definition; half of one is nothing."""
    claim = written.gps_time("2016:09:28", (17, 17, Fraction(5865, 100)), "EXIF GPS")
    assert claim is not None
    assert claim.utc_ms == 1475083078650
    assert written.gps_time("2016:09:28", None, "EXIF GPS") is None
    assert written.gps_time("2016:99:28", (1, 1, 1), "EXIF GPS") is None


@pytest.mark.parametrize(
    ("raw", "lat_e7", "lon_e7", "altitude_mm"),
    [
        ("+36.2021+037.1343+390.000/", 362021000, 371343000, 390000),
        ("+33.1268-117.3273/", 331268000, -1173273000, None),
        ("+3612.126+03708.058/", 362021000, 371343000, None),
        ("-361207.56-0370803.48-010/", -362021000, -371343000, -10000),
        ("+36.2021+037.1343+390.000CRSWGS_84/", 362021000, 371343000, 390000),
    ],
)
def test_iso_6709(raw: str, lat_e7: int, lon_e7: int, altitude_mm: int | None) -> None:
    """Degrees, with minutes, with seconds: all three forms give the same place."""
    assert written.iso_6709(raw, "here") == ClaimedPlace(lat_e7, lon_e7, altitude_mm, "here")


@pytest.mark.parametrize(
    "raw", ["", "Aleppo", "+91.0+037.0/", "+36.2021+187.1343/", "+0.0+000.0/", "+00.0000+000.0000/"]
)
def test_what_is_no_place(raw: str) -> None:
    """Out of range, without fix or in words: no claim."""
    assert written.iso_6709(raw, "here") is None


@given(st.integers(-900_000_000, 900_000_000), st.integers(-1_800_000_000, 1_800_000_000))
def test_iso_6709_round_trip(lat_e7: int, lon_e7: int) -> None:
    """Every place written in degrees with seven digits comes back exactly, without a float on the way."""
    text = "".join(
        f"{'-' if value < 0 else '+'}{abs(value) // 10**7:0{digits}d}.{abs(value) % 10**7:07d}"
        for value, digits in ((lat_e7, 2), (lon_e7, 3))
    )
    found = written.iso_6709(text + "/", "here")
    assert found == (ClaimedPlace(lat_e7, lon_e7, None, "here") if (lat_e7, lon_e7) != (0, 0) else None)


anything = st.recursive(
    st.none() | st.integers() | st.floats() | st.text(max_size=30) | st.binary(max_size=30) | st.fractions(),
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner, inner),
    max_leaves=6,
)


@given(anything, anything, anything)
def test_no_field_makes_reading_fail(one: object, two: object, three: object) -> None:
    """Whatever a parser hands over, the answer is a claim or None."""
    written.exif_time(one, two, three, "here")
    written.gps_time(one, two, "here")
    written.iso_time(one, "here")
    written.iso_6709(one, "here")
    found = written.degrees_e7(one, two)
    assert found is None or isinstance(found, int)
    assert written.fraction_of(one) is None or isinstance(written.fraction_of(one), Fraction)


@given(st.datetimes(timezones=st.just(UTC)))
def test_iso_times_keep_their_moment(moment: datetime) -> None:
    """What Python writes is read back to the millisecond."""
    claim = written.iso_time(moment.isoformat(), "here")
    assert claim is not None
    assert claim.utc_ms is not None
    whole_milliseconds = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=claim.utc_ms) == whole_milliseconds


@given(st.text() | st.binary())
def test_claimed_text_is_one_tame_line(raw: str | bytes) -> None:
    """No control character, no lone surrogate, limited length."""
    text = claimed_text(raw)
    assert len(text) <= TEXT_CHARACTERS_MAX
    assert text.encode() is not None
    assert not any(ord(character) < 32 for character in text)
