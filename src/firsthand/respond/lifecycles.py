"""Lifecycles as tables: from which state to which; docs/reference/lifecycles.md is generated from here.

Rule: our own writer refuses a transition that its table does not hold. One that is legal where it was written and
illegal after two centres' entries meet is shown as a conflict; nothing is refused or dropped then.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lifecycle:
    """The states of one kind of thing: where it may begin, and what may follow what."""

    name: str
    begin: tuple[str, ...]
    then: dict[str, tuple[str, ...]]

    @property
    def states(self) -> tuple[str, ...]:
        """All states, in the order of the table."""
        return tuple(self.then)

    def allows(self, before: str | None, to: str) -> bool:
        """Return whether `to` may follow `before` (None: at the beginning)."""
        return to in self.begin if before is None else to in self.then.get(before, ())

    def allows_settling(self, before: str, to: str, replaced: int) -> bool:
        """Return whether `to` may follow `before` in an entry that replaces `replaced` others.

        What settles a conflict may choose the state that one side has already.
        """
        return self.allows(before, to) or (replaced > 1 and before == to)


CALL = Lifecycle("call", ("new",), {
    "new": ("linked", "closed", "false_alarm", "duplicate"),
    "linked": ("closed", "new", "duplicate"),
    "closed": ("new",),
    "false_alarm": ("new",),
    "duplicate": ("new",),
})  # fmt: skip

INCIDENT = Lifecycle("incident", ("open",), {
    "open": ("working", "closed"),
    "working": ("closed", "open"),
    "closed": ("open", "working"),
})  # fmt: skip

WORKSITE = Lifecycle("worksite", ("reported",), {
    "reported": ("assessed", "working", "done", "abandoned"),
    "assessed": ("working", "done", "abandoned"),
    "working": ("assessed", "done", "abandoned"),
    "done": ("working",),
    "abandoned": ("assessed", "working"),
})  # fmt: skip

UNIT = Lifecycle("unit", ("available", "resting", "out_of_service"), {
    "available": ("assigned", "resting", "out_of_service"),
    "assigned": ("en_route", "on_site", "available", "out_of_service"),
    "en_route": ("on_site", "returning", "available", "out_of_service"),
    "on_site": ("returning", "assigned", "available", "out_of_service"),
    "returning": ("available", "assigned", "resting", "out_of_service"),
    "resting": ("available", "out_of_service"),
    "out_of_service": ("available", "resting"),
})  # fmt: skip

ASSIGNMENT = Lifecycle("assignment", ("assigned",), {
    "assigned": ("accepted", "en_route", "cancelled"),
    "accepted": ("en_route", "on_site", "cancelled"),
    "en_route": ("on_site", "cancelled"),
    "on_site": ("done", "cancelled"),
    "done": (),
    "cancelled": (),
})  # fmt: skip

PERSON = Lifecycle("person", ("missing", "trapped", "injured", "found"), {
    "missing": ("trapped", "found", "injured", "safe", "deceased"),
    "trapped": ("found", "injured", "deceased", "missing"),
    "injured": ("handed_over", "safe", "deceased", "found"),
    "found": ("injured", "handed_over", "safe", "deceased", "missing"),
    "safe": ("missing",),
    "handed_over": ("deceased", "safe", "missing"),
    "deceased": (),
})  # fmt: skip
"""A death recorded in error is corrected by an entry that replaces the one in error, from the state before it."""

LIFECYCLES = (CALL, INCIDENT, WORKSITE, UNIT, ASSIGNMENT, PERSON)
