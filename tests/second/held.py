"""The entries of one organisation, filed for the rules of standing; record sections 4 and 7."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from second import bodies

if TYPE_CHECKING:
    from second.entry import Entry


@dataclass(frozen=True)
class Act:
    """A grant, a withdrawal or an adoption, whether written as such or implied by a rotation."""

    id: bytes
    seq: int
    roles: frozenset[str] = frozenset()
    replaces: frozenset[bytes] = frozenset()
    entry: bytes = b""


@dataclass
class Held:
    """The entries of one organisation, by id, by type and by position."""

    by_id: dict[bytes, Entry] = field(default_factory=dict)
    by_type: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    positions: dict[tuple[bytes, int], set[bytes]] = field(default_factory=lambda: defaultdict(set))
    forks: dict[bytes, list[int]] = field(default_factory=lambda: defaultdict(list))
    approvers: dict[bytes, list[Entry]] = field(default_factory=lambda: defaultdict(list))

    def add(self, entry: Entry) -> None:
        """Files one entry; a roster body of another shape is kept without effect."""
        self.by_id[entry.id] = entry
        self.positions[entry.feed, entry.seq].add(entry.id)
        if entry.seq > 0:
            self.positions[entry.feed, entry.seq - 1].add(entry.prev)
        if entry.type.startswith("record.") and bodies.has_shape(entry):
            self.by_type[entry.type].append(entry)

    def settle(self) -> None:
        """What follows once all are in."""
        for (feed, seq), ids in self.positions.items():
            if len(ids) > 1:
                self.forks[feed].append(seq)
        body: Any
        for approval in self.by_type["record.approve/1"]:
            body = approval.body
            for name in body["entries"]:
                self.approvers[name].append(approval)

    def signatures(self, entry: Entry) -> list[Entry]:
        """The entry and every approval that names it."""
        return [entry, *self.approvers[entry.id]]

    def ancestor(self, head: bytes, seq: int, target: int) -> bytes | None:
        """The id at `target` below the entry `head` at `seq`, by `prev` through held entries."""
        while seq > target:
            entry = self.by_id.get(head)
            if entry is None:
                return None
            head, seq = entry.prev, seq - 1
        return head if seq == target else None
