from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from second.judge import failed, reseal
from second.verifier import verify
from second.writer import signature_line
from second.writer_dossier import dossier, seal, tell, zipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from second.conftest import Made

LIES = [
    ("content", '"value": "EXERCISE: a wall', '"value": "EXERCISE: a hall'),
    ("content", '"kind": "collapse"', '"kind": "collapsE"'),
    ("content", '"exercise": true', '"exercise": false'),
    ("content", '"exercise": true', '"exercise": 1'),
    ("content", '"seq": 1,', '"seq": true,'),
    ("content", '"log_size": 10', '"log_size": 11'),
    ("content", '"state": "withheld"', '"state": "erased"'),
    ("content", '"state": "withheld"', '"state": "hidden"'),
    ("content", '"disclosed": 1,', '"disclosed": 2,'),
    ("content", '"field": "sealed.title"', '"field": "sealed.caller"'),
    ("content", '"field": "body.place"', '"field": "body.kind"'),
    ("content", '"field": "body.place"', '"field": "body.place.x"'),
    ("content", '"name": "title"', '"name": "summary"'),
    ("content", '"name": "from"', '"name": "to"'),
    ("content", '"name": "from"', '"name": "from_ms"'),
    ("content", '"log": 3,\n   "dossier": 3', '"log": 3,\n   "dossier": 2'),
    ("content", '"log": 3,\n   "dossier": 3', '"log": 4,\n   "dossier": 4'),
    ("content", '"log": 3,\n   "dossier": 3', '"log": 2,\n   "dossier": 3'),
    ("content", '"disclosed": 1,\n   "withheld": 0', '"disclosed": 1,\n   "withheld": 1'),
    ("content", '"disclosed": 1,\n   "withheld": 0', '"disclosed": 0,\n   "withheld": 0'),
    ("content", '"format"', '"format": "firsthand.dossier/1", "format"'),
    ("content", '"received": null', '"received": 5'),
    ("content", '"seen": null', '"seen": ""'),
    ("content", '"value": 7,', '"value": 7.0,'),
    ("media", '"size": 159,\n   "name"', '"size": 160,\n   "name"'),
    ("media", '"name": "data/media/', '"name": "media/'),
]


@pytest.mark.parametrize(("check", "old", "new"), LIES)
def test_refuses_a_centre_that_lies_about_its_entries(made: Made, spot: Path, check: str, old: str, new: str) -> None:
    """The centre signs an incident.json that does not agree with what lies beside it."""
    data = {name: content for name, content in made.files.items() if name.startswith("data/")}
    text = data["data/incident.json"].decode()
    assert old in text
    data["data/incident.json"] = text.replace(old, new, 1).encode()
    spot.write_bytes(zipped(data | seal(made.story, data)))
    assert check in failed(spot)


@pytest.mark.parametrize("name", ["data/keys", "data/policy"])
def test_refuses_a_centre_that_lies_about_its_keys(made: Made, spot: Path, name: str) -> None:
    """Signed by the centre all the same."""
    data = {other: content for other, content in made.files.items() if other.startswith("data/")}
    data[name] = data[name].replace(b"log ", b"log x", 1)
    spot.write_bytes(zipped(data | seal(made.story, data)))
    assert failed(spot) == {"keys"}


def test_refuses_a_cited_entry_that_does_not_stand(spot: Path) -> None:
    """The phone was withdrawn, and the report cites it."""
    story = tell("cedar")
    root = story.organisation.roots[0]
    story.log.append(story.organisation.withdraw(root, story.incident.entry.feed).entry.raw)
    spot.write_bytes(zipped(dossier(story)))
    assert failed(spot) == {"standing"}


def test_refuses_a_centre_that_does_not_stand(spot: Path) -> None:
    """The centre's own feed was withdrawn before it disclosed."""
    story = tell("cedar")
    root = story.organisation.roots[0]
    story.log.append(story.organisation.withdraw(root, story.centre.feed, 0).entry.raw)
    spot.write_bytes(zipped(dossier(story)))
    assert failed(spot) == {"disclosure"}


@pytest.mark.parametrize("roles", [("centre",), ("officer",), ("centre", "field")])
def test_a_centre_and_an_officer_sign_dossiers(spot: Path, roles: tuple[str, ...]) -> None:
    """Either role will do, alone or beside others."""
    spot.write_bytes(zipped(dossier(tell("cedar", roles=roles))))
    assert failed(spot) == set()


def test_a_seat_signs_dossiers(spot: Path) -> None:
    """Seats count as officers."""
    story = tell("cedar")
    story = replace(story, centre=story.organisation.roots[0])
    spot.write_bytes(zipped(dossier(story)))
    assert failed(spot) == set()


@pytest.mark.parametrize("roles", [("field",), ("dispatcher", "erase"), ()])
def test_refuses_an_author_with_another_role(spot: Path, roles: tuple[str, ...]) -> None:
    """The log takes the disclosure like any entry, its author stands, and is neither a centre nor an officer."""
    spot.write_bytes(zipped(dossier(tell("cedar", roles=roles))))
    assert failed(spot) == {"disclosure"}


def test_refuses_a_dossier_that_a_crew_signs(made: Made, spot: Path) -> None:
    """Everything in it is true and made again by the phone that reported the incident."""
    story = replace(made.story, centre=made.story.phone)
    spot.write_bytes(zipped(dossier(story)))
    assert failed(spot) == {"disclosure"}
    assert verify(spot)["checks"]["disclosure"] == ["disclosure.cose: its author is neither a centre nor an officer"]


def data_of(made: Made) -> dict[str, bytes]:
    """What lies under `data/`."""
    return {name: content for name, content in made.files.items() if name.startswith("data/")}


def test_a_true_claim_of_more_in_the_log(made: Made, spot: Path) -> None:
    """The log's number is the centre's claim; it may be larger than what is here."""
    data = data_of(made)
    old, new = b'"log": 3,\n   "dossier": 3', b'"log": 5,\n   "dossier": 3'
    data["data/incident.json"] = data["data/incident.json"].replace(old, new, 1)
    assert data != data_of(made)
    spot.write_bytes(zipped(data | seal(made.story, data)))
    assert failed(spot) == set()


def _exercise_last(text: str) -> str:
    return text.replace("Exercise: yes\n", "") + "Exercise: yes\n"


@pytest.mark.parametrize(
    "info",
    [
        _exercise_last,
        lambda text: "".join(reversed(text.splitlines(keepends=True))),
        lambda text: text.replace("Firsthand", "firsthand"),
        lambda text: text.replace("Exercise: yes\n", ""),
        lambda text: text.replace("Exercise: yes\n", "Exercise: no\n"),
        lambda text: text.replace("2026-11-22", "20261122"),
        lambda text: text.replace("2026-11-22", "2026-02-30"),
        lambda text: text.replace("2026-11-22", ""),
        lambda text: text + "Contact-Name: EXERCISE\n",
        lambda text: text + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.removesuffix("\n"),
    ],
)
def test_refuses_bag_info_of_another_form(made: Made, spot: Path, info: Callable[[str], str]) -> None:
    """The lines of the page in the page's order, though the centre signs others."""
    data = data_of(made)
    spot.write_bytes(zipped(data | seal(made.story, data, info=info)))
    assert failed(spot) == {"bag"}


def test_refuses_a_disclosure_that_the_log_held_before(made: Made, spot: Path) -> None:
    """Its index is below `log_size`: the disclosure cannot have come after what it discloses."""
    data, size = data_of(made), len(made.story.log.entries)
    spot.write_bytes(zipped(data | seal(made.story, data, place=size)))
    assert failed(spot) == set()
    spot.write_bytes(zipped(data | seal(made.story, data, place=size - 1)))
    assert failed(spot) == {"proofs"}


def test_refuses_a_second_signature_on_the_disclosures_checkpoint(made: Made, spot: Path) -> None:
    """No line that the policy does not know."""
    line = signature_line("witness.example", bytes(4), bytes(72)).encode()
    proof = made.files["disclosure.tlog-proof"] + line
    spot.write_bytes(zipped(reseal({**made.files, "disclosure.tlog-proof": proof})))
    assert failed(spot) & {"disclosure", "proofs"}


@pytest.mark.parametrize("name", ["item", "genesis", "nothing"])
def test_refuses_an_incident_that_is_none(made: Made, spot: Path, name: str) -> None:
    """`incident` has to name a respond.incident/1 that is here, though all agree on another."""
    story, data = made.story, data_of(made)
    other = {"item": story.item.id, "genesis": story.organisation.org, "nothing": bytes(32)}[name]
    old = f'"incident": "{story.incident.id.hex()}"'.encode()
    assert old in data["data/incident.json"]
    data["data/incident.json"] = data["data/incident.json"].replace(old, f'"incident": "{other.hex()}"'.encode(), 1)
    spot.write_bytes(zipped(data | seal(story, data, incident=other)))
    assert failed(spot) == {"content"}


def test_counts_an_item_whose_file_is_not_here_as_withheld(spot: Path) -> None:
    """Its `file` may be disclosed all the same."""
    story = tell("elder", with_media=False)
    story.withheld.discard((story.item.id, "file"))
    spot.write_bytes(zipped(dossier(story)))
    assert failed(spot) == set()
