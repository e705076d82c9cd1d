"""Entries: no byte can be changed, and no bytes do harm."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.errors import BadInput
from firsthand.record import cbor
from firsthand.record.entry import ENTRY_MAX, ZERO, Entry, feed_id, parse, read_stored, sign_entry, verify
from world.roster import Builder, Writer, key_of

KEY = key_of("crew")
OTHER = bytes(range(32))


def signed(body: bytes = b"\xa0", sealed: bytes = b"\xa0") -> bytes:
    """Return the bytes of an entry in the middle of a feed."""
    return sign_entry(
        KEY, org=OTHER, type="future.thing/1", feed=feed_id(KEY.public), seq=3, prev=OTHER, time=(7, 1), seen=OTHER,
        body=body, sealed=sealed,
    )  # fmt: skip


def holds(raw: bytes) -> bool:
    """Return whether `raw` is an entry of KEY."""
    try:
        return verify(parse(raw), KEY.public)
    except BadInput:
        return False


@pytest.mark.parametrize("body", [b"\xa0", cbor.encode({"x": bytes(300)})], ids=["short_head", "long_head"])
def test_no_byte_can_be_changed(body: bytes) -> None:
    """Each single changed byte makes the entry refused by its form or by its signature."""
    raw = signed(body)
    assert holds(raw)
    for at in range(len(raw)):
        for change in (0x01, 0x80, 0xFF):
            assert not holds(raw[:at] + bytes((raw[at] ^ change,)) + raw[at + 1 :])


def test_no_byte_can_be_left_out_or_added() -> None:
    """Shortened anywhere, or with a byte more anywhere, the entry is refused."""
    raw = signed()
    for at in range(len(raw)):
        assert not holds(raw[:at])
        assert not holds(raw[:at] + raw[at + 1 :])
        assert not holds(raw[:at] + b"\x00" + raw[at:])


@given(st.binary(max_size=300), st.integers(0, 200), st.integers(0, 200))
def test_random_bytes_do_no_harm(noise: bytes, begin: int, end: int) -> None:
    """Whatever is put in the place of some bytes, the answer is an entry or a refusal."""
    raw = signed()
    assert holds(raw[:begin] + noise + raw[end:]) == (raw[:begin] + noise + raw[end:] == raw)


def test_written_entries_read_the_same() -> None:
    """The strict reader and the quick reader of stored entries agree, and so does what was given to be signed."""
    builder = Builder(Random(1))  # noqa: S311 - repeatable
    for entry in (builder.genesis, builder.enrol(builder.roots[0], Writer("crew"))):
        assert parse(entry.raw) == read_stored(entry.raw) == entry
    entry = parse(signed())
    found: tuple[object, ...] = (entry.seq, entry.prev, entry.time, entry.seen, entry.org, entry.organisation)
    assert found == (3, OTHER, (7, 1), OTHER, OTHER, OTHER)
    assert builder.genesis.organisation == builder.genesis.id
    assert builder.genesis.org == ZERO


def test_the_longest_entry() -> None:
    """65,535 bytes are signed and read; one more is refused on writing, with nothing written."""
    spare = ENTRY_MAX - len(signed(cbor.encode({"x": bytes(60_000)})))
    raw = signed(cbor.encode({"x": bytes(60_000 + spare)}))
    assert (len(raw), holds(raw)) == (ENTRY_MAX, True)
    with pytest.raises(BadInput, match="more than the format allows"):
        signed(cbor.encode({"x": bytes(60_001 + spare)}))
    with pytest.raises(BadInput):
        parse(raw + b"\x00")


def test_another_key_is_another_feed() -> None:
    """A signature that holds under another key than the feed's is not accepted."""
    entry = parse(signed())
    assert not verify(entry, key_of("other").public)
    moved: Entry = parse(
        sign_entry(
            key_of("other"), org=OTHER, type="future.thing/1", feed=feed_id(KEY.public), seq=0, prev=ZERO, time=(0, 0),
            seen=None, body=b"\xa0", sealed=b"\xa0",
        )
    )  # fmt: skip
    assert not verify(moved, key_of("other").public)
    assert not verify(moved, KEY.public)
