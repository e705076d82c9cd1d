"""Somebody who opens the page, gives it a package and reads what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from page.bag import zipped

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page, Request


class Reader:
    """Somebody who opens the page, drops a package and reads what it says."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._request)
        self._allowed = ("file:", "blob:", "data:")

    def _request(self, request: Request) -> None:
        if not request.url.startswith(self._allowed):
            self.complaints.append(f"asked the network for {request.url}")

    def open(self, content: bytes, language: str = "en", name: str = "page.html") -> None:
        """Open a page from disk."""
        path = self.folder / name
        path.write_bytes(content)
        self.page.goto(f"{path.as_uri()}#{language}")
        self.page.locator(".language").wait_for()  # the page unpacks its data before it shows anything

    def open_report(self, files: dict[str, bytes]) -> None:
        """Unpack a dossier and open the report in it."""
        self.page.goto(f"{(self.unpack(files) / 'data/index.html').as_uri()}#en")
        self.page.locator(".language").wait_for()

    def unpack(self, files: dict[str, bytes]) -> Path:
        """Write a dossier as a folder."""
        root = self.folder / "dossier"
        for name, content in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        return root

    def check(self, archive: bytes | dict[str, bytes]) -> dict[str, Any]:
        """Give the page a zip and return what it found."""
        path = self.folder / "dossier.zip"
        path.write_bytes(archive if isinstance(archive, bytes) else zipped(archive))
        self.page.set_input_files("#zip", str(path))
        return self.result()

    def check_folder(self, files: dict[str, bytes]) -> dict[str, Any]:
        """Give the page a folder and return what it found."""
        self.page.set_input_files("#folder", str(self.unpack(files)))
        return self.result()

    def result(self) -> dict[str, Any]:
        """Wait for the verdict."""
        self.page.wait_for_selector(".panel[data-state=done], .panel[data-state=said]", timeout=30_000)
        found: dict[str, Any] = self.page.evaluate("window.firsthandResult")
        return found

    def says(self, selector: str = "body") -> str:
        """Return the text of a part of the page, without the marks that isolate directions."""
        text = self.page.inner_text(selector)
        return text.replace("\u2068", "").replace("\u2069", "")


def failed(result: dict[str, Any]) -> dict[str, str]:
    """Return the checks that do not hold, with what they say."""
    return {check["name"]: check["detail"] for check in result["checks"] if not check["ok"]}
