"""`data/incident.json` against the entries and files: dossier section 3, checks `content` and `media`."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from second import bodies, cbor_
from second.entry import ZERO, Entry, commitment, is_bytes, is_int
from second.faults import FaultError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from second.package import Package

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
    """Compares one incident.json with the entries that lie beside it."""

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

    def cited(self) -> set[str]:
        """Ids that facts or media cite."""
        named = [item.get("entry") for item in (*self.facts, *self.media)]
        return {item for item in named if isinstance(item, str)}

    def check(self, disclosure: Any, genesis: Entry | None) -> list[str]:
        """Everything but the media's bytes."""
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
        self._check_entries()
        self._check_facts()
        self._check_counts()
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
            entry = self.entries.get(_unhex(name))
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
        salt = _unhex(shown["salt"])
        if len(salt) != 32 or commitment(value, salt=salt, entry=entry, field=field) != entry.sealed[field]:
            self.faults.append(f"{where}: value and salt are not those of the commitment")
            return
        self.sealed[entry.id.hex(), field] = value

    # Facts, counts, media

    def _check_facts(self) -> None:
        for fact in self.facts:
            name = fact.get("name")
            if set(fact) != {"name", "value", "entry", "field"} or not isinstance(name, str):
                self.faults.append(f"incident.json: fact {name} is not as on the page")
                continue
            try:
                value = self._field(fact["entry"], fact["field"])
            except FaultError as error:
                self.faults.append(f"incident.json: fact {name}: {error}")
                continue
            if not same(fact["value"], cbor_.to_json(value)):
                self.faults.append(f"incident.json: fact {name} is not what {fact['field']} says")

    def _field(self, name: Any, path: Any) -> cbor_.Value:
        """What `body.x.y` or `sealed.x.y` of an entry holds. A number steps into an array."""
        entry = self.entries.get(_unhex(name))
        parts = path.split(".") if isinstance(path, str) else []
        if entry is None or len(parts) < 2 or parts[0] not in ("body", "sealed"):
            raise FaultError("cites no field of an entry")
        value: cbor_.Value = entry.body
        deeper = parts[1:]
        if parts[0] == "sealed":
            if (name, parts[1]) not in self.sealed:
                raise FaultError("cites a field that is not disclosed")
            value, deeper = self.sealed[name, parts[1]], parts[2:]
        for part in deeper:
            if isinstance(value, dict) and part in value:
                value = value[part]
            elif isinstance(value, list) and part in map(str, range(len(value))):
                value = value[int(part)]
            else:
                raise FaultError("cites a field that is not there")
        return value

    def _check_counts(self) -> None:
        counts = self.found["counts"]
        shape = {"feeds": None, "incident": {"log", "dossier"}, "sealed": set(STATES)}
        shape["files"] = {"disclosed", "withheld"}
        if not isinstance(counts, dict) or set(counts) != set(shape):
            self.faults.append("incident.json: counts are not as on the page")
            return
        for key, keys in shape.items():
            if keys is not None and not _numbers(counts[key], keys):
                self.faults.append(f"incident.json: counts.{key} is not as on the page")
                return
        if counts["sealed"] != {state: self.states[state] for state in STATES}:
            self.faults.append("incident.json: counts.sealed is not what is there")
        if counts["files"]["disclosed"] != len(self.media):
            self.faults.append("incident.json: counts.files is not what is there")
        # Which entries belong to the incident is not laid down, so only bounds can be checked.
        if not counts["incident"]["dossier"] <= min(counts["incident"]["log"], len(self.entries)):
            self.faults.append("incident.json: counts.incident cannot be")
        self._check_feeds(counts["feeds"])

    def _check_feeds(self, feeds: Any) -> None:
        there = Counter(entry.feed.hex() for entry in self.entries.values())
        if not isinstance(feeds, list) or not all(_numbers(row, {"log", "dossier"}, "feed") for row in feeds):
            self.faults.append("incident.json: counts.feeds is not as on the page")
            return
        found = {row["feed"]: row["dossier"] for row in feeds}
        if len(found) != len(feeds) or {feed: n for feed, n in found.items() if n} != dict(there):
            self.faults.append("incident.json: counts.feeds is not what is there")
        if any(row["log"] < row["dossier"] for row in feeds):
            self.faults.append("incident.json: counts.feeds claims fewer in the log than are here")

    def check_media(self, package: Package) -> list[str]:
        """Each file has the hash of its name and the size of its item's disclosed `file`."""
        faults = []
        files = [name for name in package.names() if name.startswith("data/media/")]
        listed = [item.get("name") for item in self.media]
        if sorted(map(str, listed)) != sorted(files):
            faults.append("incident.json: media does not list exactly the files of data/media")
        faults += [f"{name}: its SHA-256 is another" for name in files if package.sha256(name) != name[11:75]]
        for item in self.media:
            if set(item) != {"sha256", "size", "name", "entry"} or item["name"] not in files:
                faults.append(f"incident.json: media {item.get('name')} is not as on the page")
                continue
            faults += self._check_item(item, package.size(item["name"]))
        return faults

    def _check_item(self, item: dict[str, Any], size: int) -> Iterable[str]:
        name = item["name"]
        if not same(item["sha256"], name[11:75]) or not same(item["size"], size):
            yield f"{name}: size or hash in incident.json is another"
        entry = self.entries.get(_unhex(item["entry"]))
        if entry is None or entry.type != "evidence.item/1":
            yield f"{name}: cites no evidence.item/1"
            return
        file = self.sealed.get((item["entry"], "file"))
        digest, length = (file.get("sha256"), file.get("size")) if isinstance(file, dict) else (None, None)
        if not is_bytes(digest, 32) or not is_int(length, 0, cbor_.INT_MAX):
            yield f"{name}: its item does not disclose `file`"
        elif not isinstance(digest, bytes) or digest.hex() != name[11:75] or length != size:
            yield f"{name}: size or hash in its item is another"


def _unhex(text: object) -> bytes:
    """Bytes of lower-case hex; nothing for anything else."""
    return bytes.fromhex(text) if isinstance(text, str) and cbor_.HEX.fullmatch(text) else b""


def _numbers(value: Any, keys: set[str], text: str | None = None) -> bool:
    """An object of exactly these counts, and perhaps one text."""
    if not isinstance(value, dict) or set(value) != keys | ({text} if text else set()):
        return False
    if text and not isinstance(value[text], str):
        return False
    return all(is_int(value[key], 0, cbor_.INT_MAX) for key in keys)
