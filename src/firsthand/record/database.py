"""The database under a store: opened so that what was committed stays committed.

Rules: a SQLite with the WAL-reset fault (3.7.0 to 3.51.2, fixed also in 3.50.7 and 3.44.6) never runs in WAL mode;
commits wait for the disk (synchronous=FULL; without WAL it takes EXTRA, for there a commit is the removal of a name);
what is erased is overwritten (secure_delete=ON); writers queue up instead of failing; a store of a newer version is
refused untouched.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

from firsthand.errors import DiskError, StoreError
from firsthand.record.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from pathlib import Path

APPLICATION_ID = 0x46534831  # "FSH1"
_BUSY_MS_MAX = 30_000
_FORGET_MS_MAX = 2_000
_HEADER_BYTES = 100


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Return whether this SQLite version keeps committed writes at a WAL reset."""
    fixed_branches = ((3, 44, 6), (3, 50, 7))
    return version >= (3, 51, 3) or any(version[:2] == fixed[:2] and version >= fixed for fixed in fixed_branches)


def open_database(path: Path) -> sa.Engine:
    """Return an engine over the SQLite file at `path`, made if it is not there.

    Raises:
        StoreError: not a store of ours, of a newer version, or damaged so that it cannot be opened.
    """
    _check_header(path)
    _make_private(path)
    engine = sa.create_engine(
        f"sqlite:///{path}", module=dbapi2, connect_args={"timeout": _BUSY_MS_MAX / 1000, "check_same_thread": False}
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not guessed by the driver
        cursor = connection.cursor()
        mode = "WAL" if wal_is_safe(dbapi2.sqlite_version_info) else "DELETE"
        sync = "FULL" if mode == "WAL" else "EXTRA"
        for pragma in (
            f"busy_timeout={_BUSY_MS_MAX}",
            f"journal_mode={mode}",
            f"synchronous={sync}",
            "secure_delete=ON",
            "cache_size=-65536",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    try:
        with engine.connect() as connection:
            _check_version(connection, path)
    except sa.exc.DatabaseError as error:
        engine.dispose()
        raise storage_error(error, path) from error
    except StoreError:
        engine.dispose()
        raise
    except UnicodeDecodeError as error:  # the driver cannot put into words what SQLite quotes from damaged tables
        engine.dispose()
        raise StoreError(
            f"The store at {path.parent} is damaged: its list of tables cannot be read.",
            kept="Nothing was changed.",
            advice="Restore it from another copy.",
        ) from error
    return engine


def _make_private(path: Path) -> None:
    """Make the file, where it is missing, for its owner only; SQLite gives the files beside it the same rights."""
    with suppress(OSError):  # where it cannot be made, SQLite says why
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _check_header(path: Path) -> None:
    """Refuse by its first bytes what is not ours: once SQLite opened a file, its journal mode has changed it.

    Offsets: SQLite file format, section 1.3. What lies in a write-ahead log still, `_check_version` sees.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER_BYTES)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(
            f"The store at {path.parent} cannot be read: {error.strerror}.", advice="Check whose files they are."
        ) from error
    if not head:
        return
    if len(head) < _HEADER_BYTES or not head.startswith(b"SQLite format 3\0"):
        raise StoreError(
            f"{path} is no database, or its beginning is damaged.",
            kept="It was not touched.",
            advice="Restore it from a copy, or name another folder with --store.",
        )
    schema_cookie, version, application = (int.from_bytes(head[at : at + 4], "big") for at in (40, 60, 68))
    _refuse_foreign(path, application, version, empty=schema_cookie == 0)


def _check_version(connection: sa.Connection, path: Path) -> None:
    application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    empty = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0
    _refuse_foreign(path, application, version, empty=empty)


def _refuse_foreign(path: Path, application: int, version: int, *, empty: bool) -> None:
    if not empty and application != APPLICATION_ID:
        raise StoreError(
            f"{path} is a database, but not a store of Firsthand.",
            kept="It was not touched.",
            advice="Name another folder with --store.",
        )
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"The store is of version {version}; this program knows versions up to {SCHEMA_VERSION}.",
            kept="Nothing was changed.",
            advice="Use the newer Firsthand that made it.",
        )


def forget(engine: sa.Engine) -> bool:
    """Empty the write-ahead log, where destroyed values could still be read; return False where a reader holds it open.

    In the database file itself `secure_delete` overwrote them. When the last program lets go, SQLite removes the log.
    """
    with engine.connect() as connection:
        cursor: Any = connection.connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_FORGET_MS_MAX}")
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS_MAX}")
        cursor.close()
    return not busy


def mark_version(connection: sa.Connection) -> None:
    """Write application id and schema version into a new store."""
    connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")


def storage_error(error: sa.exc.DatabaseError, path: Path) -> StoreError | DiskError:
    """Return what a database error means for the person at the keyboard."""
    text = str(error.orig)
    if "full" in text:
        return DiskError(
            f"The disk that holds {path.parent} is full.",
            kept="Everything acknowledged before is safe; the last step was not written at all.",
            advice="Free some space and repeat the last step.",
        )
    if "locked" in text or "busy" in text:
        return StoreError(
            "Another program has been writing to this store for half a minute.",
            kept="Nothing was written.",
            advice="Wait for it to end, then repeat the step.",
        )
    if "disk I/O error" in text:
        return DiskError(
            f"The disk that holds {path.parent} refused to read or to write.",
            kept="The last step was not acknowledged.",
            advice="Look for a quota that is used up or a failing disk (dmesg, smartctl), then repeat the last step.",
        )
    return StoreError(
        f"The store at {path.parent} cannot be read: {text}.",
        kept="Nothing was changed.",
        advice="Run firsthand fsck on a copy of it, and restore from another copy if it finds damage.",
    )
