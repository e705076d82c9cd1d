"""A centre of one's own to attack, for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evidence.conftest import Sample, make_sample
from firsthand.centre.centre import Centre

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    """An organisation with one incident and its dossier."""
    return make_sample(tmp_path, seed=5)


@pytest.fixture
def centre(sample: Sample) -> Iterator[Centre]:
    """The centre of that organisation."""
    with Centre(sample.store) as opened:
        yield opened
