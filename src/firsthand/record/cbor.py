"""Deterministic CBOR, the subset of docs/reference/record.md section 1, strict in both directions.

Rules: one value has one encoding (RFC 8949, section 4.2.1); integers within +-(2^53-1); no floats, tags, indefinite
lengths or duplicate keys; map keys are text `[a-z][a-z0-9_]*`; nesting at most 16. The library decodes; our own
encoder then encodes the result again, and unless both are equal byte for byte the input is refused. That one
comparison covers every way in which CBOR can say the same thing twice.
"""

from __future__ import annotations

import re
from operator import itemgetter
from typing import Any, TypeAlias

import cbor2

from firsthand.errors import BadInput

Value: TypeAlias = "bool | int | bytes | str | list[Value] | dict[str, Value] | None"

INT_MAX = 2**53 - 1
DEPTH_MAX = 16
_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_first = itemgetter(0)
_key_cache: dict[str, bytes] = {}
_KEY_CACHE_MAX = 4096  # keys come from schemas; the bound only keeps hostile input from filling memory


def _head(major: int, n: int) -> bytes:
    if n < 24:  # noqa: PLR2004 - RFC 8949, section 3: the ranges of the five head sizes
        return bytes((major | n,))
    if n < 0x100:  # noqa: PLR2004
        return bytes((major | 24, n))
    if n < 0x10000:  # noqa: PLR2004
        return bytes((major | 25, n >> 8, n & 0xFF))
    if n < 0x100000000:  # noqa: PLR2004
        return bytes((major | 26,)) + n.to_bytes(4, "big")
    return bytes((major | 27,)) + n.to_bytes(8, "big")


def _key(key: Any) -> bytes:
    cached = _key_cache.get(key)
    if cached is not None:
        return cached
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise BadInput(f"A map key is not of the allowed form: {key!r:.80}.")
    encoded = _head(0x60, len(key)) + key.encode("ascii")
    if len(_key_cache) < _KEY_CACHE_MAX:
        _key_cache[key] = encoded
    return encoded


_SMALL = 256
_INTS: list[bytes] = [_head(0x00, n) for n in range(_SMALL)]
_BYTES: list[bytes] = [_head(0x40, n) for n in range(_SMALL)]
_TEXTS: list[bytes] = [_head(0x60, n) for n in range(_SMALL)]


def _encode(value: Any, depth: int) -> bytes:  # noqa: C901, PLR0911 - one branch for each kind of value, and no more
    kind = type(value)
    if kind is str:
        try:
            raw: bytes = value.encode()
        except UnicodeEncodeError:
            raise BadInput("A text contains half of a surrogate pair and cannot be written.") from None
        n = len(raw)
        return (_TEXTS[n] if n < _SMALL else _head(0x60, n)) + raw
    if kind is bytes:
        n = len(value)
        return (_BYTES[n] if n < _SMALL else _head(0x40, n)) + bytes(value)
    if kind is int:
        if 0 <= value < _SMALL:
            small: bytes = _INTS[value]
            return small
        if not -INT_MAX <= value <= INT_MAX:
            raise BadInput(f"An integer is out of range: {value}.", advice="Use at most 2^53-1.")
        return _head(0x00, value) if value >= 0 else _head(0x20, -1 - value)
    if value is None:
        return b"\xf6"
    if kind is bool:
        return b"\xf5" if value else b"\xf4"
    if depth == 0:
        raise BadInput(f"The value is nested more than {DEPTH_MAX} deep.")
    depth -= 1
    if kind is dict:
        parts = sorted([(_key(k), v) for k, v in value.items()], key=_first)
        return _head(0xA0, len(parts)) + b"".join([k + _encode(v, depth) for k, v in parts])
    if kind is list or kind is tuple:
        return _head(0x80, len(value)) + b"".join([_encode(v, depth) for v in value])
    raise BadInput(f"A value of kind {kind.__name__} has no place in the record.")


def encode(value: Value, *, depth: int = DEPTH_MAX) -> bytes:
    """Return the one encoding of `value`.

    Args:
        value: the value; lists (or tuples) and dicts exactly, no subclasses.
        depth: how many levels of arrays and maps are allowed.

    Raises:
        BadInput: the value is outside the data model.
    """
    return _encode(value, depth)


def decode(data: bytes, *, depth: int = DEPTH_MAX) -> Value:
    """Return the value of `data`, which must be its one encoding.

    Raises:
        BadInput: the bytes are not deterministic CBOR of the subset, or something follows them.
    """
    try:
        value: Value = cbor2.loads(
            data, max_depth=depth, allow_indefinite=False, allow_duplicate_keys=False, strict_hashable_types=True
        )
    except (cbor2.CBORDecodeError, ValueError, OverflowError, TypeError, RecursionError) as error:
        raise BadInput(f"The bytes are not CBOR that may stand in the record: {error}.") from None
    if _encode(value, depth) != data:
        raise BadInput("The CBOR is not deterministic: the same value could be written in another way.")
    return value


def decode_trusted(data: bytes) -> Any:
    """Return the value of bytes that `decode` accepted before; skips the comparison that makes it strict."""
    return cbor2.loads(data)
