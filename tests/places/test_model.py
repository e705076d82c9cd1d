from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.errors import BadInput
from firsthand.places import Point

points = st.builds(Point, st.integers(-900_000_000, 900_000_000), st.integers(-1_800_000_000, 1_800_000_000))


@given(points)
def test_degrees_round_trip(point: Point) -> None:
    """A point read back from its decimal degrees is the same point."""
    assert Point.from_degrees(point.lat, point.lon) == point


@given(points, points)
def test_distance_is_symmetric_and_bounded(one: Point, other: Point) -> None:
    """Distances are the same both ways, zero to oneself, and at most half the earth's girth."""
    assert one.distance_m(other) == pytest.approx(other.distance_m(one), abs=1e-3)
    assert one.distance_m(one) == 0
    assert one.distance_m(other) <= 20_015_115


def test_distance_of_one_degree() -> None:
    """One degree of latitude is 111.195 km on the mean sphere."""
    assert Point.from_degrees(36, 37).distance_m(Point.from_degrees(37, 37)) == pytest.approx(111_195, abs=1)


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (-90.0001, 0), (0, 180.1), (float("nan"), 0), (0, float("inf"))])
def test_impossible_degrees_are_refused(lat: float, lon: float) -> None:
    """A coordinate that is out of range or not finite is bad input."""
    with pytest.raises(BadInput):
        Point.from_degrees(lat, lon)


@pytest.mark.parametrize("lat_e7", [True, 1.5, "3"])
def test_only_whole_numbers_are_stored(lat_e7: object) -> None:
    """A point does not take what is not a whole number."""
    with pytest.raises(BadInput):
        Point(lat_e7, 0)  # type: ignore[arg-type]
