"""The private keys that lie on this machine, one small file each, readable by their owner only.

Rule: a key file is written once and never changed. Where a key has a successor committed in advance, the successor's
file lies beside it until it is used; better is to keep it elsewhere.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from firsthand.errors import StoreError
from firsthand.record.durable import make_folder, write_file
from firsthand.record.ed25519 import SigningKey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_VERSION = 1


class Keyring:
    """The keys in a folder, by name: `centre`, `log`, `root-1`, ..."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, name: str, seed: bytes) -> SigningKey:
        """Keep a new key and return it.

        Raises:
            StoreError: there is a key of this name.
        """
        make_folder(self._folder, mode=0o700)
        key = SigningKey(seed)
        text = json.dumps({"firsthand_key": _VERSION, "seed": seed.hex(), "public": key.public.hex()}) + "\n"
        try:
            write_file(self._path(name), text.encode(), mode=0o600, new=True)
        except FileExistsError:
            raise StoreError(f"There is a key named {name} already.", kept="It was not touched.") from None
        return key

    def get(self, name: str) -> SigningKey:
        """Return a key by name.

        Raises:
            StoreError: it is not here, or damaged.
        """
        path = self._path(name)
        try:
            found = json.loads(path.read_text())
            key = SigningKey(bytes.fromhex(found["seed"]))
        except FileNotFoundError:
            raise StoreError(
                f"The key {name!r} is not on this machine.",
                advice=f"Bring its file back to {self._folder}, or use another centre.",
            ) from None
        except (ValueError, KeyError, TypeError):
            raise StoreError(f"The key file {path} is damaged.", advice="Restore it from a copy.") from None
        if key.public.hex() != found.get("public"):
            raise StoreError(f"The key file {path} is damaged.", advice="Restore it from a copy.")
        return key

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(path.stem for path in self._folder.glob("*.key")))

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.key"
