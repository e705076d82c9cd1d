"""From a written name to the stored names that may be meant.

Rules:
1. An index only proposes; how alike two names are is for `likeness` to say.
2. Four doors, each wider than the one before: equal key, key that begins so, equal consonants, few letters apart.
   The last one compares the query with every name (in C, a few million a second) and opens only where it is needed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from firsthand.places.names import is_arabic, key, normalise
from firsthand.places.skeleton import Skeleton, skeletons

if TYPE_CHECKING:
    from collections.abc import Iterable

NEARLY_MAX = 60
"""How many names of the widest door are weighed."""

NEARLY_SHARE_MIN = 0.55
"""Share of letters that has to agree for a name to come through the widest door."""

PREFIXES_MAX = 200
"""How many names that begin with the query are looked at."""


@dataclass(frozen=True, slots=True)
class Written:
    """One written name in all its forms.

    Args:
        owner: number of the place that bears it; -1 for a query.
        text: as written, without surrounding spaces.
        normal: its normalised words.
        key: normalised, without articles and spaces.
        skeletons: its consonants, the likeliest reading first.
        arabic: whether it is in Arabic script.
    """

    owner: int
    text: str
    normal: str
    key: str
    skeletons: tuple[Skeleton, ...]
    arabic: bool

    @classmethod
    def of(cls, text: str, owner: int = -1) -> Written:
        """Return the forms of `text`."""
        return cls(owner, text.strip(), normalise(text), key(text), skeletons(text), is_arabic(text))


class NameIndex:
    """Stored names, found by key, beginning, consonants or letters.

    Args:
        named: (owner, name) of each name; empty names are left out.
    """

    def __init__(self, named: Iterable[tuple[int, str]]) -> None:
        self.names = [w for owner, text in named if (w := Written.of(text, owner)).key]
        self._by_key: defaultdict[str, list[int]] = defaultdict(list)
        self._by_strong: defaultdict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self.names):
            self._by_key[name.key].append(number)
            for strong in {s.strong for s in name.skeletons}:
                self._by_strong[strong].append(number)
        self._keys = sorted(self._by_key)
        self._scripts = {script: self._columns(arabic=script) for script in (True, False)}
        self.words_max = max((len(name.normal.split()) for name in self.names), default=0)

    def _columns(self, *, arabic: bool) -> tuple[list[int], list[str], list[str]]:
        """Return numbers, keys and weak rows of the names in one script."""
        numbers = [n for n, name in enumerate(self.names) if name.arabic == arabic]
        keys = [self.names[n].key for n in numbers]
        return numbers, keys, [self.names[n].skeletons[0].weak for n in numbers]

    def same_key(self, wanted: str) -> list[Written]:
        """Return the names whose key is `wanted`."""
        return [self.names[n] for n in self._by_key.get(wanted, ())]

    def beginning(self, prefix: str) -> list[Written]:
        """Return names whose key begins with `prefix`, in the order of their keys, at most `PREFIXES_MAX`."""
        found: list[Written] = []
        for at in range(bisect_left(self._keys, prefix), len(self._keys)):
            if len(found) >= PREFIXES_MAX or not self._keys[at].startswith(prefix):
                break
            found.extend(self.same_key(self._keys[at]))
        return found

    def same_strong(self, wanted: Iterable[str]) -> list[Written]:
        """Return the names that share a strong row with `wanted`; an empty row is shared by nothing."""
        numbers = dict.fromkeys(n for strong in wanted if strong for n in self._by_strong.get(strong, ()))
        return [self.names[n] for n in numbers]

    def nearly(self, query: Written) -> list[Written]:
        """Return the names that differ from the query in few letters, at most `NEARLY_MAX` in each script.

        Names in the query's script are compared letter by letter, the others by their weak rows.
        """
        numbers, keys, _ = self._scripts[query.arabic]
        found = _closest(query.key, keys, numbers)
        numbers, _, rows = self._scripts[not query.arabic]
        found += _closest(query.skeletons[0].weak, rows, numbers)
        return [self.names[n] for n in found]


def _closest(wanted: str, rows: list[str], numbers: list[int]) -> list[int]:
    """Return the numbers of the rows that are most like `wanted`, the best first."""
    if not wanted:
        return []
    hits = process.extract(
        wanted,
        rows,
        scorer=Levenshtein.normalized_similarity,
        limit=NEARLY_MAX,
        score_cutoff=NEARLY_SHARE_MIN,
    )
    return [numbers[at] for _, _, at in hits]
