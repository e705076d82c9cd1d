"""Command `demo`: the whole way from an exercise to a broken proof, step by step."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from firsthand.cli.say import JsonOption, err, out
from firsthand.drill.demonstration import STEPS, Shown, demonstrate

if TYPE_CHECKING:
    from firsthand.evidence.dossier.report import Report


def demo(
    folder: Annotated[Path, typer.Option(help="Where to put everything; emptied if an earlier demo made it.")] = Path(
        "demo"
    ),
    seed: Annotated[int, typer.Option(help="Same seed, same exercise.")] = 1,
    show: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the report in a browser, where there is a screen.")
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Show everything in twenty seconds: an exercise, its dossier, its verification, and two attacks on it."""

    def say(name: str, left: float) -> None:
        err.print(f"  {STEPS.index(name) + 1}/{len(STEPS)}  {name} ... about {left:.0f} s left", markup=False)

    err.print("EXERCISE - تمرين", style="bold")
    shown = demonstrate(folder, seed, say=say)
    if as_json:
        typer.echo(_json(shown))
        return
    _print(shown)
    if show and _screen():
        webbrowser.open((shown.folder / "data" / "index.html").resolve().as_uri())


def _screen() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _json(shown: Shown) -> str:
    import json  # noqa: PLC0415

    return json.dumps({
        "store": str(shown.store),
        "dossier": str(shown.made.path),
        "good": shown.good.as_dict(),
        "broken": [shown.picture.as_dict(), shown.sentence.as_dict()],
        "seconds": round(shown.seconds, 1),
    })  # fmt: skip


def _print(shown: Shown) -> None:
    table = Table(show_header=True, header_style="bold", expand=False, title="The same dossier three times")
    table.add_column("as the centre signed it", style="green")
    table.add_column("one byte of a picture changed", style="red")
    table.add_column("one word of the report changed", style="red")
    reports = (shown.good, shown.picture, shown.sentence)
    table.add_row(*(report.sentence() for report in reports))
    table.add_row(*(_first_lines(report) for report in reports))
    out.print()
    out.print(table)
    out.print("In both copies every hash that can be computed without a key was computed again.\n", markup=False)
    size = shown.made.bytes / 1_000_000
    lines = [
        f"Dossier  {shown.made.path}  ({shown.made.entries} entries, {shown.made.items} files, {size:.2f} MB)",
        f"Report   {shown.folder / 'data' / 'index.html'}",
        f"Broken   {shown.broken_picture}  {shown.broken_sentence}",
        f"Key file {shown.trust}",
        f"Took     {shown.seconds:.1f} s",
        "",
        "Open the report in a browser and drop the zips on it, one after the other: it checks them on your computer.",
        "Then change a byte yourself, anywhere in the zip, and drop it again.",
        "",
        f"Next: firsthand verify {shown.broken_picture} --trust {shown.trust}",
    ]
    out.print("\n".join(lines), markup=False)


def _first_lines(report: Report) -> str:
    if report.ok:
        return "\n".join(
            check.detail
            for check in report.checks
            if check.name in {"disclosure", "entries", "proofs", "media", "content"}
        )
    order = ("media", "content", "disclosure")
    failed = sorted(
        (c for c in report.checks if not c.ok), key=lambda c: order.index(c.name) if c.name in order else len(order)
    )
    return "\n".join(line for check in failed for line in check.detail.splitlines())
