"""Verifying a dossier: all checks of docs/reference/dossier.md section 5, going on after a failure.

Rule: nothing in the package is believed. Keys and policy inside it are data; identity comes from a key file given
from outside, or is not established.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from firsthand.errors import BadInput
from firsthand.evidence.dossier import checks, layout
from firsthand.evidence.dossier.package import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from firsthand.evidence.dossier.package import Package
    from firsthand.record.note import VerifierKey

PROBLEMS_MAX = 20
CHECKS = ("container", "bag", "disclosure", "entries", "standing", "proofs", "content", "media", "keys", "anchor")


@dataclass(frozen=True)
class Check:
    """One check: its name, whether it holds, and a sentence (or the problems, one a line)."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class Report:
    """The verdict. `anchor` is `established`, `not established` or `contradicted`."""

    ok: bool
    anchor: str
    checks: tuple[Check, ...]
    exercise: bool = False
    title: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict for `--json`."""
        return {
            "ok": self.ok,
            "anchor": self.anchor,
            "exercise": self.exercise,
            "checks": [{"name": c.name, "ok": c.ok, "detail": c.detail} for c in self.checks],
        }

    def sentence(self) -> str:
        """Return the verdict in one sentence."""
        failed = sum(not c.ok for c in self.checks)
        if failed:
            return f"Broken: {failed} of {len(self.checks)} checks do not hold."
        if self.anchor == "established":
            return f"Verified just now: all {len(self.checks)} checks hold, against the key file given."
        count = len(self.checks)
        return f"Consistent: all {count} checks hold; identity not established (no key file from outside was given)."


@dataclass
class Findings:
    """Problems gathered check by check, and a sentence for each check that holds."""

    problems: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in CHECKS})
    good: dict[str, str] = field(default_factory=dict)

    def add(self, check: str, problem: str) -> None:
        """Note a problem."""
        self.problems[check].append(problem)

    def report(self, anchor: str, *, exercise: bool) -> Report:
        """Return the verdict."""
        found = []
        for name in CHECKS:
            problems = self.problems[name]
            shown = problems[:PROBLEMS_MAX]
            if len(problems) > PROBLEMS_MAX:
                shown.append(f"... and {len(problems) - PROBLEMS_MAX} more")
            found.append(Check(name, not problems, "\n".join(shown) if problems else self.good.get(name, "holds")))
        return Report(all(c.ok for c in found), anchor, tuple(found), exercise=exercise)


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
    checks.container(package, sizes, found)
    texts: dict[str, bytes] = {}
    for name in (*layout.TAG_FILES, layout.TAGMANIFEST, layout.INCIDENT, layout.KEYS, layout.POLICY):
        try:
            texts[name] = read(package, name, layout.TEXT_MAX if name == layout.INCIDENT else layout.SMALL_MAX * 256)
        except BadInput as error:
            found.add("bag", error.message)
    raws = checks.read_entries(package, sizes, found)
    hashes = checks.hash_all(package, sizes, raws, texts, found, progress)
    checks.bag(texts, hashes, sizes, found)
    entries = checks.entries(raws, found)
    disclosure = checks.disclosure_entry(texts.get(layout.DISCLOSURE), found)
    roster = checks.roster(entries, disclosure, found)
    checks.signatures(entries, disclosure, roster, found)
    log = checks.proofs(package, entries, disclosure, texts, roster, found)
    document = checks.content(texts, entries, sizes, log, found)
    checks.media(document, entries, hashes, sizes, found)
    checks.disclosure(texts, disclosure, document, entries, sizes, roster, found)
    checks.standing(document, entries, roster, found)
    checks.keys(texts, roster, log, found)
    anchor = checks.anchor(trust, roster, log, found)
    exercise = bool(roster and roster.genesis.exercise)
    return found.report(anchor, exercise=exercise)
