"""Cases of `cbor.json` and `sealed.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from second import cbor_, entry
from second.entry import ZERO
from second.faults import FaultError
from second.writer import digest

if TYPE_CHECKING:
    from collections.abc import Callable

Case = dict[str, Any]


def accepted(parse: Callable[[bytes], object], data: bytes) -> bool:
    """Whether a parser takes these bytes."""
    try:
        parse(data)
    except FaultError:
        return False
    return True


# cbor.json


def nested(depth: int, inner: str = "80") -> bytes:
    """Arrays in arrays, `depth` of them."""
    return b"\x81" * (depth - 1) + bytes.fromhex(inner)


BAD_CBOR: list[tuple[str, str, bytes]] = [
    ("empty", "nothing at all", b""),
    ("int_non_minimal_1", "23 in two bytes", bytes.fromhex("1817")),
    ("int_non_minimal_2", "255 in three bytes", bytes.fromhex("1900ff")),
    ("int_non_minimal_4", "65,535 in five bytes", bytes.fromhex("1a0000ffff")),
    ("int_non_minimal_8", "2^32-1 in nine bytes", bytes.fromhex("1b00000000ffffffff")),
    ("negative_non_minimal", "-1 in two bytes", bytes.fromhex("3800")),
    ("int_2_53", "2^53", bytes.fromhex("1b0020000000000000")),
    ("int_minus_2_53", "-2^53", bytes.fromhex("3b001fffffffffffff")),
    ("int_2_64_minus_1", "the largest head", bytes.fromhex("1b" + "ff" * 8)),
    ("bytes_head_non_minimal", "a byte string of length 1 with a two-byte head", bytes.fromhex("580100")),
    ("text_head_non_minimal", "a text of length 1 with a two-byte head", bytes.fromhex("780161")),
    ("array_head_non_minimal", "an array of length 0 with a two-byte head", bytes.fromhex("9800")),
    ("map_head_non_minimal", "a map of length 0 with a two-byte head", bytes.fromhex("b800")),
    ("keys_unsorted_bytewise", "b before a", bytes.fromhex("a2616200616100")),
    ("keys_unsorted_length", "aa before b: shorter keys come first", bytes.fromhex("a262616100616200")),
    ("keys_doubled", "a twice", bytes.fromhex("a2616100616100")),
    ("keys_doubled_apart", "a, b, a", bytes.fromhex("a3616100616200616100")),
    ("float_half", "1.0 in half precision", bytes.fromhex("f93c00")),
    ("float_single", "1.0 in single precision", bytes.fromhex("fa3f800000")),
    ("float_double", "1.1", bytes.fromhex("fb3ff199999999999a")),
    ("tag_date", "tag 1", bytes.fromhex("c100")),
    ("tag_bignum", "tag 2", bytes.fromhex("c24101")),
    ("tag_self_described", "tag 55799", bytes.fromhex("d9d9f700")),
    ("undefined", "simple value 23", b"\xf7"),
    ("simple_0", "simple value 0", b"\xe0"),
    ("simple_32", "simple value 32", bytes.fromhex("f820")),
    ("false_in_two_bytes", "simple value 20 with a byte of its own", bytes.fromhex("f814")),
    ("break_alone", "a break without a beginning", b"\xff"),
    ("bytes_indefinite", "a byte string in pieces", bytes.fromhex("5f4100ff")),
    ("text_indefinite", "a text in pieces", bytes.fromhex("7f6161ff")),
    ("array_indefinite", "an array without a length", bytes.fromhex("9f00ff")),
    ("map_indefinite", "a map without a length", bytes.fromhex("bf616100ff")),
    ("reserved_28", "additional information 28", b"\x1c"),
    ("trailing_byte", "one byte after the value", bytes.fromhex("0000")),
    ("truncated_int", "a head without its argument", b"\x18"),
    ("truncated_bytes", "a byte string that ends too early", bytes.fromhex("420f")),
    ("truncated_array", "an array that ends too early", bytes.fromhex("8200")),
    ("truncated_map", "a key without value", bytes.fromhex("a16161")),
    ("array_huge", "an array that claims 2^53 items", bytes.fromhex("9b0020000000000000")),
    ("bytes_huge", "a byte string that claims 2^63 bytes", bytes.fromhex("5b8000000000000000")),
    ("utf8_overlong", "a slash in two bytes", bytes.fromhex("62c0af")),
    ("utf8_surrogate", "half of a surrogate pair", bytes.fromhex("63eda080")),
    ("utf8_above_10ffff", "beyond Unicode", bytes.fromhex("64f4908080")),
    ("utf8_truncated", "the first byte of two", bytes.fromhex("61c3")),
    ("key_int", "an integer as key", bytes.fromhex("a10000")),
    ("key_bytes", "a byte string as key", bytes.fromhex("a1416100")),
    ("key_empty", "an empty key", bytes.fromhex("a16000")),
    ("key_upper_case", "A", bytes.fromhex("a1614100")),
    ("key_digit_first", "1a", bytes.fromhex("a162316100")),
    ("key_underscore_first", "_a", bytes.fromhex("a1625f6100")),
    ("key_dollar", "$hex", bytes.fromhex("a1642468657841ff")),
    ("key_hyphen", "a-b", bytes.fromhex("a163612d6200")),
    ("key_newline_last", "a and a newline", bytes.fromhex("a162610a00")),
    ("key_not_ascii", "a letter beyond ASCII", bytes.fromhex("a162c3a400")),
    ("key_65_chars", "one character too many", b"\xa1\x78\x41" + b"a" * 65 + b"\x00"),
    ("depth_17", "arrays nested 17 deep", nested(17)),
    ("depth_17_map", "a map within 16 arrays", nested(17, "a0")),
    ("depth_17_not_empty", "17 arrays around a number", nested(17, "8100")),
]
GOOD_CBOR: list[tuple[str, cbor_.Value]] = [
    ("null", None),
    ("booleans", [True, False]),
    ("integers", [0, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**53 - 1]),
    ("negatives", [-1, -24, -25, -256, -257, -65536, -65537, -(2**32), -(2**53) + 1]),
    ("bytes", [b"", b"\x00", bytes(23), bytes(24), bytes(255), bytes(256)]),
    ("texts", ["", "a", "\u0635\u0628\u0627\u062d", "e\u0301", "\u00e9", "\U0001f6a8", "\x00\n"]),
    ("arrays", [[], [[]], list(range(24))]),
    ("map_empty", {}),
    ("map_order", {"a": 1, "b": 2, "z": 3, "aa": 4, "a_1": 5, "z9": 6, "abcdefghijklmnopqrstuvwxyz": 7}),
    ("map_order_across_head_sizes", {"x" * 23: 1, "a" * 24: 2, "a" * 64: 3}),
    ("map_nested", {"m": {"m": {"m": [{"m": None}]}}}),
]


def cbor() -> list[Case]:
    """Values with their one encoding, and encodings that are none."""
    result: list[Case] = []
    good = [(name, cbor_.encode(value)) for name, value in GOOD_CBOR]
    for name, data in [*good, ("depth_16", nested(16)), ("depth_16_scalar", nested(16, "8100"))]:
        json_form = cbor_.to_json(cbor_.decode(data))
        why = "a value and its one encoding"
        result.append({"name": name, "why": why, "cbor": data.hex(), "expected": True, "json": json_form})
    for name, why, data in BAD_CBOR:
        if accepted(cbor_.decode, data):
            raise ValueError(name)
        result.append({"name": name, "why": why, "cbor": data.hex(), "expected": False})
    return result


# sealed.json


def sealed() -> list[Case]:
    """Commitments, and what must not open them."""
    org, feed, salt = digest("org"), digest("feed"), digest("salt")
    values: list[tuple[str, cbor_.Value]] = [
        ("null", None),
        ("text", "EXERCISE Iman Q."),
        ("text_arabic", "\u062a\u0645\u0631\u064a\u0646"),
        ("empty_text", ""),
        ("number", -5),
        ("true", True),
        ("file", {"size": 123, "sha256": digest("file")}),
        ("array", [1, "a", b"\x00", {"k": None}]),
    ]
    result: list[Case] = []

    def case(name: str, why: str, value: cbor_.Value, expected: str | None = None, **changes: Any) -> None:
        place: dict[str, Any] = {"org": org, "feed": feed, "seq": 7, "field": "title", "salt": salt} | changes
        where = (place["org"], place["feed"], place["seq"])
        found = entry.sealed_commitment(value, salt=place["salt"], place=where, field=place["field"]).hex()
        shown = {key: item.hex() if isinstance(item, bytes) else item for key, item in place.items()}
        shown |= {"value": cbor_.to_json(value), "commitment": expected or found}
        result.append({"name": name, "why": why, **shown, "expected": expected in (None, found)})

    for name, value in values:
        case(f"value_{name}", "value and salt open the commitment", value)
    case("genesis", "org is zero as in the entry", "EXERCISE", org=ZERO)
    case("seq_0", "the first position", "EXERCISE", seq=0)
    reference = entry.sealed_commitment("EXERCISE", salt=salt, place=(org, feed, 7), field="title").hex()
    case("reference", "the commitment that the next ones claim", "EXERCISE", reference)
    for name, changes in (
        ("org_other", {"org": ZERO}),
        ("feed_other", {"feed": digest("other")}),
        ("seq_other", {"seq": 8}),
        ("field_other", {"field": "note"}),
        ("salt_other", {"salt": digest("other salt")}),
    ):
        case(name, "a commitment is bound to its place and salt", "EXERCISE", reference, **changes)
    case("value_other", "another value", "EXERCISE.", reference)
    case("value_bytes_for_text", "bytes are not text", b"EXERCISE", reference)
    return result
