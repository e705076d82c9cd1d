"""The demonstration: from an exercise to a proof, and what happens to a proof when somebody changes one byte."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from firsthand.centre.centre import TRUST_FILE, Centre
from firsthand.centre.dossiers import Made, make_dossier
from firsthand.drill import attacker
from firsthand.drill.run import run_drill
from firsthand.errors import Misuse
from firsthand.evidence.dossier import layout
from firsthand.evidence.dossier.package import open_package
from firsthand.evidence.dossier.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from firsthand.evidence.dossier.report import Report

_MARKER = ".made-by-firsthand-demo"
STEPS = ("the exercise", "the dossier", "checking it", "an attacker changes one byte of a picture",
         "an attacker changes one word of the report", "unpacking")  # fmt: skip
_SECONDS = {"the exercise": 6.0, "the dossier": 1.0, "unpacking": 1.0}  # on a small laptop; only for the time left


@dataclass(frozen=True)
class Shown:
    """What a demonstration leaves behind."""

    store: Path
    trust: Path
    made: Made
    good: Report
    picture: Report
    picture_name: str
    sentence: Report
    folder: Path
    broken_picture: Path
    broken_sentence: Path
    seconds: float


def demonstrate(folder: Path, seed: int, *, say: Callable[[str, float], None]) -> Shown:
    """Run the demonstration in `folder`, which is emptied first if a demonstration made it.

    Args:
        folder: new, or of an earlier demonstration.
        seed: of the drill.
        say: told before each step what it is, and about how many seconds are left.

    Raises:
        Misuse: the folder holds something else.
    """
    begin = time.monotonic()

    def step(name: str) -> None:
        say(name, sum(_SECONDS.get(later, 0.3) for later in STEPS[STEPS.index(name) :]))

    _empty(folder)
    store, out = folder / "centre", folder / "dossier.zip"
    step("the exercise")
    drilled = run_drill(store, seed)
    step("the dossier")
    with Centre(store) as centre:
        made = make_dossier(centre, drilled.incidents[0], out)
    step("checking it")
    good = _verify(out, store / TRUST_FILE)
    files = attacker.read_all(out)
    step("an attacker changes one byte of a picture")
    name = next(name for name in sorted(files) if name.startswith("data/media/") and name.endswith(".jpg"))
    changed = files | {name: attacker.flip(files[name], len(files[name]) // 2)}
    picture = folder / "broken-picture.zip"
    attacker.write_all(picture, attacker.repair(changed))
    step("an attacker changes one word of the report")
    sentence = folder / "broken-sentence.zip"
    attacker.write_all(sentence, attacker.repair(_change_sentence(files)))
    reports = [_verify(path, store / TRUST_FILE) for path in (picture, sentence)]
    step("unpacking")
    attacker.unpack(out, folder / "dossier")
    return Shown(
        store=store,
        trust=store / TRUST_FILE,
        made=made,
        good=good,
        picture=reports[0],
        picture_name=_name_of(files, name),
        sentence=reports[1],
        folder=folder / "dossier",
        broken_picture=picture,
        broken_sentence=sentence,
        seconds=time.monotonic() - begin,
    )


def _empty(folder: Path) -> None:
    if folder.exists():
        if any(folder.iterdir()) and not (folder / _MARKER).is_file():
            raise Misuse(
                f"{folder} is not empty.", kept="It was not touched.", advice="Name another folder with --folder."
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / _MARKER).write_text("Made by firsthand demo, which may empty this folder.\n")


def _verify(path: Path, trust: Path) -> Report:
    with open_package(path) as package:
        return verify(package, trust=layout.parse_keys(trust.read_bytes()))


def _change_sentence(files: dict[str, bytes]) -> dict[str, bytes]:
    """Say of a person who was found that nothing is known, in the readable part, where a reader would look."""
    text = files[layout.INCIDENT].decode()
    document = json.loads(text)
    status = next(
        entry for entry in document["entries"]
        if entry["type"] == "respond.person_status/1" and entry["body"]["to"] in {"found", "injured", "handed_over"}
    )  # fmt: skip
    at = text.index(f'"id": "{status["id"]}"')
    before = f'"to": "{status["body"]["to"]}"'
    at = text.index(before, at)
    changed = text[:at] + '"to": "missing"' + text[at + len(before) :]
    return files | {layout.INCIDENT: changed.encode()}


def _name_of(files: dict[str, bytes], media: str) -> str:
    document = json.loads(files[layout.INCIDENT])
    item = next(m["entry"] for m in document["media"] if m["name"] == media)
    entry = next(e for e in document["entries"] if e["id"] == item)
    return str(entry["sealed"]["name"].get("value", ""))
