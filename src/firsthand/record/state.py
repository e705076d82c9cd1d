"""What the standing of an entry can be; docs/reference/record.md section 7."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """What an entry's standing can be."""

    STANDING = "standing"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"
    DISPUTED = "disputed"
