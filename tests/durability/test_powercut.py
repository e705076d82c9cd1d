"""Cutting the power at any moment of a recorded run: what was acknowledged is there, and the store is sound."""

from __future__ import annotations

import json
import os
import random
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from world.crash_check import Ledger, Look, look
from world.powercut import OPEN, SYNC, WRITE, Platter, Step, lay_out, read_log, record, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CUTS = int(os.environ.get("FIRSTHAND_CUTS", "120"))
"""Cuts of the run as it is, and a third of it for each variant; FIRSTHAND_CUTS=1000 looks harder."""
LINES = "lines"


@dataclass
class Run:
    """A recorded run: the folder, what it held before, and every step."""

    root: Path
    before: dict[str, bytes | None]
    steps: list[Step]


def run(recorder: Path, folder: Path, *, fault: str = "none", seed: int = 1, rounds: int = 3) -> Run:
    """Record the work on `folder`/root, with what is there already as its beginning."""
    root, sources, log = folder / "root", folder / "sources", folder / "log"
    for path in (root, sources):
        path.mkdir(exist_ok=True)
    before = snapshot(root)
    assert record(recorder, root, log, str(root), str(sources), str(seed), str(rounds), fault) == 0
    return Run(root, before, list(read_log(log)))


def cuts(recorded: Run, count: int, seed: int) -> Iterator[tuple[dict[str, bytes | None], bytes]]:
    """Yield `count` times what a power cut leaves, and the lines that the process had said until then.

    Half of the cuts come straight after a line was said, when all that it promises must be safe.
    """
    chance = random.Random(seed)  # noqa: S311 - the same seed, the same cuts
    platter = Platter(recorded.root, recorded.before)
    lines = {step.fd for step in recorded.steps if step.what == OPEN and step.a.endswith(f"/{LINES}")}
    said = [n for n, step in enumerate(recorded.steps) if step.what == WRITE and step.fd in lines]
    moments = sorted(
        chance.choice(said) + 1 if n % 2 else chance.randrange(len(recorded.steps) + 1) for n in range(count)
    )
    done = 0
    for moment in moments:
        for step in recorded.steps[done:moment]:
            platter.do(step)
        done = moment
        yield platter.after_cut(chance), platter.contents().get(LINES) or b""


def look_after_cuts(recorded: Run, folder: Path, count: int, seed: int) -> list[Look]:
    """Cut, open, compare; `count` times."""
    looks = []
    for n, (left, lines) in enumerate(cuts(recorded, count, seed)):
        ledger = Ledger()
        ledger.hear(json.loads(line) for line in lines.splitlines())
        lay_out(folder / "cut", {path: content for path, content in left.items() if path != LINES})
        looks.append(look(folder / "cut" / "centre", ledger, go_on=n % 3 == 0))
    return looks


def problems(looks: list[Look]) -> list[str]:
    """Return what was found, after which cut."""
    return [f"cut {n}: {problem}" for n, found in enumerate(looks) for problem in found.problems]


def report(capsys: pytest.CaptureFixture[str], what: str, looks: list[Look]) -> None:
    """Print the figures, also where the test passes."""
    reopen = sorted(found.reopen_s * 1000 for found in looks if found.reopen_s)
    with capsys.disabled():
        figures = {
            "run": what,
            "cuts": len(looks),
            "with_loss": sum(bool(found.problems) for found in looks),
            "reopen_ms_median": round(statistics.median(reopen), 1),
            "reopen_ms_max": round(reopen[-1], 1),
        }
        print(f"\n{json.dumps(figures)}")  # noqa: T201


def test_recording_is_complete(recorder: Path, tmp_path: Path) -> None:
    """Replayed without a cut, the recording gives the very files that the process left: no call escaped it."""
    recorded = run(recorder, tmp_path, rounds=2)
    platter = Platter(recorded.root)
    for step in recorded.steps:
        platter.do(step)
    assert platter.contents() == snapshot(recorded.root)
    assert {step.what for step in recorded.steps} >= {OPEN, WRITE, SYNC}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variant", "share"), [("none", 1), ("small-wal", 3), ("old-sqlite", 3)], ids=["as-is", "small-wal", "old-sqlite"]
)
def test_power_cut_loses_nothing_acknowledged(
    recorder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], variant: str, share: int
) -> None:
    """After a cut at any moment the store opens, is sound, and has all that was acknowledged, in both journal modes."""
    looks = look_after_cuts(run(recorder, tmp_path, fault=variant), tmp_path, CUTS // share, seed=3)
    report(capsys, variant, looks)
    assert problems(looks) == []


@pytest.mark.slow
def test_power_cut_while_recovering_from_one(
    recorder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second cut, while the store goes on after the first, loses nothing of what either run acknowledged."""
    first = run(recorder, tmp_path, rounds=2)
    looks: list[Look] = []
    for n, (left, lines) in enumerate(list(cuts(first, 4, seed=4))[1:]):
        folder = tmp_path / f"second-{n}"
        folder.mkdir()
        lay_out(folder / "root", left | {LINES: lines})
        looks += look_after_cuts(run(recorder, folder, seed=100 + n, rounds=1), folder, CUTS // 9, seed=n)
    report(capsys, "second cut", looks)
    assert problems(looks) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "sign"),
    [
        ("no-sync", "entries are lost"),
        ("normal-sync", "entries are lost"),
        ("old-sqlite-full", "entries are lost"),
        ("files-unsynced", "is changed"),
        ("folders-unsynced", "is missing in blobs"),
    ],
)
def test_careless_program_is_found_out(recorder: Path, tmp_path: Path, fault: str, sign: str) -> None:
    """Of a program that leaves out one kind of sync, the same cuts show the loss."""
    found = problems(look_after_cuts(run(recorder, tmp_path, fault=fault, rounds=2), tmp_path, 40, seed=5))
    assert any(sign in problem for problem in found), found
