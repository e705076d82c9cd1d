"""From a written name to the stored names that may be meant.

Rules:
1. An index only proposes; how alike two names are is for `likeness` to say.
2. Four doors, each wider than the one before: equal key, key that begins so, equal consonants, shared pairs of
   consonants. A wider door opens only when the narrower ones gave too little.
3. The work of one look-up has a limit (`PROPOSALS_MAX`, `POSTINGS_MAX`), however many names are stored.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from firsthand.places.names import is_arabic, key, normalise
from firsthand.places.skeleton import Skeleton, skeletons

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PROPOSALS_MAX = 160
"""How many names of the widest door are compared letter by letter."""

PREFIXES_MAX = 200
"""How many names that begin with the query are looked at."""

POSTINGS_MAX = 60_000
"""How many entries of the pair lists one look-up reads, the rarest pairs first."""


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


def pairs(row: str) -> Iterator[str]:
    """Yield the pairs of neighbouring letters of a row, its ends marked, so that short names have some too."""
    marked = f"^{row}$"
    return (marked[i : i + 2] for i in range(len(marked) - 1))


class NameIndex:
    """Stored names, found by key, beginning, consonants or pairs of consonants.

    Args:
        named: (owner, name) of each name; empty names are left out.
    """

    def __init__(self, named: Iterable[tuple[int, str]]) -> None:
        self.names = [w for owner, text in named if (w := Written.of(text, owner)).key]
        self._by_key: defaultdict[str, list[int]] = defaultdict(list)
        self._by_strong: defaultdict[str, list[int]] = defaultdict(list)
        self._by_pair: defaultdict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self.names):
            self._by_key[name.key].append(number)
            for strong in {s.strong for s in name.skeletons}:
                self._by_strong[strong].append(number)
            for pair in {p for s in name.skeletons for p in pairs(s.strong)}:
                self._by_pair[pair].append(number)
        self._keys = sorted(self._by_key)
        self.words_max = max((len(name.normal.split()) for name in self.names), default=0)

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

    def sharing_pairs(self, wanted: Iterable[str]) -> list[Written]:
        """Return the names that share most pairs with the strong rows `wanted`, at most `PROPOSALS_MAX`."""
        lists = [self._by_pair.get(p, []) for p in dict.fromkeys(p for row in wanted for p in pairs(row))]
        shared: Counter[int] = Counter()
        budget = POSTINGS_MAX
        for postings in sorted(lists, key=len):
            if len(postings) > budget:
                break
            budget -= len(postings)
            shared.update(postings)
        return [self.names[n] for n, _ in self._closest(shared)]

    def _closest(self, shared: Counter[int]) -> list[tuple[int, float]]:
        """Return the numbers with the largest Dice coefficient of shared pairs."""
        rated = (
            (number, count / (count + len(self.names[number].skeletons[0].strong))) for number, count in shared.items()
        )
        return sorted(rated, key=lambda pair: -pair[1])[:PROPOSALS_MAX]
