"""What somebody with an ordinary crew key can no longer do to an organisation's dossiers."""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from firsthand.evidence.dossier import layout
from firsthand.evidence.dossier.package import open_package, read
from firsthand.evidence.dossier.verify import verify
from firsthand.record.ed25519 import SigningKey
from firsthand.record.entries import Withdraw
from firsthand.record.entry import feed_id
from firsthand.record.sealed import Opening
from redteam.hostile import SALT, Pen, crew, forged, honest
from world.package import Files

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.conftest import Sample
    from firsthand.centre.centre import Centre

CHAIN = 600  # rotations; a recursion over them ends at about 330


def test_a_crew_key_signs_no_dossier(sample: Sample, centre: Centre) -> None:
    """The log takes a crew member's disclosure like any entry, but the dossier is not the centre's."""
    report = verify(Files(forged(centre, sample.incident, crew(centre))), trust=sample.trust)
    assert [check.name for check in report.checks if not check.ok] == ["disclosure"]


def test_a_crew_key_dates_nothing_back(sample: Sample, centre: Centre, tmp_path: Path) -> None:
    """In a dossier only a centre's or an officer's receipt says when an entry arrived."""
    raw = crew(centre).write("record.receipt/1", {"entries": [sample.incident], "arrived": 5})
    assert centre.store.receive([raw]).accepted
    report = honest(centre, sample.incident, tmp_path / "later.zip")
    with open_package(tmp_path / "later.zip") as package:
        document = json.loads(read(package, layout.INCIDENT, layout.TEXT_MAX))
    assert report.ok
    assert [entry["received"] for entry in document["entries"] if entry["id"] == sample.incident.hex()] == [None]


def test_times_that_do_not_grow_break_no_dossier(sample: Sample, centre: Centre, tmp_path: Path) -> None:
    """Record, section 4: a violation is shown, nothing more; else two entries would break every dossier for ever."""
    pen = crew(centre)
    raws = [pen.write("record.approve/1", {"entries": []}, time=(1_900_000_000_000 - n, 0)) for n in range(2)]
    assert len(centre.store.receive(raws).accepted) == 2
    assert honest(centre, sample.incident, tmp_path / "later.zip").ok


def test_a_long_chain_of_rotations_stops_no_centre(sample: Sample, centre: Centre, tmp_path: Path) -> None:
    """A key may rotate as often as it likes, without anybody's consent; standing is still computed."""
    keys = [SigningKey(n.to_bytes(32, "big")) for n in range(1, CHAIN + 2)]
    pen = crew(centre, seed=keys[0].seed, following=keys[1])
    raws = [pen.write("record.approve/1", {"entries": []})]
    for key, following in pairwise(keys[1:]):
        body = {"old": pen.feed, "seq": pen.seq - 1, "entry": pen.last, "alg": 1, "key": key.public}
        pen = Pen(key, centre.org)
        raws.append(pen.write("record.rotate/1", body | {"next": feed_id(following.public)}))
    assert len(centre.store.receive(raws).accepted) == len(raws)
    with centre.store.reading() as reader:
        assert centre.store.roster(reader).roles(pen.feed, 0) == frozenset(("crew",))
    assert honest(centre, sample.incident, tmp_path / "later.zip").ok


def test_receipts_that_also_name_roster_entries_break_no_dossier(
    sample: Sample, centre: Centre, tmp_path: Path
) -> None:
    """One receipt covers a whole batch; the dossier shows the arrival of every entry that it names."""
    pen = crew(centre)
    status = {"subject": sample.incident, "replaces": [], "to": "working"}
    raws = [
        pen.write("record.approve/1", {"entries": []}),
        pen.write("respond.incident_status/1", status, null=("note",)),
    ]
    assert len(centre.store.receive(raws, receipts_by=centre.writer_key).accepted) == 2
    assert honest(centre, sample.incident, tmp_path / "later.zip").ok


ITEM = {
    "collection": None, "family": "picture", "mime": "image/jpeg", "width": None, "height": None, "duration_ms": None,
    "readable": True, "unreadable_reason": None, "c2pa": None,
}  # fmt: skip


def item(centre: Centre, sample: Sample, pen: Pen, file: Any) -> None:
    """Let a crew member offer an item about which its sealed field says `file`."""
    values = {"file": file, "name": "EXERCISE", "claims": None, "note": None, "preview": None}
    raw = pen.write("evidence.item/1", ITEM | {"incident": sample.incident}, values=values)
    openings = {(sha256(raw).digest(), name): Opening(SALT, value) for name, value in values.items()}
    assert centre.store.receive([raw], openings).openings == len(values)


@pytest.mark.parametrize(
    "file",
    [
        None, "text", {}, {"sha256": b"x", "size": 1, "ext": "jpg"}, {"sha256": b"x" * 32, "size": 1, "ext": 5},
        {"sha256": b"x" * 32, "size": "1", "ext": "jpg"},
    ],
    ids=["nothing", "text", "empty", "short_hash", "extension", "size"],
)  # fmt: skip
def test_an_item_that_names_no_file_stops_no_dossier(sample: Sample, centre: Centre, tmp_path: Path, file: Any) -> None:
    """What others seal has any form; it counts as a file that is not here."""
    item(centre, sample, crew(centre), file)
    assert honest(centre, sample.incident, tmp_path / "later.zip").ok


def test_an_item_that_lies_about_a_length_stops_no_dossier(sample: Sample, centre: Centre, tmp_path: Path) -> None:
    """The same file with another length, before and after the true item: no damage is reported, and nothing breaks."""
    here = next(path for path in (sample.store / "blobs").glob("??/*"))
    for seed in (b"c" * 32, b"e" * 32):
        item(centre, sample, crew(centre, seed=seed), {"sha256": bytes.fromhex(here.name), "size": 1, "ext": "jpg"})
    assert honest(centre, sample.incident, tmp_path / "later.zip").ok


def test_a_withdrawn_key_breaks_no_dossier(sample: Sample, centre: Centre, tmp_path: Path) -> None:
    """The files of somebody whose key was captured are not disclosed as evidence; the dossier says that it is so."""
    pen, content = crew(centre), b"EXERCISE of a captured phone"
    taken = centre.blobs.take_bytes(content)
    item(centre, sample, pen, {"sha256": taken.sha256, "size": len(content), "ext": "bin"})
    assert honest(centre, sample.incident, tmp_path / "before.zip").ok
    body = Withdraw(feed=pen.feed, seq=-1, entry=None, reason="captured")
    with centre.store.writing() as writer:
        writer.append(centre.keys.get("root-1"), body)
    assert honest(centre, sample.incident, tmp_path / "after.zip").ok
    with open_package(tmp_path / "before.zip") as before, open_package(tmp_path / "after.zip") as after:
        name = layout.media_name(taken.sha256, "bin")
        assert (name in before.sizes(), name in after.sizes()) == (True, False)
        document = json.loads(read(after, layout.INCIDENT, layout.TEXT_MAX))
    theirs = [part["type"] for part in document["entries"] if part["feed"] == pen.feed.hex()]
    assert theirs == ["evidence.item/1"]  # left out of the files, not of the account
    assert document["counts"]["files"]["withheld"] == 1
