"""One value, one encoding: everything else is refused, and never with another exception."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from firsthand.errors import BadInput
from firsthand.record import cbor

KEYS = st.from_regex(r"\A[a-z][a-z0-9_]{0,20}\Z")
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-cbor.INT_MAX, cbor.INT_MAX) | st.binary() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def decoded_is_deterministic(data: bytes) -> None:
    """Check that `data` is refused as it must be, or is the one encoding of what it decodes to."""
    try:
        value = cbor.decode(data)
    except BadInput:
        return
    assert data == cbor.encode(value)


@given(VALUES)
def test_values_come_back(value: Any) -> None:
    """What is encoded decodes to the same value, also by the quick reader of what was checked before."""
    data = cbor.encode(value)
    assert value == cbor.decode(data)
    assert value == cbor.decode_trusted(data)


@given(VALUES, st.data())
def test_a_changed_byte_is_another_value_or_refused(value: Any, data: st.DataObject) -> None:
    """No change of a byte leads to an error of another kind."""
    encoded = bytearray(cbor.encode(value))
    at = data.draw(st.integers(0, len(encoded) - 1))
    encoded[at] = data.draw(st.integers(0, 255))
    decoded_is_deterministic(bytes(encoded))


@given(st.binary(max_size=80))
@example(b"\xc1\x00")
@example(b"\xc2\x49" + bytes(9))
@example(b"\xd8\x1d\x00")
@example(b"\xd8\x23\x61(")
@example(b"\xc0\x61x")
@example(b"\xf9\x7e\x00")
@example(b"\xfb\x7f\xf0" + bytes(6))
@example(b"\x9b" + b"\xff" * 8)
@example(b"\x5b" + b"\x7f" + b"\xff" * 7)
@example(b"\xa1\x80\x00")
@example(b"\xa1\xa0\x00")
@example(b"\x81" * 5000)
def test_random_bytes(data: bytes) -> None:
    """Tags, floats, absurd lengths, nesting, keys that cannot be hashed: refused, and nothing else happens."""
    decoded_is_deterministic(data)


@pytest.mark.parametrize("value", [2**53, -(2**53), 1.5, {1: 2}, {"A": 1}, {"a" * 65: 1}, {"": 1}, {1, 2}, "\ud800"])
def test_what_has_no_encoding(value: Any) -> None:
    """Values outside the data model are refused when they are written."""
    with pytest.raises(BadInput):
        cbor.encode(value)


def test_nesting_ends_at_sixteen() -> None:
    """Sixteen levels are written and read, seventeen are neither."""
    value: Any = []
    for _ in range(15):
        value = [value]
    assert value == cbor.decode(cbor.encode(value))
    with pytest.raises(BadInput):
        cbor.encode([value])
    with pytest.raises(BadInput):
        cbor.decode(b"\x81" + cbor.encode(value))
