"""What several tests share: the checks that fail, and the attacker who computes hashes again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from second.loading import CHECKS
from second.verifier import verify
from second.writer_dossier import manifest

if TYPE_CHECKING:
    from pathlib import Path


def failed(path: Path, trust: str | None = None) -> set[str]:
    """Names of the checks that fail."""
    result = verify(path, trust)
    found = {name for name, faults in result["checks"].items() if faults}
    assert (not found) == result["ok"]
    assert set(CHECKS) == set(result["checks"])
    return found


def reseal(files: dict[str, bytes]) -> dict[str, bytes]:
    """The coordinated attacker: every hash that no signature covers is computed again."""
    result = dict(files)
    result["manifest-sha256.txt"] = manifest({n: d for n, d in files.items() if n.startswith("data/")})
    outside = {n: d for n, d in result.items() if not n.startswith("data/") and n != "tagmanifest-sha256.txt"}
    return result | {"tagmanifest-sha256.txt": manifest(outside)}
