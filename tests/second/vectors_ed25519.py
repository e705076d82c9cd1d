"""Cases of `ed25519.json`: where libraries differ about a signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nacl.bindings import crypto_sign_open
from nacl.exceptions import CryptoError

from second import curve, ed25519_
from second.ed25519_ import L, P
from second.writer import Key, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MESSAGE = b"EXERCISE: a message"
SECRET = int.from_bytes(digest("vector scalar"), "little") % L
NONCE = int.from_bytes(digest("vector nonce"), "little") % L


def libsodium(public: bytes, message: bytes, signature: bytes) -> bool:
    """What PyNaCl says, unasked about anything else."""
    try:
        crypto_sign_open(signature + message, public)
    except (CryptoError, ValueError):
        return False
    return True


def case(name: str, why: str, public: bytes, message: bytes, signature: bytes) -> dict[str, Any]:
    """One case. `expected` is checked against the equation written out, not against a library."""
    s = int.from_bytes(signature[32:], "little")
    allowed = ed25519_.point_is_allowed(public) and ed25519_.point_is_allowed(signature[:32])
    expected = s < L and allowed and curve.equation(public, message, signature)
    return {
        "name": name,
        "why": why,
        "key": public.hex(),
        "message": message.hex(),
        "signature": signature.hex(),
        "expected": expected,
        "cryptography": ed25519_.verify_raw(public, message, signature),
        "pynacl": libsodium(public, message, signature),
    }


def signed(
    public: bytes, r: bytes, secret: int, nonce: int, accept: Callable[[int], bool] = lambda _: True
) -> tuple[bytes, bytes]:
    """Message and signature for any A and R, over the first message whose challenge is accepted."""
    for number in range(1_000):
        message = MESSAGE + b" %d" % number
        h = curve.challenge(r, public, message)
        if accept(h):
            return message, r + ((nonce + h * secret) % L).to_bytes(32, "little")
    raise ValueError("no message found")


def plain() -> Iterator[dict[str, Any]]:
    """An honest key, and what is done to its signature."""
    key = Key("ed25519")
    good = key.sign(MESSAGE)
    s = int.from_bytes(good[32:], "little")
    other = Key("ed25519", "other")
    yield case("valid", "an honest signature", key.public, MESSAGE, good)
    yield case("valid_empty_message", "an honest signature over nothing", key.public, b"", key.sign(b""))
    yield case("message_other", "one word added", key.public, MESSAGE + b" more", good)
    yield case("key_other", "another honest key", other.public, MESSAGE, good)
    yield case("r_flipped", "one bit of R", key.public, MESSAGE, bytes([good[0] ^ 1]) + good[1:])
    yield case("s_flipped", "one bit of S", key.public, MESSAGE, good[:32] + bytes([good[32] ^ 1]) + good[33:])
    for times in (1, 7):
        raised = (s + times * L).to_bytes(32, "little")
        yield case(f"s_plus_{times}_l", "S is not below L (3.1)", key.public, MESSAGE, good[:32] + raised)
    zero = good[:32] + bytes(32)
    yield case("s_zero", "S is 0 and the equation does not hold", key.public, MESSAGE, zero)
    yield case("s_is_l", "S is L itself (3.1)", key.public, MESSAGE, good[:32] + L.to_bytes(32, "little"))
    yield case("all_zero", "key and signature all zero", bytes(32), MESSAGE, bytes(64))
    off = next(y for y in range(2, 100) if curve.x_of(y, 0) is None)
    yield case("a_not_on_curve", "A is no point", off.to_bytes(32, "little"), MESSAGE, good)
    yield case("r_not_on_curve", "R is no point", key.public, MESSAGE, off.to_bytes(32, "little") + good[32:])


def small_encodings() -> Iterator[tuple[str, bytes]]:
    """Every encoding of the eight small points, those that a lax decoder takes too."""
    for number, point in enumerate(curve.small_order_points()):
        x, y = point
        yield f"point_{number}", curve.encode(point)
        if x == 0:
            yield f"point_{number}_sign_of_zero", (y | 1 << 255).to_bytes(32, "little")
        if y + P < 2**255:
            yield f"point_{number}_y_plus_p", (y + P | (x & 1) << 255).to_bytes(32, "little")
            if x == 0:
                yield f"point_{number}_y_plus_p_sign_of_zero", (y + P | 1 << 255).to_bytes(32, "little")


def small() -> Iterator[dict[str, Any]]:
    """Keys and nonces of small order. For A the message is chosen so that the bare equation holds."""
    r = curve.encode(curve.multiply(NONCE, curve.base()))
    for name, public in small_encodings():
        message, signature = signed(public, r, 0, NONCE, lambda h: h % 8 == 0)
        why = "A is of small order: without 3.3 anyone signs anything"
        yield case(f"a_small_{name}", why, public, message, signature)
    public = curve.encode(curve.multiply(SECRET, curve.base()))
    for name, nonce in small_encodings():
        message, signature = signed(public, nonce, SECRET, 0)
        yield case(f"r_small_{name}", "R is of small order (3.3)", public, message, signature)


def non_canonical() -> Iterator[dict[str, Any]]:
    """Encodings with y of p or more that are not of small order."""
    ys = [y for y in range(2, 19) if curve.x_of(y, 0) is not None]
    for y in ys[:3]:
        lax = (y + P).to_bytes(32, "little")
        message, signature = signed(lax, curve.encode(curve.multiply(NONCE, curve.base())), SECRET, NONCE)
        yield case(f"a_non_canonical_y_{y}", "A has y of p or more (3.2)", lax, message, signature)
        public = Key("ed25519").public
        yield case(f"r_non_canonical_y_{y}", "R has y of p or more (3.2)", public, MESSAGE, lax + signature[32:])


def mixed() -> Iterator[dict[str, Any]]:
    """A point of small order added to A or R: what tells cofactored from cofactorless."""
    torsion = curve.small_order_points()[1]
    pure_a = curve.multiply(SECRET, curve.base())
    pure_r = curve.multiply(NONCE, curve.base())
    public, r = curve.encode(curve.add(pure_a, torsion)), curve.encode(pure_r)
    message, signature = signed(public, r, SECRET, NONCE, lambda h: h % 8 == 0)
    why = "A has a part of order 8, the challenge is a multiple of 8: the cofactorless equation holds"
    yield case("a_mixed_equation_holds", why, public, message, signature)
    message, signature = signed(public, r, SECRET, NONCE, lambda h: h % 8 == 1)
    why = "A has a part of order 8: only the cofactored equation holds (3.4)"
    yield case("a_mixed_cofactored_only", why, public, message, signature)
    mixed_r = curve.encode(curve.add(pure_r, torsion))
    message, signature = signed(curve.encode(pure_a), mixed_r, SECRET, NONCE)
    why = "R has a part of order 8: only the cofactored equation holds (3.4)"
    yield case("r_mixed_cofactored_only", why, curve.encode(pure_a), message, signature)
    other = curve.small_order_points()[7]
    mixed_r = curve.encode(curve.add(pure_r, other))
    message, signature = signed(public, mixed_r, SECRET, NONCE, lambda h: h % 8 == 1)
    why = "A and R have parts of order 8 that cancel: the cofactorless equation holds"
    yield case("both_mixed_equation_holds", why, public, message, signature)
    message, signature = signed(public, mixed_r, SECRET, NONCE, lambda h: h % 8 == 3)
    why = "A and R have parts of order 8 that do not cancel: only the cofactored equation holds (3.4)"
    yield case("both_mixed_cofactored_only", why, public, message, signature)


def cases() -> list[dict[str, Any]]:
    """All cases."""
    return [*plain(), *small(), *non_canonical(), *mixed()]
