"""Figures of the record, beside raw signatures and hashes of the same entries in the same process."""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firsthand.bench.measure import percentile, row, seconds
from firsthand.centre.centre import Centre, open_store
from firsthand.record import ed25519, tree
from firsthand.record.clock import system_clock
from firsthand.record.database import open_database
from firsthand.record.entry import read_stored, split
from firsthand.record.reader import Reader
from firsthand.record.store import Store
from firsthand.record.types import Registry
from firsthand.respond import entries as e

if TYPE_CHECKING:
    from collections.abc import Callable

    from firsthand.record.ed25519 import SigningKey

ENTRIES = 50_000
BATCH = 1000
RUNS = 5
_DURABLE = 200
_PROOFS = 300
_DISK_ENTRIES = 10_000
_IMPORTS = 5000


def _status(n: int) -> e.UnitStatus:
    place = e.Place(lat_e7=3_500_000 + n, lon_e7=-270_000_000 - n, accuracy_m=100)
    return e.UnitStatus(subject=bytes(32), replaces=(bytes(32),), to="on_site", place=place)


def _append_plain(store: Store, key: SigningKey, count: int, first: int) -> None:
    with store.writing() as writer:
        for n in range(first, first + count):
            writer.append(key, _status(n))


def _call(n: int) -> e.Call:
    place = e.Place(lat_e7=3_500_000 + n, lon_e7=-270_000_000 - n, accuracy_m=100)
    return e.Call(place=place, area=None, reported=n % 9, urgency="now")


def _sealed(n: int) -> dict[str, Any]:
    return {
        "caller": f"EXERCISE caller {n}",
        "what": {"ar": "تمرين", "en": "EXERCISE dust and noise from the third floor"},
    }


def _append(store: Store, key: SigningKey, count: int, first: int) -> None:
    with store.writing() as writer:
        for n in range(first, first + count):
            writer.append(key, _call(n), _sealed(n))


def bench_record(size: int | None, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Return the figures of the record over `size` entries."""
    total = size or ENTRIES
    with tempfile.TemporaryDirectory() as folder:
        centre = Centre.create(Path(folder, "c"), name="EXERCISE bench", exercise=True)
        key = centre.writer_key
        say("append")
        rows = _appends(centre, key)
        say("durable append")
        rows.append(_durable(centre, key, Path(folder)))
        say(f"filling up to {total} entries")
        with centre.store.reading() as reader:
            have = reader.size()
        for first in range(have, total, BATCH * 5):
            _append(centre.store, key, min(BATCH * 5, total - first), first)
        centre.checkpoint()
        with centre.store.reading() as reader:
            raws = [raw for _, raw in reader.log()]
        say("tree, proofs, disk")
        rows += [_audit(centre, raws), _proofs(centre, raws), _disk(centre, key, Path(folder)), _reopen(centre)]
        say("import")
        rows.append(_import(centre, raws[:_IMPORTS], Path(folder)))
        say("rebuild")
        rows.append(_rebuild(centre, raws))
        centre.close()
    return rows


def _appends(centre: Centre, key: SigningKey) -> list[dict[str, Any]]:
    """Append batches, each beside raw signing and hashing of the same entries."""
    bare = Store(centre.folder, registry=Registry(), projections=(), clock=system_clock)
    kinds = (
        ("append, 1,000 a commit, record only", bare, _append_plain),
        ("append, 1,000 a commit, record only, four sealed fields", bare, _append),
        ("append, 1,000 a commit, with views, four sealed fields", centre.store, _append),
    )
    rows = []
    for name, store, write in kinds:
        ours, raw = [], []
        for run in range(RUNS + 1):
            rate = BATCH / seconds(lambda run=run: write(store, key, BATCH, run * BATCH))  # type: ignore[misc]  # noqa: B023
            with store.reading() as reader:
                size = reader.size()
                written = [split(stored)[1] for _, stored in reader.log(size - BATCH)]
            limit = BATCH / seconds(lambda written=written: [sha256(key.sign(data)) for data in written])  # type: ignore[misc]
            if run:  # the first one warms up
                ours.append(rate)
                raw.append(limit)
        rows.append(row(name, "entries/s", ours, raw))
    bare.close()
    return rows


def _durable(centre: Centre, key: SigningKey, folder: Path) -> dict[str, Any]:
    """One entry a commit, synchronous=FULL, beside one fdatasync of 4 KiB; the 99th percentile of both."""
    ours, reference = [], []
    for _ in range(RUNS):
        times = [1000 * seconds(lambda n=n: _append(centre.store, key, 1, n)) for n in range(_DURABLE)]  # type: ignore[misc]
        ours.append(percentile(times, 0.99))
        fd = os.open(folder / "sync", os.O_WRONLY | os.O_CREAT)
        syncs = []
        for _n in range(_DURABLE):
            begin = time.perf_counter()
            os.write(fd, bytes(4096))
            os.fdatasync(fd)
            syncs.append(1000 * (time.perf_counter() - begin))
        os.close(fd)
        reference.append(percentile(syncs, 0.99))
    return row("one durable append, p99 (reference: fdatasync)", "ms", ours, reference)


def _audit(centre: Centre, raws: list[bytes]) -> dict[str, Any]:
    """Read all entries, hash the leaves, compute the root; the reference hashes as often and reads nothing."""

    def ours() -> None:
        engine = open_database(centre.store.path)
        with engine.connect() as connection:
            found = tree.root_of_leaves(tree.leaf_hash(raw) for _, raw in Reader(connection).log())
            if found != Reader(connection).root():
                raise AssertionError
        engine.dispose()

    def limit() -> None:
        leaves = [sha256(raw).digest() for raw in raws]
        for _ in leaves[1:]:
            sha256(leaves[0]).digest()

    pairs = [(seconds(ours), seconds(limit)) for _ in range(RUNS)]
    name = f"tree audited again, {len(raws):,} entries (reference: the hashes alone)"
    return row(name, "s", [a for a, _ in pairs], [b for _, b in pairs])


def _proofs(centre: Centre, raws: list[bytes]) -> dict[str, Any]:
    """Make inclusion proofs from cold tiles, beside the same paths from hashes in memory."""
    note = centre.checkpoint()
    step = max(1, len(raws) // _PROOFS)
    places = list(range(0, len(raws), step))[:_PROOFS]
    memory = tree.LeafNodes([tree.leaf_hash(raw) for raw in raws])
    ours, reference = [], []
    for _ in range(RUNS):
        with centre.store.reading() as reader:
            ours.append(1000 * seconds(lambda reader=reader: [reader.prove([p], note) for p in places]) / len(places))  # type: ignore[misc]
        reference.append(
            1000 * seconds(lambda: [tree.inclusion_proof(memory, p, len(raws)) for p in places]) / len(places)
        )
    return row(f"inclusion proof, {len(raws):,} entries (reference: tree in memory)", "ms", ours, reference)


def _disk(centre: Centre, key: SigningKey, folder: Path) -> dict[str, Any]:
    """Bytes on disk an entry in a store without views and sealed values, beside the bytes of the entries themselves."""
    with centre.store.reading() as reader:
        founding = [raw for _, raw in reader.log(0, 4)]  # genesis, log key, centre key, its grant
    store = Store(folder / "disk", registry=Registry(), projections=(), create=True)
    store.receive(founding)
    for first in range(0, _DISK_ENTRIES, BATCH):
        _append_plain(store, key, BATCH, first)
    with store.reading() as reader:
        bytes_of_entries = sum(len(raw) for _, raw in reader.log())
        count = reader.size()
    store.close()  # which brings everything into the one file
    used = store.path.stat().st_size
    return row(
        "disk an entry, without views (reference: the entry)", "bytes", [used / count], [bytes_of_entries / count]
    )


def _reopen(centre: Centre) -> dict[str, Any]:
    """Open the store and read its newest entry, in a process that has everything imported."""

    def ours() -> None:
        store = open_store(centre.folder, clock=system_clock, randomness=os.urandom)
        with store.reading() as reader:
            reader.size()
            store.roster(reader)
        store.close()

    return row("reopen", "ms", [1000 * seconds(ours) for _ in range(RUNS)], None)


def _import(centre: Centre, raws: list[bytes], folder: Path) -> dict[str, Any]:
    """Receive entries as from a stranger, all signatures verified; the reference verifies as many on both cores."""
    with centre.store.reading() as reader:
        keys = reader.roster().introduced
    work = [(keys[entry.feed], *split(entry.raw)[1:]) for entry in map(read_stored, raws)]

    def limit() -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda part: [ed25519.verify(*one) for one in part], (work[0::2], work[1::2])))

    ours, reference = [], []
    for run in range(3):
        store = Store(folder / f"import-{run}", registry=Registry(), projections=(), create=True)
        ours.append(len(raws) / seconds(lambda store=store: store.receive(raws)))  # type: ignore[misc]
        store.close()
        reference.append(len(raws) / seconds(limit))
    return row(
        "import with full verification (reference: verification alone, both cores)", "entries/s", ours, reference
    )


def _rebuild(centre: Centre, raws: list[bytes]) -> dict[str, Any]:
    """Derive all views again, beside reading the same entries and their payloads."""
    ours, reference = [], []
    for _ in range(2):
        ours.append(seconds(centre.store.rebuild))
        reference.append(seconds(lambda: [read_stored(raw) for raw in raws]))
    return row(f"views derived again, {len(raws):,} entries (reference: reading them)", "s", ours, reference)
