"""A probe while it is being made: decoders fill in what they find, and keep it when a later step fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firsthand.media.facts import CLAIMS_MAX, ClaimedPlace, ClaimedTime, Credentials, Probe, claimed_text

if TYPE_CHECKING:
    from firsthand.media.kinds import Kind

# A note is for a person: more than these say nothing new.
ISSUES_MAX = 16


class Unreadable(Exception):  # noqa: N818 - an answer, not an accident
    """No decoder can show this file; the message is the reason."""


@dataclass(slots=True)
class Draft:
    """The fields of `Probe`, still open."""

    kind: Kind
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    frame_rate: tuple[int, int] | None = None
    has_sound: bool = False
    orientation: int = 1
    times: list[ClaimedTime] = field(default_factory=list)
    places: list[ClaimedPlace] = field(default_factory=list)
    make: str = ""
    model: str = ""
    software: str = ""
    c2pa: Credentials | None = None
    issues: list[str] = field(default_factory=list)
    preview: bytes = b""

    def issue(self, step: str, error: object) -> None:
        """Note that a step went wrong, as "step: what happened"."""
        name = type(error).__name__ if isinstance(error, Exception) else ""
        text = claimed_text(f"{step}: {error or name}")
        if text not in self.issues and len(self.issues) < ISSUES_MAX:
            self.issues.append(text)

    def claim_time(self, claim: ClaimedTime | None) -> None:
        """Add a claimed time unless it is None or stands there already."""
        if claim and claim not in self.times and len(self.times) < CLAIMS_MAX:
            self.times.append(claim)

    def claim_place(self, claim: ClaimedPlace | None) -> None:
        """Add a claimed place unless it is None or stands there already."""
        if claim and claim not in self.places and len(self.places) < CLAIMS_MAX:
            self.places.append(claim)

    def done(self, unreadable_reason: str = "") -> Probe:
        """Return the finished probe; it is readable when there is no reason against it."""
        return Probe(
            kind=self.kind,
            readable=not unreadable_reason,
            unreadable_reason=unreadable_reason,
            width=self.width,
            height=self.height,
            duration_ms=self.duration_ms,
            frame_rate=self.frame_rate,
            has_sound=self.has_sound,
            orientation=self.orientation,
            claimed_times=tuple(self.times),
            claimed_places=tuple(self.places),
            claimed_make=self.make,
            claimed_model=self.model,
            claimed_software=self.software,
            c2pa=self.c2pa,
            issues=tuple(self.issues),
            preview=self.preview,
        )
