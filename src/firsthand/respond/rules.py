"""Rules of the response: state and a command in, drafts of entries or a refusal out.

No I/O, no clock, no randomness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from firsthand.errors import Refusal
from firsthand.record.types import Draft
from firsthand.respond import entries as e

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firsthand.respond.lifecycles import Lifecycle


@dataclass(frozen=True)
class Head:
    """A current status of a thing, with the entry that says so."""

    entry: bytes
    status: str


def _words(status: str) -> str:
    return status.replace("_", " ")


def change(lifecycle: Lifecycle, current: Sequence[Head], body: Any) -> Draft:
    """Return the draft of a status change.

    Args:
        lifecycle: of the thing.
        current: its heads; more than one is a conflict, which the new entry settles.
        body: the status body, with `replaces` naming all heads.

    Raises:
        Refusal: the lifecycle does not allow it, or it does not replace what is current.
    """
    if {head.entry for head in current} != set(body.replaces):
        raise Refusal(
            "Somebody changed this in the meantime.",
            kept="Nothing was written.",
            advice="Look again, then repeat the change.",
        )
    for head in current:
        if not lifecycle.allows_settling(head.status, body.to, len(current)):
            raise Refusal(
                f"A {lifecycle.name} that is {_words(head.status)} cannot become {_words(body.to)}.",
                kept="Nothing was written.",
                advice="It can become: "
                + ", ".join(s.replace("_", " ") for s in lifecycle.then[head.status] or ("nothing else",))
                + ".",
            )
    return Draft(body)


def open_incident(calls: Sequence[bytes], *, kind: str, place: e.Place | None, sealed: dict[str, Any]) -> Draft:
    """Return the draft of an incident that comes from calls."""
    body = e.Incident(calls=tuple(calls), kind=kind, place=place, area=None, from_ms=None, to_ms=None, source=None)
    return Draft(body, sealed)


def link_call(call: bytes, current: Sequence[Head], incident: bytes) -> Draft:
    """Return the draft that links a call to an incident."""
    from firsthand.respond.lifecycles import CALL  # noqa: PLC0415

    body = e.CallStatus(subject=call, replaces=tuple(h.entry for h in current), to="linked", incident=incident)
    return change(CALL, current, body)
