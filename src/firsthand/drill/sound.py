"""The sound of a clip: wind, a generator far away, and the engine where a machine works."""

from __future__ import annotations

import math
import random
import sys
from array import array
from functools import cache
from itertools import accumulate
from typing import Final

SOUND_HZ: Final = 8_000
_FADE: Final = 1000  # samples at both ends


def noises(seed: int, duration_ms: int, *, engine: bool) -> bytes:
    """Return s16 samples, one channel of `SOUND_HZ`.

    Args:
        seed: of the wind.
        duration_ms: length.
        engine: whether a machine works near the camera.
    """
    rng = random.Random(seed)  # noqa: S311 - a drill, not a key
    count = duration_ms * SOUND_HZ // 1000
    gusts = accumulate(rng.randbytes(count), lambda wind, byte: wind + (byte - 127.5 - wind) * 0.04, initial=0.0)
    next(gusts)
    values = [wind * 110 for wind in gusts]
    for voice in (_generator(), *([_engine()] if engine else [])):
        repeated = voice * (count // SOUND_HZ + 1)
        values = [value + tone for value, tone in zip(values, repeated, strict=False)]
    for at in range(min(_FADE, count)):
        values[at] *= at / _FADE
        values[-at - 1] *= (at + 1) / _FADE
    samples = array("h", map(round, values))  # wind below 14,000, tones below 2,500: never too loud
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


@cache
def _generator() -> list[float]:
    """Return one second; all tones go into it a whole number of times, so that it can be repeated."""
    return [260 * math.sin(50 * turn) + 130 * math.sin(100 * turn) for turn in _turns()]


@cache
def _engine() -> list[float]:
    return [620 * (math.sin(31 * turn + 2 * math.sin(15 * turn)) * (2.2 + math.sin(turn))) for turn in _turns()]


@cache
def _turns() -> list[float]:
    return [math.tau * step / SOUND_HZ for step in range(SOUND_HZ)]
