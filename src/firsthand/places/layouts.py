"""How the files we meet write a place: which column or property holds what, and how names are put together.

A layout is data, so a new source needs a few lines here and no new reader. Rules:
1. A field is taken from the first of its columns that the file has; case, spaces and marks in column names are free.
   Name fields are taken from all of their columns, in order.
2. A name may hold several: `بازلت_Bazalt` and `A / B` are two spellings of one place.
3. A composite name holds the place and its parents: `Abin - Efrin - Afrin - Afrin`, or parent first with a colon,
   `ALEPPO : Sukkari`. A file says so by its layout; a user's own names are never taken apart by guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from firsthand.places.names import is_arabic

_PARENTS_AFTER = re.compile(r"\s+-\s*|\s*-\s+")
_SPELLINGS = re.compile(r"\s*[_/|;]+\s*")
_ASIDE = re.compile(r"\s*\(([^)]*)\)\s*")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a file keeps what a place needs.

    Args:
        key: columns of the key; without one the record's number is the key.
        names: columns of names in either script, the preferred first; a list of names is taken too.
        lat: columns of the latitude in decimal degrees.
        lon: columns of the longitude in decimal degrees.
        pcode: columns of the place code.
        parents: columns of names or codes of the areas around.
        level: columns of the administrative level, 1 to 3.
        kind: what the places are, where no level says so.
        composite: whether names hold their parents.
        point_needed: whether a record without coordinates is left out.
    """

    key: tuple[str, ...] = ("key", "id", "pcode")
    names: tuple[str, ...] = ("name_ar", "NAME_A", "name", "name_en", "name_en_alt", "name_latin", "names")
    lat: tuple[str, ...] = ("lat", "latitude", "y")
    lon: tuple[str, ...] = ("lon", "lng", "long", "longitude", "x")
    pcode: tuple[str, ...] = ("pcode", "p_code")
    parents: tuple[str, ...] = ("parents", "parent", "district", "governorate")
    level: tuple[str, ...] = ("level",)
    kind: str = "place"
    composite: bool = False
    point_needed: bool = True


PLAIN = Layout()
"""A user's own file: name_ar, name_en, lat, lon, and whatever else of the above it has."""

NEIGHBOURHOODS = Layout(kind="neighbourhood")
"""Polygons of neighbourhoods: OCHA common operational data, Columbia CSR."""

SETTLEMENTS = Layout(kind="settlement", composite=True, point_needed=False)
"""The Syrian Archive's gazetteer: composite names, some rows without coordinates."""

ADMIN_AREAS = Layout(kind="area", parents=("adm2_pcode", "adm1_pcode"), point_needed=False)
"""Names of governorates, districts and subdistricts with their codes."""

ALTERNATIVES = Layout(
    names=("original_name_a", "original_name", "alternative_arabic", "alternative_english"),
    kind="neighbourhood",
    point_needed=False,
)
"""Columbia CSR's alternative spellings of Aleppo's neighbourhoods."""

LEVELS = {"1": "governorate", "2": "district", "3": "subdistrict"}


def spellings(text: str) -> tuple[str, ...]:
    """Return the names in one cell: those apart by _ / | ; and those in brackets after the name.

    >>> spellings("as-Siryan (Syriac Quarter)")
    ('as-Siryan', 'Syriac Quarter')
    """
    asides = _ASIDE.findall(text)
    outside = _ASIDE.sub(" ", text)
    return tuple(
        dict.fromkeys(part for cell in (outside, *asides) for part in map(str.strip, _SPELLINGS.split(cell)) if part)
    )


def split_composite(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the place's own name and its parents, the smallest first.

    >>> split_composite("Abin - Efrin - Afrin")
    ('Abin', ('Efrin', 'Afrin'))
    >>> split_composite("ALEPPO : Sukkari")
    ('Sukkari', ('ALEPPO',))
    """
    outer, colon, inner = text.partition(":")
    if colon and inner.strip():
        return inner.strip(), (outer.strip(),)
    own, *parents = _PARENTS_AFTER.split(text.strip())
    bare = _ASIDE.sub(" ", own).strip()  # in composite names the brackets repeat a parent: Afrin (Afrin) - Afrin
    return bare or own, tuple(dict.fromkeys(p.strip() for p in parents if p.strip()))


def by_script(names: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names in Arabic and those in Latin letters, each once, in order."""
    once = dict.fromkeys(names)
    return tuple(n for n in once if is_arabic(n)), tuple(n for n in once if not is_arabic(n))
