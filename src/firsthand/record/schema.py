"""Tables of the record. Entry bytes are stored once; everything else is derived from them or stands beside them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, SmallInteger, String, Table


class Bytes(LargeBinary):
    """Bytes that go to the driver and come back as they are; the general type wraps each value in an object."""

    cache_ok = True

    def bind_processor(self, dialect: object) -> None:
        """Return None: nothing is converted on the way in."""

    def result_processor(self, dialect: object, coltype: object) -> None:
        """Return None: nothing is converted on the way out."""


SCHEMA_VERSION = 1
"""Raised with every change of the tables; an older program refuses a newer store."""

metadata = MetaData()

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", Bytes, nullable=False))

feeds = Table(
    "feeds", metadata, Column("n", Integer, primary_key=True), Column("id", Bytes, nullable=False, unique=True)
)

entries = Table(
    "entries",
    metadata,
    Column(
        "n", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    ),  # index in the log
    Column("id8", BigInteger, nullable=False),  # first 8 bytes of the id: the whole id costs twice 32 bytes an entry
    Column("feed", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("raw", Bytes, nullable=False),
    Index("entries_id8", "id8"),
    Index("entries_feed_seq", "feed", "seq"),
)

tiles = Table(
    "tiles",
    metadata,
    Column("level", SmallInteger, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("hashes", Bytes, nullable=False),  # 8,192 bytes; fewer only in the growing tile of a level above 0
    sqlite_with_rowid=True,
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("note", Bytes, nullable=False),
)

HELD, WITHHELD, ERASED, MISSING = 0, 1, 2, 3
sealed = Table(
    "sealed",
    metadata,
    Column("entry", BigInteger, primary_key=True),  # index in the log
    Column("field", String, primary_key=True),
    Column("state", SmallInteger, nullable=False),
    Column("salt", Bytes),
    Column("value", Bytes),  # deterministic CBOR
    sqlite_with_rowid=False,
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("id", Bytes, nullable=False, unique=True),
    Column("raw", Bytes, nullable=False),
)

# -- derived, but of the record itself; `rebuild` makes them again

forks = Table(
    "forks",
    metadata,
    Column("feed", Bytes, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)
roster_entries = Table("roster_entries", metadata, Column("n", Integer, primary_key=True, autoincrement=False))
links = Table(
    "links",
    metadata,
    Column("subject", Bytes, primary_key=True),
    Column("entry", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)
arrivals = Table(
    "arrivals",
    metadata,
    Column("id", Bytes, primary_key=True),
    Column("receipt", Bytes, primary_key=True),  # id of the receipt that says so; the earliest standing one counts
    Column("ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
marks = Table("marks", metadata, Column("id", Bytes, primary_key=True), Column("state", String, nullable=False))
"""Entries that do not stand, with their state."""

DERIVED = (forks, roster_entries, links, arrivals, marks)
