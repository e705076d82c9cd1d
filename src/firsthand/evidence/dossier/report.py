"""The verdict about a dossier: what each check found, and one sentence for all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

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
