"""Commands of the evidence room: ingest, dossier, verify, verifier."""

from __future__ import annotations

import time
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from firsthand.centre.centre import Centre
from firsthand.centre.dossiers import make_dossier
from firsthand.centre.ingest import find_files, ingest, plain_name, walk_sizes
from firsthand.cli.incidents import INCIDENT
from firsthand.cli.say import JsonOption, StoreOption, err, exercise_line, find_id, result
from firsthand.errors import FirsthandError, Misuse
from firsthand.evidence.dossier import layout
from firsthand.evidence.dossier.package import open_package
from firsthand.evidence.dossier.report import Report
from firsthand.evidence.dossier.verify import verify
from firsthand.evidence.page import verifier_page


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("ingest")(take_in)
    app.command("dossier")(dossier)
    app.command("verify")(check)
    app.command("verifier")(verifier)


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description:<24.24}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    )


def take_in(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.", metavar="PATH...")],
    store: StoreOption,
    incident: Annotated[str | None, typer.Option(help="Incident that the files belong to.")] = None,
    collection: Annotated[str, typer.Option(help="Where they go without an incident.")] = "unsorted",
    as_json: JsonOption = False,
) -> None:
    """Take files in as evidence. Interrupted and started again, it continues."""
    begin = time.monotonic()
    with Centre(store) as centre, _bar() as bar:
        chosen = None
        if incident is not None:
            with centre.store.reading() as reader:
                chosen = find_id(reader, incident, kind=INCIDENT)
        files = find_files(paths)
        total = sum(walk_sizes(files))
        task = bar.add_task("reading", total=total)

        def advance(path: Path, done: int) -> None:
            bar.update(task, advance=done, description=plain_name(path.name))

        outcome = ingest(centre, files, incident=chosen, collection=None if chosen else collection, progress=advance)
    lines = [
        (
            f"{outcome.total} files in {time.monotonic() - begin:.1f} s: {len(outcome.accepted)} accepted, "
            f"{outcome.duplicate} duplicate, {len(outcome.refused)} refused."
        ),
        *(
            [f"{outcome.unreadable} of those accepted open in no decoder here; they are kept."]
            if outcome.unreadable
            else []
        ),
    ]
    lines += [f"refused  {path}: {reason}" for path, reason in outcome.refused]
    result(outcome.as_dict(), "\n".join(lines), as_json=as_json)


def dossier(
    incident: Annotated[str, typer.Argument(help="Id of the incident, or its first digits.")],
    out: Annotated[Path, typer.Argument(help="Zip to write.", metavar="OUT.zip")],
    store: StoreOption,
    recipient: Annotated[str | None, typer.Option(help="Who gets it; kept sealed.")] = None,
    purpose: Annotated[str | None, typer.Option(help="What for; kept sealed.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Make the dossier of an incident: everything that may be shown, signed as a whole, for a stranger to check."""
    with Centre(store) as centre:
        with centre.store.reading() as reader:
            chosen = find_id(reader, incident, kind=INCIDENT)
            exercise = centre.exercise(reader)
        with err.status("making the dossier") as status:
            made = make_dossier(centre, chosen, out, recipient=recipient, purpose=purpose, progress=status.update)
    text = (
        f"{exercise_line(exercise=exercise)}{out}: {made.entries} entries, {made.items} files, {made.bytes:,} bytes.\n"
        f"Check it: firsthand verify {out} --trust {store / 'trust.txt'}"
    )
    result({"path": str(out), "entries": made.entries, "items": made.items}, text, as_json=as_json)


def check(
    path: Annotated[Path, typer.Argument(help="Dossier: the zip or its unpacked folder.")],
    trust: Annotated[
        Path | None, typer.Option(help="Key file that came to you by another way than the dossier.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Verify a dossier. Leaves with 0 when everything holds, 1 when anything does not, 2 on misuse."""
    report = verify_path(path, trust)
    mark = {True: "holds", False: "BROKEN"}
    lines = [exercise_line(exercise=report.exercise) + report.sentence(), ""]
    for found in report.checks:
        detail = found.detail.replace("\n", "\n" + " " * 21)
        lines.append(f"  {mark[found.ok]:<6}  {found.name:<11}{detail}")
    result(report.as_dict(), "\n".join(lines), as_json=as_json)
    raise typer.Exit(0 if report.ok else 1)


def verify_path(path: Path, trust: Path | None) -> Report:
    """Return the verdict about the dossier at `path`, with a progress bar.

    Raises:
        Misuse: no dossier, or no key file, where they were named.
    """
    anchor = None
    if trust is not None:
        try:
            anchor = layout.parse_keys(_read_small(trust))
        except OSError as error:
            raise Misuse(
                f"The key file {trust} cannot be read: {error.strerror}.", advice="Give its right path."
            ) from None
        except FirsthandError as error:
            raise Misuse(error.message, advice=error.advice) from None
    with open_package(path) as package, _bar() as bar:
        task = bar.add_task("checking", total=None)
        return verify(package, trust=anchor, progress=lambda done, total: bar.update(task, completed=done, total=total))


def _read_small(path: Path) -> bytes:
    """Return the content of a small regular file; a key file is never a device, nor long."""
    if not path.is_file():
        raise Misuse(
            f"The key file {path} cannot be read: it is not there, or not a regular file.",
            advice="Give its right path.",
        )
    with path.open("rb") as file:
        return file.read(layout.SMALL_MAX)


def verifier(
    out: Annotated[Path, typer.Argument(help="HTML file to write.", metavar="OUT.html")],
    as_json: JsonOption = False,
) -> None:
    """Write the verifier page, to be published apart from dossiers together with its SHA-256."""
    if out.exists():
        raise Misuse(f"{out} exists already.", kept="It was not touched.", advice="Name another file.")
    page = verifier_page()
    try:
        out.write_bytes(page)
    except OSError as error:
        raise Misuse(f"{out} cannot be written: {error.strerror}.") from None
    digest = sha256(page).hexdigest()
    text = f"{out}: {len(page):,} bytes\nSHA-256 {digest}\nPublish both, in different places."
    result({"path": str(out), "sha256": digest, "bytes": len(page)}, text, as_json=as_json)
