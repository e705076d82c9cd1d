"""Benchmarks: each headline figure is measured here, ours and its reference side by side in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firsthand.bench.ingest import bench_ingest
from firsthand.bench.record import bench_record
from firsthand.errors import Misuse

if TYPE_CHECKING:
    from collections.abc import Callable

BENCHES: dict[str, Callable[[int | None, Callable[[str], None]], list[dict[str, Any]]]] = {
    "record": bench_record,
    "ingest": bench_ingest,
}


def run(name: str, *, size: int | None = None, progress: Callable[[str], None] | None = None) -> list[dict[str, Any]]:
    """Return the rows of one benchmark, or of all.

    Args:
        name: of the benchmark, or `all`.
        size: entries (record) or MiB (ingest); each benchmark's own default otherwise.
        progress: told what is being measured.

    Raises:
        Misuse: there is no such benchmark.
    """
    if name != "all" and name not in BENCHES:
        raise Misuse(f"There is no benchmark {name!r}.", advice="Use one of: " + ", ".join((*BENCHES, "all")) + ".")
    say = progress or (lambda _text: None)
    return [row for key, bench in BENCHES.items() if name in {"all", key} for row in bench(size, say)]
