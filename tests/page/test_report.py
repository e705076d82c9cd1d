"""The page's report: what it shows, how it looks, and that nothing from the record can act in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firsthand.evidence.page import verifier_page
from page.story import HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from page.reader import Reader

BYTES_MAX = 350_000


def test_page_is_small_and_alone() -> None:
    """One file, under its limit, that names no address on the network."""
    page = verifier_page()
    assert len(page) <= BYTES_MAX
    assert b"https://" not in page.replace(b"https://www.w3.org", b"")
    assert page.count(b"<script") == 2
    assert b"connect-src 'none'" in page


def test_report_without_a_check_shows_pictures_and_says_not_checked(reader: Reader, files: dict[str, bytes]) -> None:
    """From the folder, the pictures beside the page are shown; the state says that nothing was checked."""
    reader.open_report(files)
    reader.page.locator("img").first.wait_for()
    assert reader.page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth === 960)")
    assert "Not checked yet. Drop the zip or folder here" in reader.says(".sentence >> nth=0")


def test_report_tells_what_is_there_and_what_is_not(reader: Reader, files: dict[str, bytes]) -> None:
    """Withheld names stay withheld, conflicts show both sides, a fallen entry is marked, the exercise band is there."""
    reader.open_report(files)
    assert "withheld" in reader.says("#people")
    assert "Salma" not in reader.page.content().split("<main")[1]
    assert "Two accounts, both kept" in reader.says("#people")
    assert "lost the right to write" in reader.says(".event.fallen")
    assert "EXERCISE" in reader.says(".band")
    assert "Entries about this incident: 26 of 29 are here." in reader.says("#counts")


def test_hostile_text_stays_text(reader: Reader, files: dict[str, bytes]) -> None:
    """Markup is shown as letters; characters that turn the line around are shown as escapes."""
    reader.open_report(files)
    assert reader.page.locator("#injected").count() == 0
    assert "\u202e" in HOSTILE
    assert "\u202e" not in reader.page.inner_text("body")
    assert "x</script><b id=injected>\\u{202e}gnp.exe\\u{2066}" in reader.says("#timeline")


def test_language_changes_at_once(reader: Reader, files: dict[str, bytes]) -> None:
    """One press changes language and direction of everything, the title in the record's own Arabic."""
    reader.open_report(files)
    reader.page.click(".language")
    assert reader.page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    assert reader.says("h1") == "انهيار منزلين في حي المرفأ القديم"


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_is_wider_than_the_window(  # noqa: PLR0913 - three of them are the looks
    browser: Browser, report: bytes, tmp_path_factory: pytest.TempPathFactory, *, language: str, scheme: str, width: int
) -> None:
    """In both languages, light and dark, wide and narrow: nothing is cut off at the side."""
    path = tmp_path_factory.mktemp("look") / "page.html"
    path.write_bytes(report)
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light", offline=True
    )
    page = context.new_page()
    page.goto(f"{path.as_uri()}#{language}")
    page.locator(".language").wait_for()
    size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    context.close()
    assert size[0] <= size[1]


def test_keyboard_reaches_every_control(reader: Reader, files: dict[str, bytes]) -> None:
    """Without a mouse: language, both ways to pick, the key file, and the ids of the entries."""
    reader.open_report(files)
    seen = []
    for _ in range(8):
        reader.page.keyboard.press("Tab")
        seen.append(reader.page.evaluate("(one => one.id || one.className || one.tagName)(document.activeElement)"))
    assert seen[:4] == ["language", "zip", "folder", "SUMMARY"]
