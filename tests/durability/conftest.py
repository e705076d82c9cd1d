"""A small centre to copy, a nursery of processes to kill, and the recorder."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from world import crash_work
from world.crash import Nursery
from world.crash_check import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Needs
    from world.crash import Fresh


MEMORY_BYTES_MIN = 512 << 20


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Path]:
    """An empty folder, in memory where possible: a killed process loses no page, so no disk need be waited for."""
    memory = Path("/dev/shm")  # noqa: S108 - in a folder of its own
    if not memory.is_dir() or not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < MEMORY_BYTES_MIN:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="firsthand-test-", dir=memory) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A centre just founded, to be copied, and its organisation's id."""
    folder = tmp_path_factory.mktemp("template") / "centre"
    ledger = Ledger()
    crash_work.make(crash_work.Deaf(ledger), folder).close()
    assert ledger.made is not None
    return folder, ledger.made


@pytest.fixture
def fresh(template: tuple[Path, str], quick: Path) -> Fresh:
    """Return a function that copies the template to a folder of this name, and a ledger for it."""

    def copy(name: str) -> tuple[Path, Ledger]:
        folder, made = template
        return shutil.copytree(folder, quick / name), Ledger(made=made)

    return copy


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """A process that forks children."""
    with Nursery() as started:
        yield started


@pytest.fixture(scope="session")
def recorder(needs: Needs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that writes down what a process does to files."""
    needs("gcc", "gcc")
    needs(Path("/usr/include/stdlib.h"), "libc6-dev")
    library = tmp_path_factory.mktemp("recorder") / "recorder.so"
    source = Path(__file__).with_name("recorder.c")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-o", library, source], check=True)
    return library
