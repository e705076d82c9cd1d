"""Two processes on one store at once: they wait for each other, and nothing else."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from firsthand.centre.centre import Centre
from firsthand.centre.founding import NewKey, enrol, grant
from firsthand.record.entry import feed_id, read_stored
from world.crash_check import Ledger, look

if TYPE_CHECKING:
    from pathlib import Path

    from world.crash import Fresh, Nursery

BATCHES = 40
PAUSE_S = 0.005
"""Between two batches: who asks at once again gets the lock again, and the other waits."""


def grant_second_key(folder: Path) -> None:
    """Enrol a second writer and let it write."""
    with Centre(folder) as centre, centre.store.writing() as writer:
        root, second = centre.keys.get("root-1"), centre.keys.add("second", b"2" * 32)
        enrol(writer, root, NewKey(second, None, bytes(16)), "writer")
        grant(writer, root, feed_id(second.public), ["centre"])


@pytest.mark.parametrize("keys", [("centre", "centre"), ("centre", "second")], ids=["one-key", "two-keys"])
def test_two_writers(nursery: Nursery, fresh: Fresh, keys: tuple[str, str]) -> None:
    """Two writers at once, with one key or two, lose no entry, fork no feed and never fail."""
    folder, ledger = fresh("shared")
    grant_second_key(folder)
    children = [
        nursery.start("append", folder=str(folder), seed=1000 * n, batches=BATCHES, key=key, pause_s=PAUSE_S)
        for n, key in enumerate(keys)
    ]
    assert [child.wait(120) for child in children] == [0, 0], [child.said[-1] for child in children]
    said = [Ledger(), Ledger()]
    for part, child in zip(said, children, strict=True):
        part.hear(child.said)
    owner = {entry: n for n, part in enumerate(said) for entry in part.entries}
    with Centre(folder) as centre, centre.store.reading() as reader:
        ledger.entries = [found for _, raw in reader.log() if (found := read_stored(raw).id.hex()) in owner]
    assert [[e for e in ledger.entries if owner[e] == n] for n in range(2)] == [part.entries for part in said]
    ledger.noted = max(part.noted for part in said)
    turns = sum(owner[a] != owner[b] for a, b in pairwise(ledger.entries))
    assert turns > 1, "they did not write at the same time"
    assert look(folder, ledger).problems == []
