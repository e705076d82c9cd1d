"""The page's commands, run as they stand there, over good dossiers and over bad ones."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from second.judge import reseal
from second.writer_dossier import dossier, seal, tell, zipped

if TYPE_CHECKING:
    from second.conftest import Made

TESTS = Path(__file__).resolve().parent.parent
PAGE = TESTS.parent / "docs" / "how-to" / "check-without-firsthand.md"
GO_PROGRAM = TESTS / "second" / "check_record.go"
TLOG = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")
STEPS = ("unpack", "sha256sum", "bagit", "openssl", "pycose", "go", "organisation")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

Files = dict[str, bytes]
Run = Callable[[bytes, str], set[str]]


def blocks(language: str) -> list[str]:
    """The page's blocks in one language."""
    return [body for found, body in BLOCK.findall(PAGE.read_text(encoding="utf-8")) if found == language]


def test_page_prints_the_go_program() -> None:
    """The page and the file are the same, and under sixty lines."""
    program = GO_PROGRAM.read_text(encoding="utf-8")
    assert [program] == blocks("go")
    assert program.count("\n") < 60


@pytest.fixture(scope="session")
def go_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which Go keeps what it has compiled, for all tests."""
    return tmp_path_factory.mktemp("go")


@pytest.fixture
def run(tmp_path: Path, needs: Any, go_cache: Path) -> Run:
    """Return a function that runs every block and returns the names of the steps that failed."""
    for program, package in (
        ("bash", "bash"),
        ("openssl", "openssl"),
        ("basenc", "coreutils"),
        ("go", "golang-go"),
        (TLOG, "golang-golang-x-mod-dev"),
    ):
        needs(program, package)

    def run_all(zip_bytes: bytes, trust: str) -> set[str]:
        (tmp_path / "dossier.zip").write_bytes(zip_bytes)
        (tmp_path / "trusted-keys").write_text(trust, encoding="utf-8")
        (tmp_path / "check_record.go").write_text(blocks("go")[0], encoding="utf-8")
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        env = {**os.environ, "PATH": path, "HOME": str(tmp_path), "GOCACHE": str(go_cache), "LC_ALL": "C.UTF-8"}
        failed = set()
        for name, block in zip(STEPS, blocks("bash"), strict=True):
            (tmp_path / "step").write_text(block, encoding="utf-8")
            done = subprocess.run(["bash", "-e", "step"], cwd=tmp_path, env=env, capture_output=True, check=False)
            if done.returncode != 0:
                failed.add(name)
            elif name != "unpack":
                assert b"OK" in done.stdout, (name, done.stdout, done.stderr)
                assert b"NOT OK" not in done.stdout
        return failed

    return run_all


@pytest.mark.parametrize(("m", "n", "with_media"), [(1, 1, True), (2, 3, False)])
def test_every_step_passes_on_a_good_dossier(run: Run, m: int, n: int, *, with_media: bool) -> None:
    """With a picture and without one, with one root and with three."""
    story = tell("dogwood", m=m, n=n, with_media=with_media, long=True)
    assert run(zipped(dossier(story)), story.trust) == set()


def _flip(files: Files, name: str, place: int) -> Files:
    data = bytearray(files[name])
    data[place] ^= 1
    return {**files, name: bytes(data)}


def _damaged_media(made: Made) -> Files:
    return _flip(made.files, next(name for name in made.files if name.startswith("data/media/")), 5)


def _changed_text(made: Made) -> Files:
    text = made.files["data/incident.json"].replace(b"a wall", b"a hall")
    return reseal({**made.files, "data/incident.json": text})


def _changed_entry(made: Made) -> Files:
    """An entry changed, renamed and listed again by someone without its key."""
    files = dict(made.files)
    old = made.story.incident
    raw = old.entry.raw.replace(b"collapse", b"collapsE")
    files[f"data/entries/{hashlib.sha256(raw).hexdigest()}.cose"] = raw
    proof = files.pop(f"data/proofs/{old.id.hex()}.tlog-proof")
    files[f"data/proofs/{hashlib.sha256(raw).hexdigest()}.tlog-proof"] = proof
    del files[f"data/entries/{old.id.hex()}.cose"]
    return reseal(files)


def _changed_tag(made: Made) -> Files:
    return reseal(_flip(made.files, "VERIFY.txt", 3))


def _changed_proof(made: Made) -> Files:
    name = f"data/proofs/{made.story.incident.id.hex()}.tlog-proof"
    return reseal(_flip(made.files, name, 60))


def _removed_proof(made: Made) -> Files:
    name = f"data/proofs/{made.story.incident.id.hex()}.tlog-proof"
    return reseal({other: data for other, data in made.files.items() if other != name})


def _lying_centre(made: Made) -> Files:
    """The centre signs text that is not in its entries."""
    data = {name: content for name, content in made.files.items() if name.startswith("data/")}
    data["data/incident.json"] = data["data/incident.json"].replace(b"a wall", b"a hall")
    return data | seal(made.story, data)


def _forged_whole(made: Made) -> Files:
    return dossier(replace(tell("forger"), media=made.story.media))


@pytest.mark.parametrize(
    ("tamper", "failing"),
    [
        (_damaged_media, {"sha256sum", "bagit"}),
        (_changed_text, {"openssl", "pycose"}),
        (_changed_entry, {"openssl", "pycose", "go"}),
        (_changed_tag, {"openssl"}),
        (_changed_proof, {"openssl", "go"}),
        (_removed_proof, {"bagit", "openssl", "go"}),
        (_lying_centre, {"pycose"}),
        (_forged_whole, {"go", "organisation"}),
    ],
)
def test_the_step_that_the_page_names_fails_on_a_bad_dossier(
    run: Run, made: Made, tamper: Callable[[Made], Files], failing: set[str]
) -> None:
    """Each step catches what the page says it proves, and only that."""
    assert run(zipped(tamper(made)), made.story.trust) == failing
