"""Names of places inside a text.

Rules:
1. A longer name wins over a shorter one inside it: حلب القديمة is not حلب.
2. What stands beside a name says how sure the reading is. حي before it: sure. A word that everybody uses for
   something else (`ORDINARY_WORDS`: الشهداء, the martyrs) needs such a sign. ريف or `west of` before it: the text
   is about the land around. جامع before it: a mosque of that name, which may stand anywhere.
3. Names that nobody stored are looked for by sound or by letters only where the text says that a name stands: after
   حي, or as a phrase of its own (`ادلب : كفرتخاريم`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from firsthand.places.names import is_arabic, words
from firsthand.places.skeleton import skeletons
from firsthand.places.tokens import Token, spelled, tokens, windows
from firsthand.places.wordlists import QUALIFIERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from firsthand.places.gazetteer import Candidate, Gazetteer

WORDS_MAX = 6
"""Longest name looked for inside a text, in words."""

NEARLY_SCORES_MIN = {"fuzzy": 0.70, "prefix": 0.70, "skeleton": 0.80}
"""From which score on a name that differs in letters is taken, where the text says that a name stands."""

SOUND_MIN = 3
"""Consonants a name needs to be known by sound inside a text."""

HINTED_WORDS_MAX = 2
"""How many words behind حي may be a name that differs in letters; where the name ends, nothing says."""

NEARLY_MIN = 2
"""Consonants a name needs before one that differs in letters is looked for."""

PHRASE_WORDS_MAX = 5
"""A phrase of at most so many words may be a name as a whole."""

SHORT_TEXT_WORDS = 8
"""A text of at most so many words is a location string, and its phrases are looked for by sound and letters."""

MENTIONS_MAX = 12
"""How many mentions one text can have."""

HINT_WEIGHTS = {
    "area": 1.0,
    "phrase": 1.0,
    "start": 0.95,
    "event": 0.95,
    "": 0.85,
    "site": 0.8,
    "around": 0.45,
    "of": 0.45,
}
"""What is left of a score by what stands beside the name; set by hand on the titles, see the measurements."""

ORDINARY_WEIGHTS = {"area": 1.0, "phrase": 0.9, "event": 0.55}
"""The same for a single everyday word; what is not listed leaves `ORDINARY_WEIGHT`."""

ORDINARY_WEIGHT = 0.45
"""Too little to be placed by."""

LONG_NAME_GAIN = 0.10
"""How much of what a missing hint took a name of several words gets back."""

_RELATION = frozenset(["of", "from", "between", "km"])


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a text.

    Args:
        start: offset of its first character in the text.
        end: offset behind its last.
        text: the words as written.
        hint: `area`, `phrase`, `start`, `event`, `site`, `around`, `of` or nothing: what stands beside it.
        candidates: the places it may mean, scores with the hint counted in, the best first.
        is_area: whether it only says in which area another mention lies.
        outside: whether the text puts it in a governorate in which no candidate lies.
    """

    start: int
    end: int
    text: str
    hint: str
    candidates: tuple[Candidate, ...]
    is_area: bool = False
    outside: bool = False

    @property
    def score(self) -> float:
        """Score of its best candidate."""
        return self.candidates[0].score


def mentions(gazetteer: Gazetteer, text: str) -> list[Mention]:
    """Return the names of places in `text` in the order of the text, no two of them overlapping."""
    found = tokens(text)
    taken: list[Mention] = []
    for mention in (*_stored_names(gazetteer, text, found), *_likely_names(gazetteer, text, found)):
        if len(taken) < MENTIONS_MAX and not any(m.start < mention.end and mention.start < m.end for m in taken):
            taken.append(mention)
    return sorted(taken, key=lambda m: m.start)


def _stored_names(gazetteer: Gazetteer, text: str, found: Sequence[Token]) -> Iterable[Mention]:
    """Yield the windows that are names in the gazetteer, the longest first."""
    for first, behind in windows(found, min(WORDS_MAX, gazetteer.index.words_max + 1)):
        if all(token.normal.isdigit() for token in found[first:behind]):
            continue
        hint = _hint(found, first, behind)
        for spelling in spelled(text, found, first, behind):
            plain = not any(token.kind or token.ordinary for token in found[first:behind])
            by_sound = plain and _sound_allowed(spelling, hint, short=_is_short(found))
            same = gazetteer.same_name(spelling, by_sound=by_sound)
            candidates = [c for c in same if _near_enough(c, spelling, hint)]
            if candidates:
                yield _mention(text, found[first:behind], hint, candidates)
                break


def _is_short(found: Sequence[Token]) -> bool:
    """Return whether a text is a location string; numbers and everyday words do not count."""
    return sum(not (t.normal.isdigit() or t.ordinary) for t in found) <= SHORT_TEXT_WORDS


def _sound_allowed(spelling: str, hint: str, *, short: bool) -> bool:
    """Return whether a spelling may be known by its consonants: a Latin name with a capital, or a hinted one."""
    long_enough = len(skeletons(spelling)[0].strong) >= SOUND_MIN
    said = hint == "area" or (hint == "phrase" and short)
    return long_enough and (said or (not is_arabic(spelling) and spelling[:1].isupper()))


def _likely_names(gazetteer: Gazetteer, text: str, found: Sequence[Token]) -> Iterable[Mention]:
    """Yield names that differ in letters from all stored ones, where the text says that a name stands."""
    for first, behind in windows(found, PHRASE_WORDS_MAX):
        hint = _hint(found, first, behind)
        if hint != "area" and not (hint == "phrase" and _is_short(found)):
            continue
        if hint == "area" and behind - first > HINTED_WORDS_MAX:
            continue
        if any(token.kind or token.ordinary or token.normal.isdigit() for token in found[first:behind]):
            continue
        spelling = spelled(text, found, first, behind)[0]
        if len(skeletons(spelling)[0].strong) < NEARLY_MIN:
            continue
        candidates = [c for c in gazetteer.find(spelling) if _near_enough(c, spelling, hint)]
        if candidates:
            yield _mention(text, found[first:behind], hint, candidates)


def _near_enough(candidate: Candidate, spelling: str, hint: str) -> bool:
    """Return whether a candidate that differs in letters may be what `spelling` means."""
    if candidate.how == "prefix" and (hint != "phrase" or not _first_words(spelling, candidate.name)):
        return False
    return candidate.score >= NEARLY_SCORES_MIN.get(candidate.how, 0.0)


def _first_words(spelling: str, name: str) -> bool:
    """Return whether a name is called by its first words: معضمية for معضمية الشام, but not حلب for حلب الجديدة."""
    short, full = words(spelling), words(name)
    rest = full[len(short) :]
    return full[: len(short)] == short and not any(word in QUALIFIERS for word in rest)


def _hint(found: Sequence[Token], first: int, behind: int) -> str:
    """Return what stands beside the words `first` to `behind` (a line of `HINT_WEIGHTS`)."""
    before = found[first - 1] if first > 0 and found[first - 1].phrase == found[first].phrase else None
    after = found[behind] if behind < len(found) and found[behind].phrase == found[first].phrase else None
    if before is not None and before.kind:
        return before.kind
    if before is not None and before.normal in _RELATION:
        return "of"
    if after is not None and after.kind and not is_arabic(after.text):
        return after.kind
    if before is None:
        return "start" if after is not None else "phrase"
    return ""


def _mention(text: str, run: Sequence[Token], hint: str, candidates: Sequence[Candidate]) -> Mention:
    """Return a mention with what stands beside it counted into the scores."""
    weight = HINT_WEIGHTS[hint]
    if len(run) == 1 and run[0].ordinary:
        weight = ORDINARY_WEIGHTS.get(hint, ORDINARY_WEIGHT)
    elif len(run) > 1 and weight >= HINT_WEIGHTS["site"]:
        weight = min(1.0, weight + LONG_NAME_GAIN)
    start, end = run[0].start, run[-1].end
    weighed = tuple(replace(c, score=c.score * weight) for c in candidates)
    return Mention(start, end, text[start:end], hint, weighed)
