"""Entries, record section 2: the fixed COSE frame and the ten keys of the payload."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from second import cbor_
from second.faults import FaultError

PREFIX = bytes.fromhex("d28443a10127a0")
SIGNED_PREFIX = b"\x84\x6aSignature1\x43\xa1\x01\x27\x40"
ENTRY_BYTES_MAX = 65_535
SEALED_MAX = 32
COUNTER_MAX = 2**31 - 1
ZERO = bytes(32)
KEYS = {"v", "org", "seq", "body", "feed", "prev", "seen", "time", "type", "sealed"}
TYPE = re.compile(r"[a-z]+\.[a-z_]+/[1-9][0-9]*")


@dataclass(frozen=True)
class Entry:
    """One entry whose form is right; its signature is checked apart, when the key is known."""

    raw: bytes
    id: bytes
    org: bytes
    seq: int
    body: dict[str, cbor_.Value]
    feed: bytes
    prev: bytes
    seen: bytes | None
    time: tuple[int, int]
    type: str
    sealed: dict[str, bytes]

    @property
    def signature(self) -> bytes:
        """The last 64 bytes."""
        return self.raw[-64:]

    @property
    def signed(self) -> bytes:
        """The COSE Sig_structure."""
        return SIGNED_PREFIX + self.raw[len(PREFIX) : -66]


def payload_of(raw: bytes) -> bytes:
    """Cuts the payload out of the frame and refuses any other frame."""
    if len(raw) > ENTRY_BYTES_MAX:
        raise FaultError("an entry above 65,535 bytes")
    if raw[: len(PREFIX)] != PREFIX:
        raise FaultError("the COSE headers are not the fixed ones")
    for head_bytes in (2, 3):
        payload = raw[len(PREFIX) + head_bytes : -66]
        if raw == PREFIX + cbor_.head(2, len(payload)) + payload + b"\x58\x40" + raw[-64:]:
            if len(payload) < 24:
                break
            return payload
    raise FaultError("the COSE frame is not the fixed one")


def is_bytes(value: object, count: int) -> bool:
    """A byte string of that length."""
    return isinstance(value, bytes) and len(value) == count


def is_int(value: object, low: int, high: int) -> bool:
    """An integer within bounds; a boolean is none."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _check_fields(p: dict[str, cbor_.Value]) -> None:
    """Each rule of the table in section 2, and section 4's link between `seq` and `prev`."""
    time, sealed = p["time"], p["sealed"]
    rules = {
        "org": is_bytes(p["org"], 32),
        "seq": is_int(p["seq"], 0, cbor_.INT_MAX),
        "body": isinstance(p["body"], dict),
        "feed": is_bytes(p["feed"], 32),
        "prev": is_bytes(p["prev"], 32) and (p["prev"] == ZERO) == (p["seq"] == 0),
        "seen": p["seen"] is None or is_bytes(p["seen"], 32),
        "time": isinstance(time, list)
        and len(time) == 2
        and is_int(time[0], 0, cbor_.INT_MAX)
        and is_int(time[1], 0, COUNTER_MAX),
        "type": isinstance(p["type"], str) and len(p["type"]) <= 64 and bool(TYPE.fullmatch(p["type"])),
        "sealed": isinstance(sealed, dict)
        and len(sealed) <= SEALED_MAX
        and all(is_bytes(item, 32) for item in sealed.values()),
    }
    for name, good in rules.items():
        if not good:
            raise FaultError(f"{name} is not as it must be")
    if p["org"] == ZERO and (p["type"] != "record.genesis/1" or p["seq"] != 0):
        raise FaultError("org is zero outside genesis")
    if p["type"] == "record.genesis/1" and p["org"] != ZERO:
        raise FaultError("org is not zero in genesis")


@lru_cache(maxsize=4096)
def parse(raw: bytes) -> Entry:
    """The entry in these bytes, or what is wrong with its form. Remembered, so nobody may change what it returns."""
    p = cbor_.decode(payload_of(raw))
    if not isinstance(p, dict):
        raise FaultError("the payload is not a map")
    if "v" in p and (p["v"] != 1 or isinstance(p["v"], bool)):
        raise FaultError("an unknown version: kept unread, without effect")
    if set(p) != KEYS:
        raise FaultError("the payload has not exactly the ten keys")
    _check_fields(p)
    values: dict[str, object] = {key: item for key, item in p.items() if key != "v"}
    values["time"] = tuple(values["time"])  # type: ignore[arg-type]
    return Entry(raw=raw, id=hashlib.sha256(raw).digest(), **values)  # type: ignore[arg-type]


def commitment(value: cbor_.Value, *, salt: bytes, entry: Entry, field: str) -> bytes:
    """Section 5: the commitment that stands in `sealed` for a value and its salt."""
    return sealed_commitment(value, salt=salt, place=(entry.org, entry.feed, entry.seq), field=field)


def sealed_commitment(value: cbor_.Value, *, salt: bytes, place: tuple[bytes, bytes, int], field: str) -> bytes:
    """The same for an entry that is not yet written; `place` is (org, feed, seq)."""
    org, feed, seq = place
    return hashlib.sha256(cbor_.encode(["firsthand.sealed/1", org, feed, seq, field, salt, value])).digest()
