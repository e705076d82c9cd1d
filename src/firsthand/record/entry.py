"""Entries: the exact bytes that are signed, stored, sent and verified; docs/reference/record.md section 2.

Rules: an entry is a tagged COSE_Sign1 (RFC 9052) whose every frame byte is fixed; its payload is a deterministic map
of exactly ten keys; its id is the SHA-256 of its bytes. Nothing is ever encoded again. Whether the signer may write
is not decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from firsthand.errors import BadInput, StoreError
from firsthand.record import cbor, ed25519

if TYPE_CHECKING:
    from firsthand.record.cbor import Value
    from firsthand.record.ed25519 import SigningKey

ZERO = bytes(32)
ENTRY_MAX = 65_535
SEALED_MAX = 32
COUNTER_MAX = 2**31 - 1
_FRAME = b"\xd2\x84\x43\xa1\x01\x27\xa0"  # tag 18, array of 4, protected {1: -8}, unprotected {}
_SIG_STRUCTURE = b"\x84\x6aSignature1\x43\xa1\x01\x27\x40"  # RFC 9052, section 4.4, without external data
_TAIL = b"\x58\x40"
_TYPE = re.compile(r"[a-z]+\.[a-z_]+/[1-9][0-9]*")
_TYPE_MAX = 64
_KEYS = ("v", "org", "seq", "body", "feed", "prev", "seen", "time", "type", "sealed")
_SHORT, _LONG = 0x100, 0x10000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, read from its bytes. Ids and hashes are 32 bytes; `time` is (milliseconds UTC, counter)."""

    raw: bytes
    id: bytes
    org: bytes
    type: str
    feed: bytes
    seq: int
    prev: bytes
    time: tuple[int, int]
    seen: bytes | None
    body: dict[str, Value]
    sealed: dict[str, bytes]

    @property
    def genesis(self) -> bool:
        """Whether this entry begins an organisation."""
        return self.type == "record.genesis/1"

    @property
    def organisation(self) -> bytes:
        """Id of the organisation's genesis entry; for the genesis entry its own."""
        return self.id if self.genesis else self.org


def feed_id(public_key: bytes) -> bytes:
    """Return the feed id of an Ed25519 key: SHA-256(algorithm byte || public key)."""
    return sha256(bytes((ed25519.ALG,)) + public_key).digest()


def _bytes32(value: Value, what: str) -> bytes:
    if not isinstance(value, bytes) or len(value) != len(ZERO):
        raise BadInput(f"The entry's {what} must be 32 bytes.")
    return value


def _length_head(payload: bytes) -> bytes:
    n = len(payload)
    return bytes((0x58, n)) if n < _SHORT else b"\x59" + n.to_bytes(2, "big")


@lru_cache(maxsize=1024)
def _encoded_type(name: str) -> bytes:
    return cbor.encode(name)


def sign_entry(  # noqa: PLR0913 - these are the ten fields of the format
    key: SigningKey,
    *,
    org: bytes,
    type: str,  # noqa: A002 - the format's own word
    feed: bytes,
    seq: int,
    prev: bytes,
    time: tuple[int, int],
    seen: bytes | None,
    body: bytes,
    sealed: bytes,
) -> bytes:
    """Return the bytes of a new entry. `body` and `sealed` are already encoded maps.

    Raises:
        BadInput: the entry would be longer than 65,535 bytes.
    """
    payload = b"".join((
        b"\xaa\x61v\x01\x63org\x58\x20", org,
        b"\x63seq", cbor.encode(seq),
        b"\x64body", body,
        b"\x64feed\x58\x20", feed,
        b"\x64prev\x58\x20", prev,
        b"\x64seen", b"\xf6" if seen is None else b"\x58\x20" + seen,
        b"\x64time\x82", cbor.encode(time[0]), cbor.encode(time[1]),
        b"\x64type", _encoded_type(type),
        b"\x66sealed", sealed,
    ))  # fmt: skip
    if len(payload) + 7 + 3 + 2 + 64 > ENTRY_MAX:
        raise BadInput(
            f"The entry would have {len(payload)} bytes, more than the format allows.",
            kept="Nothing was written.",
            advice="Shorten the text, or attach it as a file.",
        )
    framed = _length_head(payload) + payload
    return _FRAME + framed + _TAIL + key.sign(_SIG_STRUCTURE + framed)


def split(raw: bytes) -> tuple[bytes, bytes, bytes]:
    """Return (payload, signed bytes, signature) of an entry's bytes, checking the frame only.

    Raises:
        BadInput: the frame is not the one that the format fixes.
    """
    if len(raw) > ENTRY_MAX:
        raise BadInput("The entry is longer than 65,535 bytes.")
    if raw[: len(_FRAME)] != _FRAME:
        raise BadInput("The entry's frame or headers are not those of the format.")
    start = len(_FRAME)
    marker = raw[start : start + 1]
    if marker == b"\x58":
        length, begin, least = int.from_bytes(raw[start + 1 : start + 2], "big"), start + 2, 24
    elif marker == b"\x59":
        length, begin, least = int.from_bytes(raw[start + 1 : start + 3], "big"), start + 3, _SHORT
    else:
        raise BadInput("The entry's payload is missing or has a length that the format does not allow.")
    end = begin + length
    if length < least or raw[end : end + 2] != _TAIL or len(raw) != end + 2 + ed25519.SIGNATURE_BYTES:
        raise BadInput("The entry's parts do not have the lengths that they claim.")
    return raw[begin:end], _SIG_STRUCTURE + raw[start:end], raw[end + 2 :]


def read_stored(raw: bytes) -> Entry:
    """Return an entry that `parse` accepted before it was stored (`fsck` uses `parse` again).

    Raises:
        StoreError: these bytes were never accepted; the store is damaged.
    """
    try:
        payload = cbor.decode_trusted(split(raw)[0])
        return Entry(
            raw, sha256(raw).digest(), payload["org"], payload["type"], payload["feed"], payload["seq"],
            payload["prev"], tuple(payload["time"]), payload["seen"], payload["body"], payload["sealed"],
        )  # fmt: skip
    except Exception as error:  # damaged bytes may decode to anything
        raise StoreError(
            "The store is damaged: an entry in it cannot be read.",
            kept="Nothing was changed.",
            advice="Run firsthand fsck on a copy of it, and restore from another copy.",
        ) from error


def parse(raw: bytes) -> Entry:
    """Return the entry that stands in `raw`. The signature is not checked here: see `verify`.

    Raises:
        BadInput: anything is not exactly as the format says.
    """
    payload = cbor.decode(split(raw)[0])
    if not isinstance(payload, dict) or set(payload) != set(_KEYS):
        raise BadInput("The entry's payload does not have exactly the ten keys of the format.")
    if payload["v"] != 1 or payload["v"] is True:
        raise BadInput(f"The entry is of format version {payload['v']!r:.20}, which this program cannot read.")
    kind, body, sealed, time, seq = (payload[k] for k in ("type", "body", "sealed", "time", "seq"))
    if not isinstance(kind, str) or len(kind) > _TYPE_MAX or not _TYPE.fullmatch(kind):
        raise BadInput("The entry's type is not of the form room.name/version.")
    if not isinstance(body, dict) or not isinstance(sealed, dict) or len(sealed) > SEALED_MAX:
        raise BadInput("The entry's body or sealed fields are not maps, or there are too many.")
    if type(seq) is not int or seq < 0:
        raise BadInput("The entry's seq must be a whole number from 0.")
    if (
        not isinstance(time, list)
        or [type(t) for t in time] != [int, int]
        or not (time[0] >= 0 and 0 <= time[1] <= COUNTER_MAX)  # type: ignore[operator]
    ):
        raise BadInput("The entry's time must be milliseconds and a counter.")
    prev = _bytes32(payload["prev"], "prev")
    if (prev == ZERO) != (seq == 0):
        raise BadInput("The entry's prev must be zero exactly at seq 0.")
    org = _bytes32(payload["org"], "org")
    if (org == ZERO) != (kind == "record.genesis/1"):
        raise BadInput("The entry's org must be zero exactly in a genesis entry.")
    return Entry(
        raw=raw,
        id=sha256(raw).digest(),
        org=org,
        type=kind,
        feed=_bytes32(payload["feed"], "feed"),
        seq=seq,
        prev=prev,
        time=(time[0], time[1]),  # type: ignore[arg-type]
        seen=None if payload["seen"] is None else _bytes32(payload["seen"], "seen"),
        body=body,
        sealed={name: _bytes32(value, "commitment") for name, value in sealed.items()},
    )


def verify(entry: Entry, public_key: bytes) -> bool:
    """Return whether `entry` is signed by `public_key` and stands in that key's feed."""
    _, signed, signature = split(entry.raw)
    return feed_id(public_key) == entry.feed and ed25519.verify(public_key, signed, signature)
