"""Cases of `cbor.json`, `entries.json` and `sealed.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from second import cbor_, entry
from second.entry import PREFIX, SIGNED_PREFIX, ZERO
from second.faults import FaultError
from second.writer import Key, Organisation, digest, frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


# entries.json


def _payload(key: Key, **changes: Any) -> dict[str, Any]:
    payload: dict[str, Any] = {"v": 1, "org": digest("org"), "seq": 1, "body": {"a": 1}, "feed": key.feed}
    payload |= {"prev": digest("prev"), "seen": None, "time": [1_790_000_000_000, 0]}
    return payload | {"type": "exercise.note/1", "sealed": {}} | changes


def _valid_entries(key: Key) -> Iterator[tuple[str, str, bytes]]:
    def made(**changes: Any) -> bytes:
        return frame(cbor_.encode(_payload(key, **changes)), key)

    base = len(cbor_.encode(_payload(key, body={"a": b""})))
    yield "plain", "an entry with an empty `seen` and no sealed field", made()
    yield "first", "seq 0, so prev is zero", made(seq=0, prev=ZERO)
    yield "seen", "cites a checkpoint", made(seen=digest("note"))
    yield "sealed", "two sealed fields", made(sealed={"note": digest("c1"), "title": digest("c2")})
    yield "sealed_32", "as many sealed fields as may be", made(sealed={f"f{i}": digest(i) for i in range(32)})
    yield "time_largest", "the largest time and counter", made(time=[2**53 - 1, 2**31 - 1])
    yield "type_unknown", "an unknown type is kept, logged and relayed", made(type="x.y_z/10")
    yield "type_64_chars", "the longest type", made(type="a" * 60 + ".b/1")
    yield "seq_largest", "the largest seq", made(seq=2**53 - 1)
    body = {"a": b"\x07" * (255 - base)}
    yield "payload_255_bytes", "the longest payload with a head of two bytes", made(body=body)
    body = {"a": b"\x07" * (256 - base)}
    yield "payload_256_bytes", "the shortest payload with a head of three bytes", made(body=body)
    yield "genesis", "a genesis entry of two of three", Organisation("vector", m=2, n=3).genesis.entry.raw


def _bad_payloads(key: Key) -> Iterator[tuple[str, str, dict[str, Any]]]:
    def changed(**changes: Any) -> dict[str, Any]:
        return _payload(key, **changes)

    missing = changed()
    del missing["seen"]
    yield "key_missing", "nine keys", missing
    yield "key_added", "eleven keys", changed(extra=0)
    yield "v_2", "an unknown version is kept unread and has no effect", changed(v=2)
    yield "v_true", "true is not 1", changed(v=True)
    yield "org_31_bytes", "31 bytes", changed(org=bytes(31))
    yield "org_zero_outside_genesis", "zeros only in genesis", changed(org=ZERO)
    yield "genesis_with_org", "genesis has zeros", changed(type="record.genesis/1", seq=0, prev=ZERO)
    yield "seq_negative", "below 0", changed(seq=-1)
    yield "seq_true", "true is no integer", changed(seq=True)
    yield "body_array", "no map", changed(body=[])
    yield "feed_text", "text, not bytes", changed(feed="x" * 32)
    yield "prev_zero_at_1", "zero prev exactly at seq 0", changed(prev=ZERO)
    yield "prev_not_zero_at_0", "zero prev exactly at seq 0", changed(seq=0)
    yield "prev_null_at_0", "prev is 32 bytes", changed(seq=0, prev=None)
    yield "seen_empty", "null or 32 bytes", changed(seen=b"")
    yield "time_number", "not a pair", changed(time=1)
    yield "time_three", "three parts", changed(time=[1, 2, 3])
    yield "time_negative", "before 1970", changed(time=[-1, 0])
    yield "time_counter_2_31", "the counter's limit", changed(time=[0, 2**31])
    yield "time_true", "true is no integer", changed(time=[True, 0])
    yield "type_upper_case", "upper case", changed(type="Exercise.note/1")
    yield "type_no_version", "no version", changed(type="exercise.note")
    yield "type_version_0", "version 0", changed(type="exercise.note/0")
    yield "type_version_01", "a leading zero", changed(type="exercise.note/01")
    yield "type_newline", "a newline after it", changed(type="exercise.note/1\n")
    yield "type_digit_in_room", "a digit in the room", changed(type="exercise2.note/1")
    yield "type_underscore_in_room", "an underscore in the room", changed(type="an_exercise.note/1")
    yield "type_65_chars", "too long", changed(type="a" * 61 + ".b/1")
    yield "sealed_array", "no map", changed(sealed=[])
    yield "sealed_31_bytes", "a commitment of 31 bytes", changed(sealed={"a": bytes(31)})
    yield "sealed_null", "a commitment of null", changed(sealed={"a": None})
    yield "sealed_33", "too many sealed fields", changed(sealed={f"f{i}": digest(i) for i in range(33)})
    deep: Any = 0
    for _ in range(15):
        deep = [deep]
    yield "nesting_17", "the payload counts as 1", changed(body={"a": deep})


def _bad_frames(key: Key) -> Iterator[tuple[str, str, bytes]]:
    payload = cbor_.encode(_payload(key))
    good = frame(payload, key)
    long = frame(cbor_.encode(_payload(key, body={"a": b"\x07" * 200})), key)
    yield "untagged", "tag 18 left out", good[1:]
    yield "tag_two_bytes", "tag 18 in two bytes", b"\xd8\x12" + good[1:]
    yield "tag_other", "tag 17", b"\xd1" + good[1:]
    yield "array_of_5", "an array of five", good[:1] + b"\x85" + good[2:] + b"\xf6"
    yield "alg_minus_7", "ES256 in the protected header", good.replace(b"\x43\xa1\x01\x27", b"\x43\xa1\x01\x26", 1)
    yield "alg_minus_19", "Ed25519 of RFC 9864", good.replace(b"\x43\xa1\x01\x27", b"\x43\xa1\x01\x32", 1)
    yield "protected_empty", "no algorithm", good.replace(b"\x43\xa1\x01\x27", b"\x40", 1)
    yield "protected_more", "a key id too", good.replace(b"\x43\xa1\x01\x27", b"\x46\xa2\x01\x27\x04\x41\x00", 1)
    yield "protected_map", "not wrapped in a byte string", good[:2] + good[3:]
    yield "unprotected_not_empty", "unsigned bytes", good[:6] + b"\xa1\x04\x41\x00" + good[7:]
    yield "unprotected_two_bytes", "an empty map in two bytes", good[:6] + b"\xb8\x00" + good[7:]
    yield "detached_payload", "null in place of the payload", PREFIX + b"\xf6\x58\x40" + good[-64:]
    middle = b"\x59" + len(payload).to_bytes(2, "big") + payload
    yield "head_59_below_256", "a longer head than needed", PREFIX + middle + good[-66:]
    yield "head_58_at_256_or_more", "a length cut to one byte", long[:7] + b"\x58" + long[9:]
    wide = b"\x5a" + (len(long) - 76).to_bytes(4, "big")
    yield "head_5a", "a head of five bytes", long[:7] + wide + long[10:]
    yield "signature_59", "a longer head than needed", good[:-66] + b"\x59\x00\x40" + good[-64:]
    yield "signature_63_bytes", "a short signature", good[:-66] + b"\x58\x3f" + good[-63:]
    yield "signature_65_bytes", "a long signature", good[:-66] + b"\x58\x41" + good[-64:] + b"\x00"
    yield "trailing_byte", "one byte more", good + b"\x00"
    yield "truncated", "one byte less", good[:-1]
    yield "empty", "nothing", b""
    yield "payload_not_a_map", "an array as payload", frame(cbor_.encode(list(range(30))), key)
    yield "payload_trailing", "a byte after the map", frame(payload + b"\x00", key)
    swapped = payload.replace(b"\x61v\x01", b"", 1)
    yield "payload_unsorted", "v at the end", frame(swapped + b"\x61v\x01", key)
    doubled = b"\xab" + payload[1:4] + payload[1:]
    yield "payload_key_doubled", "v twice", frame(doubled, key)


def entries() -> list[Case]:
    """Entries with their parts, and byte strings that are none. Form, and then the signature."""
    key = Key("vector entries")
    result: list[Case] = []
    for name, why, raw in _valid_entries(key):
        parsed = entry.parse(raw)
        public = Key("vector", "root", 0).public if name == "genesis" else key.public
        parts: Case = {"payload": entry.payload_of(raw).hex(), "signed": parsed.signed.hex()}
        parts |= {"signature": parsed.signature.hex(), "id": parsed.id.hex(), "feed": parsed.feed.hex()}
        result.append({"name": name, "why": why, "entry": raw.hex(), "key": public.hex(), "expected": True} | parts)
    good = frame(cbor_.encode(_payload(key)), key)
    bad = list(_bad_frames(key))
    bad += [(name, why, frame(cbor_.encode(p), key)) for name, why, p in _bad_payloads(key)]
    for name, why, raw in bad:
        if accepted(entry.parse, raw):
            raise ValueError(name)
        result.append({"name": name, "why": why, "entry": raw.hex(), "key": key.public.hex(), "expected": False})
    flipped = good[:-1] + bytes([good[-1] ^ 1])
    bare = good[:-64] + key.sign(entry.payload_of(good))
    stranger = frame(cbor_.encode(_payload(key)), Key("vector stranger"))
    for name, why, raw in (
        ("signature_flipped", "the form is right, the signature is not", flipped),
        ("signature_over_payload", "the payload was signed, not the Sig_structure", bare),
        ("signature_of_another_key", "signed by a key that is not the feed's", stranger),
    ):
        parts = {"signed": (SIGNED_PREFIX + raw[7:-66]).hex()}
        result.append(
            {"name": name, "why": why, "entry": raw.hex(), "key": key.public.hex(), "expected": False} | parts
        )
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
