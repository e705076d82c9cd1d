"""Sealed fields: values that stand beside the entry, bound to it by a salted hash; docs/reference/record.md section 5.

Rule: every sealable field of a type is always committed, an absent one with value null, so that presence is not
betrayed. Randomness comes from outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from firsthand.record import cbor

if TYPE_CHECKING:
    from firsthand.record.cbor import Value

SALT_BYTES = 32
_CONTEXT = "firsthand.sealed/1"
_PREFIX = b"\x87" + cbor.encode(_CONTEXT)


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens one sealed field: its 32-byte salt and its value."""

    salt: bytes
    value: Value


def commitment(  # noqa: PLR0913 - the seven parts of the format's preimage
    org: bytes, feed: bytes, seq: int, field: str, salt: bytes, value: Value
) -> bytes:
    """Return the 32-byte commitment to `value`. `org` is as in the entry: zeros in genesis."""
    return commitment_of_encoded(preimage_of(org, feed, seq), field, salt, cbor.encode(value))


def preimage_of(org: bytes, feed: bytes, seq: int) -> bytes:
    """Return the beginning of what is hashed, the same for all sealed fields of an entry."""
    return b"".join((_PREFIX, b"\x58\x20", org, b"\x58\x20", feed, cbor.encode(seq)))


def commitment_of_encoded(preimage: bytes, field: str, salt: bytes, value: bytes) -> bytes:
    """Return the commitment to a value that is already encoded, given the beginning of what is hashed."""
    return sha256(b"".join((preimage, cbor.encode(field), b"\x58\x20", salt, value))).digest()
