"""`firsthand`: where all commands meet, and where errors become a short paragraph on stderr."""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from firsthand import __version__
from firsthand.cli import bench, drill, evidence, imports, incidents, record
from firsthand.cli.say import complain
from firsthand.errors import FirsthandError, Interrupted

app = typer.Typer(
    name="firsthand",
    help="From the first call to a proof that a stranger can check.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(value: bool) -> None:  # noqa: FBT001 - typer's form of a flag
    if value:
        typer.echo(f"firsthand {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    _show: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """From the first call to a proof that a stranger can check."""


record.register(app)
incidents.register(app)
imports.register(app)
evidence.register(app)
drill.register(app)
bench.register(app)


def _interrupted(_signal: int, _frame: object) -> None:
    raise Interrupted("Stopped.", kept="What was reported as done is safe.", advice="Start the command again to go on.")


def main() -> None:
    """Run a command; leave with 0 when it holds, 1 when a check does not, 2 on misuse, others as `errors` says."""
    signal.signal(signal.SIGINT, _interrupted)  # typer would say "Aborted" and nothing of what was kept
    try:
        app()
    except FirsthandError as error:
        complain(error)
        sys.exit(error.exit_code)
