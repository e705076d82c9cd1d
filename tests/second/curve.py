"""Plain arithmetic on edwards25519 (RFC 8032, section 5.1), for signatures that no honest signer makes. Not fast."""

from __future__ import annotations

import hashlib
from functools import reduce

from second.ed25519_ import L, P

Point = tuple[int, int]

D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
NEUTRAL: Point = (0, 1)


def add(left: Point, right: Point) -> Point:
    """The sum of two points."""
    (x1, y1), (x2, y2) = left, right
    product = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - product, -1, P)
    return x % P, y % P


def multiply(scalar: int, point: Point) -> Point:
    """A point added to itself."""
    result = NEUTRAL
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def x_of(y: int, sign: int) -> int | None:
    """The x of that sign on the curve, if there is one."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P:
        return None
    return (P - x) % P if x & 1 != sign else x


def encode(point: Point) -> bytes:
    """The canonical encoding."""
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decode(data: bytes) -> Point:
    """The point of an encoding; for points known to be on the curve."""
    number = int.from_bytes(data, "little")
    y = number & (2**255 - 1)
    x = x_of(y % P, number >> 255)
    if x is None:
        raise ValueError("not on the curve")
    return x, y % P


def challenge(r: bytes, a: bytes, message: bytes) -> int:
    """H512(R || A || M) as a number."""
    return int.from_bytes(hashlib.sha512(r + a + message).digest(), "little") % L


def base() -> Point:
    """The base point B."""
    y = 4 * pow(5, -1, P) % P
    x = x_of(y, 0)
    if x is None:
        raise ValueError("no base point")
    return x, y


def _order_8() -> Point:
    """A point of order 8: what is left of some point times L."""
    for y in range(2, 100):
        x = x_of(y, 0)
        if x is not None:
            point = multiply(L, (x, y))
            if multiply(4, point) != NEUTRAL:
                return point
    raise ValueError("none found")


def small_order_points() -> list[Point]:
    """All eight, the neutral one first."""
    point = _order_8()
    return reduce(lambda found, _: [*found, add(found[-1], point)], range(7), [NEUTRAL])


def equation(public: bytes, message: bytes, signature: bytes, *, cofactor: int = 1) -> bool:
    """Whether the equation holds, byte for byte, or as points times the cofactor."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    try:
        point = decode(public)
    except ValueError:
        return False
    h = challenge(r, public, message)
    found = add(multiply(s, base()), multiply(h, ((P - point[0]) % P, point[1])))
    if cofactor == 1:
        return encode(found) == r
    try:
        return multiply(cofactor, found) == multiply(cofactor, decode(r))
    except ValueError:
        return False
