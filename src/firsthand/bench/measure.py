"""How figures are taken: several runs, ours and the reference in turn, the median and the spread of both.

Rule: machines are shared and noisy, so the ratio is taken run by run, where both saw the same machine; absolute
figures only orient.
"""

from __future__ import annotations

import platform
import time
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def seconds(work: Callable[[], object]) -> float:
    """Return the wall time of one call."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def row(name: str, unit: str, ours: Sequence[float], reference: Sequence[float] | None) -> dict[str, Any]:
    """Return one figure.

    Args:
        name: what was measured.
        unit: of both.
        ours: one value a run.
        reference: one value a run, in the same order; None where there is nothing to compare with.
    """
    pairs = list(zip(ours, reference, strict=True)) if reference else []
    ratios = [a / b for a, b in pairs if b]
    return {
        "name": name,
        "unit": unit,
        "ours": median(ours),
        "reference": median(reference) if reference else None,
        "ratio": median(ratios) if ratios else None,
        "runs": len(ours),
        "spread": {
            "ours": [min(ours), max(ours)],
            "reference": [min(reference), max(reference)] if reference else None,
            "ratio": [min(ratios), max(ratios)] if ratios else None,
        },
        "machine": f"{platform.machine()}, {_cores()} cores, Python {platform.python_version()}",
    }


def _cores() -> int:
    import os  # noqa: PLC0415

    return len(os.sched_getaffinity(0))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
