"""The one signature rule, record section 3: points 1 to 3 here, the equation by `cryptography`."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

L = 2**252 + 27742317777372353535851937790883648493
P = 2**255 - 19
SMALL_ORDER_Y = (
    0,
    1,
    P - 1,
    2707385501144840649318225287225658788936804267575313519463743609750303402022,
    55188659117513257062467267217118295137698188065244968500265048394206261417927,
)


def feed_id(public: bytes) -> bytes:
    """Section 3: H(algorithm byte || public key)."""
    return hashlib.sha256(b"\x01" + public).digest()


def point_is_allowed(encoded: bytes) -> bool:
    """Canonical and not of small order."""
    y = int.from_bytes(encoded, "little") & (2**255 - 1)
    return y < P and y not in SMALL_ORDER_Y


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature holds by all four points."""
    if len(public) != 32 or len(signature) != 64:
        return False
    if int.from_bytes(signature[32:], "little") >= L:
        return False
    if not point_is_allowed(public) or not point_is_allowed(signature[:32]):
        return False
    return verify_raw(public, message, signature)


@lru_cache(maxsize=4096)
def verify_raw(public: bytes, message: bytes, signature: bytes) -> bool:
    """What the library says, unasked about anything else. It is remembered: a dossier is often verified again."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
