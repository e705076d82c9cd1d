"""ingest, dossier, verify, verifier."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firsthand.evidence.dossier.report import CHECKS

if TYPE_CHECKING:
    from cli.conftest import Night, Terminal

BIDI = "\u202e\u2066"  # turn the reading direction by force


# --- ingest -------------------------------------------------------------------------------------------------------


@pytest.fixture
def card(firsthand: Terminal) -> Path:
    """Return a folder as it comes off a card: names of every kind, a copy, a link and a pipe."""
    folder = firsthand.folder / "card"
    (folder / "DCIM").mkdir(parents=True)
    files = {
        "a.txt": b"EXERCISE one",
        "DCIM/copy of a.txt": b"EXERCISE one",
        "ص" * 120 + ".txt": b"EXERCISE two",
        f"new\nline{BIDI}gpj.exe": b"EXERCISE three",
        "empty": b"",
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / os.fsdecode(b"latin\xe9.jpg")).write_bytes(b"\xff\xd8\xff\xe0 EXERCISE, broken")
    (folder / "link").symlink_to("a.txt")
    os.mkfifo(folder / f"pipe\n{BIDI}")
    return folder


def test_ingest_as_json(firsthand: Terminal, centre: Path, card: Path) -> None:
    """Accepted, duplicate and refused add up to what was on the card; again, all are duplicates."""
    value = firsthand("ingest", card, "--store", centre, "--json").value
    assert set(value) == {"accepted", "duplicate", "refused"}
    assert (value["accepted"], value["duplicate"], len(value["refused"])) == (5, 1, 2)
    assert all(set(refused) == {"path", "reason"} for refused in value["refused"])
    again = firsthand("ingest", card, "--store", centre, "--json").value
    assert (again["accepted"], again["duplicate"], len(again["refused"])) == (0, 6, 2)
    assert firsthand("fsck", "--store", centre).code == 0


def test_names_cannot_play_with_the_terminal(firsthand: Terminal, centre: Path, card: Path) -> None:
    """A name with a newline and direction marks stays on its line."""
    said = firsthand("ingest", card, "--store", centre)
    assert said.code == 0
    assert not set(BIDI + "\x1b") & set(said.out)
    assert len([line for line in said.out.splitlines() if line.startswith("refused")]) == 2
    assert len(said.out.splitlines()) <= 4
    assert "symbolic link" in said.out


def test_long_arabic_names_are_kept_whole(firsthand: Terminal, centre: Path) -> None:
    """As many Arabic letters as a file system takes, in a folder of a long name: 300 characters of path and more."""
    folder = firsthand.folder / ("م" * 120) / ("ل" * 100)
    folder.mkdir(parents=True)
    (folder / ("ص" * 120 + ".txt")).write_text("EXERCISE")
    value = firsthand("ingest", folder, "--store", centre, "--json").value
    assert (value["accepted"], value["refused"]) == (1, [])


def test_ingest_into_an_incident_shows_up_there(firsthand: Terminal, night: Night) -> None:
    """The file is in the next dossier, and the dossier holds."""
    (firsthand.folder / "roof.txt").write_text("EXERCISE: seen from the roof")
    said = firsthand("ingest", "roof.txt", "--incident", night.incident[:12], "--store", night.store, "--json")
    assert said.value["accepted"] == 1
    before = json.loads((night.folder / "made.json").read_text())
    made = firsthand("dossier", night.incident, "more.zip", "--store", night.store, "--json").value
    assert made["items"] == before["items"] + 1
    assert firsthand("verify", "more.zip", "--trust", night.trust).code == 0


def test_a_path_that_is_not_there_stops_everything(firsthand: Terminal, centre: Path, card: Path) -> None:
    """A typing error takes nothing in, and the message has the path without its tricks."""
    text = firsthand("ingest", card, f"no\nthing{BIDI}", "--store", centre).failed(3)
    assert "Nothing was taken in" in text
    assert not set(BIDI) & set(text)
    assert firsthand("log", "--store", centre, "--json").value["size"] == 4


def test_an_unknown_incident_stops_everything(firsthand: Terminal, centre: Path, card: Path) -> None:
    """Files never go somewhere else than they were meant to."""
    assert "no incident" in firsthand("ingest", card, "--incident", "abcdef", "--store", centre).failed(3)


def test_a_collection_name_that_is_too_long(firsthand: Terminal, centre: Path, card: Path) -> None:
    """The limit is said in words."""
    said = firsthand("ingest", card, "--collection", "x" * 300, "--store", centre)
    assert said.code != 0
    said.failed(said.code)


# --- dossier ------------------------------------------------------------------------------------------------------


def test_dossier_as_json(drilled: Night) -> None:
    """Path, entries and files, and nothing else."""
    value = json.loads((drilled.folder / "made.json").read_text())
    assert set(value) == {"path", "entries", "items"}
    assert (value["path"], value["items"]) == ("night.zip", 9)
    assert len(list((drilled.unpacked / "data" / "entries").iterdir())) == value["entries"]


def test_dossier_says_how_to_check_it(firsthand: Terminal, night: Night) -> None:
    """The line that is printed can be copied and works."""
    said = firsthand("dossier", night.incident[:12], "again.zip", "--store", night.store)
    command = said.out.partition("Check it: firsthand ")[2]
    assert said.out.startswith("EXERCISE - تمرين\n")
    assert firsthand(*command.split()).code == 0


def test_an_existing_file_is_not_overwritten(firsthand: Terminal, night: Night) -> None:
    """Whatever lies there stays as it is."""
    (firsthand.folder / "kept.zip").write_bytes(b"kept")
    text = firsthand("dossier", night.incident, "kept.zip", "--store", night.store).failed(2)
    assert "not touched" in text
    assert (firsthand.folder / "kept.zip").read_bytes() == b"kept"


@pytest.mark.parametrize("out", ["nowhere/x.zip", "file/x.zip"])
def test_a_folder_that_is_not_there_is_named(firsthand: Terminal, night: Night, out: str) -> None:
    """Nothing is signed for a dossier that cannot be written."""
    (firsthand.folder / "file").write_text("x")
    size = firsthand("log", "--store", night.store, "--json").value["size"]
    assert out.split("/", maxsplit=1)[0] in firsthand("dossier", night.incident, out, "--store", night.store).failed(2)
    assert size == firsthand("log", "--store", night.store, "--json").value["size"]


def test_a_folder_that_cannot_be_written(firsthand: Terminal, night: Night) -> None:
    """The message says that it could not be written, and nothing is left behind."""
    folder = firsthand.folder / "shut"
    folder.mkdir()
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):  # root may write into any folder, but for those that the kernel keeps
        folder = Path("/proc/self")
    text = firsthand("dossier", night.incident, str(folder / "x.zip"), "--store", night.store).failed(5)
    assert "could not be written" in text
    assert not [path.name for path in folder.iterdir() if "x.zip" in path.name]


# --- verify -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["dossier", "unpacked"])
def test_a_good_dossier_with_the_right_key_file(firsthand: Terminal, drilled: Night, form: str) -> None:
    """Zip and folder: exit code 0, identity established."""
    said = firsthand("verify", getattr(drilled, form), "--trust", drilled.trust, "--json")
    assert said.code == 0
    assert set(said.value) >= {"ok", "anchor", "checks"}
    assert (said.value["ok"], said.value["anchor"]) == (True, "established")
    assert [check["name"] for check in said.value["checks"]] == list(CHECKS)
    assert all(set(check) == {"name", "ok", "detail"} for check in said.value["checks"])
    text = firsthand("verify", getattr(drilled, form), "--trust", drilled.trust).out
    assert text.startswith("EXERCISE - تمرين\nVerified just now")


def test_a_good_dossier_without_a_key_file(firsthand: Terminal, drilled: Night) -> None:
    """It holds, and the word "verified" is not used."""
    said = firsthand("verify", drilled.dossier, "--json")
    assert (said.code, said.value["ok"], said.value["anchor"]) == (0, True, "not established")
    text = firsthand("verify", drilled.dossier).out
    assert "identity not established" in text
    assert "erified" not in text


def test_a_good_dossier_with_another_organisations_key_file(firsthand: Terminal, drilled: Night, centre: Path) -> None:
    """It is not theirs: exit code 1, contradicted, and only the anchor fails."""
    said = firsthand("verify", drilled.dossier, "--trust", centre / "trust.txt", "--json")
    assert (said.code, said.value["ok"], said.value["anchor"]) == (1, False, "contradicted")
    assert [check["name"] for check in said.value["checks"] if not check["ok"]] == ["anchor"]


@pytest.mark.parametrize(
    "content", [b"", b"hello\n", b"\xff\xfe\x00", b"firsthand-keys/1\n", b"firsthand-keys/1\norg 00\nlog x+y+z\n"]
)
def test_a_file_that_is_no_key_file_is_misuse(firsthand: Terminal, drilled: Night, content: bytes) -> None:
    """Exit code 2, never a verdict about the dossier."""
    (firsthand.folder / "keys").write_bytes(content)
    firsthand("verify", drilled.dossier, "--trust", "keys").failed(2)


@pytest.mark.parametrize("path", ["missing", "."])
def test_a_key_file_that_cannot_be_read_is_misuse(firsthand: Terminal, drilled: Night, path: str) -> None:
    """A wrong path is named."""
    assert "cannot be read" in firsthand("verify", drilled.dossier, "--trust", path).failed(2)


def test_there_is_nothing_to_verify(firsthand: Terminal) -> None:
    """A path without anything is misuse, and its name cannot play with the terminal."""
    text = firsthand("verify", f"no\nthing{BIDI}.zip").failed(2)
    assert not set(BIDI) & set(text)


@pytest.mark.parametrize(("name", "content"), [("empty.zip", b""), ("no.zip", b"this is no zip\n" * 9)])
def test_what_is_no_dossier_does_not_hold(firsthand: Terminal, name: str, content: bytes) -> None:
    """A file of another kind is never consistent, and never a traceback."""
    (firsthand.folder / name).write_bytes(content)
    said = firsthand("verify", name)
    assert said.code in {1, 2}
    assert "Traceback" not in said.err
    assert "holds, against" not in said.out


def test_a_folder_without_a_dossier_does_not_hold(firsthand: Terminal) -> None:
    """An empty folder, and one with other things in it."""
    (firsthand.folder / "folder").mkdir()
    assert firsthand("verify", "folder").code in {1, 2}
    (firsthand.folder / "folder" / f"letter\n{BIDI}.txt").write_text("x")
    said = firsthand("verify", "folder")
    assert said.code in {1, 2}
    assert "Traceback" not in said.err
    assert not set(BIDI) & set(said.out + said.err)


@pytest.mark.parametrize("where", [0.02, 0.25, 0.5, 0.75, 0.98])
def test_one_changed_byte_is_found(firsthand: Terminal, night: Night, where: float) -> None:
    """Wherever it is in the zip: exit code 1 and at least one check named."""
    data = bytearray(night.dossier.read_bytes())
    data[int(len(data) * where)] ^= 1
    night.dossier.write_bytes(data)
    said = firsthand("verify", night.dossier, "--trust", night.trust, "--json")
    assert (said.code, said.value["ok"]) == (1, False)
    assert [check for check in said.value["checks"] if not check["ok"]]


def test_a_changed_file_in_the_folder_is_named(firsthand: Terminal, night: Night) -> None:
    """The line says which file."""
    picture = max((night.unpacked / "data" / "media").iterdir(), key=lambda path: path.stat().st_size)
    picture.write_bytes(picture.read_bytes() + b"x")
    said = firsthand("verify", night.unpacked, "--trust", night.trust)
    assert said.code == 1
    assert "Broken" in said.out
    assert picture.name[:12] in said.out


def test_a_file_left_out_is_named(firsthand: Terminal, night: Night) -> None:
    """A dossier with a file less does not hold."""
    proof = next((night.unpacked / "data" / "proofs").iterdir())
    proof.unlink()
    said = firsthand("verify", night.unpacked)
    assert said.code == 1
    assert proof.stem[:12] in said.out


def test_a_broken_dossier_says_exercise_too(firsthand: Terminal, night: Night) -> None:
    """The mark does not disappear because something is broken."""
    shutil.rmtree(night.unpacked / "data" / "media")
    assert firsthand("verify", night.unpacked).out.startswith("EXERCISE - تمرين\n")


# --- verifier -----------------------------------------------------------------------------------------------------


def test_the_verifier_is_written_with_its_hash(firsthand: Terminal) -> None:
    """The number that is printed is that of the file, and the same every time."""
    value = firsthand("verifier", "page.html", "--json").value
    content = (firsthand.folder / "page.html").read_bytes()
    assert value == {"path": "page.html", "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    assert value["sha256"] in firsthand("verifier", "again.html").out
    assert content == (firsthand.folder / "again.html").read_bytes()


@pytest.mark.parametrize("out", ["page.html", "nowhere/page.html"])
def test_the_verifier_overwrites_nothing(firsthand: Terminal, out: str) -> None:
    """What exists stays, and a folder that is not there is named."""
    (firsthand.folder / "page.html").write_text("kept")
    assert out in firsthand("verifier", out).failed(2)
    assert (firsthand.folder / "page.html").read_text() == "kept"
