"""Figures of ingest and of verification: beside `sha256sum` with `cp`, and beside `bagit.py --validate`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firsthand.bench.measure import row, seconds
from firsthand.centre.centre import Centre
from firsthand.centre.dossiers import make_dossier
from firsthand.centre.ingest import ingest
from firsthand.evidence.dossier.package import open_package
from firsthand.evidence.dossier.verify import verify
from firsthand.evidence.dossier.zipform import read_directory
from firsthand.media import BlobStore, Prober
from firsthand.respond import entries as e

if TYPE_CHECKING:
    from collections.abc import Callable

LARGE_MIB = 512
RUNS = 3
_ITEMS = 1000
_ITEM_KIB = 256


def bench_ingest(size: int | None, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Return the figures of ingest for one file of `size` MiB, of many small ones, and of a dossier of 1,000 items."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say("one large file")
        rows = [_large(folder, size or LARGE_MIB)]
        say(f"{_ITEMS} files")
        small = folder / "small"
        small.mkdir()
        for n in range(_ITEMS):
            (small / f"{n:04}.bin").write_bytes(os.urandom(_ITEM_KIB << 10))
        with Centre.create(folder / "centre", name="EXERCISE bench", exercise=True) as centre:
            rows.append(_many(centre, small))
            say("a dossier of 1,000 items")
            rows += _dossier(centre, folder)
    return rows


def _reference_copy(source: Path, target: Path) -> None:
    subprocess.run(["sha256sum", source], check=True, stdout=subprocess.DEVNULL)  # noqa: S603, S607
    subprocess.run(["cp", source, target], check=True)  # noqa: S603, S607
    subprocess.run(["sync", target], check=True)  # noqa: S603, S607


def _large(folder: Path, mib: int) -> dict[str, Any]:
    source = folder / "large"
    with source.open("wb") as file:
        for _ in range(mib):
            file.write(os.urandom(1 << 20))
    ours, reference = [], []
    for run in range(RUNS):
        blobs = BlobStore(folder / f"blobs-{run}")
        ours.append(mib / seconds(lambda blobs=blobs: blobs.take(source)))  # type: ignore[misc]
        shutil.rmtree(blobs.root)
        copy = folder / "copy"
        reference.append(mib / seconds(lambda copy=copy: _reference_copy(source, copy)))  # type: ignore[misc]
        copy.unlink()
    source.unlink()
    return row(
        f"take in one file of {mib} MiB: hash, copy, sync (reference: sha256sum, cp, sync)", "MiB/s", ours, reference
    )


def _many(centre: Centre, small: Path) -> dict[str, Any]:
    """Hash, copy, probe and seal 1,000 files; the reference hashes and copies them."""
    body = e.Incident(calls=(), kind="exercise", place=None, area=None, from_ms=None, to_ms=None, source=None)
    with centre.store.writing() as writer:
        incident = writer.append(centre.writer_key, body, {"title": {"en": "EXERCISE bench", "ar": "تمرين"}}).id
    files = sorted(small.iterdir())
    mib = sum(file.stat().st_size for file in files) / (1 << 20)
    with Prober() as prober:
        ours = mib / seconds(lambda: ingest(centre, files, incident=incident, collection=None, prober=prober))

    def limit() -> None:
        subprocess.run(["sha256sum", *files], check=True, stdout=subprocess.DEVNULL)  # noqa: S603, S607
        copy = small.with_name("small-copy")
        subprocess.run(["cp", "-r", small, copy], check=True)  # noqa: S603, S607
        subprocess.run(["sync", *copy.iterdir()], check=True)  # noqa: S603, S607
        shutil.rmtree(copy)

    return row(
        f"take in {len(files)} files of {_ITEM_KIB} KiB: also probed and sealed (reference: as above)",
        "MiB/s",
        [ours],
        [mib / seconds(limit)],
    )


def _dossier(centre: Centre, folder: Path) -> list[dict[str, Any]]:
    out = folder / "dossier.zip"
    with centre.store.reading() as reader:
        incident = next(e for e in (reader.entry(i) for i in _incidents(reader)) if e).id
    made = make_dossier(centre, incident, out)
    unpacked = folder / "unpacked"
    with out.open("rb") as file:
        for member in read_directory(file, out.stat().st_size):
            target = unpacked / member.name
            target.parent.mkdir(parents=True, exist_ok=True)
            file.seek(member.data_offset)
            target.write_bytes(file.read(member.size))
    ours, reference = [], []
    for _ in range(RUNS):
        ours.append(seconds(lambda: _verify(out)))
        if find_spec("bagit"):
            command = [sys.executable, "-m", "bagit", "--validate", "--processes", "2", "--quiet", str(unpacked)]
            reference.append(seconds(lambda command=command: subprocess.run(command, check=True)))  # type: ignore[misc]  # noqa: S603
    name = (
        f"verify a dossier of {made.items} items, {made.bytes >> 20} MiB (reference: bagit.py --validate --processes 2)"
    )
    return [row(name, "s", ours, reference or None)]


def _incidents(reader: Any) -> list[bytes]:
    from firsthand.respond.views import incidents  # noqa: PLC0415

    return list(reader.connection.execute(incidents.select()).scalars())


def _verify(path: Path) -> None:
    with open_package(path) as package:
        report = verify(package)
    if not report.ok:
        raise AssertionError(report.sentence())
