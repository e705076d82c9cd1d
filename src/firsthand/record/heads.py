"""Heads: which of the entries about one thing are current; docs/reference/record.md section 8.

Rule: of the standing entries of one subject and aspect, those that no other one replaces are the heads. One head is a
value, several are a conflict. A pure function of the set: order of arrival and claimed times play no part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection


class Update(Protocol):
    """An entry that takes the place of others."""

    @property
    def id(self) -> bytes:
        """The entry's id."""
        ...  # pragma: no cover

    @property
    def replaces(self) -> Collection[bytes]:
        """Ids of the entries whose place it takes."""
        ...  # pragma: no cover


U = TypeVar("U", bound=Update)


def heads(updates: Collection[U]) -> list[U]:
    """Return the updates that no other one replaces, by id. Given at least one update, there is at least one head."""
    replaced = {old for update in updates for old in update.replaces if old != update.id}
    return sorted((update for update in updates if update.id not in replaced), key=lambda update: update.id)
