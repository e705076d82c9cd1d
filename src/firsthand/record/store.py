"""A store: one organisation's record at one centre, in one folder.

    request -> rule -> entry -> (append + views, one transaction)

Rules: there is one door for entries of our own (`writing`) and one for those of others (`receive`); both end in the
same transaction. What was acknowledged is on disk.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

from firsthand.errors import BadInput, StoreError
from firsthand.record import schema
from firsthand.record.clock import Clock, Randomness, system_clock, system_randomness
from firsthand.record.database import forget, mark_version, open_database, storage_error
from firsthand.record.derived import ERASED, rederive
from firsthand.record.door import judge, keep
from firsthand.record.durable import make_folder
from firsthand.record.projection import Projection, Views
from firsthand.record.reader import Reader
from firsthand.record.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from firsthand.record.ed25519 import SigningKey
    from firsthand.record.receive import Received
    from firsthand.record.roster import Roster
    from firsthand.record.sealed import Opening
    from firsthand.record.types import Registry

DATABASE = "record.db"


class Store:
    """The record in `folder`.

    Args:
        folder: holds `record.db`.
        registry: the entry types known.
        projections: the rooms' views.
        clock: milliseconds UTC; the system's by default.
        randomness: source of salts; the system's by default.
        create: make a new store where there is none.

    Raises:
        StoreError: no store there, one already there (with `create`), a newer version, or damage.
    """

    def __init__(  # noqa: PLR0913 - the parts that a centre puts together
        self,
        folder: Path,
        *,
        registry: Registry,
        projections: Sequence[Projection],
        clock: Clock = system_clock,
        randomness: Randomness = system_randomness,
        create: bool = False,
    ) -> None:
        self.folder = folder
        self.path = folder / DATABASE
        self.registry = registry
        self.views = Views(registry, projections)
        self.clock = clock
        self.randomness = randomness
        if create:
            self._create()
        elif not self.path.is_file():
            raise StoreError(
                f"There is no store in {folder}.",
                advice="Name the right folder with --store, or make one with firsthand init.",
            )
        self._engine = open_database(self.path)
        self._unforgotten = False
        self._roster: Roster | None = None
        self._roster_key: tuple[int, int, int] | None = None
        self.org = self._org()

    def _create(self) -> None:
        if self.path.exists():
            raise StoreError(
                f"There is a store in {self.folder} already.",
                kept="It was not touched.",
                advice="Choose another folder.",
            )
        try:
            make_folder(self.folder)
        except OSError as error:
            raise StoreError(
                f"The folder {self.folder} cannot be made: {error.strerror}.",
                kept="Nothing was made.",
                advice="Choose another place.",
            ) from None
        engine = open_database(self.path)
        try:
            with engine.execution_options(write=True).begin() as connection:
                mark_version(connection)
                schema.metadata.create_all(connection)
                for table in self.views.tables:
                    table.create(connection)
        except sa.exc.DatabaseError as error:
            raise storage_error(error, self.path) from error
        finally:
            engine.dispose()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _org(self) -> bytes | None:
        with self.reading() as reader:
            for _, raw in reader.log(0, 1):
                from firsthand.record.entry import read_stored  # noqa: PLC0415 - only here

                return read_stored(raw).organisation
        return None

    # -- reading

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """Give a reader over one unchanging moment of the store."""
        try:
            with self._engine.begin() as connection:
                yield Reader(connection)
        except sa.exc.DatabaseError as error:
            raise storage_error(error, self.path) from error

    def roster(self, reader: Reader) -> Roster:
        """Return the roster as of `reader`, kept until anybody adds roster entries or forks."""
        count = sa.select(sa.func.count())
        forked = schema.feeds.c.id.in_(sa.select(schema.forks.c.feed))  # their entries complete what adoptions speak of
        key = (
            reader.connection.execute(count.select_from(schema.roster_entries)).scalar_one(),
            reader.connection.execute(count.select_from(schema.forks)).scalar_one(),
            reader.connection.execute(
                count.select_from(schema.entries.join(schema.feeds, schema.feeds.c.n == schema.entries.c.feed)).where(
                    forked
                )
            ).scalar_one(),
        )
        if self._roster is None or key != self._roster_key:
            self._roster, self._roster_key = reader.roster(), key
        return self._roster.over(reader)

    # -- writing

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Give a writer; when the block ends without error, everything is on disk, else nothing was written."""
        try:
            with self._engine.execution_options(write=True).begin() as connection:
                reader = Reader(connection)
                roster = self.roster(reader) if self.org is not None else None
                writer = Writer(connection, self.views, self.clock, self.randomness, self.org, roster)
                yield writer
                writer.flush()
                self._unforgotten |= bool(connection.info.pop(ERASED, False))
            self._forget()
        except sa.exc.DatabaseError as error:
            raise storage_error(error, self.path) from error
        if self.org is None:
            self.org = writer.org

    def receive(
        self,
        raws: Sequence[bytes],
        openings: Mapping[tuple[bytes, str], Opening] | None = None,
        *,
        org: bytes | None = None,
        receipts_by: SigningKey | None = None,
    ) -> Received:
        """Take in entries of other writers, with what opens their sealed fields; see `record.receive` for the rules.

        Args:
            raws: bytes of the entries, in any order.
            openings: (entry id, field) -> opening.
            org: the organisation that an empty store is meant for; without it, the first genesis that comes.
            receipts_by: the centre's key, which notes when they arrived.

        Raises:
            BadInput: the store is empty, and the genesis is not among the entries.
        """
        found = judge(self, raws, org)
        keep(self, found, openings or {}, receipts_by)
        return found

    def _forget(self) -> None:
        """Remove the last traces of erased values, now or, while somebody reads, after a later step."""
        if self._unforgotten:
            self._unforgotten = not forget(self._engine)

    def checkpoint(self, key: SigningKey) -> bytes:
        """Return a signed checkpoint over everything in the log; a new one only when the log has grown."""
        with self.reading() as reader:
            newest = reader.newest_checkpoint()
            if newest is not None and newest.split(b"\n", 2)[1] == str(reader.size()).encode():
                return newest
        with self.writing() as writer:
            return writer.sign_checkpoint(key)

    def rebuild(self) -> None:
        """Drop all views and derive them again from the entries, in one transaction."""
        try:
            with self._engine.execution_options(write=True).begin() as connection:
                self._roster = None
                rederive(connection, Reader(connection), self.views)
                self._unforgotten |= bool(connection.info.pop(ERASED, False))
            self._forget()
        except sa.exc.DatabaseError as error:
            raise storage_error(error, self.path) from error

    def require_org(self) -> bytes:
        """Return the organisation's id.

        Raises:
            BadInput: the store is still empty.
        """
        if self.org is None:
            raise BadInput("The store is empty: it has no organisation yet.", advice="Begin one with firsthand init.")
        return self.org
