"""A text cut into words, with where each stands and what stands before it.

Rules:
1. Spans are offsets into the text as given, so that a page can mark what was read.
2. A digit next to a letter begins a new word (`الانصاري4-9-2016`), an underscore does not end a phrase (`#باب_الحديد`).
3. Numbers, colons, commas, brackets, bars, line ends and dashes between spaces end a phrase; a name never crosses one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from firsthand.places.names import ARTICLES_LATIN, TITLES, key, normalise
from firsthand.places.wordlists import KIND_WORDS, ORDINARY_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TEXT_LENGTH_MAX = 4_000
"""How much of a text is read; a title has a hundred letters, a report's first paragraphs name the place."""

_WORD = re.compile(r"\d+|(?:[^\W\d_]|[\u0300-\u036f\u0640\u064b-\u065f\u0670'’‘`´ʿʾʼʻ])+")  # noqa: RUF001 - the marks meant
_PHRASE_END = re.compile(r"[:;,،؛.!?؟()\[\]{}|/\n\r«»\"“”]|\s[-–—]|[-–—]\s")  # noqa: RUF001 - both dashes
_CLITICS = ("و", "ب", "ل", "ف", "ك")
_CLITIC_REST_MIN = 2
_NAME_REST_MIN = 3


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text.

    Args:
        text: as written.
        start: offset of its first character.
        end: offset behind its last character.
        normal: its normalised form.
        phrase: number of the phrase it belongs to.
        forms: the normalised word, and what remains without the `and`, `in`, `to` that Arabic writes onto it
            (والشعار, للشعار).
        kind: what the word makes of a name beside it (a value of `KIND_WORDS`), or nothing.
        ordinary: whether the word is more often no name.
    """

    text: str
    start: int
    end: int
    normal: str
    phrase: int
    forms: tuple[str, ...]
    kind: str
    ordinary: bool


@lru_cache(maxsize=16_384)
def _reading(normal: str) -> tuple[tuple[str, ...], str, bool]:
    """Return forms, kind and whether ordinary of a normalised word."""
    forms, rest = [normal], normal
    for _ in range(2):
        rest = _without_clitic(rest)
        if len(rest) < _CLITIC_REST_MIN or rest == forms[-1]:
            break
        forms.append(rest)
    keys = [key(form) for form in forms]
    kind = next((KIND_WORDS[k] for k in keys if k in KIND_WORDS), "")
    return tuple(forms), kind, any(k in ORDINARY_WORDS for k in keys)


def _without_clitic(word: str) -> str:
    """Return an Arabic word without its first clitic; لل is ل and the article."""
    if word.startswith("لل"):
        return "ا" + word
    return word[1:] if word.startswith(_CLITICS) else word


def tokens(text: str) -> list[Token]:
    """Return the words of the first `TEXT_LENGTH_MAX` characters of `text`."""
    found: list[Token] = []
    phrase, behind = 0, 0
    for match in _WORD.finditer(text[:TEXT_LENGTH_MAX]):
        word = match.group()
        normal = normalise(word)
        gap = text[behind : match.start()]
        if _PHRASE_END.search(gap):
            phrase += 1
        behind = match.end()
        if word[0].isdigit():
            phrase += 1
        if normal:
            found.append(Token(word, match.start(), match.end(), normal, phrase, *_reading(normal)))
        if word[0].isdigit():
            phrase += 1
    return found


def windows(found: Sequence[Token], words_max: int) -> Iterator[tuple[int, int]]:
    """Yield (first, behind the last) of every run of up to `words_max` words of one phrase, the longest first.

    A Latin article alone begins no window behind which nothing follows, and ends none.
    """
    for length in range(min(words_max, len(found)), 0, -1):
        for first in range(len(found) - length + 1):
            last = found[first + length - 1]
            if length > 1 and found[first].normal in TITLES:
                continue  # the name begins behind it, and is the surer for it
            if found[first].phrase == last.phrase and last.normal not in ARTICLES_LATIN:
                yield first, first + length


def spelled(text: str, found: Sequence[Token], first: int, behind: int) -> tuple[str, ...]:
    """Return the ways to read the words `first` to `behind` as a name: as written, then without clitics."""
    start, end = found[first].start, found[behind - 1].end
    rest = text[found[first].end : end]
    return (text[start:end], *(form + rest for form in found[first].forms[1:] if len(form) >= _NAME_REST_MIN))
