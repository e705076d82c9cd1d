"""Writes a dossier about an invented incident: the folder's files, and the zip by the standard library."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from second import cbor_
from second.writer import Device, Key, Log, Organisation, Written, digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PICTURE = b"EXERCISE: these bytes stand for a picture of a wall.\n" * 3


@dataclass
class Story:
    """An organisation, its log, and one incident that the log holds."""

    organisation: Organisation
    log: Log
    centre: Device
    phone: Device
    incident: Written
    item: Written
    media: dict[str, bytes]
    withheld: set[tuple[bytes, str]]

    @property
    def trust(self) -> str:
        """The key file that the organisation publishes."""
        return f"firsthand-keys/1\nlog {self.log.vkey}\norg {self.organisation.org.hex()}\n"


def tell(  # noqa: PLR0913 - what the stories differ in
    seed: str,
    *,
    m: int = 1,
    n: int = 1,
    with_media: bool = True,
    long: bool = False,
    roles: tuple[str, ...] = ("centre",),
) -> Story:
    """One incident, from the first call to an item of evidence; `roles` are those of the centre that signs."""
    org = Organisation(seed, m=m, n=n)
    root = org.roots[0]
    centre, phone = org.device("centre"), org.device("phone")
    log_key = Key(seed, "log")
    log = Log(log_key, org.org)
    org.enrol(root, log_key, "log")
    for device, given in ((centre, roles), (phone, ("field",))):
        org.enrol(root, device.key)
        granted = org.grant(root, device.feed, given)
        for other in org.roots[1:m]:
            org.approve(other, granted)
    title = "EXERCISE: a wall in Alder Street" + (", a long tale" * 60 if long else "")
    sealed: dict[str, cbor_.Value] = {"title": title, "caller": "EXERCISE Iman Q.", "people": [2, 1]}
    incident = org.keep(
        phone.write("respond.incident/1", {"kind": "collapse", "place": {"x": 3, "y": 4}, "from_ms": 7}, sealed)
    )
    body = {"subject": incident.id, "replaces": [incident.id], "state": "arrived"}
    org.keep(phone.write("exercise.progress/1", body, {"text": "EXERCISE: first crew there \u0635"}))
    file: dict[str, cbor_.Value] = {"sha256": hashlib.sha256(PICTURE).digest(), "size": len(PICTURE)}
    item = org.keep(phone.write("evidence.item/1", {"incident": incident.id}, {"file": file, "name": None}))
    told = [w.id for w in org.written if w.entry.feed == phone.feed]
    org.keep(centre.write("record.receipt/1", {"entries": told, "arrived": centre.ms - 500_000}))
    for written in org.written:
        log.append(written.entry.raw)
    media = {f"data/media/{hashlib.sha256(PICTURE).hexdigest()}.jpg": PICTURE} if with_media else {}
    withheld = {(incident.id, "caller")}
    if not with_media:
        withheld.add((item.id, "file"))
    return Story(org, log, centre, phone, incident, item, media, withheld)


def _received(written: list[Written]) -> dict[bytes, int]:
    result: dict[bytes, int] = {}
    for w in written:
        if w.entry.type == "record.receipt/1":
            body: Any = w.entry.body
            for name in body["entries"]:
                result[name] = min(result.get(name, body["arrived"]), body["arrived"])
    return result


def _shown(story: Story, w: Written, received: int | None) -> dict[str, Any]:
    entry = w.entry
    sealed: dict[str, Any] = {}
    for name, (value, salt) in w.sealed.items():
        if (w.id, name) in story.withheld:
            sealed[name] = {"state": "withheld"}
        else:
            sealed[name] = {"state": "disclosed", "value": cbor_.to_json(value), "salt": salt.hex()}
    shown = {"id": entry.id.hex(), "type": entry.type, "feed": entry.feed.hex(), "seq": entry.seq}
    shown |= {"prev": entry.prev.hex(), "time": list(entry.time), "body": cbor_.to_json(entry.body)}
    shown["seen"] = entry.seen.hex() if entry.seen else None
    return shown | {"sealed": sealed, "received": received}


def incident_json(story: Story, log_size: int) -> dict[str, Any]:
    """The readable form."""
    written = story.organisation.written
    received = _received(written)

    def order(w: Written) -> tuple[Any, ...]:
        arrived = received.get(w.id)
        claimed = w.entry.time if arrived is None else min(w.entry.time, (arrived, 0))
        return claimed, w.entry.feed, w.entry.seq, w.id

    entries = [_shown(story, w, received.get(w.id)) for w in sorted(written, key=order)]
    name = story.incident.id.hex()
    title = story.incident.sealed["title"][0]
    facts = [
        {"name": "title", "value": title, "entry": name, "field": "sealed.title"},
        {"name": "place", "value": {"x": 3, "y": 4}, "entry": name, "field": "body.place"},
        {"name": "from", "value": 7, "entry": name, "field": "body.from_ms"},
    ]
    states = Counter(field["state"] for item in entries for field in item["sealed"].values())
    feeds = Counter(w.entry.feed.hex() for w in written)
    counts: dict[str, Any] = {
        "feeds": [{"feed": feed, "log": n, "dossier": n} for feed, n in sorted(feeds.items())],
        "incident": {"log": 3, "dossier": 3},
        "sealed": {state: states[state] for state in ("disclosed", "withheld", "erased", "missing")},
        "files": {"disclosed": len(story.media), "withheld": 1 - len(story.media)},
    }
    media = [
        {"sha256": path[11:75], "size": len(data), "name": path, "entry": story.item.id.hex()}
        for path, data in story.media.items()
    ]
    return {
        "format": "firsthand.dossier/1",
        "org": story.organisation.org.hex(),
        "incident": name,
        "exercise": True,
        "log_size": log_size,
        "entries": entries,
        "facts": facts,
        "media": media,
        "counts": counts,
    }


def manifest(files: dict[str, bytes]) -> bytes:
    """A BagIt manifest."""
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())]
    return "".join(lines).encode()


def seal(
    story: Story, data: dict[str, bytes], *, place: int | None = None, info: Callable[[str], str] = str, **changes: Any
) -> dict[str, bytes]:
    """Everything outside `data/`, the disclosure included, for files under `data/`.

    A test may give another place in the log to the disclosure, change bag-info.txt, or change the disclosure's body.
    """
    oxum = f"{sum(map(len, data.values()))}.{len(data)}"
    bag_info = "Bag-Software-Agent: Firsthand\nBagging-Date: 2026-11-22\nExercise: yes\n"
    identifier = changes.get("incident", story.incident.id).hex()
    bag_info += f"External-Identifier: {identifier}\nPayload-Oxum: {oxum}\n"
    tags = {
        "VERIFY.txt": b"EXERCISE. See docs/how-to/check-without-firsthand.md.\n",
        "bag-info.txt": info(bag_info).encode(),
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
    }
    tags["manifest-sha256.txt"] = manifest(data)
    signed = {name: hashlib.sha256(tags[name]).digest() for name in tags}
    body: dict[str, Any] = {
        "incident": story.incident.id,
        "manifest": signed["manifest-sha256.txt"],
        "tags": {
            "verify": signed["VERIFY.txt"],
            "bag_info": signed["bag-info.txt"],
            "bagit": signed["bagit.txt"],
        },
        "log_size": len(story.log.entries),
        "entries": sum(name.startswith("data/entries/") for name in data),
        "items": sum(name.startswith("data/media/") for name in data),
    }
    sealed: dict[str, cbor_.Value] = {"recipient": "EXERCISE court", "purpose": None}
    raw = story.centre.branch().write("evidence.disclosure/1", body | changes, sealed).entry.raw
    log = Log(story.log.key, story.organisation.org)
    log.entries = [*story.log.entries, digest("a leaf between")]
    log.entries.insert(len(log.entries) if place is None else place, raw)
    tags |= {"disclosure.cose": raw, "disclosure.tlog-proof": log.proof(raw)}
    return tags | {"tagmanifest-sha256.txt": manifest(tags)}


def data_files(story: Story) -> dict[str, bytes]:
    """Everything under `data/`."""
    size = len(story.log.entries)
    files = dict(story.media)
    for w in story.organisation.written:
        files[f"data/entries/{w.id.hex()}.cose"] = w.entry.raw
        files[f"data/proofs/{w.id.hex()}.tlog-proof"] = story.log.proof(w.entry.raw, size)
    text = json.dumps(incident_json(story, size), ensure_ascii=False, indent=1)
    files["data/incident.json"] = text.encode() + b"\n"
    files["data/index.html"] = b"<!doctype html><title>EXERCISE</title><p>EXERCISE\n"
    files["data/keys"] = story.trust.encode()
    files["data/policy"] = f"log {story.log.vkey}\nquorum none\n".encode()
    return files


def dossier(story: Story) -> dict[str, bytes]:
    """All files of the dossier."""
    data = data_files(story)
    return data | seal(story, data)


def zipped(files: dict[str, bytes]) -> bytes:
    """The zip, by Python's zipfile."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system = 0
            info.create_version = info.extract_version = 20
            archive.writestr(info, files[name])
            info.external_attr = 0
    return out.getvalue()


def unpack(files: dict[str, bytes], folder: Path) -> Path:
    """The folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
