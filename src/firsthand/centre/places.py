"""The places that a centre knows: imported lists, kept as files and cited by entries.

Rule: the file is kept as it came, and an entry names its hash, source and licence; what is looked up is read from the
files again.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from firsthand.errors import BadInput
from firsthand.places import (
    ADMIN_AREAS,
    ALTERNATIVES,
    PLAIN,
    SETTLEMENTS,
    Gazetteer,
    Layout,
    Neighbourhood,
    NeighbourhoodMap,
    Place,
    ReadReport,
    Source,
    add_names,
    read_neighbourhoods,
    read_places,
)
from firsthand.respond import entries as e
from firsthand.respond.views import gazetteers

if TYPE_CHECKING:
    from firsthand.centre.centre import Centre

LAYOUTS: dict[str, Layout] = {
    "settlements": SETTLEMENTS, "areas": ADMIN_AREAS, "spellings": ALTERNATIVES, "places": PLAIN,
}  # fmt: skip
KINDS = ("neighbourhoods", *LAYOUTS)


@dataclass(frozen=True)
class Places:
    """All places of a centre, ready to be asked."""

    gazetteer: Gazetteer
    map: NeighbourhoodMap | None  # None where no outlines were imported


def _read(
    data: bytes, file_name: str, kind: str, source: Source
) -> tuple[list[Place], list[Neighbourhood], ReadReport]:
    if kind == "neighbourhoods":
        neighbourhoods, report = read_neighbourhoods(data, file_name, source=source)
        return [n.place for n in neighbourhoods], neighbourhoods, report
    places, report = read_places(data, file_name, source=source, layout=LAYOUTS[kind])
    return places, [], report


def keep_gazetteer(  # noqa: PLR0913 - what an import has to say
    centre: Centre, data: bytes, *, file_name: str, kind: str, name: str, licence: str
) -> tuple[ReadReport, bool]:
    """Keep a list of places, after reading it once.

    Returns:
        What was read and left out, and whether the list is new here.

    Raises:
        BadInput: the file is not what its kind says, or holds no place.
    """
    _, _, report = _read(data, file_name, kind, Source(name, licence))
    if not report.read:
        raise BadInput(
            f"{file_name} holds no place that could be read.", kept="Nothing was imported.", advice="Check --kind."
        )
    digest = sha256(data).digest()
    if any(body["sha256"] == digest for body in _kept(centre)):
        return report, False
    taken = centre.blobs.take_bytes(data)
    body = e.Gazetteer(
        name=name, licence=licence, kind=kind, file_name=file_name[:200],  # type: ignore[arg-type]  # checked by the model
        sha256=taken.sha256, size=taken.size, count=report.read,
    )  # fmt: skip
    with centre.store.writing() as writer:
        writer.append(centre.writer_key, body)
    return report, True


def _kept(centre: Centre) -> list[dict[str, Any]]:
    with centre.store.reading() as reader:
        subjects = reader.connection.execute(sa.select(gazetteers.c.subject)).scalars().all()
        return [entry.body for entry in map(reader.entry, subjects) if entry is not None]


def load_places(centre: Centre) -> Places:
    """Return all places that the centre has imported."""
    places: list[Place] = []
    areas: list[Place] = []
    spellings: list[Place] = []
    neighbourhoods: list[Neighbourhood] = []
    for body in _kept(centre):
        with centre.blobs.open(body["sha256"]) as file:
            data = file.read()
        source = Source(body["name"], body["licence"])
        read, outlined, _ = _read(data, body["file_name"], body["kind"], source)
        {"areas": areas, "spellings": spellings}.get(body["kind"], places).extend(read)
        neighbourhoods.extend(outlined)
    return Places(
        Gazetteer(add_names(places, spellings), areas), NeighbourhoodMap(neighbourhoods) if neighbourhoods else None
    )
