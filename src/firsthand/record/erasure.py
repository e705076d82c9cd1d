"""Which sealed values are to be destroyed; docs/reference/record.md section 7.

Rule: two people who may erase sign the order, and no legal hold names the entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firsthand.record.state import State

if TYPE_CHECKING:
    from firsthand.record.entry import Entry
    from firsthand.record.roster import Roster

OFFICER = "officer"
ERASE = "erase"


def erasures(roster: Roster) -> frozenset[tuple[bytes, str]]:
    """Return the (entry id, field) whose erasure is in effect."""
    released = {
        hold for entry, body in roster.of("record.legal_release/1") if _is_officer(roster, entry) for hold in body.holds
    }
    held = {
        named
        for entry, body in roster.of("record.legal_hold/1")
        if entry.id not in released and roster.state(entry) is State.STANDING
        for named in body.entries
    }
    return frozenset(
        (body.entry, field)
        for entry, body in roster.of("record.erase/1")
        if body.entry not in held and _two_erase(roster, entry)
        for field in body.fields
    )


def _is_officer(roster: Roster, entry: Entry) -> bool:
    roles = roster.roles(entry.feed, entry.seq)
    return roster.state(entry) is State.STANDING and roles is not None and OFFICER in roles


def _two_erase(roster: Roster, entry: Entry) -> bool:
    """Return whether the author and an approver of `entry`, two people, both have the right to erase."""
    author, *approvers = (_eraser(roster, signer) for signer in roster.signers(entry))
    return author is not None and bool(set(approvers) - {None, author})


def _eraser(roster: Roster, signer: Entry) -> bytes | None:
    """Return the person who signs, if known and entitled to erase."""
    roles = roster.roles(signer.feed, signer.seq) or frozenset()
    entitled = roles & {OFFICER, ERASE} and roster.state(signer) is State.STANDING
    return roster.person(signer.feed) if entitled else None
