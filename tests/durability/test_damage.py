"""What is not a store of this version is refused untouched; damage is found, or it lies where nothing is."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

from firsthand.centre.centre import Centre
from firsthand.centre.fsck import fsck
from firsthand.errors import FirsthandError, StoreError
from world import crash_work
from world.powercut import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from world.crash import Fresh

PAGE = 4096
FLIPS = 100


@pytest.fixture
def centre_folder(fresh: Fresh, quick: Path) -> Path:
    """A closed centre with some entries and files."""
    folder, ledger = fresh("centre")
    (quick / "sources").mkdir()
    voice = crash_work.Deaf(ledger)
    with Centre(folder) as centre:
        crash_work.append(voice, centre, 1, range(8))
        crash_work.ingest(voice, centre, 1, quick / "sources", range(5))
    return folder


def newer_version(path: Path) -> None:
    """A store that a later program made."""
    with closing(dbapi2.connect(str(path))) as database:
        database.execute("PRAGMA user_version=99")


def foreign_database(path: Path) -> None:
    """A database of another program."""
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.executescript("CREATE TABLE entries (n INTEGER); INSERT INTO entries VALUES (1)")


def foreign_database_in_wal_mode(path: Path) -> None:
    """A database of another program that uses a write-ahead log."""
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.executescript("PRAGMA journal_mode=WAL; CREATE TABLE other (n INTEGER)")


def no_database(path: Path) -> None:
    """A file of text."""
    path.write_text("This is a letter, and it is longer than the header of a database. " * 10)


def scrambled_header(path: Path) -> None:
    """A store whose first sector was overwritten."""
    path.write_bytes(random.Random(1).randbytes(512) + path.read_bytes()[512:])  # noqa: S311 - any bytes do


def cut_to_a_stub(path: Path) -> None:
    """A store of which less than the header is left."""
    path.write_bytes(path.read_bytes()[:60])


def half_of_it(path: Path) -> None:
    """A store of which the second half is missing."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // PAGE // 2 * PAGE])


FAULTS = [
    newer_version,
    foreign_database,
    foreign_database_in_wal_mode,
    no_database,
    scrambled_header,
    cut_to_a_stub,
    half_of_it,
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_refused_untouched(centre_folder: Path, fault: Callable[[Path], None]) -> None:
    """What is no store of this version is refused with words and advice, and not a byte of the folder changes."""
    fault(centre_folder / "record.db")
    before = snapshot(centre_folder)
    with pytest.raises(StoreError) as refused:
        Centre(centre_folder)
    assert refused.value.kept
    assert refused.value.advice
    assert before == snapshot(centre_folder)


def verdict(folder: Path) -> list[str]:
    """Return what opening and checking says; nothing but our own errors may come out."""
    try:
        with Centre(folder) as centre:
            return fsck(centre, blobs=False).problems
    except FirsthandError as error:
        return [error.message]


def contents(path: Path) -> dict[str, list[str]]:
    """Return all rows of all tables."""
    with closing(dbapi2.connect(str(path))) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: [repr(row) for row in database.execute(f"SELECT * FROM {name}")] for name in names}  # noqa: S608


@pytest.mark.parametrize("missing_bytes", [1, 512, PAGE, 3 * PAGE, 20 * PAGE])
def test_truncated_is_found(centre_folder: Path, missing_bytes: int) -> None:
    """A database that lost its end is refused, or fsck says so, unless every row still reads the same."""
    path = centre_folder / "record.db"
    rows = contents(path)
    path.write_bytes(path.read_bytes()[:-missing_bytes])
    assert verdict(centre_folder) != [] or contents(path) == rows


@pytest.mark.slow
def test_flipped_bits_are_found(centre_folder: Path) -> None:
    """A flipped bit anywhere in the database is found, unless every row of every table still reads the same."""
    path = centre_folder / "record.db"
    sound, rows = path.read_bytes(), contents(path)
    chance = random.Random(5)  # noqa: S311 - the same seed, the same damage
    found = 0
    for _ in range(FLIPS):
        at = chance.randrange(PAGE, len(sound))
        damaged = bytearray(sound)
        damaged[at] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        if verdict(centre_folder):
            found += 1
        else:
            assert contents(path) == rows, f"byte {at} was changed, and nobody noticed"
    assert found > FLIPS // 10  # most of a small database is empty space
