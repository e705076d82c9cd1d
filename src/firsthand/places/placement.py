"""Where a text says that something happened.

Rules:
1. A text may name the area around the place (`ادلب : كفرتخاريم`). A mention that only says so is an area: it narrows
   the others and is the answer only where nothing else is.
2. A governorate beside another name is its area also where the gazetteer puts the place elsewhere; then the text and
   the gazetteer contradict each other, and that is `ambiguous`.
3. Four outcomes, and none of them is a guess: `placed` (one spot), `several` (the text names more than one place),
   `ambiguous` (one name, several places bear it), `unplaced`.
4. The candidates are always handed over, so that a person can choose.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from firsthand.places.gazetteer import Candidate, Gazetteer, clear_winner, one_spot, rank, rivals
from firsthand.places.mentions import Mention, mentions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firsthand.places.model import Place, Point

PLACED_MIN = 0.50
"""A mention with a lower score says nothing."""

SEVERAL_LEAD = 0.12
"""A second mention within this of the best one is a second place, not a side note."""

Status = Literal["placed", "several", "ambiguous", "unplaced"]


@dataclass(frozen=True, slots=True)
class Placement:
    """What a text says about where.

    Args:
        status: `placed`, `several`, `ambiguous` or `unplaced`.
        candidates: when `placed`, the place and others at the same spot; when `several`, one for each place named; when
            `ambiguous`, all rivals; the best first.
        mentions: every name found, in the order of the text.
    """

    status: Status
    candidates: tuple[Candidate, ...] = ()
    mentions: tuple[Mention, ...] = ()

    @property
    def place(self) -> Place | None:
        """The place, if the text names exactly one."""
        return self.candidates[0].place if self.status == "placed" else None


def place_of_text(
    gazetteer: Gazetteer,
    text: str,
    *,
    near: Point | None = None,
    within: str | None = None,
) -> Placement:
    """Return where `text` says that something happened.

    Args:
        gazetteer: the places that can be meant.
        text: a title, a line of a report or a location string, in Arabic or English.
        near: places near this point come before others of the same name.
        within: name of an area that the text is known to be about.
    """
    named = [_ranked(m, gazetteer, near, within) for m in mentions(gazetteer, text)]
    read = _with_areas(named, gazetteer)
    main = [m for m in read if m.score >= PLACED_MIN and not m.is_area]
    # a name that is only nearly one, of a place that is elsewhere: not even a question
    main = [m for m in main if not (m.outside and m.candidates[0].how == "fuzzy")]
    main = main or [m for m in read if m.score >= PLACED_MIN]
    if not main:
        return Placement("unplaced", (), tuple(read))
    best = max(m.score for m in main)
    return _decided([m for m in main if best - m.score < SEVERAL_LEAD], read)


def _decided(main: Sequence[Mention], read: Sequence[Mention]) -> Placement:
    """Return the outcome of the mentions that count most."""
    leading = sorted(main, key=lambda m: (-m.score, m.start))
    winners = [w for m in leading if (w := clear_winner(m.candidates))]
    if len(winners) < len(leading):
        unclear = next(m for m in leading if clear_winner(m.candidates) is None)
        rest = [w for w in winners if w not in unclear.candidates]
        return Placement("ambiguous", (*rivals(unclear.candidates), *rest), tuple(read))
    if any(m.outside for m in leading):
        return Placement("ambiguous", tuple(c for m in leading for c in rivals(m.candidates)), tuple(read))
    spots: list[Candidate] = []
    for winner in winners:
        if not any(winner.place == s.place or one_spot(winner.place, s.place) for s in spots):
            spots.append(winner)
    if len(spots) == 1:
        return Placement("placed", tuple(rivals(leading[0].candidates)), tuple(read))
    return Placement("several", tuple(spots), tuple(read))


def _ranked(mention: Mention, gazetteer: Gazetteer, near: Point | None, within: str | None) -> Mention:
    """Return the mention with area and distance counted into its candidates."""
    if near is None and within is None:
        return mention
    ranked = rank(mention.candidates, areas=gazetteer.areas, near=near, within=within)
    return replace(mention, candidates=tuple(ranked))


def _with_areas(named: Sequence[Mention], gazetteer: Gazetteer) -> list[Mention]:
    """Return the mentions, those that are areas of others marked and the others narrowed to them."""
    read = list(named)
    for at, area in enumerate(named):
        for other in range(len(read)):
            if other == at or read[other].is_area or _is_around(read[other], area, gazetteer):
                continue
            inside = any(gazetteer.areas.within(c.place, area.text) for c in read[other].candidates)
            if inside or (gazetteer.areas.is_governorate(area.text) and area.end <= read[other].start):
                narrowed = rank(read[other].candidates, areas=gazetteer.areas, within=area.text)
                read[other] = replace(read[other], candidates=tuple(narrowed), outside=not inside)
                read[at] = replace(read[at], is_area=True)
    return read


def _is_around(one: Mention, other: Mention, gazetteer: Gazetteer) -> bool:
    """Return whether `one` is itself an area around what `other` names: then `other` cannot be its area."""
    return any(gazetteer.areas.within(c.place, one.text) and c.place.name != one.text for c in other.candidates[:3])
