"""Founding an organisation, and enrolling keys in it: the first entries of a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firsthand.record.entries import Enrol, Genesis, Grant, Root
from firsthand.record.entry import feed_id
from firsthand.record.genesis import enrol_proof_message, genesis_proof_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firsthand.record.ed25519 import SigningKey
    from firsthand.record.entry import Entry
    from firsthand.record.writer import Writer

PERSON_BYTES = 16


@dataclass(frozen=True)
class NewKey:
    """A key about to be enrolled, its successor, and the person (16 bytes) whose it is."""

    key: SigningKey
    next: SigningKey | None
    person: bytes | None

    @property
    def next_feed(self) -> bytes | None:
        """Feed id of the successor, which the enrolment commits to."""
        return feed_id(self.next.public) if self.next else None


@dataclass(frozen=True)
class _Unsigned:
    """A root before its proof: what the genesis proof covers."""

    alg: int
    key: bytes
    next: bytes | None
    person: bytes


def found(writer: Writer, name: str, roots: Sequence[NewKey], m: int, *, exercise: bool) -> Entry:
    """Write the genesis entry: `m` of the `roots` must agree to change officers."""
    plain = [_Unsigned(1, root.key.public, root.next_feed, root.person or bytes(PERSON_BYTES)) for root in roots]
    message = genesis_proof_message(name, exercise, m, plain)
    signed = tuple(
        Root(alg=1, key=part.key, next=part.next, person=part.person, proof=root.key.sign(message))
        for part, root in zip(plain, roots, strict=True)
    )
    return writer.append(roots[0].key, Genesis(name=name, exercise=exercise, m=m, roots=signed))


def enrol(writer: Writer, by: SigningKey, new: NewKey, purpose: str, *, name: str | None = None) -> Entry:
    """Write the enrolment of a key, with its proof of possession."""
    org = writer.org or b""
    message = enrol_proof_message(org, purpose, 1, new.key.public, new.next_feed, new.person)
    body = Enrol(
        alg=1,
        key=new.key.public,
        purpose=purpose,  # type: ignore[arg-type]  # checked by the model
        next=new.next_feed,
        person=new.person,
        proof=new.key.sign(message),
    )
    return writer.append(by, body, {"name": name})


def grant(writer: Writer, by: SigningKey, feed: bytes, roles: Sequence[str], *, seq: int = 0) -> Entry:
    """Write the grant of roles to a feed from `seq` on."""
    return writer.append(by, Grant(feed=feed, seq=seq, entry=None, roles=tuple(roles), replaces=()))
