"""The sound of a name, in a form that Arabic and Latin spellings share.

Arabic writes consonants and long vowels; Latin spellings write all vowels, each writer in his own way. What both agree
on is the row of consonants, so:
1. `strong` is that row alone, one letter for each class of sounds that spellings mix (k and q, s and ص, b and p).
2. `weak` is the same row with the letters that come and go: w and y (also as the long vowels u and i) and h.
   It tells names apart whose strong rows are equal.
3. Doubled letters count once where they are written next to each other; ain and hamza count nothing.
4. The t that ta marbuta gets before another word (Qal'et ash-Sharif, قلعة الشريف) counts nothing.

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

WEAK = frozenset("wyh")
"""Letters of a weak row that a strong row leaves out."""

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
    **dict.fromkeys("قك", "k"),
    "ل": "l",
    "م": "m",
    "ن": "n",
    "و": "w",
    "ي": "y",
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
    **dict(zip("bdfghjklmnrstwyz", "bdfghjklmnrstwyz", strict=True)),
    **dict(zip("CXGJTDFKSWY", "cxGjTdfkswy", strict=True)),
    "p": "b",
    "q": "k",
    "c": "k",
    "v": "f",
}
_CONSTRUCT_T = re.compile(r"(?<=\w{3})[ea]t$")
_DOUBLED = re.compile(r"(.)\1+")
_GLUED_ARTICLE = re.compile(r"^[ae]l(?=\w{3})")
_OPEN_SOUNDS = {"G": "gj", "T": "tdz"}
READINGS_MAX = 8
"""How many readings of one name are kept; two open sounds and a glued article make twelve, which no name has."""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The consonants of a name.

    Args:
        strong: consonants that every spelling writes.
        weak: the same with w, y and h.
    """

    strong: str
    weak: str


@lru_cache(maxsize=65_536)
def skeletons(text: str) -> tuple[Skeleton, ...]:
    """Return the skeletons a name may have, the likeliest first; at most `READINGS_MAX`.

    There are several where Latin letters leave it open: g for غ or ج, th for ث, ذ or ظ, and an article glued to its
    noun (Aljzmate, Tahunet Elhalawa). A name without a consonant has one empty skeleton.
    """
    plain = words(text)
    unglued = tuple(_GLUED_ARTICLE.sub("", word) for word in plain)
    rows = [row for parts in dict.fromkeys((plain, unglued)) for row in _rows(parts)]
    found = dict.fromkeys(Skeleton("".join(c for c in row if c not in WEAK), row) for row in rows)
    return tuple(found)[:READINGS_MAX]


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
    return [row.translate(str.maketrans(dict(zip(open_sounds, r, strict=True)))) + tail for r in readings]


def _word_row(word: str, *, final: bool) -> str:
    """Return the weak row of one word, with capital letters for sounds that are open."""
    return _arabic_row(word) if is_arabic(word) else _latin_row(word, final=final)


def _arabic_row(word: str) -> str:
    """Return the weak row of one normalised Arabic word; a final ha may be ta marbuta and counts nothing."""
    body = word[:-1] if word.endswith("ه") and len(word) > 1 else word
    return _DOUBLED.sub(r"\1", "".join(_with_digits(c, _ARABIC) for c in body)) if body else ""


def _latin_row(word: str, *, final: bool) -> str:
    """Return the weak row of one normalised Latin word; `final` says that no other word follows."""
    body = word if final else _CONSTRUCT_T.sub("e", word)
    if body.endswith(("ah", "eh")):
        body = body[:-2]
    body = _DOUBLED.sub(r"\1", body)
    for pattern, sound in _LATIN_SOUNDS:
        body = pattern.sub(sound, body)
    return _DOUBLED.sub(r"\1", "".join(_with_digits(c, _LATIN) for c in body))


def _with_digits(char: str, table: dict[str, str]) -> str:
    """Return the class of `char`; digits are their own class, vowels have none."""
    return char if char.isdigit() else table.get(char, "")


def sound_likeness(one: Skeleton, other: Skeleton) -> float:
    """Return 0 to 1: how alike two skeletons are, the strong rows counting three times as much as the weak ones."""
    strong = Levenshtein.normalized_similarity(one.strong, other.strong) if one.strong or other.strong else 0.0
    weak = Levenshtein.normalized_similarity(one.weak, other.weak) if one.weak or other.weak else 0.0
    return 0.75 * strong + 0.25 * weak
