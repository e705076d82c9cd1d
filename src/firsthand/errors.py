"""What can go wrong, said so that a tired person can act on it.

Every error says what happened (`message`), what was kept (`kept`) and what to do next (`advice`). The command line
prints the three as one short paragraph on stderr and leaves with `exit_code`; the codes never change:
1 a check failed, 2 misuse, 3 bad input, 4 the store, 5 the disk, 6 something is missing on this
machine, 130 stopped by Ctrl-C.
"""

from __future__ import annotations


class FirsthandError(Exception):
    """Base of all errors that are meant for a reader.

    Args:
        message: what happened, one sentence without blame.
        kept: what was kept or left untouched; empty when nothing was at stake.
        advice: what to do next, one sentence with a verb.
    """

    exit_code = 1

    def __init__(self, message: str, *, kept: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.kept = kept
        self.advice = advice

    def paragraph(self) -> str:
        """Return message, kept and advice as one paragraph."""
        return " ".join(part for part in (self.message, self.kept, self.advice) if part)


class Misuse(FirsthandError):  # noqa: N818 - named by what it is
    """The command was called in a way that has no meaning."""

    exit_code = 2


class Refusal(FirsthandError):  # noqa: N818 - named by what it is
    """A rule says no: the change asked for is not allowed in this state. Nothing was written."""

    exit_code = 2


class BadInput(FirsthandError):  # noqa: N818 - named by what it is
    """Bytes from outside do not have the form they must have."""

    exit_code = 3


class StoreError(FirsthandError):
    """The store cannot be opened, or holds what it must not hold."""

    exit_code = 4


class DiskError(FirsthandError):
    """The disk is full, or refused to keep what it was given."""

    exit_code = 5


class MissingProgram(FirsthandError):  # noqa: N818 - named by what it is
    """A program or font that this step needs is not on the machine."""

    exit_code = 6


class Interrupted(FirsthandError):  # noqa: N818 - named by what it is
    """Somebody pressed Ctrl-C."""

    exit_code = 130
