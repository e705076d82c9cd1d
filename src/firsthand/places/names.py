"""The written forms of a name, brought to one form each.

Three forms, each coarser than the one before:
1. `normalise`: same letters. Case, vowel marks, tatweel, hamza seats, presentation forms, digits of other scripts,
   direction controls and punctuation no longer matter; alef maqsura reads ya, ta marbuta reads ha. Words stay apart.
   Idempotent.
2. `key`: same name. A first word like حي or town goes, the article goes (ال; al-, and its sun-letter forms ad-, ash-
   and so on), and so do the spaces, because كفرتخاريم and كفر تخاريم are one town.
3. `skeleton` (its own module): same sound in either script.

Sources: the hamza, alef and ta marbuta foldings are those common in Arabic retrieval (Larkey, Ballesteros and Connell,
SIGIR 2002); compatibility and combining characters are decomposed as in Unicode Standard Annex 15 (NFKD).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

ARABIC = re.compile(r"[\u0621-\u064a\u066e-\u06d3\ufb50-\ufdff\ufe70-\ufefc]")
"""One letter of the Arabic script, in any form."""

NAME_LENGTH_MAX = 200
"""Longest name that is looked at; the longest of 6,000 Syrian places has 71 characters."""

ARTICLES_LATIN = frozenset(
    [
        *("al", "el", "ul", "il", "l", "ad", "ed", "ar", "er", "as", "es", "ash", "esh", "at", "et", "ath", "eth"),
        *("az", "ez", "an", "en", "aj", "ej", "adh", "edh"),
    ],
)
"""How the article is written in Latin: moon form, and the forms that take on the next (sun) letter; aj is Syrian."""

TITLES = frozenset(["حي", "مدينه", "بلده", "قريه", "neighbourhood", "neighborhood", "town", "village", "city"])
"""First words that are no part of a name, normalised; with an article (المدينة) the word is part of it."""

_FOLD = str.maketrans(
    {
        "ى": "ي",
        "ی": "ي",  # Farsi ya
        "ې": "ي",
        "ة": "ه",
        "ۀ": "ه",
        "ہ": "ه",
        "ھ": "ه",
        "ە": "ه",
        "ٱ": "ا",
        "ک": "ك",
        "ڪ": "ك",
        "گ": "ك",
        "چ": "ج",
        "پ": "ب",
        "ڤ": "ف",
        "ژ": "ز",
        "ء": None,
        "ـ": None,  # tatweel
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ħ": "h",
        "ı": "i",  # noqa: RUF001 - the dotless i of Turkish is the letter meant
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "dh",
        # ain, hamza and every apostrophe that stands for them
        **dict.fromkeys("'’‘`´ʿʾʼʻ′ʹˈ‛ˊˋ᾽ꞌ", None),  # noqa: RUF001 - these are the marks meant
    },
)

_DOUBLE_ALEF = re.compile("ا{2,}")
_LETTERS_THEN_DIGITS = re.compile(r"(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])")


def is_arabic(text: str) -> bool:
    """Return whether `text` has a letter of the Arabic script."""
    return ARABIC.search(text) is not None


def _decomposed(text: str) -> str:
    """Return `text` in lower case without marks and format characters."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in plain if unicodedata.category(c) not in {"Mn", "Me", "Cf"})


@lru_cache(maxsize=65_536)
def normalise(text: str) -> str:
    """Return the words of `text` with one form for each letter, separated by single spaces.

    Whatever is neither letter nor digit separates words; a digit next to a letter does too. Longer text than
    `NAME_LENGTH_MAX` is cut: a name that long is none.
    """
    folded = _decomposed(text[:NAME_LENGTH_MAX]).translate(_FOLD)
    letters = "".join(_letter_or_space(c) for c in folded)
    apart = _LETTERS_THEN_DIGITS.sub(" ", _DOUBLE_ALEF.sub("ا", letters))
    return " ".join(apart.split())


def _letter_or_space(char: str) -> str:
    """Return a letter as it is, a digit of any script as 0 to 9, anything else as a space."""
    if char.isalpha():
        return char
    value = unicodedata.decimal(char, None)
    return " " if value is None else str(value)


@lru_cache(maxsize=65_536)
def words(text: str) -> tuple[str, ...]:
    """Return the normalised words of `text` without articles.

    A first word that only says what the place is (حي, town) goes too. A name that is nothing but articles keeps them.
    """
    all_words = normalise(text).split()
    if len(all_words) > 1 and all_words[0] in TITLES:
        all_words = all_words[1:]
    kept = [_without_article(word) for i, word in enumerate(all_words) if not _is_article(all_words, i)]
    return tuple(kept or all_words)


def _is_article(all_words: list[str], i: int) -> bool:
    """Return whether word `i` is an article in Latin letters, which always has its noun behind it."""
    return i + 1 < len(all_words) and all_words[i] in ARTICLES_LATIN


def _without_article(word: str) -> str:
    """Return an Arabic word without ال where at least two letters remain."""
    article = "ال"
    return word[2:] if word.startswith(article) and len(word) >= len(article) + 2 else word


def key(text: str) -> str:
    """Return the form in which two spellings of the same name in the same script are equal."""
    return "".join(words(text))
