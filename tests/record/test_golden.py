"""Files of every released format version verify for ever, and are what the program would write again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from firsthand.centre.centre import open_store
from firsthand.record import sealed, tree
from firsthand.record.entries import ROSTER_TYPES
from firsthand.record.entry import parse, verify
from firsthand.record.feeds import HeldChains
from firsthand.record.fsck import check_sealed, check_tree
from firsthand.record.note import VerifierKey, verify_checkpoint
from firsthand.record.proof import TlogProof
from firsthand.record.roster import Roster
from firsthand.record.sealed import Opening
from second import entry as second_entry
from second.roster import Roster as SecondRoster
from world.roster import START_MS
from world.roster_golden import FOLDER, LeafNodes, files, unbundle

if TYPE_CHECKING:
    from pathlib import Path

BYTES_MAX = 60_000
RAWS = unbundle(next((FOLDER / "tile" / "entries").glob("000.p/*")).read_bytes())
ENTRIES = [parse(raw) for raw in RAWS]
LOG = VerifierKey.parse((FOLDER / "log.vkey").read_text().rstrip("\n"))
NOTE = (FOLDER / "checkpoint").read_bytes()
PROOFS = sorted((FOLDER / "proofs").iterdir())


def test_written_again_the_bytes_are_the_same() -> None:
    """Not a byte of the format has moved since the files were made."""
    found = {str(path.relative_to(FOLDER)): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}
    assert files() == found
    assert sum(map(len, found.values())) < BYTES_MAX


def test_the_record_shows_what_there_is() -> None:
    """All roster types and all states of standing come up."""
    assert {entry.type for entry in ENTRIES} >= ROSTER_TYPES
    assert {"standing", "waiting", "withdrawn", "disputed"} == {
        state for _, _, state in json.loads((FOLDER / "states.json").read_text())
    }


def test_entries_and_their_standing() -> None:
    """Each entry is signed by a key that the record introduces (but a stranger's one), and stands as written down."""
    roster = Roster(ENTRIES, HeldChains(ENTRIES))
    unknown = [entry for entry in ENTRIES if entry.feed not in roster.introduced]
    assert len(unknown) == 1
    assert all(verify(entry, roster.introduced[entry.feed]) for entry in ENTRIES if entry not in unknown)
    states = [[entry.id.hex(), entry.type, roster.state(entry).value] for entry in ENTRIES]
    assert json.loads((FOLDER / "states.json").read_text()) == states


def test_the_second_implementation_agrees() -> None:
    """What was written from the reference alone reads the same states in the same files."""
    parsed = [second_entry.parse(raw) for raw in RAWS]
    roster = SecondRoster(parsed, ENTRIES[0].id)
    states = [[entry.id.hex(), entry.type, roster.state(entry)] for entry in parsed]
    assert json.loads((FOLDER / "states.json").read_text()) == states


def test_checkpoint_and_tile() -> None:
    """The signed root is that of the entries, and the tile holds their hashes."""
    checkpoint = verify_checkpoint(NOTE, LOG, exact=True)
    assert (len(RAWS), tree.root(LeafNodes(RAWS), len(RAWS))) == (checkpoint.size, checkpoint.root)
    tile = (FOLDER / tree.tile_path(0, 0, len(RAWS))).read_bytes()
    assert b"".join(map(tree.leaf_hash, RAWS)) == tile


@pytest.mark.parametrize("path", PROOFS, ids=lambda path: path.name)
def test_proofs(path: Path) -> None:
    """Each proof leads from its entry to the checkpoint."""
    proof = TlogProof.parse(path.read_bytes())
    assert path.name == f"{proof.index:03d}.tlog-proof"
    assert len(RAWS) == proof.verify(RAWS[proof.index], LOG).size


def openings() -> dict[tuple[bytes, str], Opening]:
    """Return the kept openings."""
    return {
        (bytes.fromhex(item["entry"]), name): Opening(bytes.fromhex(field["salt"]), field["value"])
        for item in json.loads((FOLDER / "openings.json").read_text())
        for name, field in item["fields"].items()
    }


def test_openings() -> None:
    """Each value and salt opens its commitment, and each commitment is opened."""
    by_id = {entry.id: entry for entry in ENTRIES}
    assert {(entry.id, name) for entry in ENTRIES for name in entry.sealed} == set(openings())
    for (entry_id, name), opening in openings().items():
        entry = by_id[entry_id]
        found = sealed.commitment(entry.org, entry.feed, entry.seq, name, opening.salt, opening.value)
        assert entry.sealed[name] == found


def test_a_centre_takes_it_in(tmp_path: Path) -> None:
    """All but the stranger's entry come in; the erasure that it orders is carried out."""
    store = open_store(tmp_path / "store", clock=lambda: START_MS, randomness=bytes, create=True)
    found = store.receive(RAWS, openings())
    assert (len(RAWS) - 1, 1, {}) == (len(found.accepted), len(found.quarantined), found.refused)
    states = {bytes.fromhex(name): state for name, _, state in json.loads((FOLDER / "states.json").read_text())}
    with store.reading() as reader:
        roster = store.roster(reader)
        assert {entry.id: states[entry.id] for entry in found.accepted} == {
            entry.id: reader.state(entry.id).value for entry in found.accepted
        }
        ((erased, field),) = roster.erased
        place = reader.place(erased)
        assert place is not None
        assert reader.sealed(place)[field].state == "erased"
        assert not [*check_tree(reader, roster), *check_sealed(reader)]
