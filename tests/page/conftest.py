"""What the page's tests share: a browser without a network, and a valid dossier as files, zip and folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, sync_playwright

from firsthand.evidence.page import report_page, verifier_page
from page.reader import Reader
from page.story import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser(needs: Callable[[str, str], None]) -> Iterator[Browser]:
    """Return Debian's chromium, driven by Playwright."""
    needs("chromium", "chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def files() -> dict[str, bytes]:
    """Return the files of a valid dossier."""
    return build(verifier_page())


@pytest.fixture(scope="session")
def report(files: dict[str, bytes]) -> bytes:
    """Return the page of that dossier as the package makes it."""
    return report_page(files["data/incident.json"])


@pytest.fixture
def reader(browser: Browser, tmp_path: Path) -> Iterator[Reader]:
    """Return a reader in front of an empty window; nothing may be written to the console."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    one = Reader(context.new_page(), tmp_path)
    yield one
    context.close()
    assert one.complaints == [], one.complaints
