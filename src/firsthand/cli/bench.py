"""Command of measurement: bench."""

from __future__ import annotations

from typing import Annotated

import typer

from firsthand.bench import BENCHES, run
from firsthand.cli.say import JsonOption, err, result


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("bench")(bench)


def bench(
    name: Annotated[str, typer.Argument(help="One of: " + ", ".join((*BENCHES, "all")) + ".")] = "all",
    size: Annotated[
        int | None, typer.Option(help="Entries (record) or MiB (ingest); a moderate number otherwise.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the headline figures, each beside its reference in the same run."""
    with err.status("measuring") as status:
        rows = run(name, size=size, progress=lambda text: status.update(f"measuring: {text}"))
    lines = [f"{'figure':<44} {'ours':>14} {'reference':>14} {'ratio':>7}  unit (runs)"]
    lines += [
        f"{row['name']:<44} {_number(row['ours']):>14} {_number(row['reference']):>14} {_number(row['ratio']):>7}  "
        f"{row['unit']} ({row['runs']})"
        for row in rows
    ]
    result(rows, "\n".join(lines), as_json=as_json)


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"  # noqa: PLR2004 - readable digits
