"""Runs the drill: writes the invented night into a real record, through the same doors as real work.

Rules: the genesis says EXERCISE, and so does everything. Clock and chance come from the seed, so the same seed makes the same entries, byte for byte; anybody can make an
exercise's keys again, which is why a drill's record proves nothing to anyone. Devices write under their own clocks; the centre notes what arrives when.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from firsthand import drill
from firsthand.centre.centre import AGENT, SEED_BYTES, Centre
from firsthand.centre.founding import PERSON_BYTES, NewKey, enrol, grant
from firsthand.centre.places import keep_gazetteer
from firsthand.drill.city import build_city, to_geojson
from firsthand.drill.footage import render_footage, shots_for
from firsthand.drill.story import build_story
from firsthand.evidence import rules
from firsthand.media import Prober
from firsthand.record.ed25519 import SigningKey
from firsthand.record.entries import Approve, Receipt, Withdraw
from firsthand.record.entry import feed_id
from firsthand.respond import entries as e

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from firsthand.drill.city import City, Point
    from firsthand.record.entry import Entry
    from firsthand.record.writer import Writer

START_MS = 1_768_500_000_000  # 2026-01-15 18:00 UTC
NAME = "EXERCISE Tamrina Civil Rescue - تمرين"
_CHECKPOINT_EVERY = 25
_QUIET_MS = 120_000
_TRIAGE = {"urgent": "A", "serious": "B", "light": "C"}
_SEX = {"f": "f", "m": "m"}


@dataclass
class Drilled:
    """What a drill left behind."""

    incidents: list[bytes]
    entries: int
    items: int


@dataclass
class _Night:
    """What the run knows: keys of devices, and the entries that events became."""

    centre: Centre
    keys: dict[str, SigningKey]
    entry_of: dict[str, bytes] = field(default_factory=dict)  # event id -> entry
    began: dict[str, bytes] = field(default_factory=dict)  # thing -> its first entry
    last: dict[str, bytes] = field(default_factory=dict)  # thing -> its newest status entry
    heads: dict[str, int] = field(default_factory=dict)  # device -> seq of its newest entry


class _Clock:
    """The exercise's clock: it stands where the story is."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms


def run_drill(folder: Path, seed: int, *, progress: Callable[[str], None] | None = None) -> Drilled:
    """Make a store in `folder` and run the drill of `seed` in it.

    Raises:
        StoreError: there is a store already.
    """
    say = progress or (lambda _text: None)
    rng = random.Random(seed)  # noqa: S311 - an exercise must be repeatable, its keys are worth nothing
    clock = _Clock(START_MS - 3_600_000)
    secrets = random.Random(f"firsthand drill {seed}")  # noqa: S311 - same
    say("an invented city")
    city = build_city(rng)
    story = build_story(rng, city, start_ms=START_MS)
    say("keys and roster")
    with Centre.create(
        folder, name=NAME, exercise=True, roots=3, m=2, clock=clock, randomness=secrets.randbytes
    ) as centre:
        night = _Night(centre, _enrol_devices(centre, story, secrets))
        keep_gazetteer(
            centre, _geojson(city), file_name="tamrina.geojson", kind="neighbourhoods",
            name="EXERCISE Tamrina", licence="invented for exercises, CC0",
        )  # fmt: skip
        say("footage, drawn frame by frame")
        footage = {shot.media: render_footage(shot) for shot in shots_for(story)}
        say("the night")
        with Prober() as prober:
            _play(night, story, city, footage, prober, clock)
        centre.checkpoint()
        with centre.store.reading() as reader:
            size = reader.size()
    incidents = [night.began[name] for name in sorted(n for n in night.began if n.startswith("incident-"))]
    return Drilled(incidents, size, len(story.truth.timeline) and story.truth.items)


def _geojson(city: City) -> bytes:
    return json.dumps(to_geojson(city, layer="neighbourhood"), ensure_ascii=False, sort_keys=True).encode()


def _enrol_devices(centre: Centre, story: drill.Story, secrets: random.Random) -> dict[str, SigningKey]:
    """Enrol an officer, with two roots agreeing, and every device of the story."""
    roots = [centre.keys.get("root-1"), centre.keys.get("root-2")]

    def new(label: str) -> NewKey:
        key, successor = (centre.keys.add(name, secrets.randbytes(SEED_BYTES)) for name in (label, f"{label}-next"))
        return NewKey(key, successor, secrets.randbytes(PERSON_BYTES))

    officer = new("officer")
    keys = {"centre-a": centre.writer_key, "officer": officer.key}
    with centre.store.writing() as writer:
        enrol(writer, roots[0], officer, "writer", name="EXERCISE officer - تمرين ضابط")
        granted = grant(writer, roots[0], feed_id(officer.key.public), ["officer"])
        writer.append(roots[1], Approve(entries=(granted.id,)))
        for device in story.devices:
            if device.device in keys:
                continue
            made = new(device.device)
            keys[device.device] = made.key
            enrol(writer, officer.key, made, "writer", name=f"EXERCISE {device.name.en} - تمرين {device.name.ar}")
            grant(writer, officer.key, feed_id(made.key.public), ["centre" if device.kind == "centre" else "crew"])
    centre.checkpoint()
    return keys


def _play(
    night: _Night, story: drill.Story, city: City, footage: dict[str, bytes], prober: Prober, clock: _Clock
) -> None:
    """Write the events in the order in which they reach the centre."""
    places = {place.pcode: place for place in city.neighbourhoods}
    quarters = {site.site: places[site.quarter.pcode] for site in story.sites}
    waiting: list[bytes] = []
    arriving = sorted(story.events, key=lambda event: (event.arrives_ms, event.event))
    for number, event in enumerate(arriving):
        clock.now_ms = event.arrives_ms
        with night.centre.store.writing() as writer:
            entry = _write(night, writer, event, quarters, footage, prober)
            if event.source != "centre-a":
                waiting.append(entry.id)
            if waiting and (len(waiting) >= _CHECKPOINT_EVERY or _quiet(arriving, number)):
                receipt = Receipt(entries=tuple(waiting), arrived=clock.now_ms)
                writer.append(night.keys["centre-a"], receipt)
                waiting.clear()
        if number % _CHECKPOINT_EVERY == 0:
            night.centre.checkpoint()


def _quiet(arriving: list[drill.Event], number: int) -> bool:
    """Return whether nothing more comes for two minutes: the centre then notes what has come."""
    later = arriving[number + 1 : number + 2]
    return not later or later[0].arrives_ms - arriving[number].arrives_ms > _QUIET_MS


def _write(  # noqa: PLR0913 - one step of the night
    night: _Night,
    writer: Writer,
    event: drill.Event,
    quarters: dict[str, Any],
    footage: dict[str, bytes],
    prober: Prober,
) -> Entry:
    if isinstance(event, drill.DeviceWithdrawn):
        feed = feed_id(night.keys[event.device].public)
        body = Withdraw(feed=feed, seq=night.heads.get(event.device, -1), entry=None, reason="lost")
        return writer.append(night.keys["officer"], body, {"note": event.reason}, at_ms=event.claimed_ms)
    if isinstance(event, drill.ItemFilmed):
        draft = _item(night, event, footage[event.media], prober)
    else:
        draft = _DRAFTS[type(event)](night, event, quarters)
    body, sealed, thing = draft
    entry = writer.append(night.keys[event.source], body, sealed, at_ms=event.claimed_ms)
    night.entry_of[event.event] = entry.id
    night.began.setdefault(thing, entry.id)
    night.last[thing] = entry.id
    night.heads[event.source] = entry.seq
    if isinstance(event, drill.IncidentOpened):
        for call in event.calls:
            linked = e.CallStatus(subject=night.began[call], replaces=(night.last[call],), to="linked", incident=entry.id)
            status = writer.append(night.keys[event.source], linked, at_ms=event.claimed_ms)
            night.last[call] = status.id
            night.heads[event.source] = status.seq
    if isinstance(event, drill.ItemFilmed):
        custody = rules.custody([entry.id], "ingestion", agent=AGENT)
        writer.append(night.keys["centre-a"], custody.body, custody.sealed)
    return entry


_Drafted = tuple[Any, dict[str, Any], str]


def _place(point: Point, accuracy_m: int) -> e.Place:
    return e.Place(lat_e7=point.lat_e7, lon_e7=point.lon_e7, accuracy_m=accuracy_m)


def _both(ar: str, en: str) -> dict[str, str] | None:
    return {"ar": ar, "en": en} if ar or en else None


def _replaces(night: _Night, event: drill.Event, thing: str) -> tuple[bytes, ...]:
    """Return the entries that the writer knew and replaces; the thing's newest where the story names none."""
    return tuple(night.entry_of[name] for name in event.replaces) or (night.last[thing],)


def _unit(_night: _Night, event: Any, _quarters: dict[str, Any]) -> _Drafted:
    body = e.Unit(name_ar=event.name_ar, name_latin=event.name_en, capabilities=tuple(event.capabilities))
    return body, {}, event.unit


def _call(_night: _Night, event: Any, _quarters: dict[str, Any]) -> _Drafted:
    body = e.Call(
        place=_place(event.point, 250) if event.point else None, area=None, reported=event.people_reported, urgency="now"
    )
    sealed = {
        "caller": _both(event.caller_ar, event.caller_en),
        "what": _both(event.what_ar, event.what_en),
        "place_text": event.place_said,
    }
    return body, sealed, event.call


def _call_linked(night: _Night, event: Any, _quarters: dict[str, Any]) -> _Drafted:
    body = e.CallStatus(
        subject=night.began[event.call], replaces=(night.last[event.call],), to="linked", incident=night.began[event.incident]
    )
    return body, {}, event.call


def _call_closed(night: _Night, event: Any, _quarters: dict[str, Any]) -> _Drafted:
    body = e.CallStatus(
        subject=night.began[event.call], replaces=(night.last[event.call],), to=event.reason, incident=None
    )
    return body, {"note": _both(event.note_ar, event.note_en)}, event.call


def _incident(night: _Night, event: Any, quarters: dict[str, Any]) -> _Drafted:
    site = {"incident-1": "site-1", "incident-2": "site-4", "incident-3": "site-6"}[event.incident]
    quarter = quarters[site]
    area = e.Area(
        name_ar=quarter.name_ar, name_latin=quarter.name_en, pcode=quarter.pcode, source="EXERCISE Tamrina (invented)"
    )
    body = e.Incident(
        calls=tuple(night.began[call] for call in event.calls),
        kind="exercise",
        place=_place(quarter.label, 500),
        area=area,
        from_ms=event.at_ms - 300_000,
        to_ms=event.at_ms,
        source=None,
    )
    return body, {"title": _both(event.title_ar, event.title_en)}, event.incident


def _worksite(night: _Night, event: Any, _quarters: dict[str, Any]) -> _Drafted:
    body = e.Worksite(
        incident=night.began[event.incident],
        label=f"{event.label_en} - {event.label_ar}",
        place=_place(event.point, 20),
        triage=_TRIAGE.get(event.triage),  # type: ignore[arg-type]
    )
    return body, {}, event.worksite


def _assigned(night: _Night, event: Any, _quarters: dict[str, Any]) -> _Drafted:
    worksite = night.began[event.worksite]
    with night.centre.store.reading() as reader:
        site = reader.entry(worksite)
    incident = site.body["incident"] if site else b""
    body = e.Assignment(unit=night.began[event.unit], worksite=worksite, incident=incident)  # type: ignore[arg-type]
    return body, {}, event.assignment


def _person(night: _Night, event: Any, _quarters: dict[str, Any]) -> _Drafted:
    body = e.Person(
        incident=night.began[event.incident],
        worksite=night.began.get(event.worksite),
        status=event.status,
        age=event.age_band,
        sex=_SEX.get(event.sex, "unknown"),  # type: ignore[arg-type]
    )
    name = _both(event.name_ar or "", event.name_en or "")
    return body, {"name": name, "description": _both(event.note_ar, event.note_en)}, event.person


_STATUS_BODIES: dict[type, type] = {
    drill.IncidentStatus: e.IncidentStatus,
    drill.WorksiteStatus: e.WorksiteStatus,
    drill.UnitStatus: e.UnitStatus,
    drill.AssignmentStatus: e.AssignmentStatus,
    drill.PersonStatus: e.PersonStatus,
}
_EXTRA: dict[type, dict[str, None]] = {
    e.WorksiteStatus: {"triage": None}, e.UnitStatus: {"place": None}, e.PersonStatus: {"worksite": None},
}  # fmt: skip


def _status(night: _Night, event: Any, _quarters: dict[str, Any]) -> _Drafted:
    model = _STATUS_BODIES[type(event)]
    body = model(
        subject=night.began[event.subject],
        replaces=_replaces(night, event, event.subject),
        to=event.status,
        **_EXTRA.get(model, {}),
    )
    note = _both(event.note_ar, event.note_en)
    return body, ({"note": note} if "note" in model.SEALED else {}), event.subject


def _item(night: _Night, event: drill.ItemFilmed, content: bytes, prober: Prober) -> _Drafted:
    taken = night.centre.blobs.take_bytes(content)
    probe = prober.probe(night.centre.blobs.path(taken.sha256))
    preview = night.centre.blobs.take_bytes(probe.preview) if probe.preview else None
    draft = rules.take_in(
        probe,
        file={"sha256": taken.sha256, "size": taken.size},
        name=event.file_name,
        incident=night.began[event.incident],
        collection=None,
        preview={"sha256": preview.sha256, "size": preview.size} if preview else None,
        note=_both(event.note_ar, event.note_en),
    )
    return draft.body, draft.sealed, event.item


_DRAFTS: dict[type, Any] = {
    drill.UnitRegistered: _unit,
    drill.CallTaken: _call,
    drill.CallLinked: _call_linked,
    drill.CallClosed: _call_closed,
    drill.IncidentOpened: _incident,
    drill.WorksiteOpened: _worksite,
    drill.Assigned: _assigned,
    drill.PersonReported: _person,
    **dict.fromkeys(_STATUS_BODIES, _status),
}
