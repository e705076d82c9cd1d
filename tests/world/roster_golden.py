"""The small record whose files are kept for ever in tests/golden/record/v1.

Run `PYTHONPATH=tests python -m world.roster_golden` only to begin the files of a new format version: those of a
released one never change, and every later program has to read them.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from firsthand.record import tree
from firsthand.record.entry import feed_id
from firsthand.record.feeds import HeldChains
from firsthand.record.note import Checkpoint, VerifierKey, origin, sign_note
from firsthand.record.proof import prove
from firsthand.record.roster import Roster
from world.roster import START_MS, Builder, Writer, key_of

if TYPE_CHECKING:
    from firsthand.record.entry import Entry
    from firsthand.record.sealed import Opening

FOLDER = Path(__file__).resolve().parent.parent / "golden" / "record" / "v1"
PROVEN = (0, 7, 13, 20)


class LeafNodes:
    """Hashes of complete subtrees over entries in memory."""

    def __init__(self, raws: list[bytes]) -> None:
        self._leaves = [tree.leaf_hash(raw) for raw in raws]

    def node(self, level: int, index: int) -> bytes:
        """See `tree.Nodes`."""
        return tree.fold(self._leaves[index << level : (index + 1) << level])


def story() -> Builder:
    """Write a record in which each roster type and each state of standing comes up."""
    builder = Builder(Random(20261122), roots=3, m=2)  # noqa: S311 - the same one for ever
    builder.fork_rate = 0.0
    one, two, three = builder.roots
    officer, crew, phone, lost, log = (Writer(name) for name in ("officer", "crew", "phone", "lost", "log"))
    builder.enrol(one, log, "log")
    builder.enrol(one, officer)
    builder.approve(two, builder.grant(one, officer.feed, ("officer",)))
    for writer in (crew, phone, lost):
        builder.enrol(officer, writer)
        builder.grant(officer, writer.feed, ("crew",))
    values: dict[str, Any] = {"caller": "EXERCISE", "phone": None, "what": "تمرين: صوت تحت الأنقاض", "place_text": None}
    body: dict[str, Any] = {
        "place": {"lat_e7": 333_000_000, "lon_e7": 442_000_000, "accuracy_m": 30}, "area": None,
        "reported": 2, "urgency": "now",
    }  # fmt: skip
    call = builder.write(crew, "respond.call/1", body, values)
    change: dict[str, Any] = {"subject": call.id, "replaces": [call.id], "to": "closed", "incident": None}
    for writer, to in ((phone, "closed"), (crew, "duplicate")):  # a conflict
        builder.write(writer, "respond.call_status/1", change | {"to": to}, {"note": None})
    phone.tips = phone.tips[-1:]
    builder.rotate(phone)
    builder.write(phone, "future.thing/2", {"after": "the rotation"})
    left = builder.write(lost, "future.thing/1", {"x": [1, -1, None, True]})
    builder.withdraw(officer, lost.feed, left.seq)
    late = [builder.write(lost, "future.thing/1", {"late": i}) for i in range(2)]
    builder.write(officer, "record.admit/1", {"entries": [late[0].id]})
    seq, prev, time = crew.tips[-1]
    branches = [builder.write(crew, "future.thing/1", {"branch": 0})]
    crew.tips.append((seq, prev, time))
    branches.append(builder.write(crew, "future.thing/1", {"branch": 1}))
    builder.adopt(officer, branches[0])
    builder.write(Writer("stranger"), "future.thing/1", {"who": "am I"})
    hold = builder.write(two, "record.legal_hold/1", {"entries": [call.id]}, {"note": None})
    erasure: dict[str, Any] = {"entry": call.id, "fields": ["caller"], "reason": "safety"}
    builder.approve(three, builder.write(one, "record.erase/1", erasure, {"note": None}))
    builder.write(two, "record.legal_release/1", {"holds": [hold.id]}, {"note": None})
    builder.write(officer, "record.receipt/1", {"entries": [call.id, left.id], "arrived": START_MS + 60_000})
    return builder


def bundle(raws: list[bytes]) -> bytes:
    """Return entries as a C2SP entry bundle: each after its length in two bytes."""
    return b"".join(len(raw).to_bytes(2, "big") + raw for raw in raws)


def unbundle(data: bytes) -> list[bytes]:
    """Return the entries of a bundle."""
    raws = []
    while data:
        end = 2 + int.from_bytes(data[:2], "big")
        raws.append(data[2:end])
        data = data[end:]
    return raws


def files() -> dict[str, bytes]:
    """Return path -> content of all golden files."""
    builder = story()
    entries = builder.entries
    raws = [entry.raw for entry in entries]
    size, nodes = len(raws), LeafNodes(raws)
    key = key_of("log")
    name = origin(builder.org, feed_id(key.public))
    note = sign_note(Checkpoint(name, size, tree.root(nodes, size)).text(), name, key)
    roster = Roster(entries, HeldChains(entries))
    found = {
        tree.tile_path("entries", 0, size): bundle(raws),
        tree.tile_path(0, 0, size): b"".join(map(tree.leaf_hash, raws)),
        "checkpoint": note,
        "log.vkey": f"{VerifierKey(name, key.public)}\n".encode(),
        "states.json": _json([[entry.id.hex(), entry.type, roster.state(entry).value] for entry in entries]),
        "openings.json": _json([_opening(entry, builder.openings) for entry in entries if entry.sealed]),
    }
    return found | {f"proofs/{n:03d}.tlog-proof": prove(nodes, n, size, note).to_bytes() for n in (*PROVEN, size - 1)}


def _opening(entry: Entry, openings: dict[tuple[bytes, str], Opening]) -> dict[str, Any]:
    fields = {name: openings[entry.id, name] for name in sorted(entry.sealed)}
    return {
        "entry": entry.id.hex(),
        "fields": {name: {"salt": opening.salt.hex(), "value": opening.value} for name, opening in fields.items()},
    }


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode("ascii")


def main() -> None:
    """Write the files."""
    for name, content in files().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main()
