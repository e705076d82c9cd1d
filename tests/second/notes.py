"""Verifier keys, checkpoints and inclusion proofs: C2SP signed-note, tlog-checkpoint and tlog-proof@v1."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from second import ed25519_
from second.faults import FaultError

SIGNATURES_MAX = 64
DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
ORIGIN = re.compile(r"firsthand/([0-9a-f]{64})/([0-9a-f]{64})")
VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
SIGNATURE_LINE = re.compile("\u2014 ([^\\s+]+) ([A-Za-z0-9+/=]+)")
PATH_MAX = 64


def b64(text: str) -> bytes:
    """Canonical base64 only: padding present, unused bits zero."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FaultError("not base64") from error
    if base64.b64encode(raw).decode() != text:
        raise FaultError("base64 that is not canonical")
    return raw


def b64_hash(text: str) -> bytes:
    """Canonical base64 of 32 bytes."""
    raw = b64(text)
    if len(raw) != 32:
        raise FaultError("a hash that has not 32 bytes")
    return raw


def decimal(text: str) -> int:
    """No sign, no leading zero, below 2^53."""
    if not DECIMAL.fullmatch(text) or int(text) >= 2**53:
        raise FaultError("not a decimal number")
    return int(text)


def key_id(name: str, public: bytes) -> bytes:
    """Four bytes that name an Ed25519 key of signature type 1."""
    return hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]


def origin_of(org: bytes, log_key: bytes) -> str:
    """Record section 9."""
    return f"firsthand/{org.hex()}/{ed25519_.feed_id(log_key).hex()}"


def vkey_of(name: str, public: bytes) -> str:
    """The verifier key of an Ed25519 key."""
    key = base64.b64encode(b"\x01" + public).decode()
    return f"{name}+{key_id(name, public).hex()}+{key}"


def parse_vkey(text: str) -> tuple[str, bytes]:
    """Name and public key of a verifier key of type 1."""
    match = VKEY.fullmatch(text)
    if not match:
        raise FaultError("not a verifier key")
    raw = b64(match[3])
    if len(raw) != 33 or raw[0] != 1:
        raise FaultError("not an Ed25519 verifier key")
    if key_id(match[1], raw[1:]).hex() != match[2]:
        raise FaultError("the verifier key's id is not that of its key")
    return match[1], raw[1:]


@dataclass(frozen=True)
class Checkpoint:
    """The three lines, the text that is signed, and every signature line."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: tuple[tuple[str, bytes], ...]

    @property
    def org(self) -> bytes:
        """The organisation that the origin names."""
        return bytes.fromhex(self.origin.split("/")[1])

    @property
    def log_feed(self) -> bytes:
        """The feed id of the log key that the origin names."""
        return bytes.fromhex(self.origin.split("/")[2])

    def verify(self, public: bytes) -> None:
        """The log's signature is there, once, and holds; lines of unknown keys are passed over."""
        known = key_id(self.origin, public)
        mine = [raw[4:] for name, raw in self.signatures if name == self.origin and raw[:4] == known]
        if len(mine) != 1:
            raise FaultError("not exactly one signature of the log")
        if not ed25519_.verify(public, self.text, mine[0]):
            raise FaultError("the log's signature does not hold")


def _signature(line: str) -> tuple[str, bytes]:
    match = SIGNATURE_LINE.fullmatch(line)
    if not match:
        raise FaultError("a signature line of another form")
    raw = b64(match[2])
    if len(raw) < 5:
        raise FaultError("a signature that is too short")
    return match[1], raw


def parse_checkpoint(note: bytes) -> Checkpoint:
    """A checkpoint of exactly three lines; its signature is checked by `verify`."""
    try:
        text = note.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        raise FaultError("the checkpoint is not UTF-8") from error
    if any(ord(char) < 32 and char != "\n" for char in text):
        raise FaultError("a control character in the checkpoint")
    lines = text.split("\n")
    if len(lines) < 6 or lines[3] != "" or lines[-1] != "":
        raise FaultError("the checkpoint has not three lines, a blank one and signatures")
    if not ORIGIN.fullmatch(lines[0]):
        raise FaultError("the origin is not firsthand/<org>/<log>")
    if len(lines) - 5 > SIGNATURES_MAX:
        raise FaultError("more than 64 signatures")
    signatures = tuple(_signature(line) for line in lines[4:-1])
    signed = "\n".join([*lines[:3], ""]).encode()
    return Checkpoint(lines[0], decimal(lines[1]), b64_hash(lines[2]), signed, signatures)


@dataclass(frozen=True)
class Proof:
    """An inclusion proof and the checkpoint that it leads to."""

    index: int
    path: tuple[bytes, ...]
    note: bytes
    checkpoint: Checkpoint


@lru_cache(maxsize=4096)
def parse_proof(data: bytes) -> Proof:
    """A tlog-proof without an `extra` line."""
    above, found, note = data.partition(b"\n\n")
    if not found:
        raise FaultError("the proof holds no checkpoint")
    try:
        lines = above.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise FaultError("the proof is not ASCII above its checkpoint") from error
    if lines[0] != "c2sp.org/tlog-proof@v1":
        raise FaultError("the proof's first line is another")
    if len(lines) < 2 or not lines[1].startswith("index "):
        raise FaultError("the proof's second line is not the index")
    if len(lines) - 2 > PATH_MAX:
        raise FaultError("the path is too long")
    index = decimal(lines[1].removeprefix("index "))
    path = tuple(b64_hash(line) for line in lines[2:])
    return Proof(index, path, note, parse_checkpoint(note))
