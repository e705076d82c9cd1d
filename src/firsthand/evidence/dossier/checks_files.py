"""Checks of a dossier as a set of files: container, bag, media; docs/reference/dossier.md section 5.

Rule: each notes every problem that it finds, and goes on.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from firsthand.errors import BadInput
from firsthand.evidence.dossier import layout, readable
from firsthand.evidence.dossier.content import bound_files
from firsthand.evidence.dossier.package import digest, read
from firsthand.record.entry import ENTRY_MAX, Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from firsthand.evidence.dossier.package import Package
    from firsthand.evidence.dossier.report import Findings

_WORKERS = 2


def container(package: Package, sizes: Mapping[str, int], found: Findings) -> None:
    """The zip has the one form, or the folder holds regular files only; no other names than a dossier's."""
    if package.problem:
        found.add("container", package.problem)
    if not any(layout.known_name(name) for name in sizes):
        found.add("container", "This is not a dossier, or nothing of it can be read.")
    for name in sizes:
        if not layout.known_name(name):
            found.add("container", f"{name!r} does not belong in a dossier.")
    found.good["container"] = f"{len(sizes)} files, and nothing besides them."


def read_entries(package: Package, sizes: Mapping[str, int], found: Findings) -> dict[str, bytes]:
    """Return name -> bytes of the files under data/entries/."""
    raws = {}
    for name in sizes:
        if layout.ENTRY_NAME.fullmatch(name):
            try:
                raws[name] = read(package, name, ENTRY_MAX)
            except BadInput as error:
                found.add("entries", error.message)
    return raws


def hash_all(  # noqa: PLR0913 - what has been read already is not read again
    package: Package,
    sizes: Mapping[str, int],
    raws: Mapping[str, bytes],
    texts: Mapping[str, bytes],
    found: Findings,
    progress: Callable[[int, int], None] | None,
) -> dict[str, bytes]:
    """Return name -> SHA-256 of every file, large ones side by side."""
    hashes = {name: sha256(content).digest() for name, content in {**raws, **texts}.items()}
    waiting = sorted((name for name in sizes if name not in hashes), key=lambda name: -sizes[name])
    total, done = sum(sizes.values()), sum(sizes[name] for name in hashes)

    def advance(n: int) -> None:
        nonlocal done
        done += n
        if progress:
            progress(done, total)

    def one(name: str) -> bytes | BadInput:
        try:
            return digest(package, name, advance)
        except BadInput as error:
            return error

    with ThreadPoolExecutor(_WORKERS) as pool:
        for name, result in zip(waiting, pool.map(one, waiting), strict=True):
            if isinstance(result, BadInput):
                found.add("media" if name.startswith("data/media/") else "bag", result.message)
            else:
                hashes[name] = result
    return hashes


def bag(texts: Mapping[str, bytes], hashes: Mapping[str, bytes], sizes: Mapping[str, int], found: Findings) -> None:
    """Both manifests list exactly the files present, in order, and every hash agrees."""
    payload = {name: value for name, value in hashes.items() if name.startswith("data/")}
    listed = _manifest_lines(texts.get(layout.MANIFEST, b""), found)
    for name in sorted(payload.keys() | listed.keys()):
        if name not in listed:
            found.add("bag", f"{name} was added: the manifest does not list it.")
        elif name not in payload:
            found.add("bag", f"{name} is listed in the manifest but missing.")
        elif listed[name] != payload[name]:
            found.add("bag", f"{name} changed: its SHA-256 is not that of the manifest.")
    if texts.get(layout.MANIFEST) != layout.manifest(listed):
        found.add("bag", "The manifest is not in its one form.")
    if all(name in texts for name in layout.TAG_FILES) and texts.get(layout.TAGMANIFEST) != layout.tagmanifest(texts):
        found.add("bag", "The tag manifest does not agree with the files outside data/.")
    if texts.get(layout.BAGIT_TXT) != layout.BAGIT:
        found.add("bag", "bagit.txt is not that of BagIt 1.0.")
    octets = sum(size for name, size in sizes.items() if name.startswith("data/"))
    info = layout.BAG_INFO_FORM.fullmatch(texts.get(layout.BAG_INFO, b""))
    if info is None:
        found.add("bag", "bag-info.txt is not of its form.")
    elif info["oxum"] != f"{octets}.{sum(name.startswith('data/') for name in sizes)}".encode():
        found.add("bag", "bag-info.txt counts other files or bytes than there are.")
    found.good["bag"] = f"{len(payload)} files under data/ have the SHA-256 that the manifest lists."


def _manifest_lines(data: bytes, found: Findings) -> dict[str, bytes]:
    listed: dict[str, bytes] = {}
    try:
        for line in data.decode("ascii").splitlines():
            value, separator, name = line.partition("  ")
            if not separator:
                raise BadInput(line)
            listed[name] = readable.unhex(value)
    except (BadInput, UnicodeDecodeError):
        found.add("bag", "The manifest holds a line that is not of its form.")
    return listed


def media(
    document: Mapping[str, Any],
    held: Mapping[bytes, Entry],
    hashes: Mapping[str, bytes],
    sizes: Mapping[str, int],
    found: Findings,
) -> None:
    """Every file under data/media/ has the hash in its name, and is the one that its item sealed."""
    bound = bound_files(document, held)
    names = [name for name in sizes if name.startswith("data/media/")]
    for name in names:
        match = layout.MEDIA_NAME.fullmatch(name)
        if match is None or name not in hashes:
            continue
        label, sizes_bound = bound.get(match[1], ("", frozenset()))
        what = f"{name}{f' ({label})' if label else ''}"
        if hashes[name].hex() != match[1]:
            found.add("media", f"{what} changed: its content is not the file that was sealed.")
        elif not sizes_bound:
            found.add("media", f"{what} is bound by no item in the dossier.")
        elif sizes[name] not in sizes_bound:
            found.add("media", f"{what} does not have the length that was sealed.")
    here = {match[1] for match in map(layout.MEDIA_NAME.fullmatch, names) if match}
    listed = {str(medium.get("sha256")) for medium in readable.objects(document.get("media"))}
    for digest_hex, (label, _) in bound.items():
        if digest_hex in listed - here:
            found.add("media", f"The file {digest_hex[:16]}... ({label}) is missing.")
    found.good["media"] = f"{len(names)} files are the ones that were sealed."
