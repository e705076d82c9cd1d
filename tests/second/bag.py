"""Names, manifests and tag files of the bag: dossier section 1, checks `container` and `bag`."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from second.package import Package

TAGS = ("VERIFY.txt", "bag-info.txt", "bagit.txt")
TAG_FILES = (*TAGS, "disclosure.cose", "disclosure.tlog-proof", "manifest-sha256.txt")
FIXED = (*TAG_FILES, "tagmanifest-sha256.txt")
DATA = ("data/incident.json", "data/index.html", "data/keys", "data/policy")
VARYING = re.compile(
    r"data/entries/[0-9a-f]{64}\.cose|data/proofs/[0-9a-f]{64}\.tlog-proof|data/media/[0-9a-f]{64}\.[a-z0-9]{1,8}"
)
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def check_names(package: Package) -> list[str]:
    """No name that the page does not list, and none missing."""
    names = set(package.names())
    faults = [f"{name}: missing" for name in (*FIXED, *DATA) if name not in names]
    allowed = {*FIXED, *DATA}
    faults += [f"{name}: no such name in a dossier" for name in names - allowed if not VARYING.fullmatch(name)]
    return faults


def manifest(package: Package, names: list[str]) -> bytes:
    """The one form of a manifest over these files."""
    ordered = sorted(names, key=lambda name: name.encode("utf-8", "surrogateescape"))
    lines = [f"{package.sha256(name)}  {name}\n" for name in ordered]
    return "".join(lines).encode("utf-8", "surrogateescape")


def check_bag(package: Package, incident: str, *, exercise: bool) -> list[str]:
    """Both manifests written again, and the two files of fixed form."""
    faults = []
    names = package.names()
    payload = [name for name in names if name.startswith("data/")]
    outside = [name for name in names if not name.startswith("data/") and name != "tagmanifest-sha256.txt"]
    for name, listed in (("manifest-sha256.txt", payload), ("tagmanifest-sha256.txt", outside)):
        faults += _compare(package, name, manifest(package, listed))
    if package.read("bagit.txt") != BAGIT:
        faults.append("bagit.txt: another form")
    oxum = f"{sum(package.size(name) for name in payload)}.{len(payload)}"
    expected = {"Exercise": "yes"} if exercise else {}
    expected |= {"External-Identifier": incident, "Payload-Oxum": oxum}
    return faults + _check_info(package.read("bag-info.txt"), expected)


def _compare(package: Package, name: str, expected: bytes) -> list[str]:
    if package.read(name) == expected:
        return []
    there, right = set(package.read(name).splitlines()), set(expected.splitlines())
    listed = sorted(line[66:].decode("utf-8", "replace") for line in there ^ right)
    return [f"{name}: does not agree with {item}" for item in dict.fromkeys(listed)] or [f"{name}: another form"]


def _check_info(data: bytes, expected: dict[str, str]) -> list[str]:
    """Exactly the lines of the page, in its order."""
    try:
        text = data.decode("ascii", "strict")
    except UnicodeDecodeError:
        return ["bag-info.txt: not ASCII"]
    date = text.partition("\nBagging-Date: ")[2].partition("\n")[0]
    lines = {"Bag-Software-Agent": "Firsthand", "Bagging-Date": date} | expected
    faults = []
    if text != "".join(f"{label}: {value}\n" for label, value in lines.items()):
        faults.append("bag-info.txt: not exactly the lines of the page, in its order")
    try:
        if dt.date.fromisoformat(date).isoformat() != date:
            faults.append("bag-info.txt: Bagging-Date is not YYYY-MM-DD")
    except ValueError:
        faults.append("bag-info.txt: Bagging-Date is not a date")
    return faults
