"""Dossiers made to mislead or to stop the verifier: a verdict, never a crash, and the same one as the page's."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from firsthand.errors import BadInput
from firsthand.evidence.dossier import layout, readable
from firsthand.evidence.dossier.package import open_package
from firsthand.evidence.dossier.verify import verify
from firsthand.evidence.dossier.zipform import Member, directory_header, ending
from redteam.hostile import Pen, forged
from world.package import Files

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.conftest import Sample
    from firsthand.centre.centre import Centre
    from firsthand.evidence.dossier.report import Report


def failed(report: Report) -> set[str]:
    """Return the names of the checks that do not hold."""
    return {check.name for check in report.checks if not check.ok}


ODD: list[Any] = [[], {}, [[]], {"$hex": 1}, {"$hex": []}, None, True, -1]


@pytest.mark.parametrize(
    "path",
    [
        ("facts", 0, "entry"), ("facts", 0, "name"), ("facts", 0, "field"),
        ("media", 0, "entry"), ("media", 0, "name"), ("media", 0, "sha256"),
        ("entries", "item", "sealed", "file", "state"), ("entries", "item", "sealed", "file"),
        ("entries", "item", "sealed", "file", "value", "sha256", "$hex"), ("entries", "item", "sealed"),
    ],
    ids=lambda path: ".".join(map(str, path)),
)  # fmt: skip
def test_other_kinds_of_values_are_named(sample: Sample, path: tuple[str | int, ...]) -> None:
    """A list or an object where a text belongs is a fault of the content, not of the verifier."""
    for odd in ODD:
        document = json.loads(sample.files[layout.INCIDENT])
        items = [n for n, part in enumerate(document["entries"]) if part["type"] == "evidence.item/1"]
        at: Any = document
        for step in path[:-1]:
            at = at[items[0] if step == "item" else step]
        at[path[-1]] = odd
        changed = sample.files | {layout.INCIDENT: json.dumps(document).encode()}
        assert "content" in failed(verify(Files(changed))), odd


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_incident_json_is_utf8(sample: Sample, encoding: str) -> None:
    """Another encoding says something else to a reader that knows UTF-8 only, as the page does."""
    changed = sample.files[layout.INCIDENT].decode().encode(encoding)
    assert "content" in failed(verify(Files(sample.files | {layout.INCIDENT: changed})))


@pytest.mark.parametrize("number", ["-0", "1e2", "1.0", "NaN", "Infinity", "9007199254740992", "1" + "0" * 5000])
def test_numbers_that_parsers_read_differently_are_refused(number: str) -> None:
    """Whole numbers within the record's range, in one form."""
    assert readable.load(b'{"n": -9007199254740991}') == {"n": -9007199254740991}
    with pytest.raises(BadInput):
        readable.load(f'{{"n": {number}}}'.encode())


def test_half_a_surrogate_pair_is_refused() -> None:
    """Python's JSON would let the bytes pass."""
    with pytest.raises(BadInput):
        readable.load(b'{"a": "\xed\xa0\x80"}')


def test_false_is_no_count(sample: Sample, centre: Centre) -> None:
    """Python's 0 equals false; counts are whole numbers, also where the centre signed them."""

    def lie(document: dict[str, Any]) -> None:
        assert document["counts"]["sealed"]["erased"] == 0
        document["counts"]["sealed"]["erased"] = False

    assert failed(verify(Files(forged(centre, sample.incident, _centres_pen(centre), lie)))) == {"content"}


def test_the_counts_name_each_feed_once(sample: Sample, centre: Centre) -> None:
    """A second line about a feed could say how little it left out."""

    def twice(document: dict[str, Any]) -> None:
        feeds = document["counts"]["feeds"]
        feeds.insert(0, feeds[0] | {"log": 1_000_000})

    assert failed(verify(Files(forged(centre, sample.incident, _centres_pen(centre), twice)))) == {"content"}


def _centres_pen(centre: Centre) -> Pen:
    pen = Pen(centre.writer_key, centre.org)
    with centre.store.reading() as reader:
        head = reader.head(pen.feed)
    assert head is not None
    pen.seq, pen.last = head.seq + 1, head.id
    return pen


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Exercise: yes\n", b""),
        (b"Bagging-Date: 20", b"Bagging-Date: twenty-"),
        (b"Payload-Oxum", b"Internal-Sender-Description: lies\nPayload-Oxum"),
        (b"Bag-Software-Agent: Firsthand", b"Bag-Software-Agent: Another"),
    ],
    ids=["no_exercise", "date", "line_added", "agent"],
)
def test_bag_info_has_one_form(sample: Sample, old: bytes, new: bytes) -> None:
    """Also where its hash is signed: form, incident and exercise are what the rest of the dossier says."""
    text = sample.files[layout.BAG_INFO].replace(old, new)
    report = verify(Files(sample.files | {layout.BAG_INFO: text}))
    details = "\n".join(check.detail for check in report.checks if not check.ok)
    assert "bag-info.txt" in details


def test_a_key_file_without_a_log_is_none(sample: Sample) -> None:
    """The organisation alone would vouch for the log of whomever an officer enrolled."""
    text = layout.keys_text(sample.trust[0], sample.trust[1][0]).decode()
    without = "".join(line + "\n" for line in text.splitlines() if not line.startswith("log "))
    with pytest.raises(BadInput):
        layout.parse_keys(without.encode())


def _unpack(files: dict[str, bytes], folder: Path) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_a_folder_holds_no_other_folders(sample: Sample, tmp_path: Path) -> None:
    """Neither an empty one, nor one so deep that what lies in it cannot be named."""
    root = _unpack(sample.files, tmp_path / "unpacked")
    with open_package(root) as package:
        assert verify(package).ok
    (root / "data" / "more").mkdir()
    with open_package(root) as package:
        assert failed(verify(package)) == {"container"}
    (root / "data" / "more").rmdir()
    here = os.getcwd()  # noqa: PTH109 - the path is longer than the system takes in one piece
    try:
        os.chdir(root)
        for _ in range(25):
            os.mkdir("d" * 200)  # noqa: PTH102
            os.chdir("d" * 200)
    finally:
        os.chdir(here)
    with open_package(root) as package:
        assert failed(verify(package)) == {"container"}


def test_a_zip_of_millions_of_members_is_refused_early(tmp_path: Path) -> None:
    """More members than any dossier has are refused before they are read."""
    count = 1_000_001
    directory = directory_header(Member("", 0, 0, 0)) * count
    path = tmp_path / "many.zip"
    path.write_bytes(directory + ending(count, len(directory), 0))
    with open_package(path) as package:
        assert "larger than" in package.problem
