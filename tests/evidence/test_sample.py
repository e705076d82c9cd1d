"""The committed dossier of an exercise: a golden file of format version 1."""

from __future__ import annotations

from pathlib import Path

from firsthand.evidence.dossier import layout
from firsthand.evidence.dossier.package import open_package
from firsthand.evidence.dossier.verify import verify
from second.verifier import verify as second_verify

SAMPLE = Path(__file__).resolve().parent.parent.parent / "docs" / "sample"
BYTES_MAX = 1_000_000


def test_the_sample_holds() -> None:
    """Whatever changes here, the dossier that was handed out still verifies, against its key file."""
    trust = layout.parse_keys((SAMPLE / "exercise-keys.txt").read_bytes())
    with open_package(SAMPLE / "exercise-dossier.zip") as package:
        report = verify(package, trust=trust)
    assert [check.detail for check in report.checks if not check.ok] == []
    assert (report.anchor, report.exercise) == ("established", True)


def test_the_sample_is_small() -> None:
    """A visitor gets it with the sources."""
    assert (SAMPLE / "exercise-dossier.zip").stat().st_size < BYTES_MAX


def test_the_second_verifier_accepts_the_sample() -> None:
    """The verifier that was written from the reference alone comes to the same verdict."""
    found = second_verify(SAMPLE / "exercise-dossier.zip", (SAMPLE / "exercise-keys.txt").read_text())
    assert (found["ok"], found["anchor"]) == (True, "established")
