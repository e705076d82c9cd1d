"""What all tests share: which programs and data this machine has, and how hard Hypothesis looks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI") == "true"

Needs = Callable[["str | Path | Callable[[], bool]", str], None]

# No deadlines: a shared machine is slow for reasons that are not in the code. In CI a failure prints the blob
# that replays it elsewhere (@reproduce_failure), since the folder of examples is lost there.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, print_blob=True)
settings.load_profile("ci" if IN_CI else "dev")


def _is_there(what: str | Path | Callable[[], bool]) -> bool:
    if isinstance(what, str):
        return shutil.which(what) is not None
    if isinstance(what, Path):
        return what.exists()
    return what()


def _need(what: str | Path | Callable[[], bool], debian_package: str) -> None:
    if _is_there(what):
        return
    name = "something this test needs" if callable(what) else str(what)
    reason = f"{name} is missing here; Debian's package {debian_package} brings it"
    if IN_CI:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def needs() -> Needs:
    """Return a function that ends the test where a system program is missing.

    Call it as `needs("openssl", "openssl")`: first a program's name, a path that has to exist, or a probe that
    says whether it is there; then Debian's package. The test is skipped and names the package; in CI it fails,
    so that a missing program never hides a missing check.
    """
    return _need


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data beside the checkout; skip the test where there is none, in CI too."""
    path = ROOT.parent / "shared" / "data"
    if not path.is_dir():
        pytest.skip("the real data in ../shared/data is not on this machine; it is not part of the project")
    return path
