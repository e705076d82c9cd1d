"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint), Ed25519 keys of signature type 1.

Rules: a checkpoint of ours has exactly three lines and no extension; base64 is canonical; what is parsed, written
again, gives the same bytes. Signatures of unknown keys are ignored when a note comes from a server, and refused where
the form is fixed (`exact`).
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from firsthand.errors import BadInput
from firsthand.record import ed25519

if TYPE_CHECKING:
    from firsthand.record.ed25519 import SigningKey

SIGNATURES_MAX = 64
_NOTE_BYTES_MAX = 65_536
_DASH = "— "
_TYPE_ED25519 = b"\x01"
_KEY_ID_BYTES = 4


def b64(data: bytes) -> str:
    """Return standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def unb64(text: str) -> bytes:
    """Return the bytes of canonical base64.

    Raises:
        BadInput: wrong characters, padding, or unused bits that are not zero.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if b64(data) != text:
        raise BadInput("A base64 text is not in its one form.")
    return data


def decimal(text: str) -> int:
    """Return a number written in decimal without leading zeros.

    Raises:
        BadInput: any other form.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 16) or (text[0] == "0" and text != "0"):  # noqa: PLR2004
        raise BadInput("A number is not in its one form.")
    return int(text)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key of a log with its name, `<name>+<hex key id>+<base64>`."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name || newline || type || key)."""
        return sha256(self.name.encode() + b"\n" + _TYPE_ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64(_TYPE_ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Return the key written in `text`.

        Raises:
            BadInput: not a verifier key of signature type 1, or its key id is not that of its name and key.
        """
        parts = text.split("+", 2)
        if len(parts) != 3:  # noqa: PLR2004 - name, id, key
            raise BadInput("A verifier key must have three parts joined by plus signs.")
        material = unb64(parts[2])
        key = cls(parts[0], material[1:])
        if material[:1] != _TYPE_ED25519 or not ed25519.key_ok(key.public) or str(key) != text or not parts[0]:
            raise BadInput("The verifier key is damaged or of a kind that this program does not know.")
        return key


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: origin, number of leaves, root hash (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the three lines."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n"


def sign_note(text: str, name: str, key: SigningKey) -> bytes:
    """Return the note `text` with one signature line by `key` under `name`."""
    signature = VerifierKey(name, key.public).key_id + key.sign(text.encode())
    return f"{text}\n{_DASH}{name} {b64(signature)}\n".encode()


def parse_checkpoint(note: bytes) -> tuple[Checkpoint, list[tuple[str, bytes]]]:
    """Return the checkpoint in `note` and its signature lines as (name, key id || signature). Nothing is verified.

    Raises:
        BadInput: not a note, not a checkpoint of three lines, or not in its one form.
    """
    if len(note) > _NOTE_BYTES_MAX:
        raise BadInput("The checkpoint is larger than any that this program accepts.")
    try:
        text = note.decode()
    except UnicodeDecodeError:
        raise BadInput("The checkpoint is not UTF-8 text.") from None
    body, separator, tail = text.partition("\n\n")
    lines = body.split("\n")
    signature_lines = tail.split("\n")
    if not separator or len(lines) != 3 or signature_lines[-1] or not 1 < len(signature_lines) <= SIGNATURES_MAX + 1:  # noqa: PLR2004
        raise BadInput("The checkpoint must have three lines, an empty one, and its signatures.")
    checkpoint = Checkpoint(lines[0], decimal(lines[1]), unb64(lines[2]))
    if len(checkpoint.root) != 32 or not lines[0] or any(c < " " for c in lines[0]):  # noqa: PLR2004
        raise BadInput("The checkpoint's origin or root hash is not of the right form.")
    signatures = []
    for line in signature_lines[:-1]:
        parts = line.removeprefix(_DASH).split(" ")
        if not line.startswith(_DASH) or len(parts) != 2 or not parts[0]:  # noqa: PLR2004 - name, signature
            raise BadInput("A signature line of the checkpoint is not of the right form.")
        signature = unb64(parts[1])
        if len(signature) <= _KEY_ID_BYTES:  # C2SP signed-note: a key id and then a signature, whatever its kind
            raise BadInput("A signature line of the checkpoint holds no signature.")
        signatures.append((parts[0], signature))
    return checkpoint, signatures


def verify_checkpoint(note: bytes, key: VerifierKey, *, exact: bool) -> Checkpoint:
    """Return the checkpoint in `note` after checking the log's signature over it.

    Args:
        note: the whole note.
        key: the log's key; its name must be the checkpoint's origin.
        exact: refuse every signature line but the one of `key` (where the form is fixed, as in a dossier).

    Raises:
        BadInput: the note is malformed, of another log, or not signed by `key`.
    """
    checkpoint, signatures = parse_checkpoint(note)
    if checkpoint.origin != key.name:
        raise BadInput("The checkpoint is of another log.")
    ours = [sig for name, sig in signatures if name == key.name and sig[:4] == key.key_id]
    if len(ours) != 1 or (exact and len(signatures) != 1):
        raise BadInput("The checkpoint does not carry exactly the signature that it must.")
    if not ed25519.verify(key.public, checkpoint.text().encode(), ours[0][4:]):
        raise BadInput("The log's signature on the checkpoint does not hold.")
    return checkpoint


def origin(org: bytes, log_feed: bytes) -> str:
    """Return the origin of the log of `org` whose key has the feed id `log_feed`."""
    return f"firsthand/{org.hex()}/{log_feed.hex()}"
