"""The genesis, and what keys sign to prove that they agreed; docs/reference/record.md section 6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firsthand.errors import BadInput
from firsthand.record import cbor, ed25519
from firsthand.record.entries import Genesis
from firsthand.record.entry import Entry, verify
from firsthand.record.types import Registry

if TYPE_CHECKING:
    from collections.abc import Iterable

_REGISTRY = Registry((Genesis,))


def genesis_proof_message(name: str, exercise: bool, m: int, roots: Iterable[Any]) -> bytes:  # noqa: FBT001 - a field of the format
    """Return what each root key signs in the genesis."""
    return cbor.encode(["firsthand.root/1", name, exercise, m, [[r.alg, r.key, r.next, r.person] for r in roots]])


def enrol_proof_message(  # noqa: PLR0913 - the parts of the format's preimage
    org: bytes, purpose: str, alg: int, key: bytes, next_feed: bytes | None, person: bytes | None
) -> bytes:
    """Return what a new key signs in its enrolment."""
    return cbor.encode(["firsthand.enrol/1", org, purpose, alg, key, next_feed, person])


def read_genesis(entry: Entry) -> Genesis:
    """Return the genesis body after all its checks, the signature on the entry included.

    Raises:
        BadInput: anything about it does not hold.
    """
    body = _REGISTRY.read(entry.type, entry.body)
    if not isinstance(body, Genesis) or entry.seq != 0 or entry.sealed:
        raise BadInput("The first entry of the organisation is not a genesis entry.")
    message = genesis_proof_message(body.name, body.exercise, body.m, body.roots)
    if body.m > len(body.roots) or len({root.key for root in body.roots}) != len(body.roots):
        raise BadInput("The genesis names more agreeing keys than there are, or one key twice.")
    if not all(ed25519.verify(root.key, message, root.proof) for root in body.roots):
        raise BadInput("A root key of the genesis does not prove that it agreed.")
    if not verify(entry, body.roots[0].key):
        raise BadInput("The genesis entry is not signed by its first root key.")
    return body
