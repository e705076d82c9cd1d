"""How alike two written names are.

A score says how sure the name is, not how sure the place is: two places may bear one name.

| how | score | when |
|---|---|---|
| exact | 1 | same letters |
| normalised | 0.98 | same key: case, marks, hamza, article and spaces apart |
| skeleton | 0.70 to 0.93 | same consonants across the two scripts; from 0.60 on within one |
| prefix | 0.70 to 0.90 | the stored name begins with the query; more, the less is missing |
| fuzzy | 0 to 0.85 | 0.85 times the share of letters (or consonants, across scripts) that agree |

Letters are compared by Levenshtein distance over the longer name (rapidfuzz `normalized_similarity`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

from firsthand.places.skeleton import strong_share, weak_share

if TYPE_CHECKING:
    from firsthand.places.index import Written

EXACT = 1.0
NORMALISED = 0.98
SKELETON_MIN, SKELETON_MAX = 0.70, 0.93
SKELETON_MIN_ONE_SCRIPT = 0.60
PREFIX_MIN, PREFIX_MAX = 0.70, 0.90
FUZZY_MAX = 0.85
PREFIX_LETTERS_MIN = 2
"""Fewer letters than this begin too many names."""

EQUAL_MIN = 1
"""Consonants that equal rows need to have."""

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
    one_script = query.arabic == stored.arabic
    strength = min(1.0, len(query.skeletons[0].strong) / SHORT_ROW)
    pairs = [(one, other) for one in query.skeletons for other in stored.skeletons]
    equal = [pair for pair in pairs if pair[0].strong == pair[1].strong and len(pair[0].strong) >= EQUAL_MIN]
    if equal:
        # equal consonants: what is left to tell names apart are h and the vowels, within one script as written
        detail = max(weak_share(*pair) for pair in equal)
        least = SKELETON_MIN
        if one_script:
            detail = min(detail, Levenshtein.normalized_similarity(query.key, stored.key))
            least = SKELETON_MIN_ONE_SCRIPT
        return least + (SKELETON_MAX - least) * detail * strength, "skeleton"
    best = max(0.75 * strong_share(*pair) + 0.25 * weak_share(*pair) for pair in pairs)
    # within one script the letters say more than the consonants
    return FUZZY_MAX * best * (0.9 if one_script else 1.0) * (0.5 + 0.5 * strength), "fuzzy"


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
