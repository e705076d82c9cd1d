from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from second.judge import failed, reseal
from second.writer_dossier import zipped

if TYPE_CHECKING:
    from pathlib import Path

    from second.conftest import Made

THOROUGH = os.environ.get("FIRSTHAND_THOROUGH") == "1"
FLIPS = 400
# The slow tests: by default every 17th byte (a number odd, so that all bits occur) and 1,000 flips with hashes
# computed again; with FIRSTHAND_THOROUGH=1 every byte, and 4,000.
STRIDE = 1 if THOROUGH else 17
FLIPS_SLOW = 4_000 if THOROUGH else 1_000
SHARDS = 8


def _flip_coordinated(made: Made, spot: Path, count: int, *, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - to be replayed
    names = [name for name in made.files if not name.endswith("manifest-sha256.txt")]
    for _ in range(count):
        name = dice.choice(names)
        data = bytearray(made.files[name])
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        spot.write_bytes(zipped(reseal({**made.files, name: bytes(data)})))
        assert failed(spot), name


def test_refuses_sampled_flips_of_the_zip(made: Made, spot: Path) -> None:
    """Any bit of the zip, changed, makes some check fail."""
    dice = random.Random(7)  # noqa: S311 - to be replayed
    for _ in range(FLIPS):
        place, bit = dice.randrange(len(made.zip)), dice.randrange(8)
        changed = bytearray(made.zip)
        changed[place] ^= 1 << bit
        spot.write_bytes(changed)
        assert failed(spot), (place, bit)


def test_refuses_sampled_flips_with_hashes_computed_again(made: Made, spot: Path) -> None:
    """The coordinated attacker flips one byte in a file and makes manifests and zip anew."""
    _flip_coordinated(made, spot, FLIPS, seed=8)


@pytest.mark.slow
def test_refuses_thousands_of_flips_with_hashes_computed_again(made: Made, spot: Path) -> None:
    """The same, many times."""
    _flip_coordinated(made, spot, FLIPS_SLOW, seed=9)


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_refuses_every_flipped_byte_of_the_zip(made: Made, spot: Path, shard: int) -> None:
    """No byte of the zip is free. The bit follows from the place and, over the stride, takes all values."""
    for place in range(shard * STRIDE, len(made.zip), SHARDS * STRIDE):
        changed = bytearray(made.zip)
        changed[place] ^= 1 << (place + place // 8) % 8
        spot.write_bytes(changed)
        assert failed(spot), place


@pytest.mark.slow
def test_refuses_every_flipped_byte_outside_the_manifest(made: Made, spot: Path) -> None:
    """The two files that no signature covers have one form: each of their bytes, with the rest made anew."""
    for name in ("disclosure.tlog-proof", "disclosure.cose", "bag-info.txt", "bagit.txt"):
        for place in range(0, len(made.files[name]), STRIDE):
            data = bytearray(made.files[name])
            data[place] ^= 1
            spot.write_bytes(zipped(reseal({**made.files, name: bytes(data)})))
            assert failed(spot), (name, place)
