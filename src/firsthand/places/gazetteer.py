"""Finding a place by its name.

Rules:
1. A candidate's score is that of its best name (`likeness`), lowered where the place lies outside the area asked for
   or far from the point given. Nothing is raised above what the name deserves. A name in the other script than the
   query's counts a little less where the place has one in the same.
2. Equal scores stay equal. Two places of one name are two candidates; choosing is for people (`clear_winner`).
3. A bare name means the chief town: where it is also the name of an area around one of the places that bear it
   (حماة in حماة), the others count a little less.
4. Equal scores are listed with the nearer place first, then places with a point, then the plainer name (Sakhour before
   Sakhour I), then by key, so that the same question has the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from firsthand.places.areas import Areas, area_marks
from firsthand.places.index import NameIndex, Written
from firsthand.places.likeness import likeness
from firsthand.places.names import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from firsthand.places.model import Place, Point

SCORE_MIN = 0.55
"""Candidates below are not shown: measured on Syrian names, fewer than one in ten of them is the place meant."""

GOOD_ENOUGH = 0.90
"""With this many equal consonants or more the widest door of the index stays closed."""

OUTSIDE_FACTOR = 0.75
"""What is left of the score outside the area asked for; the mean with 1 where a place's areas are unknown."""

NEAR_M = 30_000
"""A place this far from the point given loses half of what distance can take."""

FAR_LOSS = 0.15
"""Share of the score that distance can take."""

OTHER_SCRIPT_FACTOR = 0.95
"""What a name in the other script counts where the place has one in the query's script: it says nothing of vowels."""

VILLAGE_FACTOR = 0.94
"""What is left of the score of a namesake of a chief town."""

CLEAR_LEAD = 0.03
"""A lead by less is no lead."""

SAME_SPOT_M = 2_500
"""Equally good namesakes within this distance are one answer: two sources have the same neighbourhood."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be meant.

    Args:
        place: the place.
        score: 0 to 1, how well the name (and area and distance, if given) fits.
        how: `exact`, `normalised`, `skeleton`, `prefix` or `fuzzy`.
        name: the stored name that fitted best.
    """

    place: Place
    score: float
    how: str
    name: str


class Gazetteer:
    """Places that can be found by name.

    Args:
        places: the places; their order does not matter.
        areas: administrative areas, so that a governorate's name narrows a search.
    """

    def __init__(self, places: Iterable[Place], areas: Iterable[Place] = ()) -> None:
        self.places: Sequence[Place] = tuple(places)
        self.areas = Areas(areas)
        self.index = NameIndex((i, name) for i, place in enumerate(self.places) for name in place.names)

    def find(
        self,
        text: str,
        *,
        near: Point | None = None,
        within: str | None = None,
        limit: int = 8,
    ) -> list[Candidate]:
        """Return the places that `text` may name, the best first.

        Args:
            text: a name in Arabic or Latin letters, complete or only begun.
            near: places near this point come before others of the same name.
            within: name of an area; places outside it come after those inside.
            limit: how many candidates at most.
        """
        query = Written.of(text)
        if not query.key or limit < 1:
            return []
        found = [c for c in self._compared(query, self._proposals(query)) if c.score >= SCORE_MIN]
        return rank(found, areas=self.areas, near=near, within=within)[:limit]

    def _proposals(self, query: Written) -> list[Written]:
        """Return the names worth comparing, through the doors of the index from narrow to wide."""
        strong = [s.strong for s in query.skeletons]
        found = self.index.same_key(query.key) + self.index.beginning(query.key)
        found += self.index.same_strong(strong)
        if not any(likeness(query, stored)[0] >= GOOD_ENOUGH for stored in found):
            found += self.index.nearly(query)
        return found

    def same_name(self, text: str, *, by_sound: bool) -> list[Candidate]:
        """Return the places that bear this very name; with `by_sound` also those with the same consonants."""
        query = Written.of(text)
        found = self.index.same_key(query.key)
        if not found and by_sound:
            found = self.index.same_strong(s.strong for s in query.skeletons)
        return rank(self._compared(query, found), areas=self.areas)

    def _compared(self, query: Written, names: Iterable[Written]) -> Iterable[Candidate]:
        """Return one candidate for each place among the owners of `names`, with its best name."""
        best: dict[int, Candidate] = {}
        for stored in names:
            score, how = likeness(query, stored)
            place = self.places[stored.owner]
            if stored.arabic != query.arabic and (place.names_ar if query.arabic else place.names_latin):
                score *= OTHER_SCRIPT_FACTOR
            held = best.get(stored.owner)
            if held is None or score > held.score:
                best[stored.owner] = Candidate(place, score, how, stored.text)
        return best.values()


def rank(
    candidates: Iterable[Candidate],
    *,
    areas: Areas,
    near: Point | None = None,
    within: str | None = None,
) -> list[Candidate]:
    """Return the candidates with area and distance counted in, the best first."""
    weighed = [_weighed(c, areas, near, within) for c in candidates]

    def order(candidate: Candidate) -> tuple[float, float, bool, int, str, str]:
        place = candidate.place
        distance_m = near.distance_m(place.point) if near and place.point else 0.0
        score = -round(candidate.score, 6)
        return (score, distance_m, place.point is None, len(place.name), place.source.name, place.key)

    return sorted(_chief_towns_first(weighed), key=order)


def _chief_towns_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates, those lowered that are namesakes of a chief town among them."""
    towns = {key(c.name): c.score for c in candidates if is_chief_town(c.place)}

    def is_namesake(c: Candidate) -> bool:
        return 0 <= towns.get(key(c.name), -1.0) - c.score < CLEAR_LEAD and not is_chief_town(c.place)

    return [replace(c, score=c.score * VILLAGE_FACTOR) if is_namesake(c) else c for c in candidates]


def is_chief_town(place: Place) -> bool:
    """Return whether the place bears the name of an area around it."""
    around = {key(parent) for parent in place.parents}
    return place.kind == "settlement" and any(key(name) in around for name in place.names)


def _weighed(candidate: Candidate, areas: Areas, near: Point | None, within: str | None) -> Candidate:
    """Return the candidate with its score lowered for lying outside `within` and away from `near`."""
    score = candidate.score
    if within is not None and not areas.within(candidate.place, within):
        known = bool(candidate.place.parents)
        score *= OUTSIDE_FACTOR if known else (1 + OUTSIDE_FACTOR) / 2
    if near is not None and candidate.place.point is not None:
        distance_m = near.distance_m(candidate.place.point)
        score *= 1 - FAR_LOSS * distance_m / (distance_m + NEAR_M)
    return replace(candidate, score=score)


def rivals(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates that nobody can tell from the best one by score: the best one and its near equals."""
    return [c for c in candidates if candidates[0].score - c.score < CLEAR_LEAD]


def clear_winner(candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the best candidate if all its rivals are namesakes beside it, else None: then people have to choose."""
    if not candidates:
        return None
    first, *others = rivals(candidates)
    return first if all(one_spot(first.place, other.place) for other in others) else None


def one_spot(one: Place, other: Place) -> bool:
    """Return whether two places are one answer: namesakes close by, or in one area where a point is missing."""
    if one == other:
        return True
    if {*map(key, one.names)}.isdisjoint(map(key, other.names)):
        return False
    if one.point is None or other.point is None:
        return _share_area(one, other)
    return one.point.distance_m(other.point) <= SAME_SPOT_M


def _share_area(one: Place, other: Place) -> bool:
    """Return whether the two have a parent in common, or neither has any."""
    marks, others = ({mark for parent in place.parents for mark in area_marks(parent)} for place in (one, other))
    return not marks.isdisjoint(others) or not (marks or others)
