"""A dossier's files in memory, so that thousands of changes take seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Files:
    """Files in memory as a package (see `firsthand.evidence.dossier.package.Package`)."""

    problem = ""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def sizes(self) -> dict[str, int]:
        """Return name -> size."""
        return {name: len(content) for name, content in self._files.items()}

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the content."""
        yield self._files[name]
