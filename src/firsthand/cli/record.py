"""Commands of the record: init, log, fsck, rebuild."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Annotated

import typer

from firsthand.centre.centre import TRUST_FILE, Centre
from firsthand.centre.fsck import fsck
from firsthand.cli.say import JsonOption, StoreOption, exercise_line, result
from firsthand.record.entry import read_stored


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("init")(init)
    app.command("log")(log)
    app.command("fsck")(check)
    app.command("rebuild")(rebuild)


def init(
    store: StoreOption,
    name: Annotated[str, typer.Option(help="Name of the organisation.")],
    exercise: Annotated[bool, typer.Option("--exercise", help="Mark everything as EXERCISE, for ever.")] = False,
    roots: Annotated[int, typer.Option(help="Number of root keys.")] = 1,
    agree: Annotated[int, typer.Option("--agree", help="How many root keys must agree to change officers.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Found an organisation and its first centre."""
    with Centre.create(store, name=name, exercise=exercise, roots=roots, m=agree) as centre:
        org = centre.org.hex()
    trust = store / TRUST_FILE
    text = (
        f"{exercise_line(exercise=exercise)}Organisation {org}\nStore        {store}\n"
        f"Key file     {trust}\nGive the key file to those who will check dossiers, by another way than the dossiers.\n"
        f"Keep {store / 'keys'} secret; move root-*.key to a safe place off this machine."
    )
    result({"store": str(store), "org": org, "trust": str(trust), "exercise": exercise}, text, as_json=as_json)


def log(
    store: StoreOption,
    last: Annotated[int, typer.Option("--last", "-n", min=0, help="Show only that many; 0 for all.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Show the newest entries of the log, and its newest checkpoint."""
    with Centre(store) as centre, centre.store.reading() as reader:
        note = reader.newest_checkpoint() or b""
        size = reader.size()
        begin = max(0, size - last) if last else 0
        rows = [(n, read_stored(raw)) for n, raw in reader.log(begin)]
        states = {entry.id: str(reader.state(entry.id)) for _, entry in rows}
        exercise = centre.exercise(reader)
    value = {
        "size": size,
        "checkpoint": note.decode(),
        "exercise": exercise,
        "entries": [
            {
                "n": n, "id": entry.id.hex(), "type": entry.type, "feed": entry.feed.hex(), "seq": entry.seq,
                "time": list(entry.time), "state": states[entry.id],
            }
            for n, entry in rows
        ],
    }  # fmt: skip
    lines = [
        f"{n:>8}  {_moment(entry.time[0])}  {entry.id.hex()[:12]}  {entry.type:<30} "
        f"feed {entry.feed.hex()[:8]} seq {entry.seq}"
        + ("" if states[entry.id] == "standing" else f"  [{states[entry.id]}]")
        for n, entry in rows
    ]
    text = exercise_line(exercise=exercise) + "\n".join([*lines, "", note.decode().rstrip("\n")])
    result(value, text, as_json=as_json)


def _moment(ms: int) -> str:
    try:
        return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return f"{ms} ms"


def check(
    store: StoreOption,
    quick: Annotated[bool, typer.Option("--quick", help="Do not read the files in blobs/.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check everything in the store: signatures, chains, tree, checkpoints, views, sealed values, files."""
    with Centre(store) as centre:
        found = fsck(centre, blobs=not quick)
    lines = [f"{found.entries} entries, {found.blobs} files checked."]
    lines += [f"PROBLEM  {problem}" for problem in found.problems] or ["No problem found."]
    value = {"ok": not found.problems, "entries": found.entries, "problems": found.problems}
    result(value, "\n".join(lines), as_json=as_json)
    raise typer.Exit(1 if found.problems else 0)


def rebuild(store: StoreOption, as_json: JsonOption = False) -> None:
    """Drop all views and derive them again from the entries."""
    begin = time.monotonic()
    with Centre(store) as centre:
        centre.store.rebuild()
        with centre.store.reading() as reader:
            size = reader.size()
    seconds = time.monotonic() - begin
    value = {"entries": size, "seconds": round(seconds, 3)}
    result(value, f"Views derived again from {size} entries in {seconds:.1f} s.", as_json=as_json)
