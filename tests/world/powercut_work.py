"""What is recorded: `python -m world.powercut_work ROOT SOURCES SEED ROUNDS [FAULT]`.

Works in ROOT/centre, founding it where it is missing, and writes its lines to ROOT/lines. A FAULT is how a careless
program would do it: tests show with it that the power cuts would find out.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from firsthand.centre.centre import Centre
from firsthand.media import RealDisk
from firsthand.record import database, store
from world import crash_work

if TYPE_CHECKING:
    from collections.abc import Callable


class ForgetfulDisk(RealDisk):
    """A disk whose user forgot to sync files."""

    def fsync(self, fd: int) -> None:
        """Do nothing."""


class NamelessDisk(RealDisk):
    """A disk whose user forgot to sync folders."""

    def fsync_dir(self, path: Path) -> None:
        """Do nothing."""


def pragma(*settings: str) -> None:
    """Have each connection set these after the store has set its own."""
    real: Callable[[Path], sa.Engine] = database.open_database

    def open_database(path: Path) -> sa.Engine:
        engine = real(path)

        @sa.event.listens_for(engine, "connect")
        def _set(connection: Any, _record: object) -> None:
            for setting in settings:
                connection.execute(f"PRAGMA {setting}").fetchall()

        engine.dispose()  # the connection that was made already is not to be used
        return engine

    vars(store)["open_database"] = open_database


def old_sqlite() -> None:
    """Let the store believe that this SQLite has the WAL-reset fault."""
    vars(database)["wal_is_safe"] = lambda _version: False


def old_sqlite_with_full_only() -> None:
    """Have commits without WAL wait less than they must: the removal of the journal is not synced."""
    old_sqlite()
    pragma("synchronous=FULL")


FAULTS: dict[str, Callable[[], None]] = {
    "small-wal": lambda: pragma("wal_autocheckpoint=40"),
    "old-sqlite": old_sqlite,
    "old-sqlite-full": old_sqlite_with_full_only,
    "no-sync": lambda: pragma("synchronous=OFF"),
    "normal-sync": lambda: pragma("synchronous=NORMAL"),
}
DISKS: dict[str, RealDisk] = {"files-unsynced": ForgetfulDisk(), "folders-unsynced": NamelessDisk()}


def main(root: Path, sources: Path, seed: int, rounds: int, fault: str) -> None:
    """Found, append, ingest, close, and open again, `rounds` times."""
    FAULTS.get(fault, lambda: None)()
    disk = DISKS.get(fault)
    lines = sources if fault == "fill" else root  # a full disk must not silence it
    voice = crash_work.Voice(os.open(lines / "lines", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    folder = root / "centre"
    if not folder.exists():
        crash_work.make(voice, folder).close()
    if fault == "fill":
        with Centre(folder) as centre:
            crash_work.fill(voice, centre, seed, (root / "more-room").touch)
    for turn in range(rounds):
        with Centre(folder) as centre:
            crash_work.append(voice, centre, seed + turn, range(8))
            numbers = range(1000 * seed + 10 * turn, 1000 * seed + 10 * turn + 6)
            crash_work.ingest(voice, centre, seed + turn, sources, numbers, disk=disk)
            crash_work.append(voice, centre, seed - turn, range(4))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
