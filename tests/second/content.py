"""`data/incident.json` against the entries and files: dossier section 3, the form and the entries."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from second import bodies, cbor_
from second.entry import ZERO, Entry, commitment
from second.faults import FaultError

TOP = {"format", "org", "incident", "exercise", "log_size", "entries", "facts", "media", "counts"}
ENTRY = {"id", "type", "feed", "seq", "prev", "time", "seen", "body", "sealed", "received"}
STATES = ("disclosed", "withheld", "erased", "missing")


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise FaultError("incident.json: a key twice")
    return dict(pairs)


def _no_float(text: str) -> object:
    raise FaultError(f"incident.json: {text} is no integer")


def load(data: bytes) -> dict[str, Any]:
    """The JSON object; no duplicate keys, no floats."""
    try:
        text = data.decode("utf-8", "strict")
        found = json.loads(text, object_pairs_hook=_pairs, parse_float=_no_float, parse_constant=_no_float)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise FaultError("incident.json: not JSON in UTF-8") from error
    if not isinstance(found, dict) or set(found) != TOP:
        raise FaultError("incident.json: not exactly the keys of the page")
    return found


def same(left: object, right: object) -> bool:
    """Equal as JSON: true is not 1."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


class Content:
    """The form of one incident.json, and its entries against those that lie beside it."""

    def __init__(self, found: dict[str, Any], entries: dict[bytes, Entry]) -> None:
        self.found = found
        self.entries = entries
        self.faults: list[str] = []
        self.sealed: dict[tuple[str, str], cbor_.Value] = {}
        self.states: Counter[str] = Counter()
        self.items = self._list("entries")
        self.facts = self._list("facts")
        self.media = self._list("media")

    def _list(self, key: str) -> list[dict[str, Any]]:
        value = self.found[key]
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.faults.append(f"incident.json: {key} is not a list of objects")
            return []
        return value

    def check(self, disclosure: Any, genesis: Entry | None) -> list[str]:
        """What the first lines say, and the entries."""
        expected = {
            "format": "firsthand.dossier/1",
            "org": genesis.id.hex() if genesis else None,
            "exercise": genesis.body["exercise"] if genesis else None,
            "incident": disclosure["incident"].hex(),
            "log_size": disclosure["log_size"],
        }
        for key, value in expected.items():
            if not same(self.found[key], value):
                self.faults.append(f"incident.json: {key} is not {value}")
        begun = self.entries.get(disclosure["incident"])
        if begun is None or begun.type != "respond.incident/1":
            self.faults.append("incident.json: incident is no respond.incident/1 that is here")
        self._check_entries()
        return self.faults

    # Entries

    def arrivals(self) -> dict[bytes, int]:
        """The earliest arrival that a receipt in this dossier names, for each entry."""
        result: dict[bytes, int] = {}
        for entry in self.entries.values():
            if entry.type == "record.receipt/1" and bodies.has_shape(entry):
                body: Any = entry.body
                for name in body["entries"]:
                    result[name] = min(result.get(name, body["arrived"]), body["arrived"])
        return result

    def _check_entries(self) -> None:
        arrivals = self.arrivals()

        def order(entry: Entry) -> tuple[object, ...]:
            claimed = entry.time
            if entry.id in arrivals:
                claimed = min(claimed, (arrivals[entry.id], 0))
            return claimed, entry.feed, entry.seq, entry.id

        ordered = sorted(self.entries.values(), key=order)
        if [item.get("id") for item in self.items] != [entry.id.hex() for entry in ordered]:
            self.faults.append("incident.json: entries are not those of data/entries in display order")
        for item in self.items:
            name = item.get("id")
            entry = self.entries.get(unhex(name))
            if entry is None or set(item) != ENTRY:
                self.faults.append(f"incident.json: entry {name} is not as on the page")
                continue
            self._check_entry(item, entry, arrivals.get(entry.id))

    def _check_entry(self, item: dict[str, Any], entry: Entry, received: int | None) -> None:
        expected: dict[str, object] = {
            "type": entry.type,
            "feed": entry.feed.hex(),
            "seq": entry.seq,
            "prev": entry.prev.hex(),
            "time": list(entry.time),
            "seen": entry.seen.hex() if entry.seen is not None else None,
            "body": cbor_.to_json(entry.body),
            "received": received,
        }
        for key, value in expected.items():
            # Whether `prev` at seq 0 is zeros or null is not laid down; both are taken.
            if key == "prev" and entry.prev == ZERO and item[key] is None:
                continue
            if not same(item[key], value):
                self.faults.append(f"incident.json: {entry.id.hex()}: {key} is not the entry's")
        sealed = item["sealed"]
        if not isinstance(sealed, dict) or set(sealed) != set(entry.sealed):
            self.faults.append(f"incident.json: {entry.id.hex()}: not exactly the entry's sealed fields")
            return
        for field, shown in sealed.items():
            self._check_sealed(entry, field, shown)

    def _check_sealed(self, entry: Entry, field: str, shown: Any) -> None:
        where = f"incident.json: {entry.id.hex()}: sealed.{field}"
        state = shown.get("state") if isinstance(shown, dict) else None
        keys = {"state", "value", "salt"} if state == "disclosed" else {"state"}
        if state not in STATES or set(shown) != keys:
            self.faults.append(f"{where}: not one of the four forms")
            return
        self.states[state] += 1
        if state != "disclosed":
            return
        try:
            value = cbor_.from_json(shown["value"])
        except FaultError as error:
            self.faults.append(f"{where}: {error}")
            return
        salt = unhex(shown["salt"])
        if len(salt) != 32 or commitment(value, salt=salt, entry=entry, field=field) != entry.sealed[field]:
            self.faults.append(f"{where}: value and salt are not those of the commitment")
            return
        self.sealed[entry.id.hex(), field] = value


def unhex(text: object) -> bytes:
    """Bytes of lower-case hex; nothing for anything else."""
    return bytes.fromhex(text) if isinstance(text, str) and cbor_.HEX.fullmatch(text) else b""
