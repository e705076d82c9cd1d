"""What `data/incident.json` claims about entries and files: dossier section 3, facts, counts and media."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from second import cbor_
from second.content import STATES, Content, same, unhex
from second.entry import Entry, is_bytes, is_int
from second.faults import FaultError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from second.package import Package

FACTS = {
    "respond.incident/1": {
        "sealed.title": "title",
        "sealed.summary": "summary",
        "body.kind": "kind",
        "body.place": "place",
        "body.area": "area",
        "sealed.place_text": "place_text",
        "body.from_ms": "from",
        "body.to_ms": "to",
        "body.source": "source",
    },
    "respond.incident_status/1": {"body.to": "status"},
    "respond.call/1": {"body.reported": "reported"},
}


class Claims(Content):
    """Compares the rest of one incident.json with what lies beside it."""

    def cited(self) -> set[str]:
        """Ids that facts or media cite."""
        named = [item.get("entry") for item in (*self.facts, *self.media)]
        return {item for item in named if isinstance(item, str)}

    def check(self, disclosure: Any, genesis: Entry | None) -> list[str]:
        """Everything but the media's bytes."""
        super().check(disclosure, genesis)
        for fact in self.facts:
            if set(fact) != {"name", "value", "entry", "field"}:
                self.faults.append(f"incident.json: fact {fact.get('name')} is not as on the page")
                continue
            try:
                self._check_fact(fact)
            except FaultError as error:
                self.faults.append(f"incident.json: fact {fact['name']}: {error}")
        self._check_counts()
        return self.faults

    def _check_fact(self, fact: dict[str, Any]) -> None:
        entry, field = self.entries.get(unhex(fact["entry"])), fact["field"]
        if entry is None or not isinstance(field, str) or field not in FACTS.get(entry.type, {}):
            raise FaultError("cites no field that a fact is taken from")
        if fact["name"] != FACTS[entry.type][field]:
            raise FaultError(f"the name of {field} is {FACTS[entry.type][field]}")
        where, _, part = field.partition(".")
        if where == "body" and part in entry.body:
            value = entry.body[part]
        elif (fact["entry"], part) in self.sealed:
            value = self.sealed[fact["entry"], part]
        else:
            raise FaultError("cites a field that is not there, or not disclosed")
        if not same(fact["value"], cbor_.to_json(value)):
            raise FaultError(f"is not what {field} says")

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
        self._check_files(counts["files"])
        told = sum(not entry.type.startswith("record.") for entry in self.entries.values())
        if counts["incident"]["dossier"] != told:
            self.faults.append("incident.json: counts.incident is not what is there")
        if counts["incident"]["log"] < told:
            self.faults.append("incident.json: counts.incident claims fewer in the log than are here")
        self._check_feeds(counts["feeds"])

    def _check_files(self, files: dict[str, int]) -> None:
        """Files that are here, and items whose file is not."""
        digests = {item.get("sha256") for item in self.media}
        items = [name for name, entry in self.entries.items() if entry.type == "evidence.item/1"]
        held = [self.sealed.get((name.hex(), "file")) for name in items]
        named = [file.get("sha256") if isinstance(file, dict) else None for file in held]
        withheld = sum(not isinstance(digest, bytes) or digest.hex() not in digests for digest in named)
        if files != {"disclosed": len(self.media), "withheld": withheld}:
            self.faults.append("incident.json: counts.files is not what is there")

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
        entry = self.entries.get(unhex(item["entry"]))
        if entry is None or entry.type != "evidence.item/1":
            yield f"{name}: cites no evidence.item/1"
            return
        file = self.sealed.get((item["entry"], "file"))
        digest, length = (file.get("sha256"), file.get("size")) if isinstance(file, dict) else (None, None)
        if not is_bytes(digest, 32) or not is_int(length, 0, cbor_.INT_MAX):
            yield f"{name}: its item does not disclose `file`"
        elif not isinstance(digest, bytes) or digest.hex() != name[11:75] or length != size:
            yield f"{name}: size or hash in its item is another"


def _numbers(value: Any, keys: set[str], text: str | None = None) -> bool:
    """An object of exactly these counts, and perhaps one text."""
    if not isinstance(value, dict) or set(value) != keys | ({text} if text else set()):
        return False
    if text and not isinstance(value[text], str):
        return False
    return all(is_int(value[key], 0, cbor_.INT_MAX) for key in keys)
