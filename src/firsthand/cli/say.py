"""How commands speak: results on stdout, everything else on stderr, JSON when asked, EXERCISE always."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from unicodedata import category

import typer
from rich.console import Console

from firsthand.errors import BadInput

if TYPE_CHECKING:
    from firsthand.errors import FirsthandError
    from firsthand.record.reader import Reader

StoreOption = Annotated[Path, typer.Option("--store", help="Folder of the centre.", envvar="FIRSTHAND_STORE")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout.")]

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_HARMLESS = frozenset("\n\u200c\u200d\u200e\u200f")  # joiners that scripts need, and marks that turn nothing by force


def visible(text: str) -> str:
    """Return `text` without what moves the cursor or forces a reading direction: names and titles come from others."""
    return "".join("\N{REPLACEMENT CHARACTER}" if category(c) in _HIDDEN and c not in _HARMLESS else c for c in text)


def result(value: Any, text: str, *, as_json: bool) -> None:
    """Print a result: as JSON, or as text for people."""
    if as_json:
        typer.echo(json.dumps(value, ensure_ascii=False))
    else:
        out.print(visible(text), markup=False)


def complain(error: FirsthandError) -> None:
    """Print an error as one paragraph, on one line."""
    err.print(
        visible(error.paragraph().replace("\n", "\N{REPLACEMENT CHARACTER}")),
        markup=False,
        style="red" if error.exit_code == 1 else None,
    )


def exercise_line(*, exercise: bool) -> str:
    """Return the line that marks an exercise, with its newline; nothing otherwise."""
    return "EXERCISE - تمرين\n" if exercise else ""


def find_id(reader: Reader, text: str, *, kind: str) -> bytes:
    """Return the full id that `text` (hex, at least 6 digits) begins, of an entry of type `kind`.

    Raises:
        BadInput: no such entry, or several.
    """
    advice = "See firsthand incident list."
    if len(text) < 6 or len(text) > 64 or any(c not in "0123456789abcdef" for c in text):  # noqa: PLR2004 - shortest, longest
        raise BadInput(f"{text!r} is not an id: it must have 6 to 64 hex digits.", advice=advice)
    found = [entry for entry in reader.by_prefix(text) if entry.type == kind]
    thing = kind.partition(".")[2].partition("/")[0].replace("_", " ")
    if not found:
        raise BadInput(f"There is no {thing} here whose id begins with {text}.", advice=advice)
    if len(found) > 1:
        raise BadInput(
            f"There are {len(found)} of them whose id begins with {text}.", advice=f"Give more digits. {advice}"
        )
    return found[0].id
