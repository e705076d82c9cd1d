"""A small dossier that several tests share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from second.writer_dossier import Story, dossier, tell, zipped

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Made:
    """A story, its dossier's files, and the zip."""

    story: Story
    files: dict[str, bytes]
    zip: bytes


@pytest.fixture(scope="session")
def made() -> Made:
    """Return the smallest dossier with a media file."""
    story = tell("alder")
    files = dossier(story)
    return Made(story, files, zipped(files))


@pytest.fixture
def spot(tmp_path: Path) -> Path:
    """Return where a test puts its zip."""
    return tmp_path / "dossier.zip"
