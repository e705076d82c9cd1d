"""Verifying a dossier: all checks of docs/reference/dossier.md section 5, going on after a failure.

Rule: nothing in the package is believed. Keys and policy inside it are data; identity comes from a key file given
from outside, or is not established.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firsthand.errors import BadInput
from firsthand.evidence.dossier import checks_files, checks_record, layout, readable
from firsthand.evidence.dossier.content import compare
from firsthand.evidence.dossier.package import read
from firsthand.evidence.dossier.report import Findings, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from firsthand.evidence.dossier.checks_record import Log
    from firsthand.evidence.dossier.package import Package
    from firsthand.record.entry import Entry
    from firsthand.record.note import VerifierKey


def verify(
    package: Package,
    *,
    trust: tuple[bytes, tuple[VerifierKey, ...]] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Return the verdict about a dossier.

    Args:
        package: the dossier.
        trust: organisation and logs of a key file that came from outside, or None.
        progress: called with bytes read and bytes in all.
    """
    found = Findings()
    sizes = package.sizes()
    checks_files.container(package, sizes, found)
    texts: dict[str, bytes] = {}
    for name in (*layout.TAG_FILES, layout.TAGMANIFEST, layout.INCIDENT, layout.KEYS, layout.POLICY):
        try:
            texts[name] = read(package, name, layout.TEXT_MAX if name == layout.INCIDENT else layout.SMALL_MAX * 256)
        except BadInput as error:
            found.add("bag", error.message)
    raws = checks_files.read_entries(package, sizes, found)
    hashes = checks_files.hash_all(package, sizes, raws, texts, found, progress)
    checks_files.bag(texts, hashes, sizes, found)
    entries = checks_record.entries(raws, found)
    disclosure = checks_record.disclosure_entry(texts.get(layout.DISCLOSURE), found)
    roster = checks_record.roster(entries, disclosure, found)
    checks_record.signatures(entries, disclosure, roster, found)
    log = checks_record.proofs(package, entries, disclosure, texts, roster, found)
    document = _content(texts, entries, sizes, log, found)
    checks_files.media(document, entries, hashes, sizes, found)
    checks_record.disclosure(texts, disclosure, document, entries, sizes, roster, found)
    checks_record.standing(document, entries, roster, found)
    checks_record.keys(texts, roster, log, found)
    anchor = checks_record.anchor(trust, roster, log, found)
    exercise = bool(roster and roster.genesis.exercise)
    return found.report(anchor, exercise=exercise)


def _content(
    texts: Mapping[str, bytes], held: Mapping[bytes, Entry], sizes: Mapping[str, int], log: Log | None, found: Findings
) -> dict[str, Any]:
    """Compare incident.json with the entries; return it, empty where it cannot be read."""
    if layout.INCIDENT not in texts:
        return {}
    try:
        document = readable.load(texts[layout.INCIDENT])
    except BadInput as error:
        found.add("content", error.message)
        return {}
    for problem in compare(document, held, sizes, log.checkpoint.size if log else None):
        found.add("content", problem)
    found.good["content"] = "Every value of incident.json is the one in its signed entry."
    return document
