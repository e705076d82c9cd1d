"""What lies on the disk: who may read it, and what a dossier overwrites or claims while it is written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from firsthand.centre.dossiers import make_dossier
from firsthand.errors import Misuse, StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.conftest import Sample
    from firsthand.centre.centre import Centre


def test_the_record_is_for_its_owner_only(sample: Sample, centre: Centre) -> None:
    """Names and homes lie in it in the clear; other users of the machine do not read them, nor the log beside it."""
    with centre.store.reading():
        files = [path for path in sample.store.iterdir() if path.name.startswith("record.db")]
        assert files
        assert [oct(path.stat().st_mode & 0o077) for path in files] == ["0o0"] * len(files)


def test_a_link_laid_in_the_way_is_not_followed(sample: Sample, centre: Centre, tmp_path: Path) -> None:
    """In a shared folder somebody may foresee the name; what the link points to stays as it was."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / ".out.zip.part").symlink_to(victim)
    make_dossier(centre, sample.incident, tmp_path / "out.zip")
    assert victim.read_text() == "precious"
    assert not (tmp_path / "out.zip").is_symlink()
    (tmp_path / "broken.zip").symlink_to(tmp_path / "nowhere")
    with pytest.raises(Misuse):
        make_dossier(centre, sample.incident, tmp_path / "broken.zip")


def test_nothing_is_signed_about_a_damaged_file(sample: Sample, centre: Centre, tmp_path: Path) -> None:
    """Where a file decayed on the disk, no disclosure and no dissemination enter the log."""
    for folder, _, names in os.walk(sample.store / "blobs"):
        for name in names:
            with open(os.path.join(folder, name), "r+b") as file:  # noqa: PTH118, PTH123
                file.write(b"decay")
    with centre.store.reading() as reader:
        before = reader.size()
    with pytest.raises(StoreError):
        make_dossier(centre, sample.incident, tmp_path / "out.zip")
    with centre.store.reading() as reader:
        assert reader.size() == before
