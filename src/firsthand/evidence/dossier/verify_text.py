"""VERIFY.txt: how to check a dossier, in English and Arabic. The texts stand beside this module."""

from __future__ import annotations

from importlib import resources

_BAND = "EXERCISE - EXERCISE - EXERCISE\nتمرين - تمرين - تمرين\n\n"


def verify_text(*, exercise: bool) -> bytes:
    """Return VERIFY.txt."""
    text = (resources.files(__package__) / "VERIFY.txt").read_text(encoding="utf-8")
    return ((_BAND if exercise else "") + text).encode()
