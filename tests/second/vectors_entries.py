"""Cases of `entries.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from second import cbor_, entry
from second.entry import PREFIX, SIGNED_PREFIX, ZERO
from second.vectors_formats import Case, accepted
from second.writer import Key, Organisation, digest, frame

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    yield "genesis", "a genesis entry of two of two", Organisation("vector", m=2, n=2, rotating=False).genesis.entry.raw


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
