from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from firsthand import drill
from firsthand.centre.centre import Centre
from firsthand.centre.fsck import fsck
from firsthand.drill import run, studio
from firsthand.drill.footage import render_footage, shots_for
from firsthand.evidence import entries as evidence_entries
from firsthand.evidence.views import items
from firsthand.record import cbor, schema
from firsthand.record.entries import Withdraw
from firsthand.record.entry import Entry, feed_id, parse
from firsthand.respond import entries as e
from firsthand.respond import views

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from firsthand.drill.plan import City

SEED = 3


@dataclass(frozen=True)
class Ran:
    """A drill that has been run, and what it left on disk."""

    folder: Path
    drilled: run.Drilled
    entries: tuple[Entry, ...]  # in order of the log
    notes: tuple[bytes, ...]  # signed checkpoints, by size
    blobs: dict[str, str]  # path -> SHA-256

    def sealed(self, body: type) -> list[tuple[Entry, dict[str, object]]]:
        """Return the entries of a type with their opened values."""
        with Centre(self.folder) as centre, centre.store.reading() as reader:
            rows = reader.connection.execute(sa.select(schema.sealed).where(schema.sealed.c.state == schema.HELD)).all()
        opened: dict[int, dict[str, object]] = {}
        for row in rows:
            opened.setdefault(row.entry, {})[row.field] = cbor.decode(row.value)
        named = getattr(body, "TYPE", "")
        return [(entry, opened.get(n, {})) for n, entry in enumerate(self.entries) if entry.type == named]


def _run(folder: Path, seed: int) -> Ran:
    drilled = run.run_drill(folder, seed)
    with Centre(folder) as centre, centre.store.reading() as reader:
        entries = tuple(parse(raw) for _, raw in reader.log())
        notes = reader.connection.execute(sa.select(schema.checkpoints.c.note).order_by(schema.checkpoints.c.size))
        found = tuple(bytes(note) for note in notes.scalars())
    blobs = {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted((folder / "blobs").rglob("*"))
        if path.is_file()
    }
    return Ran(folder, drilled, entries, found, blobs)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Return the whole drill of one seed, run once for all tests that only look."""
    return _run(tmp_path_factory.mktemp("drill") / "centre", SEED)


@pytest.fixture(scope="module")
def night(make: Callable[..., tuple[City, drill.Story]]) -> drill.Story:
    """Return the story that was run."""
    return make(SEED, start_ms=run.START_MS)[1]


def test_the_same_seed_gives_the_same_record_and_another_seed_another(
    ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entry ids, files and signed roots agree, although the second run draws its pictures in its own process."""
    monkeypatch.setattr(studio, "_processors", lambda: 0)
    again = _run(tmp_path / "again", SEED)
    assert [entry.id for entry in ran.entries] == [entry.id for entry in again.entries]
    assert ran.blobs == again.blobs
    assert ran.notes == again.notes
    assert replace(ran, folder=again.folder) == again
    monkeypatch.undo()
    other = _run(tmp_path / "other", SEED + 1)
    assert not {entry.id for entry in ran.entries} & {entry.id for entry in other.entries}
    assert not set(ran.blobs) & set(other.blobs)


def test_the_whole_centre_is_clean(ran: Ran) -> None:
    """Every signature, tile, view and file checks, and each checkpoint was signed on the way."""
    with Centre(ran.folder) as centre:
        found = fsck(centre)
    assert found.problems == []
    assert found.entries == len(ran.entries) == ran.drilled.entries
    assert found.blobs > ran.drilled.items  # files and their previews
    assert len(ran.notes) > 5


def test_everything_says_exercise(ran: Ran) -> None:
    """The genesis, the organisation's name, and every title, caller and person, in both scripts."""
    with Centre(ran.folder) as centre, centre.store.reading() as reader:
        genesis = centre.store.roster(reader).genesis
    assert genesis.exercise
    assert "EXERCISE" in genesis.name
    texts = [
        value
        for body, field in ((e.Incident, "title"), (e.Call, "caller"), (e.Call, "what"), (e.Person, "name"))
        for _, sealed in ran.sealed(body)
        if (value := sealed[field]) is not None
    ]
    assert len(texts) > 20
    for text in texts:
        assert isinstance(text, dict)
        assert "EXERCISE" in text["en"]
        assert "تمرين" in text["ar"]


def _statuses(ran: Ran, table: sa.Table) -> dict[bytes, str]:
    with Centre(ran.folder) as centre, centre.store.reading() as reader:
        rows = reader.connection.execute(sa.select(table.c.subject, table.c.status))
        return {row.subject: row.status for row in rows}


def test_the_views_end_where_the_night_really_ended(ran: Ran, night: drill.Story) -> None:
    """Persons are compared in the order in which they were reported; the other things by how many end how."""
    seen = _statuses(ran, views.persons)
    reported = [entry.id for entry in ran.entries if entry.type == e.Person.TYPE]
    arriving = sorted(night.events, key=lambda event: (event.arrives_ms, event.event))
    named = [event.person for event in arriving if isinstance(event, drill.PersonReported)]
    assert [night.truth.persons[name] for name in named] == [seen[entry] for entry in reported]
    for prefix, table in (("incident-", views.incidents), ("site-", views.worksites), ("as-", views.assignments)):
        expected = [status for name, status in night.truth.statuses.items() if name.startswith(prefix)]
        assert sorted(expected) == sorted(_statuses(ran, table).values())


def test_the_one_conflict_is_there_and_settled_by_one_entry(ran: Ran) -> None:
    """Two statuses of one person replace the same entry; one later entry replaces both."""
    statuses = [entry for entry in ran.entries if entry.type == e.PersonStatus.TYPE]
    replaced = {entry.id: e.PersonStatus.model_validate(entry.body, strict=False).replaces for entry in statuses}
    sides: dict[bytes, list[Entry]] = {}
    for entry in statuses:
        for old in replaced[entry.id]:
            sides.setdefault(old, []).append(entry)
    disputed = [both for both in sides.values() if len(both) > 1]
    assert [len(both) for both in disputed] == [2]
    first, second = disputed[0]
    assert first.feed != second.feed
    assert first.body["to"] != second.body["to"]
    settling = [entry for entry in statuses if set(replaced[entry.id]) == {first.id, second.id}]
    assert len(settling) == 1
    assert views.CONFLICT not in _statuses(ran, views.persons).values()


def test_what_the_withdrawn_device_wrote_before_stands_and_nothing_after(ran: Ran) -> None:
    """The withdrawal names its last entry; all others of the record stand too."""
    withdrawal = next(entry for entry in ran.entries if entry.type == Withdraw.TYPE)
    feed, last = withdrawal.body["feed"], withdrawal.body["seq"]
    own = [entry for entry in ran.entries if entry.feed == feed]
    assert own
    assert last == max(entry.seq for entry in own)
    with Centre(ran.folder) as centre, centre.store.reading() as reader:
        assert feed == feed_id(centre.keys.get("crew-4").public)
        marks = reader.connection.execute(sa.select(schema.marks.c.id)).scalars().all()
    assert not {entry.id for entry in own} & set(marks)


def test_the_first_incident_has_items_and_all_are_counted(ran: Ran, night: drill.Story) -> None:
    """What the run says it wrote is what the evidence view lists."""
    with Centre(ran.folder) as centre, centre.store.reading() as reader:
        of_first = items.c.incident == ran.drilled.incidents[0]
        listed = reader.connection.execute(sa.select(sa.func.count()).select_from(items)).scalar_one()
        first = reader.connection.execute(sa.select(sa.func.count()).where(of_first)).scalar_one()
    written = [entry for entry in ran.entries if entry.type == evidence_entries.Item.TYPE]
    assert night.truth.items == len(written) == listed == ran.drilled.items
    assert first > 0


def test_a_studio_whose_process_dies_renders_here(story: drill.Story, footage: dict[str, bytes]) -> None:
    """The file is the same, whoever drew it."""
    shot = next(shot for shot in shots_for(story) if shot.media == "still-1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "executable", "/bin/false")
        with studio.rendering([shot], processes=1) as film:
            assert footage["still-1"] == film("still-1")
    with studio.rendering([shot], processes=1) as film:
        assert render_footage(shot) == film("still-1")
