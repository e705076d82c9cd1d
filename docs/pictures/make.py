"""Makes verified-and-broken.png: a report checked by its own page, beside a copy of which a byte was changed.

    python docs/pictures/make.py        with the package installed, Debian's chromium and Arabic fonts

It runs `firsthand demo`, opens the report without a network, drops the good and the broken zip onto it, and puts what
is seen side by side.
"""

# ruff: noqa: INP001 - a script, no part of a package
from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

OUT = Path(__file__).with_name("verified-and-broken.png")
CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
WIDTH, HEIGHT, BETWEEN = 900, 980, 24
COLOURS = 128
POLLS_MAX = 600
BYTES_MAX = 250_000


def seen(browser: Browser, report: Path, dossier: Path, key_file: Path) -> Image.Image:
    """Return what the report shows after `dossier` was dropped onto it and the key file given."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, offline=True, color_scheme="light")
    page = context.new_page()
    page.goto(report.as_uri())
    page.set_input_files("#keyfile", str(key_file))
    page.set_input_files("#zip", str(dossier))
    for _ in range(POLLS_MAX):  # wait_for_function needs eval, which the page's policy forbids
        if page.evaluate("window.firsthandResult !== null"):
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(500)  # pictures of the report are put in after the verdict
    for details in page.query_selector_all(".panel details"):  # the same on both sides: checks open, key file shut
        keys = "keys" in (details.get_attribute("class") or "")
        details.evaluate("(node, open) => { node.open = open }", not keys)
    page.evaluate("window.scrollTo(0, 0)")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    return picture


def main() -> None:
    """Make the picture."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        demo = Path(folder) / "demo"
        command = [sys.executable, "-m", "firsthand", "demo", "--folder", str(demo), "--no-open", "--json"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        report, key_file = demo / "dossier" / "data" / "index.html", demo / "centre" / "trust.txt"
        zips = (demo / "dossier.zip", demo / "broken-picture.zip")
        shots = [seen(browser, report, path, key_file) for path in zips]
        browser.close()
    whole = Image.new("RGB", (2 * WIDTH + BETWEEN, HEIGHT), "white")
    for number, shot in enumerate(shots):
        whole.paste(shot, (number * (WIDTH + BETWEEN), 0))
    whole.quantize(COLOURS).save(OUT, optimize=True)
    size = OUT.stat().st_size
    print(f"{OUT.name}: {size:,} bytes")  # noqa: T201 - a script says what it wrote
    if size > BYTES_MAX:
        sys.exit(f"That is more than {BYTES_MAX:,} bytes: lower COLOURS or HEIGHT.")


if __name__ == "__main__":
    main()
