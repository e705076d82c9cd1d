"""The bodies that the evidence room writes: items, custody, disclosures."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from firsthand.record.types import Body, Count, Id, Ids, Short

Family = Literal["picture", "video", "sound", "document", "other"]

PREMIS_EVENTS = (
    "ingestion",
    "fixity check",
    "information package creation",
    "dissemination",
    "replication",
    "deletion",
)
"""Event types used, from the Library of Congress vocabulary "eventType" for PREMIS."""


class Item(Body):
    """A file taken in as evidence. What it is called, what it claims and which file it is are sealed.

    Sealed values: `file` {sha256, size, mime, ext}; `name` as it came; `claims` {times, places, make, model,
    software}; `note` {ar, en}; `preview` {sha256, size}.
    """

    TYPE: ClassVar[str] = "evidence.item/1"
    SEALED: ClassVar[tuple[str, ...]] = ("file", "name", "claims", "note", "preview")
    incident: Id | None
    collection: Annotated[str, Field(max_length=100)] | None
    family: Family
    mime: Short
    width: Count | None
    height: Count | None
    duration_ms: Count | None
    readable: bool
    unreadable_reason: Short | None
    c2pa: Short | None


class Custody(Body):
    """Something done to items: event type and outcome in PREMIS vocabulary, and the program that did it."""

    TYPE: ClassVar[str] = "evidence.custody/1"
    SEALED: ClassVar[tuple[str, ...]] = ("note",)
    items: Ids
    event: Literal[
        "ingestion", "fixity check", "information package creation", "dissemination", "replication", "deletion"
    ]
    outcome: Literal["success", "failure", "partial"]
    agent: Short


class Tags(Body):
    """SHA-256 of a dossier's tag files; part of a disclosure."""

    verify: Id
    bag_info: Id
    bagit: Id


class Disclosure(Body):
    """The centre's signature over a whole dossier."""

    TYPE: ClassVar[str] = "evidence.disclosure/1"
    SEALED: ClassVar[tuple[str, ...]] = ("recipient", "purpose")
    incident: Id
    manifest: Id
    tags: Tags
    log_size: Count
    entries: Count
    items: Count


ENTRIES: tuple[type[Body], ...] = (Item, Custody, Disclosure)
