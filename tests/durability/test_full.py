"""A full disk: said in words, nothing acknowledged is lost, and work goes on where there is room again."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from firsthand.errors import DiskError
from world import crash_work
from world.crash_check import Ledger, look
from world.powercut import record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from world.crash import Fresh, Nursery

FULL = "Everything acknowledged before is safe"


def check(ledger: Ledger, folder: Path, words: str) -> None:
    """Compare what was said with what is there after the disk was full twice and then had room."""
    assert ledger.errors == []
    assert len(ledger.full) == 2
    assert all(words in paragraph for paragraph in ledger.full), ledger.full
    assert len(ledger.entries) > 5
    assert look(folder, ledger, go_on=True).problems == []


@pytest.mark.parametrize("room_bytes", [700_000, 1_500_001, 6_000_003])
def test_no_space_left(recorder: Path, tmp_path: Path, room_bytes: int) -> None:
    """When space runs out, the writer says so, keeps what it acknowledged, and goes on once there is room."""
    root = tmp_path / "root"
    root.mkdir()
    arguments = (str(root), str(tmp_path), "1", "0", "fill")
    assert record(recorder, root, tmp_path / "log", *arguments, full_at=room_bytes) == 0
    ledger = Ledger()
    ledger.hear(json.loads(line) for line in (tmp_path / "lines").read_text().splitlines())
    check(ledger, root / "centre", FULL)


def test_no_longer_files_allowed(nursery: Nursery, fresh: Fresh) -> None:
    """Where files may not grow (a quota, RLIMIT_FSIZE), the disk is named, and nothing acknowledged is lost."""
    folder, ledger = fresh("limited")
    child = nursery.start("fill", folder=str(folder), seed=7, limit_bytes=700_000)
    assert child.wait(60) == 0, child.said[-1]
    ledger.hear(child.said)
    check(ledger, folder, "refused to read or to write")


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MiB in memory; needs the right to mount."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount the small file system that this test fills")
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not allow root to mount a tmpfs")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_really_full(tiny: Path) -> None:
    """On a file system that is really full, the store fails in words and goes on as soon as something was removed."""
    ballast = tiny / "ballast"
    ballast.write_bytes(bytes(2 << 20))
    ledger = Ledger()
    voice = crash_work.Deaf(ledger)
    with crash_work.make(voice, tiny / "centre") as centre:
        crash_work.fill(voice, centre, 3, ballast.unlink)
        with pytest.raises(DiskError, match="stay reserved"):
            centre.blobs.take_bytes(b"a file has to wait: what is free is kept for the record")
    check(ledger, tiny / "centre", FULL)
