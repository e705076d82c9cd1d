"""The sound of a name, in a form that Arabic and Latin spellings share.

Arabic writes consonants and long vowels; Latin spellings write all vowels, each writer in his own way. What both agree
on is the row of consonants, so:
1. `strong` is that row alone, one letter for each class of sounds that spellings mix (k and q, s and ص, b and p).
2. `weak` is the same row with the letters that come and go: h, w and y (also as the vowels u and i), and a for alef,
   ain, the Latin letter a, and any vowel that begins a word. It tells names apart whose strong rows are equal.
3. Doubled letters count once where they are written next to each other; hamza counts nothing.
4. A word ends in a where Arabic writes ta marbuta and Latin -a, -ah, -eh or -e. The t that ta marbuta gets
   before another word (Qal'et ash-Sharif, قلعة الشريف) counts nothing.

The classes follow the sound groups of Arabic Soundex (Aqeel, Beitzel, Jensen, Grossman and Frieder, On the Development
of Name Search Techniques for Arabic, JASIST 2006) with the letters that Syrian spellings mix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import Levenshtein

from firsthand.places.names import is_arabic, words
from firsthand.places.wordlists import EXONYMS, QUALIFIERS

WEAK = frozenset("wyha")
"""Letters of a weak row that a strong row leaves out."""

SHORT_VOWEL_COST, OTHER_COST = 1, 3
"""What it costs when only the Latin row has a letter, and any other difference."""

_ARABIC = {
    **dict.fromkeys("ب", "b"),
    **dict.fromkeys("تط", "t"),
    "ث": "t",
    "ج": "j",
    **dict.fromkeys("حه", "h"),
    "خ": "x",
    **dict.fromkeys("دضذ", "d"),
    "ر": "r",
    **dict.fromkeys("زظ", "z"),
    **dict.fromkeys("سص", "s"),
    "ش": "c",
    "غ": "g",
    "ف": "f",
    "ق": "q",
    "ك": "k",
    "ل": "l",
    "م": "m",
    "ن": "n",
    "و": "w",
    "ي": "y",
    **dict.fromkeys("اع", "a"),
}

_LATIN_SOUNDS = (
    # order matters: the longer spelling first; capital letters stand for finished sounds
    (re.compile("tch|sch|sh|ch"), "C"),
    (re.compile("kh"), "X"),
    (re.compile("g(?!h)"), "G"),
    (re.compile("gh"), "g"),
    (re.compile("dj"), "J"),
    (re.compile("th"), "T"),
    (re.compile("dh"), "D"),
    (re.compile("ph"), "F"),
    (re.compile("ck"), "K"),
    (re.compile("c(?=[eiy])"), "S"),
    (re.compile("x"), "KS"),
    (re.compile("ou|oo|au|aw|u|o"), "W"),
    (re.compile("ee|ey|ei|ai|ay|iyy|iy|ie|i"), "Y"),
)
_LATIN = {
    **dict(zip("abdfghjklmnrstwyz", "abdfghjklmnrstwyz", strict=True)),
    **dict(zip("CXGJTDFKSWY", "cxGjTdfkswy", strict=True)),
    "A": "a",
    "p": "b",
    "q": "q",
    "c": "k",
    "v": "f",
}
_CONSTRUCT_T = re.compile(r"(?<=\w{3})[ea]t$")
_LATIN_VOWEL_FIRST = re.compile(r"^(?=[ae][iuwy]|[oi][uey])|^[aeiou]")
_FINAL_A = re.compile(r"(?<=\w)(ah|eh|e)$")
_DOUBLED = re.compile(r"(.)\1+")
_DOUBLED_BUT_LONG = re.compile(r"([^eo])\1+")  # ee and oo are sounds of their own
_GLUED_ARTICLE = re.compile(r"^[ae]l(?=\w{3})")
_OPEN_SOUNDS = {"G": "gj", "T": "tdz"}
READINGS_MAX = 8
"""How many readings of one name are kept; two open sounds and a glued article make twelve, which no name has."""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The consonants of a name.

    Args:
        strong: consonants that every spelling writes.
        weak: the same with w, y, h and a.
        arabic: whether the name is written in Arabic.
    """

    strong: str
    weak: str
    arabic: bool


@lru_cache(maxsize=65_536)
def skeletons(text: str) -> tuple[Skeleton, ...]:
    """Return the skeletons a name may have, the likeliest first; at most `READINGS_MAX`.

    There are several where Latin letters leave it open: g for غ or ج, th for ث, ذ or ظ, and an article glued to its
    noun (Aljzmate, Tahunet Elhalawa). A name without a consonant has one empty skeleton.
    """
    plain = words(text)
    unglued = tuple(_GLUED_ARTICLE.sub("", word) for word in plain)
    rows = [row for parts in dict.fromkeys((plain, unglued)) for row in _rows(parts)]
    arabic = is_arabic(text)
    found = dict.fromkeys(Skeleton(_strong(row), row, arabic) for row in rows)
    return tuple(found)[:READINGS_MAX]


def _strong(weak: str) -> str:
    """Return a weak row without its weak letters; q, which some write for k and some do not, is k here."""
    return _DOUBLED.sub(r"\1", "".join("k" if c == "q" else c for c in weak if c not in WEAK))


def _rows(parts: tuple[str, ...]) -> list[str]:
    """Return the weak rows of a name's words, one for each reading of the open sounds.

    Words that say which of two places is meant (upper, eastern, new) go last, in one form for both scripts: Upper
    Baqras is بقرص فوقاني.
    """
    named = [word for word in parts if word not in QUALIFIERS]
    last = len(named) - 1
    row = "".join(_word_row(EXONYMS.get(word, word), final=i == last) for i, word in enumerate(named))
    tail = "".join(sorted(QUALIFIERS[word] for word in parts if word in QUALIFIERS))
    open_sounds = [sound for sound in _OPEN_SOUNDS if sound in row]
    readings = product(*(_OPEN_SOUNDS[sound] for sound in open_sounds))
    return [_read(row, dict(zip(open_sounds, reading, strict=True))) + tail for reading in readings]


def _read(row: str, sounds: dict[str, str]) -> str:
    """Return the row with its open sounds read as `sounds` says."""
    return "".join(sounds.get(c, c) for c in row)


def _word_row(word: str, *, final: bool) -> str:
    """Return the weak row of one word, with capital letters for sounds that are open."""
    return _arabic_row(word) if is_arabic(word) else _latin_row(word, final=final)


def _arabic_row(word: str) -> str:
    """Return the weak row of one normalised Arabic word; a final ha is taken for ta marbuta and sounds a."""
    body = word[:-1] + "ا" if word.endswith("ه") and len(word) > 1 else word
    return _DOUBLED.sub(r"\1", "".join(_with_digits(c, _ARABIC) for c in body))


def _latin_row(word: str, *, final: bool) -> str:
    """Return the weak row of one normalised Latin word; `final` says that no other word follows."""
    body = _FINAL_A.sub("a", word if final else _CONSTRUCT_T.sub("a", word))
    body = _LATIN_VOWEL_FIRST.sub("A", _DOUBLED_BUT_LONG.sub(r"\1", body))
    for pattern, sound in _LATIN_SOUNDS:
        body = pattern.sub(sound, body)
    return _DOUBLED.sub(r"\1", "".join(_with_digits(c, _LATIN) for c in body))


def _with_digits(char: str, table: dict[str, str]) -> str:
    """Return the class of `char`; digits are their own class, vowels have none."""
    return char if char.isdigit() else table.get(char, "")


def strong_share(one: Skeleton, other: Skeleton) -> float:
    """Return 0 to 1: the share of consonants that agree."""
    return Levenshtein.normalized_similarity(one.strong, other.strong) if one.strong or other.strong else 0.0


def weak_share(one: Skeleton, other: Skeleton) -> float:
    """Return 0 to 1: how well the weak rows agree.

    A vowel that only the Latin spelling has is no evidence, for Arabic leaves short ones out; a long one that only the
    Arabic spelling has is. Two rows of one script are compared without that difference.
    """
    longest = max(len(one.weak), len(other.weak))
    if not longest:
        return 0.0
    if one.arabic == other.arabic:
        return Levenshtein.normalized_similarity(one.weak, other.weak)
    arabic, latin = (one, other) if one.arabic else (other, one)
    weights = (SHORT_VOWEL_COST, OTHER_COST, OTHER_COST)
    return max(0.0, 1 - Levenshtein.distance(arabic.weak, latin.weak, weights=weights) / (OTHER_COST * longest))
