"""Commands of the exercise: drill, demo."""

from __future__ import annotations

from typing import Annotated

import typer

from firsthand.cli.demo import demo
from firsthand.cli.say import JsonOption, StoreOption, err, result
from firsthand.drill.run import run_drill


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("drill")(drill)
    app.command("demo")(demo)


def drill(
    store: StoreOption,
    seed: Annotated[int, typer.Option(help="Same seed, same exercise.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Run a training exercise in an invented city; its record is marked EXERCISE for ever."""
    with err.status("drill") as status:
        done = run_drill(store, seed, progress=lambda text: status.update(f"EXERCISE: {text}"))
    ids = [incident.hex() for incident in done.incidents]
    text = (
        f"EXERCISE - تمرين\n{store}: {done.entries} entries, {done.items} items, incidents:\n  "
        + "\n  ".join(ids)
        + f"\nLook: firsthand incident show {ids[0][:12]} --store {store}"
    )
    value = {"store": str(store), "incidents": ids, "entries": done.entries, "items": done.items}
    result(value, text, as_json=as_json)
