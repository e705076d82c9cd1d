"""A small dossier, made once: one incident, one call, one person, two pictures, one file that nobody can read."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from firsthand.centre.centre import Centre
from firsthand.centre.dossiers import make_dossier
from firsthand.centre.ingest import ingest
from firsthand.drill import attacker
from firsthand.evidence.dossier import layout
from firsthand.respond import entries as e

if TYPE_CHECKING:
    from pathlib import Path

    from firsthand.record.note import VerifierKey


@dataclass(frozen=True)
class Sample:
    """A dossier with what is needed to check it, and the centre that made it."""

    path: Path
    store: Path
    incident: bytes
    files: dict[str, bytes]
    trust: tuple[bytes, tuple[VerifierKey, ...]]


def picture(shade: int) -> bytes:
    """Return a small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (48, 32), (shade, 80, 90)).save(out, "JPEG")
    return out.getvalue()


def make_sample(folder: Path, *, seed: int) -> Sample:
    """Make a centre with one incident, and its dossier."""
    source = random.Random(seed)  # noqa: S311 - a test must be repeatable
    now = iter(range(1_800_000_000_000, 2_000_000_000_000, 1000))
    store = folder / "centre"
    clock = now.__next__
    with Centre.create(
        store, name="EXERCISE", exercise=True, roots=3, m=2, clock=clock, randomness=source.randbytes
    ) as centre:
        key = centre.writer_key
        place = e.Place(lat_e7=3_500_000, lon_e7=-270_000_000, accuracy_m=50)
        with centre.store.writing() as writer:
            call = writer.append(key, e.Call(place=place, area=None, reported=4, urgency="now"), {"what": "EXERCISE"})
            body = e.Incident(
                calls=(call.id,), kind="exercise", place=place, area=None, from_ms=1000, to_ms=2000, source=None
            )
            incident = writer.append(key, body, {"title": {"ar": "تمرين", "en": "EXERCISE house"}})
            person = e.Person(incident=incident.id, worksite=None, status="missing", age="adult", sex="f")
            first = writer.append(key, person, {"name": "EXERCISE name"})
            found = e.PersonStatus(subject=first.id, replaces=(first.id,), to="found", worksite=None)
            writer.append(key, found)
        given = folder / "given"
        given.mkdir()
        for n in (1, 2):
            (given / f"تمرين-{n}.jpg").write_bytes(picture(40 * n))
        (given / "unreadable.mp4").write_bytes(b"not a film" * 9)
        ingest(centre, sorted(given.iterdir()), incident=incident.id, collection=None)
        path = folder / "dossier.zip"
        make_dossier(centre, incident.id, path)
    trust = layout.parse_keys((store / "trust.txt").read_bytes())
    return Sample(path, store, incident.id, attacker.read_all(path), trust)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The dossier of an organisation."""
    return make_sample(tmp_path_factory.mktemp("sample"), seed=1)


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The same dossier of somebody else, signed by keys of their own."""
    return make_sample(tmp_path_factory.mktemp("stranger"), seed=2)
