"""Ed25519 under one strict rule, docs/reference/record.md section 3.

Rule: S < L; A and R canonical; neither of small order; the cofactorless equation. Points 1 to 3 are checked here
before the library (libsodium, through PyNaCl) sees anything, so the verdict does not depend on the library's version.
That the library itself is cofactorless is held by the vectors in tests/vectors/ed25519.json.
"""

from __future__ import annotations

from functools import lru_cache

import nacl.bindings
import nacl.exceptions

from firsthand.errors import BadInput

ALG = 1
KEY_BYTES = 32
SIGNATURE_BYTES = 64
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_Y = 2**255 - 1  # mask of the y coordinate: all but the sign bit
_ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_SMALL_ORDER = frozenset((0, 1, _P - 1, _ORDER_8, _P - _ORDER_8))


def _point_ok(encoded: bytes) -> bool:
    y = int.from_bytes(encoded, "little") & _Y
    return y < _P and y not in _SMALL_ORDER


@lru_cache(maxsize=4096)  # keys are few and signatures many
def key_ok(public_key: bytes) -> bool:
    """Return whether `public_key` is 32 bytes, canonical and not of small order."""
    return len(public_key) == KEY_BYTES and _point_ok(public_key)


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether `signature` (64 bytes) of `message` holds under `public_key` by the strict rule. Never raises."""
    if len(signature) != SIGNATURE_BYTES or not key_ok(public_key):
        return False
    if int.from_bytes(signature[32:], "little") >= _L or not _point_ok(signature[:32]):
        return False
    try:
        nacl.bindings.crypto_sign_open(signature + message, public_key)
    except (nacl.exceptions.BadSignatureError, nacl.exceptions.CryptoError):
        return False
    return True


class SigningKey:
    """A private key, made from its 32-byte seed (RFC 8032, section 5.1.5)."""

    __slots__ = ("_secret", "public", "seed")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != KEY_BYTES:
            raise BadInput("A private key must have 32 bytes.")
        self.seed = seed
        self.public, self._secret = nacl.bindings.crypto_sign_seed_keypair(seed)

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of `message`."""
        return bytes(nacl.bindings.crypto_sign(message, self._secret)[:SIGNATURE_BYTES])
