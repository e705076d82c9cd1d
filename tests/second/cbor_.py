"""Deterministic CBOR, record section 1.

Values are null, booleans, integers within +-(2^53-1), byte strings, text, arrays and maps with plain text
keys. There is one encoding of each value and the decoder refuses every other.
"""

from __future__ import annotations

import re

from second.faults import FaultError

Value = None | bool | int | bytes | str | list["Value"] | dict[str, "Value"]

INT_MAX = 2**53 - 1
NESTING_MAX = 16
KEY_CHARS_MAX = 64
KEY = re.compile(r"[a-z][a-z0-9_]*")
HEX = re.compile(r"(?:[0-9a-f]{2})*")
SIMPLE: dict[int, bool | None] = {20: False, 21: True, 22: None}
ARGUMENT_BYTES = {24: 1, 25: 2, 26: 4, 27: 8}


def head(major: int, argument: int) -> bytes:
    """The shortest head of a major type and its argument (RFC 8949, section 3)."""
    if argument < 24:
        return bytes([major << 5 | argument])
    for info, size in ARGUMENT_BYTES.items():
        if argument < 1 << (8 * size):
            return bytes([major << 5 | info]) + argument.to_bytes(size, "big")
    raise FaultError("a number above 64 bits")


def encode(value: Value) -> bytes:
    """The one encoding of a value. Limits are the decoder's business, so that tests can exceed them."""
    if value is None or isinstance(value, bool):
        return {False: b"\xf4", True: b"\xf5", None: b"\xf6"}[value]
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        raw = value.encode()
        return head(3, len(raw)) + raw
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(encode(item) for item in value)
    pairs = sorted((encode(key), encode(item)) for key, item in value.items())
    return head(5, len(value)) + b"".join(key + item for key, item in pairs)


class _Reader:
    """A cursor over one encoded value."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        """The next bytes, all of them or none."""
        if count > len(self.data) - self.at:
            raise FaultError("CBOR ends too early")
        self.at += count
        return self.data[self.at - count : self.at]

    def head(self) -> tuple[int, int]:
        """Major type and argument; refuses what is not the shortest form."""
        first = self.take(1)[0]
        major, info = first >> 5, first & 31
        if major == 7:
            if info not in SIMPLE:
                raise FaultError("a float or an unknown simple value")
            return major, info
        if info < 24:
            return major, info
        if info not in ARGUMENT_BYTES:
            raise FaultError("an indefinite or reserved length")
        raw = self.take(ARGUMENT_BYTES[info])
        argument = int.from_bytes(raw, "big")
        if head(major, argument) != bytes([first]) + raw:
            raise FaultError("a head that is not the shortest")
        return major, argument

    def text(self, count: int) -> str:
        """Valid UTF-8."""
        try:
            return self.take(count).decode("utf-8", "strict")
        except UnicodeDecodeError as error:
            raise FaultError("text that is not UTF-8") from error

    def value(self, depth: int) -> Value:
        """One value; `depth` counts the arrays and maps around it."""
        major, argument = self.head()
        if major == 7:
            return SIMPLE[argument]
        if major in (0, 1):
            if argument > INT_MAX - major:
                raise FaultError("an integer beyond 2^53-1")
            return argument if major == 0 else -1 - argument
        if major == 2:
            return self.take(argument)
        if major == 3:
            return self.text(argument)
        if major == 6:
            raise FaultError("a tag")
        if depth >= NESTING_MAX:
            raise FaultError("nested more than 16 deep")
        if major == 4:
            return self.array(argument, depth + 1)
        return self.map(argument, depth + 1)

    def array(self, count: int, depth: int) -> list[Value]:
        """The items of an array."""
        if count > len(self.data) - self.at:
            raise FaultError("CBOR ends too early")
        return [self.value(depth) for _ in range(count)]

    def map(self, count: int, depth: int) -> dict[str, Value]:
        """The pairs of a map, whose keys must ascend bytewise by their encoding."""
        result: dict[str, Value] = {}
        before = b""
        for _ in range(count):
            start = self.at
            major, argument = self.head()
            if major != 3:
                raise FaultError("a map key that is not text")
            key = self.text(argument)
            if len(key) > KEY_CHARS_MAX or not KEY.fullmatch(key):
                raise FaultError("a map key of another form")
            raw = self.data[start : self.at]
            if raw <= before:
                raise FaultError("map keys doubled" if raw == before else "map keys out of order")
            before = raw
            result[key] = self.value(depth)
        return result


def decode(data: bytes) -> Value:
    """The value of exactly these bytes."""
    reader = _Reader(data)
    value = reader.value(0)
    if reader.at != len(data):
        raise FaultError("trailing bytes")
    return value


def to_json(value: Value) -> object:
    """The record's JSON form."""
    if isinstance(value, bytes):
        return {"$hex": value.hex()}
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    return value


def from_json(value: object) -> Value:
    """The value that a JSON form stands for; refuses everything else."""
    if isinstance(value, dict):
        if set(value) == {"$hex"}:
            text = value["$hex"]
            if not isinstance(text, str) or not HEX.fullmatch(text):
                raise FaultError("$hex that is not lower-case hex")
            return bytes.fromhex(text)
        for key in value:
            if not isinstance(key, str) or len(key) > KEY_CHARS_MAX or not KEY.fullmatch(key):
                raise FaultError("a key of another form in JSON")
        return {key: from_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [from_json(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > INT_MAX:
        raise FaultError("an integer beyond 2^53-1")
    if value is None or isinstance(value, bool | int | str):
        return value
    raise FaultError("a JSON value without a counterpart in the record")
