"""Invented people, crews and words of the drill.

Rules: everything comes out of the `random.Random` that is passed in, so the same seed gives the same names. A person
is a common given name with an invented family name, and carries the mark of the exercise in both scripts, because a
name is what leaks first. A unit has a call name and never a person's name.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import random

MARK_AR: Final = "تمرين"
MARK_EN: Final = "EXERCISE"

_ARABIC_DIGITS: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_UNIT_KINDS: Final = {
    "crew": ("الفريق", "Crew"),
    "machine": ("الحفّارة", "Backhoe"),
    "ambulance": ("الإسعاف", "Ambulance"),
    "light": ("فريق الإنارة", "Lighting crew"),
}


@dataclass(frozen=True, slots=True)
class Name:
    """One name in Arabic and in Latin letters."""

    ar: str
    en: str


@cache
def load_table(name: str) -> dict[str, Any]:
    """Return a table of the package's drill data, by file name."""
    text = (files("firsthand.drill") / "data" / name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def words() -> dict[str, Any]:
    """Return the word lists of the invented city."""
    return load_table("words.toml")


def arabic_digits(number: int) -> str:
    """Return a number in Arabic-Indic digits."""
    return str(number).translate(_ARABIC_DIGITS)


def unit_name(kind: str, number: int) -> Name:
    """Return the call name of a unit, such as 'Crew 3' and 'الفريق ٣'.

    Args:
        kind: crew, machine, ambulance or light.
        number: counts units of one kind from 1.
    """
    ar, en = _UNIT_KINDS[kind]
    return Name(f"{ar} {arabic_digits(number)}", f"{en} {number}")


class PersonNames:
    """Gives out invented people, no given and family name twice together.

    Args:
        rng: the drill's source of chance.
    """

    def __init__(self, rng: random.Random) -> None:
        table = words()
        self._rng = rng
        self._left: dict[str, list[tuple[list[str], list[str]]]] = {}
        for sex in ("f", "m"):
            pairs = [(given, family) for given in table[f"given_{sex}"] for family in table["families"]]
            rng.shuffle(pairs)
            self._left[sex] = pairs

    def draw(self, sex: str, family: str | None = None) -> Name:
        """Return a new person.

        Args:
            sex: "f", "m", or "unknown", which draws either.
            family: Latin family name that the person shares, for a household.
        """
        pairs = self._left[sex if sex in self._left else self._rng.choice(("f", "m"))]
        index = next((i for i in range(len(pairs)) if family is None or pairs[i][1][1] == family), 0)
        given, last = pairs.pop(index)
        return Name(f"{given[0]} {last[0]} ({MARK_AR})", f"{given[1]} {last[1]} ({MARK_EN})")
