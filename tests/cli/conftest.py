"""What the tests of the commands share: a newcomer at a terminal, one drill, and small invented files."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from firsthand.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT_S = 120


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """The one JSON value on stdout."""
        assert self.out.endswith("\n")
        assert self.out.count("\n") == 1
        return json.loads(self.out)

    def failed(self, code: int) -> str:
        """Return the short paragraph on stderr of a command that ended with `code`; nothing else may be said."""
        assert (self.code, self.out) == (code, ""), self.err
        text = self.err.strip()
        assert text
        assert "Traceback" not in text
        assert "\n" not in text, text
        assert len(text) < 400
        assert text.endswith(".")
        return text


class Terminal:
    """Somebody who types commands in a folder. `__call__` runs them in this process, `process` in one of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str | Path) -> Said:
        """Run `firsthand` with `words`, from the parsing of the command line to the exit code."""
        out, err, code = io.StringIO(), io.StringIO(), 0
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(self.folder)
            patch.setattr(sys, "argv", ["firsthand", *map(str, words)])
            for name in ("FIRSTHAND_STORE", "FORCE_COLOR", "COLUMNS"):
                patch.delenv(name, raising=False)
            try:
                main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else int(end.code is not None)
        return Said(code, out.getvalue(), err.getvalue())

    def process(self, *words: str | Path) -> Said:
        """Run `python -m firsthand` with `words`."""
        env = {k: v for k, v in os.environ.items() if k not in {"FIRSTHAND_STORE", "FORCE_COLOR", "COLUMNS"}}
        done = subprocess.run(
            [sys.executable, "-m", "firsthand", *map(str, words)], cwd=self.folder,
            env={**env, "LC_ALL": "C.UTF-8"}, stdin=subprocess.DEVNULL, capture_output=True, check=False,
            timeout=TIMEOUT_S,
        )  # fmt: skip
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def firsthand(tmp_path: Path) -> Terminal:
    """Return a terminal in an empty folder."""
    return Terminal(tmp_path)


@dataclass(frozen=True)
class Night:
    """A drill that was run, and a dossier of its largest incident."""

    folder: Path
    value: dict[str, Any]

    @property
    def store(self) -> Path:
        """The store."""
        return self.folder / "night"

    @property
    def incident(self) -> str:
        """Id of the incident that the dossier is about."""
        return str(self.value["incidents"][0])

    @property
    def dossier(self) -> Path:
        """The dossier, zipped."""
        return self.folder / "night.zip"

    @property
    def unpacked(self) -> Path:
        """The dossier as a folder."""
        return self.folder / "unpacked"

    @property
    def trust(self) -> Path:
        """The key file."""
        return self.store / "trust.txt"


@pytest.fixture(scope="session")
def drilled(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """Return one drill for all tests that only read; none may write to it."""
    folder = tmp_path_factory.mktemp("drill")
    terminal = Terminal(folder)
    ran = terminal("drill", "--store", "night", "--json")
    assert ran.code == 0, ran.err
    night = Night(folder, ran.value)
    made = terminal("dossier", night.incident, "night.zip", "--store", "night", "--json")
    assert made.code == 0, made.err
    (folder / "made.json").write_text(made.out, encoding="utf-8")
    shutil.unpack_archive(night.dossier, night.unpacked)
    return night


@pytest.fixture
def night(drilled: Night, tmp_path: Path) -> Night:
    """Return a copy of the drill that a test may change."""
    folder = tmp_path / "copy"
    shutil.copytree(drilled.folder, folder)
    return Night(folder, drilled.value)


@pytest.fixture
def centre(firsthand: Terminal) -> Path:
    """Return the store of a new organisation, an exercise."""
    made = firsthand("init", "--store", "centre", "--name", "EXERCISE Rescue - تمرين", "--exercise")
    assert made.code == 0, made.err
    return firsthand.folder / "centre"
