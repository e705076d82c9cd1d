"""Importing documented incidents from files of others, each to an incident with its source.

Rules: what is in the file stays attributed to it; titles and summaries are sealed, since they can name the dead. A
place comes from coordinates, else from a name that means exactly one place; what could not be placed is counted. An
incident that was imported before, by source and key, is left alone. No link is ever fetched.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from firsthand.errors import BadInput
from firsthand.places import Point, place_of_text
from firsthand.respond import entries as e
from firsthand.respond.views import incidents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from firsthand.centre.centre import Centre
    from firsthand.centre.places import Places
    from firsthand.places import Place

_BYTES_MAX = 256 << 20
_DAY_MS = 86_400_000
_BATCH = 500
_KEYS = ("incident_code", "video_id", "id", "key", "code", "reference_code")
_FIELDS = {
    "title_en": ("title_en", "fr_title", "un_title"),
    "title_ar": ("title_ar", "title"),
    "summary_en": ("summary_en", "summary", "description_en"),
    "summary_ar": ("summary_ar", "description"),
    "where": ("location", "place", "where"),
    "lat": ("latitude", "lat"),
    "lon": ("longitude", "lon", "lng"),
    "day": ("incident_date", "published_at", "date", "day"),
}
_MUST_HAVE = "It needs a key (id, key, code) in every record, and usually a title: JSON (a list), JSON lines, or CSV."


@dataclass
class Imported:
    """What an import did; the counts add up to the records in the file."""

    records: int = 0
    imported: int = 0
    known: int = 0
    by_coordinates: int = 0
    by_name: int = 0
    unplaced: int = 0
    ambiguous: int = 0
    skipped: list[tuple[int, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts for `--json`."""
        return {**vars(self), "skipped": [{"record": n, "reason": reason} for n, reason in self.skipped]}


def read_records(data: bytes, file_name: str) -> list[dict[str, Any]]:
    """Return the records of a JSON, JSON-lines or CSV file.

    Raises:
        BadInput: it is none of these, or too large.
    """
    if len(data) > _BYTES_MAX:
        raise BadInput(f"{file_name} is larger than {_BYTES_MAX >> 20} MiB.", advice="Split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(
            f"{file_name} is not UTF-8 text.", kept="Nothing was imported.", advice="Save it as UTF-8."
        ) from None
    try:
        if text.lstrip().startswith("["):
            found = json.loads(text)
        elif text.lstrip().startswith("{"):
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            found = list(csv.DictReader(io.StringIO(text, newline="")))
    except (ValueError, RecursionError, csv.Error) as error:
        raise BadInput(
            f"{file_name} cannot be read: {error}.", kept="Nothing was imported.", advice=_MUST_HAVE
        ) from None
    records = [record for record in found if isinstance(record, dict)]
    if len(records) != len(found) or not records or not any(key in records[0] for key in _KEYS):
        raise BadInput(f"{file_name} is not a list of incidents.", kept="Nothing was imported.", advice=_MUST_HAVE)
    return records


def _get(record: Mapping[str, Any], name: str) -> str:
    for column in _FIELDS[name]:
        value = record.get(column)
        if isinstance(value, str | int | float) and str(value).strip():
            return str(value).strip()
    return ""


def _key(record: Mapping[str, Any]) -> str:
    return next((str(record[key]).strip()[:200] for key in _KEYS if str(record.get(key) or "").strip()), "")


def day_ms(text: str) -> int | None:
    """Return the beginning of the day that `text` (ISO 8601) names, in milliseconds UTC, or None."""
    try:
        moment = datetime.fromisoformat(text[:10]).replace(tzinfo=UTC)
    except ValueError:
        return None
    return max(0, int(moment.timestamp()) * 1000)


def _coordinates(record: Mapping[str, Any]) -> Point | None:
    try:
        return Point.from_degrees(float(_get(record, "lat")), float(_get(record, "lon")))
    except (ValueError, BadInput):
        return None


def _located(record: Mapping[str, Any], places: Places, counts: Imported) -> tuple[e.Place | None, e.Area | None]:
    """Return point and area of a record, and count how they were found."""
    point = _coordinates(record)
    if point is not None:
        counts.by_coordinates += 1
        neighbourhood = places.map.at(point) if places.map else None
        area = _area(neighbourhood.place) if neighbourhood else None
        return e.Place(lat_e7=point.lat_e7, lon_e7=point.lon_e7, accuracy_m=None), area
    named = [text for text in (_get(record, "where"), _get(record, "title_ar"), _get(record, "title_en")) if text]
    status = "unplaced"
    for text in named:
        placement = place_of_text(places.gazetteer, text)
        if placement.place is not None:
            counts.by_name += 1
            found = placement.place.point
            place = e.Place(lat_e7=found.lat_e7, lon_e7=found.lon_e7, accuracy_m=None) if found else None
            return place, _area(placement.place)
        status = placement.status if placement.status != "unplaced" else status
    if status == "unplaced":
        counts.unplaced += 1
    else:
        counts.ambiguous += 1
    return None, None


def _area(place: Place) -> e.Area:
    return e.Area(
        name_ar=next(iter(place.names_ar), None),
        name_latin=next(iter(place.names_latin), None),
        pcode=place.pcode or None,
        source=place.source.name[:200],
    )


def _both(ar: str, en: str) -> dict[str, str | None] | None:
    return {"ar": ar[:4000] or None, "en": en[:4000] or None} if ar or en else None


def import_incidents(centre: Centre, records: Sequence[dict[str, Any]], *, source: str, places: Places) -> Imported:
    """Write an incident for each record that is not here yet."""
    counts = Imported(records=len(records))
    with centre.store.reading() as reader:
        query = sa.select(incidents.c.source_key).where(incidents.c.source == source)
        known = set(reader.connection.execute(query).scalars())
    drafts = list(_drafts(records, source, places, known, counts))
    key = centre.writer_key
    for start in range(0, len(drafts), _BATCH):
        with centre.store.writing() as writer:
            for body, sealed in drafts[start : start + _BATCH]:
                writer.append(key, body, sealed)
        counts.imported += len(drafts[start : start + _BATCH])
    centre.checkpoint()
    return counts


def _drafts(
    records: Sequence[dict[str, Any]], source: str, places: Places, known: set[str], counts: Imported
) -> Iterator[tuple[e.Incident, dict[str, Any]]]:
    for number, record in enumerate(records, 1):
        key, title = _key(record), _both(_get(record, "title_ar"), _get(record, "title_en"))
        if not key:
            counts.skipped.append((number, "it has no key"))
            continue
        if key in known:
            counts.known += 1
            continue
        known.add(key)
        place, area = _located(record, places, counts)
        day = day_ms(_get(record, "day"))
        body = e.Incident(
            calls=(), kind="documented", place=place, area=area,
            from_ms=day, to_ms=None if day is None else day + _DAY_MS - 1,
            source=e.Source(name=source, key=key),
        )  # fmt: skip
        summary = _both(_get(record, "summary_ar"), _get(record, "summary_en"))
        yield body, {"title": title, "summary": summary, "place_text": _get(record, "where")[:1000] or None}
