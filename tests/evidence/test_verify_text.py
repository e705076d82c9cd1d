"""The commands in VERIFY.txt, run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from firsthand.drill import attacker
from firsthand.evidence.dossier import layout

if TYPE_CHECKING:
    from collections.abc import Callable

    from evidence.conftest import Sample

GO_PROGRAM = Path(__file__).resolve().parent.parent / "second" / "check_record.go"
STEP = re.compile(r"^   ([abcd])\) ", re.MULTILINE)


def steps(text: str) -> dict[str, str]:
    """Return the shell commands of the four steps."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in text.splitlines():
        if match := STEP.match(line):
            current = current if match[1] in found else match[1]
        if line.startswith("   $ ") and current:
            found.setdefault(current, []).append(line[5:])
    return {name: "\n".join(lines) for name, lines in found.items()}


@pytest.fixture
def run(tmp_path: Path, needs: Any) -> Callable[[dict[str, bytes]], dict[str, tuple[int, str]]]:
    """Return a function that unpacks files and runs every step in `sh`; it gives exit status and output of each."""
    for program, package in (
        ("sh", "dash"),
        ("openssl", "openssl"),
        ("basenc", "coreutils"),
        ("go", "golang-go"),
        (Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog"), "golang-golang-x-mod-dev"),
    ):
        needs(program, package)

    def run_all(files: dict[str, bytes]) -> dict[str, tuple[int, str]]:
        folder = tmp_path / "dossier"
        attacker.write_all(tmp_path / "given.zip", files)
        attacker.unpack(tmp_path / "given.zip", folder)
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        results = {}
        for name, script in steps(files[layout.VERIFY].decode()).items():
            done = subprocess.run(
                ["sh", "-e", "-c", script],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
                env=os.environ | {"PATH": path, "GOCACHE": str(tmp_path / "go"), "PYTHONWARNINGS": "ignore"},
            )
            results[name] = (done.returncode, done.stdout + done.stderr)
        return results

    return run_all


def test_the_program_in_it_is_the_documented_one(sample: Sample) -> None:
    """VERIFY.txt prints the same Go program as the documentation."""
    lines = [line for line in sample.files[layout.VERIFY].decode().splitlines() if line.startswith("   |")]
    assert GO_PROGRAM.read_text(encoding="utf-8") == "".join(re.sub(r"^   \| ?", "", line) + "\n" for line in lines)


def test_the_commands_accept_a_good_dossier(sample: Sample, run: Any) -> None:
    """All four steps succeed and say what VERIFY.txt says they will."""
    results = run(sample.files)
    assert dict.fromkeys("abcd", 0) == {name: status for name, (status, _) in results.items()}
    assert results["c"][1] == "Signature Verified Successfully\n1\n"
    assert results["d"][1].count("OK: entry") == results["d"][1].count("\n")


def test_the_commands_refuse_a_damaged_file(sample: Sample, run: Any) -> None:
    """A byte changed in a picture fails the lists."""
    name = next(name for name in sample.files if name.endswith(".jpg"))
    results = run(sample.files | {name: attacker.flip(sample.files[name], 100)})
    assert {"a", "b"} <= {name for name, (status, _) in results.items() if status}


def test_the_commands_refuse_repaired_lists(sample: Sample, run: Any) -> None:
    """Whoever repairs the lists is found by the signature on them."""
    name = next(name for name in sample.files if name.endswith(".jpg"))
    changed = attacker.repair(sample.files | {name: attacker.flip(sample.files[name], 100)})
    results = run(changed)
    assert (results["a"][0], results["b"][0]) == (0, 0)
    assert results["c"][0] != 0
    assert results["c"][1] == "Signature Verified Successfully\n0\n"


def test_the_commands_refuse_a_changed_entry(sample: Sample, run: Any) -> None:
    """A changed entry is not in the log."""
    name = next(name for name in sample.files if name.endswith(".cose") and name.startswith("data/"))
    changed = attacker.repair(sample.files | {name: attacker.flip(sample.files[name], 90)})
    status, said = run(changed)["d"]
    assert status != 0
    assert "NOT OK: the entry is not in that tree" in said
