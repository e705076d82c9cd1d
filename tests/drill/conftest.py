"""One exercise for all tests of the drill, and a maker of others."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from firsthand.drill.city import build_city
from firsthand.drill.footage import render_footage, shots_for
from firsthand.drill.story import build_story

if TYPE_CHECKING:
    from collections.abc import Callable

    from firsthand import drill
    from firsthand.drill.plan import City

START_MS = 1_930_411_800_000  # 2031-03-04 17:50 UTC


def _make(seed: int, start_ms: int = START_MS) -> tuple[City, drill.Story]:
    rng = random.Random(seed)  # noqa: S311 - a drill, not a key
    city = build_city(rng)
    return city, build_story(rng, city, start_ms=start_ms)


@pytest.fixture(scope="session")
def make() -> Callable[..., tuple[City, drill.Story]]:
    """Return what builds city and story from a seed."""
    return _make


@pytest.fixture(scope="session")
def city() -> City:
    """Return the city of seed 7."""
    return _make(7)[0]


@pytest.fixture(scope="session")
def story() -> drill.Story:
    """Return the night of seed 7."""
    return _make(7)[1]


@pytest.fixture(scope="session")
def footage(story: drill.Story) -> dict[str, bytes]:
    """Return the files of seed 7 by the name of their shot."""
    return {shot.media: render_footage(shot) for shot in shots_for(story)}
