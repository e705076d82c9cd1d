"""Runs the drill: writes the invented night into a real record, through the same doors as real work.

Rules: the genesis says EXERCISE, and so does everything. Clock and chance come from the seed, so the same seed makes
the same entries, byte for byte; anybody can make an exercise's keys again, which is why a drill's record proves
nothing to anyone. Devices write under their own clocks; the centre notes what arrives when. What arrives together,
until it is quiet or a checkpoint is due, is one transaction: an interrupted drill is begun again.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from firsthand import drill
from firsthand.centre.centre import AGENT, SEED_BYTES, Centre
from firsthand.centre.founding import PERSON_BYTES, NewKey, enrol, grant
from firsthand.centre.places import keep_gazetteer
from firsthand.drill import drafts
from firsthand.drill.city import build_city
from firsthand.drill.footage import shots_for
from firsthand.drill.geojson import to_geojson
from firsthand.drill.story import build_story
from firsthand.drill.studio import rendering
from firsthand.evidence import rules
from firsthand.media import Prober
from firsthand.record.entries import Approve, Receipt, Withdraw
from firsthand.record.entry import feed_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from firsthand.drill.plan import City
    from firsthand.media import Taken
    from firsthand.record.ed25519 import SigningKey
    from firsthand.record.entry import Entry
    from firsthand.record.writer import Writer

START_MS: Final = 1_768_500_000_000  # 2026-01-15 18:00 UTC
NAME: Final = "EXERCISE Tamrina Civil Rescue - تمرين"
_CHECKPOINT_EVERY: Final = 25
_QUIET_MS: Final = 120_000


@dataclass
class Drilled:
    """What a drill left behind: ids of the incidents, and how many entries and items were written."""

    incidents: list[bytes]
    entries: int
    items: int


class _Clock:
    """The exercise's clock: it stands where the story is."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms


@dataclass
class _Night:
    """The running exercise."""

    centre: Centre
    clock: _Clock
    keys: dict[str, SigningKey]  # of devices
    known: drafts.Known
    film: Callable[[str], bytes]
    prober: Prober
    heads: dict[str, int] = field(default_factory=dict)  # device -> seq of its newest entry
    waiting: list[bytes] = field(default_factory=list)  # arrived entries without a receipt
    items: int = 0


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
    with (
        Centre.create(
            folder, name=NAME, exercise=True, roots=3, m=2, clock=clock, randomness=secrets.randbytes
        ) as centre,
        rendering(shots_for(story)) as film,
        Prober() as prober,
    ):
        keys = _enrol_devices(centre, story, secrets)
        _keep_gazetteer(centre, city)
        say("the night, and its footage drawn frame by frame")
        night = _Night(centre, clock, keys, _known(story), film, prober)
        _play(night, story)
        centre.checkpoint()
        with centre.store.reading() as reader:
            size = reader.size()
    incidents = [entry for name, entry in sorted(night.known.began.items()) if name.startswith("incident-")]
    return Drilled(incidents, size, night.items)


def _keep_gazetteer(centre: Centre, city: City) -> None:
    data = json.dumps(to_geojson(city, layer="neighbourhood"), ensure_ascii=False, sort_keys=True).encode()
    keep_gazetteer(
        centre, data, file_name="tamrina.geojson", kind="neighbourhoods",
        name="EXERCISE Tamrina", licence="invented for exercises, CC0",
    )  # fmt: skip


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


def _known(story: drill.Story) -> drafts.Known:
    """Return what is known before the night: which worksite is of which incident, and where that is."""
    quarter_of = {site.site: site.quarter for site in story.sites}
    opened = [event for event in story.events if isinstance(event, drill.WorksiteOpened)]
    quarters = {event.incident: quarter_of[event.worksite] for event in reversed(opened)}  # of the first worksite
    return drafts.Known(quarters, {event.worksite: event.incident for event in opened})


def _play(night: _Night, story: drill.Story) -> None:
    """Write the events in the order in which they reach the centre."""
    arriving = sorted(story.events, key=lambda event: (event.arrives_ms, event.event))
    for batch, quiet, due in _batches(arriving):
        with night.centre.store.writing() as writer:
            for event in batch:
                night.clock.now_ms = event.arrives_ms
                entry = _write(night, writer, event)
                if event.source != "centre-a":
                    night.waiting.append(entry.id)
                if len(night.waiting) >= _CHECKPOINT_EVERY:
                    _acknowledge(night, writer)
            if quiet:
                _acknowledge(night, writer)
        if due:
            night.centre.checkpoint()


def _batches(arriving: Sequence[drill.Event]) -> Iterator[tuple[list[drill.Event], bool, bool]]:
    """Yield what is written together, whether it is quiet after it, and whether a checkpoint is due.

    A withdrawal ends a batch as well: the next entry is judged by a roster that knows it.
    """
    batch: list[drill.Event] = []
    for number, event in enumerate(arriving):
        batch.append(event)
        later = arriving[number + 1 : number + 2]
        quiet = not later or later[0].arrives_ms - event.arrives_ms > _QUIET_MS
        due = number % _CHECKPOINT_EVERY == 0
        if quiet or due or isinstance(event, drill.DeviceWithdrawn):
            yield batch, quiet, due
            batch = []


def _acknowledge(night: _Night, writer: Writer) -> None:
    """Note which entries have arrived by now."""
    if night.waiting:
        writer.append(night.keys["centre-a"], Receipt(entries=tuple(night.waiting), arrived=night.clock.now_ms))
        night.waiting.clear()


def _write(night: _Night, writer: Writer, event: drill.Event) -> Entry:
    """Write what an event becomes, with what follows from it, and return its own entry."""
    if isinstance(event, drill.DeviceWithdrawn):
        feed = feed_id(night.keys[event.device].public)
        body = Withdraw(feed=feed, seq=night.heads.get(event.device, -1), entry=None, reason="lost")
        return writer.append(night.keys["officer"], body, {"note": event.reason}, at_ms=event.claimed_ms)
    if isinstance(event, drill.ItemFilmed):
        entry = _append(night, writer, event, drafts.item(event, _take(night, event), night.known))
        custody = rules.custody([entry.id], "ingestion", agent=AGENT)
        writer.append(night.keys["centre-a"], custody.body, custody.sealed)
        night.items += 1
        return entry
    entry = _append(night, writer, event, drafts.draft(event, night.known))
    if isinstance(event, drill.IncidentOpened):
        for call in event.calls:
            _append(night, writer, event, drafts.linked(call, event.incident, night.known))
    return entry


def _append(night: _Night, writer: Writer, event: drill.Event, draft: drafts.Draft) -> Entry:
    entry = writer.append(night.keys[event.source], draft.body, draft.sealed, at_ms=event.claimed_ms)
    night.known.note(event.event, draft.thing, entry.id)
    night.heads[event.source] = entry.seq
    return entry


def _take(night: _Night, event: drill.ItemFilmed) -> drafts.Filmed:
    """Take the file of an item into the store and look at it."""
    blobs = night.centre.blobs
    taken = blobs.take_bytes(night.film(event.media))
    probe = night.prober.probe(blobs.path(taken.sha256))
    preview = blobs.take_bytes(probe.preview) if probe.preview else None
    return drafts.Filmed(probe, _binding(taken), _binding(preview) if preview else None)


def _binding(taken: Taken) -> dict[str, Any]:
    return {"sha256": taken.sha256, "size": taken.size}
