"""Real input: neighbourhoods, documented attacks and folders of real files, up to a dossier that verifies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from firsthand.centre.centre import Centre
from firsthand.centre.dossiers import make_dossier
from firsthand.centre.fsck import fsck
from firsthand.centre.imports import import_incidents, read_records
from firsthand.centre.ingest import find_files, ingest
from firsthand.centre.places import keep_gazetteer, load_places
from firsthand.evidence.dossier import layout
from firsthand.evidence.dossier.package import open_package
from firsthand.evidence.dossier.verify import verify
from firsthand.respond.views import incidents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LISTS = (
    ("syria-cod-ab/aleppo_neighbourhoods_cod.geojson", "neighbourhoods", 109),
    ("aleppo-neighbourhoods/neighborhoods-names.json", "spellings", 136),
    ("syrian-archive/gazetteer.csv", "settlements", 5997),
    ("syria-cod-ab/admin_names.csv", "areas", 348),
)
FOOTAGE = (
    "c2pa-samples", "exif-samples", "gopro-gps-video", "rescue-drone-stills", "video-copies-tmk", "bbb-clip",
)  # fmt: skip


@pytest.fixture(scope="module")
def centre(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A centre that has imported the places and the documented attacks."""
    with Centre.create(tmp_path_factory.mktemp("real") / "centre", name="trial with real data") as made:
        for name, kind, count in LISTS:
            path = shared_data / name
            report, new = keep_gazetteer(
                made, path.read_bytes(), file_name=path.name, kind=kind, name=path.parent.name, licence="see SOURCE.md"
            )
            assert (count, True) == (report.read, new)
        yield made


def test_every_documented_attack_becomes_an_incident(centre: Centre, shared_data: Path) -> None:
    """All 207 are imported with source and key, and those placed and not placed add up; again, all are known."""
    name = "chemical_incidents.json"
    records = read_records((shared_data / "syrian-archive" / name).read_bytes(), name)
    places = load_places(centre)
    first = import_incidents(centre, records, source="Syrian Archive", places=places)
    assert (first.records, first.imported, first.known, first.skipped) == (207, 207, 0, [])
    assert first.by_coordinates + first.by_name + first.ambiguous + first.unplaced == 207
    assert first.by_coordinates == 59
    again = import_incidents(centre, records, source="Syrian Archive", places=places)
    assert (again.imported, again.known) == (0, 207)
    with centre.store.reading() as reader:
        keys = reader.connection.execute(sa.select(incidents.c.source_key)).scalars().all()
        titles = [
            entry.body
            for entry in map(reader.entry, reader.connection.execute(sa.select(incidents.c.subject)).scalars().all())
            if entry
        ]
    assert len(set(keys)) == 207
    assert not any("title" in body or "summary" in body for body in titles)


@pytest.mark.slow
def test_folders_of_real_files_become_a_dossier_that_verifies(
    centre: Centre, shared_data: Path, tmp_path: Path
) -> None:
    """Every file is accepted, a duplicate or refused; a second time all are duplicates; dossier and store hold."""
    with centre.store.reading() as reader:
        incident = reader.connection.execute(sa.select(incidents.c.subject).limit(1)).scalar_one()
    files = find_files([shared_data / name for name in FOOTAGE])
    outcome = ingest(centre, files, incident=incident, collection=None)
    assert outcome.total == len(files)
    assert outcome.refused == []
    again = ingest(centre, files, incident=incident, collection=None)
    assert (0, len(files)) == (len(again.accepted), again.duplicate)
    made = make_dossier(centre, incident, tmp_path / "real.zip")
    assert made.items == len(outcome.accepted)
    trust = layout.parse_keys((centre.folder / "trust.txt").read_bytes())
    with open_package(made.path) as package:
        report = verify(package, trust=trust)
    assert [check.detail for check in report.checks if not check.ok] == []
    assert fsck(centre).problems == []
