"""How commands speak: results on stdout, everything else on stderr, JSON when asked, EXERCISE always."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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


def result(value: Any, text: str, *, as_json: bool) -> None:
    """Print a result: as JSON, or as text for people."""
    if as_json:
        typer.echo(json.dumps(value, ensure_ascii=False))
    else:
        out.print(text, markup=False)


def complain(error: FirsthandError) -> None:
    """Print an error as one paragraph."""
    err.print(error.paragraph(), markup=False, style="red" if error.exit_code == 1 else None)


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
    if len(found) != 1:
        count = "no" if not found else f"{len(found)}"
        raise BadInput(f"There are {count} entries of type {kind} whose id begins with {text}.", advice=advice)
    return found[0].id
