"""The bodies of the record's own room: the roster, receipts, erasure; docs/reference/record.md section 6."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from firsthand.record.types import Body, Count, Id, Ids, Ms, Shape

Person = Annotated[bytes, Field(min_length=16, max_length=16)]
Proof = Annotated[bytes, Field(min_length=64, max_length=64)]
# Only the limits of the reference stand here: another reader of the same entries must come to the same standing.


class Root(Shape):
    """One root key of the genesis."""

    alg: Literal[1]
    key: Id
    next: Id | None
    person: Person
    proof: Proof


class Genesis(Body):
    """Begins an organisation: its root keys, how many must agree, and whether it is an exercise."""

    TYPE: ClassVar[str] = "record.genesis/1"
    name: str
    exercise: bool
    m: Annotated[int, Field(ge=1, le=16)]
    roots: Annotated[tuple[Root, ...], Field(min_length=1, max_length=16)]


class Enrol(Body):
    """Introduces a key, with its proof of possession and the feed id of the key that will follow it."""

    TYPE: ClassVar[str] = "record.enrol/1"
    SEALED: ClassVar[tuple[str, ...]] = ("name",)
    alg: Literal[1]
    key: Id
    purpose: Literal["writer", "radio", "log", "witness", "mirror"]
    next: Id | None
    person: Person | None
    proof: Proof


class Grant(Body):
    """Lets a feed write from `seq` on, in the roles named."""

    TYPE: ClassVar[str] = "record.grant/1"
    feed: Id
    seq: Count
    entry: Id | None
    roles: tuple[str, ...]
    replaces: Ids


class Withdraw(Body):
    """Ends a feed's right to write after `seq`; -1 ends it altogether."""

    TYPE: ClassVar[str] = "record.withdraw/1"
    SEALED: ClassVar[tuple[str, ...]] = ("note",)
    feed: Id
    seq: Annotated[int, Field(ge=-1, le=2**53 - 1)]
    entry: Id | None
    reason: Literal["lost", "captured", "left", "error", "other"]


class Rotate(Body):
    """First entry of the feed that follows another one, in the key that was committed for it."""

    TYPE: ClassVar[str] = "record.rotate/1"
    old: Id
    seq: Count
    entry: Id
    alg: Literal[1]
    key: Id
    next: Id | None


class Approve(Body):
    """Signs other entries too, where several signatures are needed."""

    TYPE: ClassVar[str] = "record.approve/1"
    entries: Ids


class Adopt(Body):
    """Says which branch of a fork counts: the one that leads to `entry` at `seq`."""

    TYPE: ClassVar[str] = "record.adopt/1"
    feed: Id
    seq: Count
    entry: Id
    replaces: Ids


class Admit(Body):
    """Lets single entries of a withdrawn feed count."""

    TYPE: ClassVar[str] = "record.admit/1"
    entries: Ids


class Receipt(Body):
    """A centre's note of when entries arrived, by its own clock."""

    TYPE: ClassVar[str] = "record.receipt/1"
    entries: Annotated[tuple[Id, ...], Field(min_length=1, max_length=1000)]
    arrived: Ms


class Erase(Body):
    """Orders the destruction of sealed values; takes effect with a second person's approval."""

    TYPE: ClassVar[str] = "record.erase/1"
    SEALED: ClassVar[tuple[str, ...]] = ("note",)
    entry: Id
    fields: tuple[str, ...]
    reason: Literal["consent", "safety", "law", "error"]


class LegalHold(Body):
    """Forbids erasure of the entries named."""

    TYPE: ClassVar[str] = "record.legal_hold/1"
    SEALED: ClassVar[tuple[str, ...]] = ("note",)
    entries: Ids


class LegalRelease(Body):
    """Ends legal holds."""

    TYPE: ClassVar[str] = "record.legal_release/1"
    SEALED: ClassVar[tuple[str, ...]] = ("note",)
    holds: Ids


ROSTER_TYPES = frozenset(
    body.TYPE
    for body in (Genesis, Enrol, Grant, Withdraw, Rotate, Approve, Adopt, Admit, Erase, LegalHold, LegalRelease)
)
"""Types that bear on standing and erasure; a dossier carries all of them."""

ENTRIES: tuple[type[Body], ...] = (
    Genesis, Enrol, Grant, Withdraw, Rotate, Approve, Adopt, Admit, Receipt, Erase, LegalHold, LegalRelease,
)  # fmt: skip
