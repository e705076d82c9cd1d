"""Which areas a place lies in, by the names people give them.

A gazetteer row names its parents (subdistrict, district); people name the governorate (`ادلب : كفرتخاريم`). Where the
administrative areas are given too, each parent's own parents are added. Rules:
1. Areas are compared by key, and by the consonants of names in the other script.
2. The words around a name (مدينة, ريف, governorate) are not part of it: ريف دمشق answers to دمشق.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from firsthand.places.names import key, words
from firsthand.places.skeleton import skeletons
from firsthand.places.wordlists import KIND_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firsthand.places.model import Place

ROW_LENGTH_MIN = 2
"""Shorter rows of consonants are shared by too many areas to say anything."""


def area_marks(name: str) -> frozenset[str]:
    """Return the marks by which the spellings of one area's name meet: its key and its rows of consonants."""
    core = " ".join(word for word in words(name) if word not in KIND_WORDS) or name
    rows = {f"~{s.strong}" for s in skeletons(core) if len(s.strong) >= ROW_LENGTH_MIN}
    return frozenset({key(core)} | rows)


class Areas:
    """The areas around places.

    Args:
        areas: administrative areas; `parents` holds names or P-codes of areas that are given as well.
    """

    def __init__(self, areas: Iterable[Place] = ()) -> None:
        self._areas = list(areas)
        by_code = {area.pcode: area for area in self._areas if area.pcode}
        self._around: defaultdict[str, set[str]] = defaultdict(set)
        for area in self._areas:
            parents = [by_code.get(parent) for parent in area.parents]
            names = [n for parent in parents if parent for n in parent.names]
            marks = {mark for name in names for mark in area_marks(name)}
            for name in area.names:
                self._around[key(name)] |= marks
        self._governorates = {m for a in self._areas if a.kind == "governorate" for n in a.names for m in area_marks(n)}
        self._marks: dict[tuple[str, ...], frozenset[str]] = {}

    def around(self, place: Place) -> frozenset[str]:
        """Return the marks of all areas that `place` lies in, as far as they are known."""
        known = self._marks.get(place.parents)
        if known is None:
            own = {mark for parent in place.parents for mark in area_marks(parent)}
            above = {mark for parent in place.parents for mark in self._around.get(key(parent), ())}
            known = self._marks[place.parents] = frozenset(own | above)
        return known

    def is_governorate(self, name: str) -> bool:
        """Return whether `name` is a governorate's."""
        return not self._governorates.isdisjoint(area_marks(name))

    def within(self, place: Place, area: str) -> bool:
        """Return whether `place` is known to lie in the area called `area`."""
        return not self.around(place).isdisjoint(area_marks(area))
