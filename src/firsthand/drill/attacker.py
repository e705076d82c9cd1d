"""The attacker of demonstrations and tests: repairs every hash that can be repaired without a key.

Rule: whatever an unsigned hash or count says is made to agree with the change: manifests, payload counts, names,
checksums of the zip. Only signatures, and what they cover, are out of reach.
"""

from __future__ import annotations

import zlib
from hashlib import sha256
from typing import TYPE_CHECKING

from firsthand.evidence.dossier import layout
from firsthand.evidence.dossier.zipform import read_directory, write_zip

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def read_all(path: Path) -> dict[str, bytes]:
    """Return name -> content of every file in a zipped dossier."""
    with path.open("rb") as file:
        members = read_directory(file, path.stat().st_size)
        found = {}
        for member in members:
            file.seek(member.data_offset)
            found[member.name] = file.read(member.size)
    return found


def repair(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with all unsigned hashes and counts made to agree."""
    repaired = dict(files)
    payload = {name: content for name, content in files.items() if name.startswith("data/")}
    oxum = f"{sum(map(len, payload.values()))}.{len(payload)}"
    lines = repaired.get(layout.BAG_INFO, b"").decode("utf-8", "surrogateescape").removesuffix("\n").split("\n")
    lines = [f"Payload-Oxum: {oxum}" if line.startswith("Payload-Oxum: ") else line for line in lines]
    repaired[layout.BAG_INFO] = ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")
    repaired[layout.MANIFEST] = layout.manifest({name: sha256(content).digest() for name, content in payload.items()})
    if all(name in repaired for name in layout.TAG_FILES):
        repaired[layout.TAGMANIFEST] = layout.tagmanifest(repaired)
    return repaired


def write_all(path: Path, files: Mapping[str, bytes]) -> None:
    """Write files as a zip in a dossier's one form."""
    with path.open("wb") as out:
        write_zip(out, ((name, len(files[name]), zlib.crc32(files[name]), (files[name],)) for name in sorted(files)))


def unpack(path: Path, folder: Path) -> None:
    """Unpack a dossier into a new folder."""
    for name, content in read_all(path).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def flip(content: bytes, at: int) -> bytes:
    """Return `content` with one bit of the byte at `at` turned over."""
    return content[:at] + bytes((content[at] ^ 0x01,)) + content[at + 1 :]
