"""How alike two written names are.

A score says how sure the name is, not how sure the place is: two places may bear one name.

| how | score | when |
|---|---|---|
| exact | 1 | same letters |
| normalised | 0.97 | same key: case, marks, hamza, article and spaces apart |
| skeleton | 0.80 to 0.93 | same consonants, in one script or across the two |
| prefix | 0.70 to 0.90 | the stored name begins with the query; more, the less is missing |
| fuzzy | 0 to 0.85 | 0.85 times the share of letters (or consonants, across scripts) that agree |

Letters are compared by Levenshtein distance over the longer name (rapidfuzz `normalized_similarity`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

from firsthand.places.skeleton import sound_likeness

if TYPE_CHECKING:
    from firsthand.places.index import Written

EXACT = 1.0
NORMALISED = 0.97
SKELETON_MIN, SKELETON_MAX = 0.80, 0.93
PREFIX_MIN, PREFIX_MAX = 0.70, 0.90
FUZZY_MAX = 0.85
PREFIX_LETTERS_MIN = 2
"""Fewer letters than this begin too many names."""

SHORT_ROW = 3
"""A row of fewer consonants is shared by many names and is worth less."""


def likeness(query: Written, stored: Written) -> tuple[float, str]:
    """Return the score, 0 to 1, and which line of the table above gave it."""
    if query.text == stored.text:
        return EXACT, "exact"
    if query.key == stored.key:
        return NORMALISED, "normalised"
    return max(_by_sound(query, stored), _by_beginning(query, stored), _by_letters(query, stored))


def _by_sound(query: Written, stored: Written) -> tuple[float, str]:
    """Return the score of the closest pair of skeletons: equal consonants, or the share that agrees."""
    best, equal = 0.0, False
    for one in query.skeletons:
        for other in stored.skeletons:
            same = one.strong == other.strong and len(one.strong) > 1
            rate = sound_likeness(one, other)
            if (same, rate) > (equal, best):
                best, equal = rate, same
    strength = min(1.0, len(query.skeletons[0].strong) / SHORT_ROW)
    if equal:
        # equal consonants: what is left of the likeness is w, y and h, and within one script the vowels written
        detail = best
        if query.arabic == stored.arabic:
            detail = (best + Levenshtein.normalized_similarity(query.key, stored.key)) / 2
        return SKELETON_MIN + (SKELETON_MAX - SKELETON_MIN) * max(0.0, 2 * detail - 1) * strength, "skeleton"
    # within one script the letters say more than the consonants
    share = 0.9 if query.arabic == stored.arabic else 1.0
    return FUZZY_MAX * best * share * (0.5 + 0.5 * strength), "fuzzy"


def _by_beginning(query: Written, stored: Written) -> tuple[float, str]:
    """Return the score of a name that is still being typed."""
    long_enough = len(query.key) >= PREFIX_LETTERS_MIN
    if not (long_enough and stored.key.startswith(query.key)):
        return 0.0, "prefix"
    return PREFIX_MIN + (PREFIX_MAX - PREFIX_MIN) * len(query.key) / len(stored.key), "prefix"


def _by_letters(query: Written, stored: Written) -> tuple[float, str]:
    """Return the score of the letters that agree; none across scripts."""
    if query.arabic != stored.arabic:
        return 0.0, "fuzzy"
    return FUZZY_MAX * Levenshtein.normalized_similarity(query.key, stored.key), "fuzzy"
