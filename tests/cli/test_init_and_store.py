"""init, log, fsck, rebuild, --version, and stores that cannot be opened."""

from __future__ import annotations

import sqlite3
import stat
from typing import TYPE_CHECKING

import pytest

import firsthand as package
from firsthand.record.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from cli.conftest import Night, Terminal


def test_version(firsthand: Terminal) -> None:
    """--version says one line."""
    assert firsthand.process("--version").out == f"firsthand {package.__version__}\n"


def test_without_a_command_the_help_is_shown(firsthand: Terminal) -> None:
    """Who types only `firsthand` sees what there is."""
    said = firsthand.process()
    text = said.out + said.err
    assert [c for c in ("drill", "dossier", "verify", "incident", "import") if f"  {c} " not in text] == []


def test_an_unknown_command_is_misuse(firsthand: Terminal) -> None:
    """A typing error ends with 2 and says what is unknown."""
    said = firsthand.process("verfy")
    assert said.code == 2
    assert "verfy" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "words", [("init", "--store", "x"), ("init", "--name", "X"), ("verify",), ("log", "--last", "-1")]
)
def test_a_missing_or_wrong_option_is_misuse(firsthand: Terminal, words: tuple[str, ...]) -> None:
    """What is missing is named; nothing is made."""
    said = firsthand(*words)
    assert (said.code, said.out) == (2, "")
    assert "Error: " in said.err
    assert list(firsthand.folder.iterdir()) == []


def test_init_makes_a_store_and_says_what_to_do_with_the_keys(firsthand: Terminal) -> None:
    """A newcomer learns where the key file is, and what has to stay secret."""
    said = firsthand("init", "--store", "centre", "--name", "الدفاع المدني")
    assert said.code == 0
    assert [words for words in ("centre/trust.txt", "centre/keys", "secret") if words not in said.out] == []
    assert "EXERCISE" not in said.out
    keys = firsthand.folder / "centre" / "keys"
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys.iterdir()} == {0o600}
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700


def test_init_as_json(firsthand: Terminal) -> None:
    """The result alone is on stdout."""
    value = firsthand("init", "--store", "centre", "--name", "EXERCISE", "--exercise", "--json").value
    assert value == {"store": "centre", "org": value["org"], "trust": "centre/trust.txt", "exercise": True}
    assert f"org {value['org']}" in (firsthand.folder / "centre" / "trust.txt").read_text()


@pytest.mark.parametrize("command", [("init", "--name", "X"), ("drill",)])
def test_an_existing_store_is_not_touched(firsthand: Terminal, centre: Path, command: tuple[str, ...]) -> None:
    """A second `init` or `drill` at the same place is refused."""
    before = (centre / "record.db").read_bytes()
    text = firsthand(*command, "--store", "centre").failed(4)
    assert "already" in text
    assert "not touched" in text
    assert before == (centre / "record.db").read_bytes()


@pytest.mark.parametrize(
    "roots", [("--roots", "0"), ("--roots", "2", "--agree", "3"), ("--roots", "17"), ("--agree", "0")]
)
def test_root_keys_that_cannot_agree_are_refused(firsthand: Terminal, roots: tuple[str, ...]) -> None:
    """Nothing is made."""
    assert "Nothing was made" in firsthand("init", "--store", "x", "--name", "X", *roots).failed(3)
    assert not (firsthand.folder / "x").exists()


def test_init_where_a_file_stands_in_the_way(firsthand: Terminal) -> None:
    """A path below a file cannot become a folder, and one sentence says so."""
    (firsthand.folder / "file").write_text("x")
    said = firsthand("init", "--store", "file/x", "--name", "X")
    assert said.code != 0
    said.failed(said.code)


READING = [
    ("log",), ("fsck",), ("rebuild",), ("incident", "list"), ("incident", "show", "abcdef"),
    ("dossier", "abcdef", "x.zip"),
]  # fmt: skip


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_missing_store_is_named(firsthand: Terminal, command: tuple[str, ...]) -> None:
    """The path that was given is in the message, and what to do."""
    text = firsthand(*command, "--store", "nowhere").failed(4)
    assert "nowhere" in text
    assert "firsthand init" in text
    assert list(firsthand.folder.iterdir()) == []


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_store_of_a_newer_version_is_left_alone(firsthand: Terminal, centre: Path, command: tuple[str, ...]) -> None:
    """An older program does not touch what it does not know."""
    connection = sqlite3.connect(centre / "record.db")
    connection.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    connection.commit()
    connection.close()
    text = firsthand(*command, "--store", "centre").failed(4)
    assert "Nothing was changed" in text
    assert "newer Firsthand" in text


@pytest.mark.parametrize("content", [b"", b"this is no database, whatever its name says\n" * 50])
def test_a_record_that_is_no_database_is_named(firsthand: Terminal, content: bytes) -> None:
    """A damaged or foreign record.db is an error in words."""
    (firsthand.folder / "odd").mkdir()
    (firsthand.folder / "odd" / "record.db").write_bytes(content)
    assert "odd" in firsthand("incident", "list", "--store", "odd").failed(4)


def test_log_shows_the_newest_entries_and_the_checkpoint(firsthand: Terminal, centre: Path) -> None:
    """Text and JSON say the same."""
    said = firsthand("log", "--store", centre)
    assert said.out.startswith("EXERCISE - تمرين\n")
    value = firsthand("log", "--store", centre, "--json").value
    assert set(value) >= {"size", "checkpoint", "exercise", "entries"}
    assert (value["size"], len(value["entries"]), value["exercise"]) == (4, 4, True)
    assert value["entries"][0]["type"] == "record.genesis/1"
    assert value["checkpoint"].splitlines()[1] == "4"
    assert value["checkpoint"].rstrip("\n") in said.out
    assert len(firsthand("log", "--store", centre, "-n", "1", "--json").value["entries"]) == 1


def test_fsck_of_a_good_store(firsthand: Terminal, drilled: Night) -> None:
    """All is well: exit code 0 and the exact JSON."""
    value = firsthand("fsck", "--store", drilled.store, "--json").value
    assert {key: value[key] for key in ("ok", "problems")} == {"ok": True, "problems": []}
    assert value["entries"] >= drilled.value["entries"]
    assert "No problem found" in firsthand("fsck", "--quick", "--store", drilled.store).out


def test_fsck_finds_a_changed_file(firsthand: Terminal, night: Night) -> None:
    """A flipped bit in one file: exit code 1, and the problem names it."""
    blob = max(
        (path for path in (night.store / "blobs").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size
    )
    data = bytearray(blob.read_bytes())
    data[len(data) // 2] ^= 1
    blob.chmod(0o600)
    blob.write_bytes(data)
    said = firsthand("fsck", "--store", night.store, "--json")
    assert said.code == 1
    assert said.value["ok"] is False
    assert [problem for problem in said.value["problems"] if blob.name[:16] in problem]
    assert "PROBLEM" in firsthand("fsck", "--store", night.store).out


def test_fsck_finds_a_changed_entry(firsthand: Terminal, night: Night) -> None:
    """A byte changed in the database, past all of our code, is found."""
    connection = sqlite3.connect(night.store / "record.db")
    place, raw = connection.execute("SELECT n, raw FROM entries WHERE n = 50").fetchone()
    connection.execute("UPDATE entries SET raw = ? WHERE n = ?", (raw[:-1] + bytes((raw[-1] ^ 1,)), place))
    connection.commit()
    connection.close()
    said = firsthand("fsck", "--quick", "--store", night.store, "--json")
    assert said.code == 1
    assert said.value["problems"]


def test_rebuild_changes_nothing_that_is_seen(firsthand: Terminal, night: Night) -> None:
    """Lists are the same before and after."""
    before = firsthand("incident", "list", "--store", night.store, "--json").value
    assert firsthand("rebuild", "--store", night.store, "--json").value["entries"] > 100
    assert before == firsthand("incident", "list", "--store", night.store, "--json").value


def test_a_process_of_its_own_ends_with_the_same_codes(firsthand: Terminal) -> None:
    """What `main` does here, `python -m firsthand` does too."""
    assert "nowhere" in firsthand.process("log", "--store", "nowhere").failed(4)
    made = firsthand.process("init", "--store", "centre", "--name", "EXERCISE", "--exercise", "--json")
    assert (made.code, made.value["exercise"]) == (0, True)
    assert firsthand.process("fsck", "--store", "centre", "--json").value["ok"] is True
