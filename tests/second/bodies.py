"""The bodies of roster entries, record section 6. A roster entry of another shape has no effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from second import cbor_, ed25519_
from second.entry import ZERO, Entry, is_bytes, is_int

Rule = Callable[[Any], bool]

IDS_MAX = 1_000
PURPOSES = {"writer", "radio", "log", "witness", "mirror"}
WITHDRAWAL_REASONS = {"lost", "captured", "left", "error", "other"}
ERASURE_REASONS = {"consent", "safety", "law", "error"}


def _id(value: Any) -> bool:
    return is_bytes(value, 32)


def _id_or_null(value: Any) -> bool:
    return value is None or is_bytes(value, 32)


def _seq(value: Any) -> bool:
    return is_int(value, 0, cbor_.INT_MAX)


def _seq_or_all(value: Any) -> bool:
    return is_int(value, -1, cbor_.INT_MAX)


def _ids(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= IDS_MAX and all(_id(item) for item in value)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _person(value: Any) -> bool:
    return is_bytes(value, 16)


def _one(value: Any) -> bool:
    return is_int(value, 1, 1)


def _proof(value: Any) -> bool:
    return is_bytes(value, 64)


def _list(value: Any) -> bool:
    return isinstance(value, list)


ROOT: dict[str, Rule] = {
    "alg": _one,
    "key": _id,
    "next": _id_or_null,
    "person": _person,
    "proof": _proof,
}
SHAPES: dict[str, tuple[dict[str, Rule], set[str]]] = {
    "record.genesis/1": (
        {
            "name": _text,
            "exercise": lambda value: isinstance(value, bool),
            "m": lambda value: is_int(value, 1, 16),
            "roots": _list,
        },
        set(),
    ),
    "record.enrol/1": (
        {
            "alg": _one,
            "key": _id,
            "purpose": lambda value: isinstance(value, str) and value in PURPOSES,
            "next": _id_or_null,
            "person": lambda value: value is None or _person(value),
            "proof": _proof,
        },
        {"name"},
    ),
    "record.grant/1": (
        {"feed": _id, "seq": _seq, "entry": _id_or_null, "roles": _texts, "replaces": _ids},
        set(),
    ),
    "record.withdraw/1": (
        {
            "feed": _id,
            "seq": _seq_or_all,
            "entry": _id_or_null,
            "reason": lambda value: isinstance(value, str) and value in WITHDRAWAL_REASONS,
        },
        {"note"},
    ),
    "record.rotate/1": (
        {
            "old": _id,
            "seq": _seq,
            "entry": _id,
            "alg": _one,
            "key": _id,
            "next": _id_or_null,
        },
        set(),
    ),
    "record.approve/1": ({"entries": _ids}, set()),
    "record.adopt/1": ({"feed": _id, "seq": _seq, "entry": _id, "replaces": _ids}, set()),
    "record.admit/1": ({"entries": _ids}, set()),
    "record.receipt/1": (
        {
            "entries": lambda value: _ids(value) and len(value) > 0,
            "arrived": lambda value: is_int(value, 0, cbor_.INT_MAX),
        },
        set(),
    ),
    "record.erase/1": (
        {
            "entry": _id,
            "fields": _texts,
            "reason": lambda value: isinstance(value, str) and value in ERASURE_REASONS,
        },
        {"note"},
    ),
    "record.legal_hold/1": ({"entries": _ids}, {"note"}),
    "record.legal_release/1": ({"holds": _ids}, {"note"}),
}


def fits(body: Any, rules: dict[str, Rule]) -> bool:
    """Exactly these keys, each as its rule says."""
    return isinstance(body, dict) and set(body) == set(rules) and all(rules[key](body[key]) for key in rules)


def has_shape(entry: Entry) -> bool:
    """Whether an entry's body and sealed fields are those of its type; unknown types have any."""
    if entry.type not in SHAPES:
        return True
    rules, sealed = SHAPES[entry.type]
    if set(entry.sealed) != sealed or not fits(entry.body, rules):
        return False
    if entry.type == "record.genesis/1":
        return _genesis_holds(entry)
    if entry.type == "record.rotate/1":
        return entry.seq == 0
    return True


def root_statement(body: Any) -> bytes:
    """What every root key signs in genesis."""
    roots: list[cbor_.Value] = [[r["alg"], r["key"], r["next"], r["person"]] for r in body["roots"]]
    return cbor_.encode(["firsthand.root/1", body["name"], body["exercise"], body["m"], roots])


def _genesis_holds(entry: Entry) -> bool:
    """1 <= m <= n <= 16, distinct keys, every proof, written by the first root."""
    body: Any = entry.body
    roots = body["roots"]
    if not body["m"] <= len(roots) <= 16 or not all(fits(root, ROOT) for root in roots):
        return False
    if len({root["key"] for root in roots}) != len(roots):
        return False
    statement = root_statement(body)
    if not all(ed25519_.verify(root["key"], statement, root["proof"]) for root in roots):
        return False
    first: bool = entry.feed == ed25519_.feed_id(roots[0]["key"])
    return first and entry.seq == 0 and entry.org == ZERO


def enrolment_statement(body: Any, org: bytes) -> bytes:
    """What the new key signs."""
    parts = [body[key] for key in ("purpose", "alg", "key", "next", "person")]
    return cbor_.encode(["firsthand.enrol/1", org, *parts])


def enrolment_proof_holds(entry: Entry) -> bool:
    """Possession of the key that is enrolled."""
    body: Any = entry.body
    return ed25519_.verify(body["key"], enrolment_statement(body, entry.org), body["proof"])


def keys_named(entry: Entry) -> list[bytes]:
    """Public keys that an entry introduces, holding or not: a feed id pins its key."""
    body: Any = entry.body
    if not has_shape(entry):
        return []
    if entry.type == "record.genesis/1":
        return [root["key"] for root in body["roots"]]
    if entry.type in ("record.enrol/1", "record.rotate/1"):
        return [body["key"]]
    return []
