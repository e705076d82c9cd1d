"""Measures the room on the real data beside the checkout; prints one line a figure.

    python tests/places/figures.py

Sources: OCHA common operational data (Syria), Columbia Center for Spatial Research (neighbourhoods of Aleppo and their
spellings, MIT), Syrian Archive (incidents and gazetteer, CC BY-SA 4.0), google/transliteration (Apache-2.0).
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firsthand.places import (
    ADMIN_AREAS,
    ALTERNATIVES,
    SETTLEMENTS,
    Gazetteer,
    Layout,
    Neighbourhood,
    NeighbourhoodMap,
    Place,
    Point,
    Source,
    add_names,
    key,
    place_of_text,
    read_neighbourhoods,
    read_places,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

CSR = Source("Columbia Center for Spatial Research, neighbourhoods of Aleppo", "MIT")
COD = Source("OCHA common operational data, Syria", "CC BY-IGO")
ARCHIVE = Source("Syrian Archive, gazetteer", "CC BY-SA 4.0")
WORDS = Source("google/transliteration", "Apache-2.0")

NEAR_TAG_M = 1_000
"""A title counts as placed near its tag within this distance of a tagged neighbourhood's outline."""


@dataclass(frozen=True)
class Data:
    """The shared data, read once.

    Args:
        folder: where it lies.
    """

    folder: Path

    def places(self, path: str, layout: Layout, source: Source) -> list[Place]:
        """Return the places of one file."""
        return read_places((self.folder / path).read_bytes(), path, source=source, layout=layout)[0]

    def outlines(self, path: str, source: Source) -> list[Neighbourhood]:
        """Return the neighbourhoods of one file."""
        return read_neighbourhoods((self.folder / path).read_bytes(), path, source=source)[0]

    def lines(self, path: str) -> list[str]:
        """Return the lines of one file that are not empty."""
        return [line for line in (self.folder / path).read_text("utf-8").splitlines() if line.strip()]

    @cached_property
    def csr(self) -> list[Neighbourhood]:
        """133 outlines of 126 neighbourhoods."""
        return self.outlines("aleppo-neighbourhoods/Neighborhoods.geojson", CSR)

    @cached_property
    def cod(self) -> list[Neighbourhood]:
        """109 neighbourhoods."""
        return self.outlines("syria-cod-ab/aleppo_neighbourhoods_cod.geojson", COD)

    @cached_property
    def alternatives(self) -> list[Place]:
        """136 sets of spellings."""
        return self.places("aleppo-neighbourhoods/neighborhoods-names.json", ALTERNATIVES, CSR)

    @cached_property
    def settlements(self) -> list[Place]:
        """5,997 places."""
        return self.places("syrian-archive/gazetteer.csv", SETTLEMENTS, ARCHIVE)

    @cached_property
    def syria(self) -> Gazetteer:
        """The settlements with the administrative areas around them."""
        return Gazetteer(self.settlements, self.places("syria-cod-ab/admin_names.csv", ADMIN_AREAS, COD))

    @cached_property
    def aleppo(self) -> list[Place]:
        """The neighbourhoods of both sources, with the alternative spellings."""
        named = add_names([n.place for n in self.csr], self.alternatives)
        return [*named, *(n.place for n in self.cod)]


def share(hits: Iterable[object], total: int) -> float:
    """Return how many of `total` are hits."""
    return sum(map(bool, hits)) / total if total else 0.0


def p95_ms(seconds: Sequence[float]) -> float:
    """Return the 95th percentile in milliseconds."""
    return sorted(seconds)[int(0.95 * len(seconds))] * 1000


def titles(data: Data, places: list[Place]) -> dict[str, float]:
    """Return how titles of videos are placed, against the neighbourhoods people tagged them with.

    A place of another source stands for the tagged neighbourhood it lies in.
    """
    gazetteer, tagged = Gazetteer(places), NeighbourhoodMap(data.csr)
    by_name: dict[str, list[Neighbourhood]] = {}
    for n in data.csr:
        for name in n.place.names_latin:
            by_name.setdefault(name, []).append(n)

    def labels(place: Place) -> set[str]:
        around = tagged.at(place.point) if place.point and place.source != CSR else None
        return {*place.names_latin, *(around.place.names_latin if around else ())}

    rows = [json.loads(line) for line in data.lines("aleppo-video-titles/scd_aleppo.jsonl")]
    first, third, near, seconds, states = [], [], [], [], []
    for row in rows:
        began = time.perf_counter()
        placement = place_of_text(gazetteer, row["title"])
        seconds.append(time.perf_counter() - began)
        states.append(placement.status)
        tags = set(row["neighbourhoods"])
        hits = [bool(labels(c.place) & tags) for c in placement.candidates[:3]]
        first.append(hits[:1] == [True])
        third.append(any(hits))
        spots = [n for tag in tags for n in by_name.get(tag, [])]
        point = placement.candidates[0].place.point if placement.candidates else None
        near.append(point is not None and any(NeighbourhoodMap([n]).nearest(point)[1] <= NEAR_TAG_M for n in spots))
    answered = len(rows) - states.count("unplaced")
    return {
        "titles": len(rows),
        "top-1": share(first, len(rows)),
        "top-3": share(third, len(rows)),
        "coverage": answered / len(rows),
        "top-1 of answered": share(first, answered),
        "within 1 km of a tag, of answered": share(near, answered),
        "ambiguous": states.count("ambiguous"),
        "several": states.count("several"),
        "p95 ms": p95_ms(seconds),
    }


def incidents(data: Data, field: str) -> dict[str, float]:
    """Return how documented attacks are placed by `location` or `fr_title`, and how far from their coordinates."""
    rows: list[dict[str, Any]] = json.loads((data.folder / "syrian-archive/chemical_incidents.json").read_text("utf-8"))
    states: list[str] = []
    away_m: list[float] = []
    seconds: list[float] = []
    known = [row for row in rows if isinstance(row["latitude"], float) and isinstance(row["longitude"], float)]
    for row in rows:
        if not row[field].strip():
            continue
        began = time.perf_counter()
        placement = place_of_text(data.syria, row[field])
        seconds.append(time.perf_counter() - began)
        states.append(placement.status)
        if row in known and placement.place and placement.place.point:
            point = Point.from_degrees(row["latitude"], row["longitude"])
            away_m.append(point.distance_m(placement.place.point))
    return {
        "incidents": len(rows),
        "with coordinates": len(known),
        f"with {field}": len(states),
        "placed": states.count("placed"),
        "several": states.count("several"),
        "ambiguous": states.count("ambiguous"),
        "unplaced": states.count("unplaced"),
        "compared with coordinates": len(away_m),
        "median distance m": statistics.median(away_m),
        "within 5 km": share((d <= 5_000 for d in away_m), len(away_m)),
        "p95 ms": p95_ms(seconds),
    }


def ranked(gazetteer: Gazetteer, pairs: Iterable[tuple[str, Callable[[Place], bool]]]) -> dict[str, float]:
    """Return how often the right place is first and among the first three, for (query, is it right) pairs."""
    first, third, seconds = [], [], []
    for query, right in pairs:
        began = time.perf_counter()
        found = gazetteer.find(query)
        seconds.append(time.perf_counter() - began)
        hits = [right(c.place) for c in found[:3]]
        first.append(hits[:1] == [True])
        third.append(any(hits))
    total = len(first)
    return {"names": total, "top-1": share(first, total), "top-3": share(third, total), "p95 ms": p95_ms(seconds)}


def _bears(names: Iterable[str]) -> Callable[[Place], bool]:
    """Return a test whether a place bears one of `names`."""
    keys = {key(name) for name in names}
    return lambda place: not keys.isdisjoint(map(key, place.names))


def spellings(data: Data, *, arabic: bool, loaded: bool) -> dict[str, float]:
    """Return how alternative spellings find their neighbourhood, with the spellings stored or held out."""
    places = [n.place for n in data.csr]
    gazetteer = Gazetteer(add_names(places, data.alternatives) if loaded else places)
    pairs = [
        (query, _bears((*p.names_latin[:1], *p.names_ar[:1])))
        for p in data.alternatives
        for query in (p.names_ar if arabic else p.names_latin)
    ]
    return ranked(gazetteer, pairs)


def across_sources(data: Data, *, query_arabic: bool, stored_arabic: bool) -> dict[str, float]:
    """Return how OCHA's spelling finds Columbia's, which holds only one script; truth is the equal Arabic name."""
    stored = [replace(n.place, names_latin=()) if stored_arabic else replace(n.place, names_ar=()) for n in data.csr]
    same: dict[str, set[str]] = {}
    for n in data.csr:
        for name in n.place.names_ar:
            same.setdefault(key(name), set()).add(n.place.key)

    def right(keys: set[str]) -> Callable[[Place], bool]:
        return lambda place: place.key in keys

    pairs = [
        (query, right(same[key(n.place.names_ar[0])]))
        for n in data.cod
        if key(n.place.names_ar[0]) in same
        for query in (n.place.names_ar[:1] if query_arabic else n.place.names_latin)
    ]
    return ranked(Gazetteer(stored), pairs)


def across_scripts(data: Data, *, query_arabic: bool) -> dict[str, float]:
    """Return how names of 6,000 settlements in one script find the settlement stored only in the other."""
    both = [p for p in data.settlements if p.names_ar and p.names_latin]
    stored = [replace(p, names_ar=()) if query_arabic else replace(p, names_latin=()) for p in both]
    pairs = [
        (p.names_ar[0], _bears(p.names_latin)) if query_arabic else (p.names_latin[0], _bears(p.names_ar)) for p in both
    ]
    return ranked(Gazetteer(stored), pairs)


def transliterations(data: Data) -> dict[str, float]:
    """Return how Arabic words of the transliteration test set find their Latin form among all 1,590."""
    pairs = [line.split("\t") for line in data.lines("arabic-translit/ar2en-test.txt")]
    latin = dict.fromkeys(pair[1] for pair in pairs)
    places = [Place(str(i), (), (name,), None, "place", "", (), WORDS) for i, name in enumerate(latin)]

    def right(name: str) -> Callable[[Place], bool]:
        return lambda place: place.name == name

    return ranked(Gazetteer(places), [(arabic, right(name)) for arabic, name in pairs])


def own_names(data: Data, copies: int = 1) -> dict[str, float]:
    """Return how every 6th settlement is found by its first name with a letter missing, at `copies` times the size."""
    stored = [
        replace(p, key=f"{p.key}.{n}", names_ar=tuple(f"{name}{_SYLLABLES[n]}" for name in p.names_ar))
        for n in range(copies)
        for p in data.settlements
    ]
    names = [p.names_ar[0] for p in data.settlements[::6] if p.names_ar]
    typed = [(name[:2] + name[3:], _bears([name])) for name in names]
    return ranked(Gazetteer(stored), typed)


_SYLLABLES = ("", *(f" {a}{b}" for a in "بتجحخدرزسش" for b in "فقكلمنهوي"))


def figures(data: Data) -> Iterable[tuple[str, dict[str, float]]]:
    """Yield all figures, by name."""
    yield "titles, both Aleppo sources and spellings", titles(data, data.aleppo)
    yield "titles, Columbia's names alone", titles(data, [n.place for n in data.csr])
    yield "incidents by location string", incidents(data, "location")
    yield "incidents by English title", incidents(data, "fr_title")
    for arabic in (True, False):
        script = "Arabic" if arabic else "Latin"
        yield f"spellings stored, {script}", spellings(data, arabic=arabic, loaded=True)
        yield f"spellings held out, {script}", spellings(data, arabic=arabic, loaded=False)
    yield "OCHA Latin finds Columbia Latin", across_sources(data, query_arabic=False, stored_arabic=False)
    yield "OCHA Latin finds Columbia Arabic", across_sources(data, query_arabic=False, stored_arabic=True)
    yield "OCHA Arabic finds Columbia Latin", across_sources(data, query_arabic=True, stored_arabic=False)
    yield "6,000 settlements, Arabic finds Latin", across_scripts(data, query_arabic=True)
    yield "6,000 settlements, Latin finds Arabic", across_scripts(data, query_arabic=False)
    yield "1,590 words, Arabic finds Latin", transliterations(data)
    yield "a letter missing, 6,000 places", own_names(data)
    yield "a letter missing, 102,000 places", own_names(data, copies=17)


if __name__ == "__main__":
    for figure, values in figures(Data(Path(__file__).resolve().parents[3] / "shared" / "data")):
        shown = ", ".join(f"{name} {v:,.3f}" if isinstance(v, float) else f"{name} {v:,}" for name, v in values.items())
        sys.stdout.write(f"{figure}: {shown}\n")
