"""Clocks and randomness come from outside, so that a drill can be repeated and a test can lie about the time.

Rule (docs/reference/record.md section 4): along a feed, time only grows. A clock that jumps back keeps the last
milliseconds and raises the counter; a claimed time far ahead never advances ours.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TypeAlias

from firsthand.record.entry import COUNTER_MAX

Clock: TypeAlias = Callable[[], int]
"""Returns milliseconds since 1970 UTC."""
Randomness: TypeAlias = Callable[[int], bytes]
"""Returns that many random bytes."""

AHEAD_MAX_MS = 5 * 60 * 1000


def system_clock() -> int:
    """Return this machine's time in milliseconds UTC."""
    return time.time_ns() // 1_000_000


def system_randomness(n: int) -> bytes:
    """Return `n` bytes from the operating system."""
    return os.urandom(n)


def next_time(last: tuple[int, int] | None, now_ms: int) -> tuple[int, int]:
    """Return the time of a feed's next entry, greater than `last` whatever the clock says."""
    now_ms = max(now_ms, 0)
    if last is None or now_ms > last[0]:
        return now_ms, 0
    if last[1] < COUNTER_MAX:
        return last[0], last[1] + 1
    return last[0] + 1, 0
