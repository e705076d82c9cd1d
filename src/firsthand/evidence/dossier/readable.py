"""incident.json: the entries of a dossier in readable form; docs/reference/dossier.md section 3.

Rule: nothing is said here that is not taken from an entry, and the same functions that write it check it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from firsthand.errors import BadInput
from firsthand.record.cbor import INT_MAX
from firsthand.record.sealed import Opening, commitment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firsthand.record.cbor import Value
    from firsthand.record.entry import Entry
    from firsthand.record.reader import Sealed

FORMAT = "firsthand.dossier/1"
ENTRY_KEYS = ("id", "type", "feed", "seq", "prev", "time", "seen", "body", "sealed", "received")


FACTS: dict[tuple[str, str], str] = {
    ("respond.incident/1", "sealed.title"): "title",
    ("respond.incident/1", "sealed.summary"): "summary",
    ("respond.incident/1", "body.kind"): "kind",
    ("respond.incident/1", "body.place"): "place",
    ("respond.incident/1", "body.area"): "area",
    ("respond.incident/1", "sealed.place_text"): "place_text",
    ("respond.incident/1", "body.from_ms"): "from",
    ("respond.incident/1", "body.to_ms"): "to",
    ("respond.incident/1", "body.source"): "source",
    ("respond.incident_status/1", "body.to"): "status",
    ("respond.call/1", "body.reported"): "reported",
}
"""What the report's first lines may say: (type of the entry cited, field) -> name of the fact."""


def to_json(value: Value) -> Any:
    """Return a value of the record in its JSON form: bytes as {"$hex": ...}."""
    if isinstance(value, bytes):
        return {"$hex": value.hex()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    return value


def from_json(value: Any) -> Value:
    """Return the value of a JSON form.

    Raises:
        BadInput: it is not one.
    """
    if isinstance(value, dict) and "$hex" in value:
        text = value["$hex"]
        if len(value) != 1 or not isinstance(text, str):
            raise BadInput("A byte string in incident.json is not of the right form.")
        return unhex(text)
    if isinstance(value, list):
        return [from_json(item) for item in value]
    if isinstance(value, dict):
        return {key: from_json(item) for key, item in value.items()}
    if isinstance(value, float):
        raise BadInput("incident.json holds a number with a decimal point.")
    return value  # type: ignore[no-any-return]


def unhex(text: Any) -> bytes:
    """Return the bytes of lower-case hex.

    Raises:
        BadInput: it is not that.
    """
    try:
        data = bytes.fromhex(text)
    except (ValueError, TypeError):
        raise BadInput("A value in incident.json is not hex.") from None
    if data.hex() != text:
        raise BadInput("A value in incident.json is not lower-case hex.")
    return data


def entry_json(
    entry: Entry, sealed: Mapping[str, Sealed], disclosed: frozenset[str], received: int | None
) -> dict[str, Any]:
    """Return the readable form of an entry; of its sealed fields only `disclosed` are opened."""
    fields: dict[str, Any] = {}
    for name in entry.sealed:
        found = sealed.get(name)
        if found is None or found.state != "held" or found.opening is None:
            fields[name] = {"state": "erased" if found and found.state == "erased" else "missing"}
        elif name in disclosed:
            fields[name] = {
                "state": "disclosed",
                "value": to_json(found.opening.value),
                "salt": found.opening.salt.hex(),
            }
        else:
            fields[name] = {"state": "withheld"}
    return {
        "id": entry.id.hex(),
        "type": entry.type,
        "feed": entry.feed.hex(),
        "seq": entry.seq,
        "prev": entry.prev.hex(),
        "time": list(entry.time),
        "seen": entry.seen.hex() if entry.seen else None,
        "body": to_json(entry.body),
        "sealed": fields,
        "received": received,
    }


def dump(document: Mapping[str, Any]) -> bytes:
    """Return incident.json as bytes."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _whole(text: str) -> int:
    value = int(text) if len(text) <= len(str(-INT_MAX)) and text != "-0" else INT_MAX + 1
    if not -INT_MAX <= value <= INT_MAX:
        raise BadInput("incident.json holds a number that has no place in the record.")
    return value


def _no_number(_text: str) -> Any:
    raise BadInput("incident.json holds a number that has no place in the record.")


def load(data: bytes) -> dict[str, Any]:
    """Return the object in incident.json.

    Raises:
        BadInput: not UTF-8, not JSON, an object with one key twice, or nested too deeply.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise BadInput("incident.json names one key twice.")
        return found

    try:
        # as text: json would also take UTF-16, a byte order mark, and half of a surrogate pair
        document = json.loads(
            data.decode(), object_pairs_hook=once, parse_int=_whole, parse_float=_no_number, parse_constant=_no_number
        )
    except (ValueError, RecursionError):
        raise BadInput("incident.json is not valid JSON.") from None
    if not isinstance(document, dict):
        raise BadInput("incident.json is not an object.")
    return document


def open_field(entry: Entry, name: str, field: Mapping[str, Any]) -> Opening:
    """Return the opening of a disclosed field after comparing it with the entry's commitment.

    Raises:
        BadInput: the value is not the one that the entry commits to.
    """
    opening = Opening(unhex(field.get("salt")), from_json(field.get("value")))
    found = commitment(entry.org, entry.feed, entry.seq, name, opening.salt, opening.value)
    if found != entry.sealed[name]:
        raise BadInput(f"the value shown for {name} is not the one that was sealed")
    return opening


def at_path(value: Any, path: list[str]) -> Any:
    """Return the part of a JSON value at a dotted path.

    Raises:
        BadInput: there is no such part.
    """
    for part in path:
        if not isinstance(value, dict) or part not in value:
            raise BadInput("there is no such field")
        value = value[part]
    return value


def same(left: Any, right: Any) -> bool:
    """Return whether two JSON values are equal, types included (JSON's true is not 1)."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def maybe_id(text: Any) -> bytes | None:
    """Return the bytes of lower-case hex, or None where it is not that."""
    try:
        return unhex(text)
    except BadInput:
        return None


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects in a JSON array; nothing where it is none."""
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []
