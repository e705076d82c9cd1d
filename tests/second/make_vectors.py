"""Writes `tests/vectors/*.json`: `python tests/second/make_vectors.py`. Nothing in it is left to chance."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from second import vectors_ed25519, vectors_entries, vectors_formats, vectors_log, vectors_roster

FOLDER = Path(__file__).resolve().parent.parent / "vectors"


def texts() -> dict[str, str]:
    """Content of each file by name: a list of cases, one a line."""
    files = {
        "ed25519.json": vectors_ed25519.cases(),
        "cbor.json": vectors_formats.cbor(),
        "entries.json": vectors_entries.entries(),
        "sealed.json": vectors_formats.sealed(),
        "tree.json": vectors_log.trees(),
        "notes.json": vectors_log.note_cases(),
        "roster.json": list(vectors_roster.cases()),
    }
    return {
        name: "[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n"
        for name, cases in files.items()
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, text in texts().items():
        (FOLDER / file).write_text(text, encoding="ascii")
