"""Cases of `roster.json`: sets of entries, and the state that section 7 of the record gives to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from second import scenes_forks, scenes_officers, scenes_rotated, scenes_seats, scenes_waiting, scenes_withdrawn
from second.roster import Roster
from second.scenes import SCENES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from second.writer import Organisation, Written

PARTS = (scenes_waiting, scenes_officers, scenes_withdrawn, scenes_rotated, scenes_seats, scenes_forks)


def states(org: Organisation, order: Callable[[list[Written]], list[Written]] = list) -> dict[str, str]:
    """State of every entry by id."""
    written = order(org.written)
    roster = Roster([w.entry for w in written], org.org)
    return {w.id.hex(): roster.state(w.entry) for w in written}


def cases() -> Iterator[dict[str, Any]]:
    """All scenes; `expected` has the states in the order of `entries`.

    What is expected is written in the scene, and compared with what the roster finds.
    """
    for name, (why, tell) in SCENES.items():
        org, expected = tell()
        full = {w.id.hex(): expected.get(w.id, "standing") for w in org.written}
        found = states(org)
        if found != full:
            named = {w.id.hex(): f"{i} {w.entry.type}" for i, w in enumerate(org.written)}
            wrong = [f"{named[i]}: {found[i]}, not {full[i]}" for i in full if found[i] != full[i]]
            raise ValueError(f"{name}: {wrong}")
        raws = [w.entry.raw.hex() for w in org.written]
        yield {"name": name, "why": why, "org": org.org.hex(), "entries": raws, "expected": list(full.values())}
