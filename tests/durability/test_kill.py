"""Killing a process that writes, with SIGKILL, at any moment: nothing that it acknowledged is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import statistics
from typing import TYPE_CHECKING

import pytest

from firsthand.centre.centre import Centre
from firsthand.centre.ingest import find_files, ingest
from world.crash_check import Ledger, Look, look
from world.crash_work import COLLECTION, Glance

if TYPE_CHECKING:
    from pathlib import Path

    from world.crash import Fresh, Nursery

KILLS = int(os.environ.get("FIRSTHAND_KILLS", "120"))
"""Kills in each of the two modes; FIRSTHAND_KILLS=1000 looks harder."""
KILLS_A_STORE = 12
DELAY_S_MAX = 0.03
FSCK_EVERY = 4


def kill_once(nursery: Nursery, chance: random.Random, ledger: Ledger, deed: str, **arguments: object) -> int:
    """Let a child do `deed` and kill it at a random moment; tell the ledger and return the exit code."""
    child = nursery.start(deed, seed=chance.getrandbits(32), **arguments)
    if chance.random() < 0.8:  # else in the midst of opening
        child.listen(20, until_lines=chance.randrange(1, 12))
    child.listen(chance.uniform(0, DELAY_S_MAX))
    status = child.kill()
    ledger.hear(child.said)
    return status


def settle(ledger: Ledger, found: Look) -> None:
    """Count what was not acknowledged but is there as acknowledged: from now on it must stay."""
    if found.kept:
        ledger.entries += ledger.begun
        ledger.files += ledger.taking
    ledger.begun, ledger.taking = [], []


def report(capsys: pytest.CaptureFixture[str], mode: str, acknowledged: int, looks: list[Look]) -> None:
    """Print the figures, also where the test passes."""
    reopen = sorted(found.reopen_s * 1000 for found in looks)
    with capsys.disabled():
        figures = {
            "mode": mode,
            "kills": len(looks),
            "acknowledged": acknowledged,
            "lost": sum(bool(found.problems) for found in looks),
            "unacknowledged_kept": sum(found.kept for found in looks),
            "reopen_ms_median": round(statistics.median(reopen), 1),
            "reopen_ms_max": round(reopen[-1], 1),
        }
        print(f"\n{json.dumps(figures)}")  # noqa: T201


@pytest.mark.slow
def test_killed_while_appending(nursery: Nursery, fresh: Fresh, capsys: pytest.CaptureFixture[str]) -> None:
    """However often a writer is killed, its acknowledged entries are there, and the next one continues their chain."""
    chance = random.Random(1)  # noqa: S311 - the same seed, the same kills
    looks: list[Look] = []
    acknowledged = 0
    while len(looks) < KILLS:
        folder, ledger = fresh(f"store-{len(looks)}")
        for turn in range(min(KILLS_A_STORE, KILLS - len(looks))):
            assert kill_once(nursery, chance, ledger, "append", folder=str(folder)) == -signal.SIGKILL, ledger.errors
            looks.append(look(folder, ledger, thorough=turn % FSCK_EVERY == FSCK_EVERY - 1))
            assert looks[-1].problems == []
            settle(ledger, looks[-1])
        acknowledged += len(ledger.entries)
    assert acknowledged > KILLS
    report(capsys, "append", acknowledged, looks)


@pytest.mark.slow
def test_killed_while_taking_files_in(
    nursery: Nursery, fresh: Fresh, quick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A killed ingestion loses no acknowledged file and leaves no half one; repeated, it has each file exactly once."""
    chance = random.Random(2)  # noqa: S311 - the same seed, the same kills
    looks: list[Look] = []
    acknowledged = 0
    while len(looks) < KILLS:
        folder, ledger = fresh(f"store-{len(looks)}")
        sources = quick / f"sources-{len(looks)}"
        sources.mkdir()
        for turn in range(min(KILLS_A_STORE, KILLS - len(looks))):
            first = len(ledger.files)
            status = kill_once(nursery, chance, ledger, "ingest", folder=str(folder), sources=str(sources), first=first)
            assert status == -signal.SIGKILL, ledger.errors
            looks.append(look(folder, ledger, thorough=turn % FSCK_EVERY == FSCK_EVERY - 1))
            assert looks[-1].problems == []
            settle(ledger, looks[-1])
        acknowledged += len(ledger.files)
        paths = [path for path in find_files([sources]) if path.suffix != ".part"]  # cut off before it was given
        with Centre(folder) as centre:
            outcome = ingest(centre, paths, incident=None, collection=COLLECTION, prober=Glance())
        assert (len(paths), 0) == (len(outcome.accepted) + outcome.duplicate, len(outcome.refused))
        ledger.files = sorted(int(path.stem) for path in paths if int(path.stem) in ledger.files or outcome.accepted)
        assert look(folder, ledger).problems == []
    assert acknowledged > KILLS // 2
    report(capsys, "ingest", acknowledged, looks)
