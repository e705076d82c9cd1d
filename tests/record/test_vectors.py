"""The published vectors hold against this implementation, each case under its own name."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from firsthand.errors import BadInput
from firsthand.record import cbor, ed25519, entry, sealed, tree
from firsthand.record.feeds import HeldChains
from firsthand.record.note import VerifierKey, verify_checkpoint
from firsthand.record.proof import TlogProof
from firsthand.record.roster import Roster

VECTORS = Path(__file__).resolve().parent.parent / "vectors"


def cases(name: str) -> pytest.MarkDecorator:
    """Return the parametrisation over one file of vectors."""
    found = json.loads((VECTORS / f"{name}.json").read_text(encoding="ascii"))
    return pytest.mark.parametrize("case", found, ids=lambda case: case["name"])


def from_json(value: Any) -> Any:
    """Return the value that the JSON form stands for (section 1 of the reference)."""
    if isinstance(value, dict):
        if set(value) == {"$hex"}:
            return bytes.fromhex(value["$hex"])
        return {key: from_json(item) for key, item in value.items()}
    return [from_json(item) for item in value] if isinstance(value, list) else value


def leaves(size: int) -> list[bytes]:
    """Return the leaf hashes of the vectors' trees: the texts 0, 1, 2 ..."""
    return [tree.leaf_hash(str(i).encode()) for i in range(size)]


class ListNodes:
    """Hashes of complete subtrees of a list of leaf hashes."""

    def __init__(self, hashes: list[bytes]) -> None:
        self._hashes = hashes

    def node(self, level: int, index: int) -> bytes:
        """See `tree.Nodes`."""
        return tree.fold(self._hashes[index << level : (index + 1) << level])


@cases("ed25519")
def test_ed25519(case: dict[str, Any]) -> None:
    """The signature rule gives the published verdict."""
    key, message, signature = (bytes.fromhex(case[name]) for name in ("key", "message", "signature"))
    assert case["expected"] == ed25519.verify(key, message, signature)


@cases("cbor")
def test_cbor(case: dict[str, Any]) -> None:
    """Good encodings come back byte for byte; every other one is refused."""
    data = bytes.fromhex(case["cbor"])
    if not case["expected"]:
        with pytest.raises(BadInput):
            cbor.decode(data)
        return
    assert from_json(case["json"]) == cbor.decode(data)
    assert data == cbor.encode(from_json(case["json"]))


@cases("entries")
def test_entries(case: dict[str, Any]) -> None:
    """Form, signature and the published parts of an entry."""
    raw, key = bytes.fromhex(case["entry"]), bytes.fromhex(case["key"])
    try:
        parsed = entry.parse(raw)
    except BadInput:
        assert case["expected"] is False
        assert "signed" not in case
        return
    assert case["expected"] == entry.verify(parsed, key)
    if case["expected"]:
        found = (*entry.split(raw), parsed.id, parsed.feed)
        assert [case[k] for k in ("payload", "signed", "signature", "id", "feed")] == [part.hex() for part in found]
        assert parsed == entry.read_stored(raw)


@cases("sealed")
def test_sealed(case: dict[str, Any]) -> None:
    """A commitment opens with its own value, salt, field and place, and with no other."""
    org, feed, salt = (bytes.fromhex(case[name]) for name in ("org", "feed", "salt"))
    found = sealed.commitment(org, feed, case["seq"], case["field"], salt, from_json(case["value"]))
    assert case["expected"] == (case["commitment"] == found.hex())


@cases("tree")
def test_tree(case: dict[str, Any]) -> None:
    """Roots, names of tiles, audit paths and consistency proofs."""
    path = [bytes.fromhex(item) for item in case.get("path", ())]
    if case["kind"] == "root":
        assert case["expected"] == tree.root(ListNodes(leaves(case["size"])), case["size"]).hex()
    elif case["kind"] == "tiles":
        assert case["expected"] == tile_paths(case["size"])
    elif case["kind"] == "inclusion":
        leaf = bytes.fromhex(case["leaf"])
        found = tree.root_from_inclusion(leaf, case["index"], case["size"], path)
        assert case["expected"] == (found is not None and case["root"] == found.hex())
    else:
        old, new = bytes.fromhex(case["old_root"]), bytes.fromhex(case["new_root"])
        assert case["expected"] == tree.consistent(case["old"], old, case["new"], new, path)


def tile_paths(size: int) -> list[str]:
    """Return the paths of the last tile of each level and of the last bundle of entries."""
    paths = []
    for level in range(8):
        count = size >> tree.TILE_HEIGHT * level
        if count:
            width = count % tree.TILE_WIDTH or tree.TILE_WIDTH
            names = (level, "entries") if level == 0 else (level,)
            paths += [tree.tile_path(name, (count - 1) // tree.TILE_WIDTH, width) for name in names]
    return paths


@cases("notes")
def test_notes(case: dict[str, Any]) -> None:
    """Checkpoints and proofs hold under their log's key exactly where published so."""
    try:
        key = VerifierKey.parse(case["vkey"])
        if case["kind"] == "checkpoint":
            verify_checkpoint(bytes.fromhex(case["note"]), key, exact=False)
        else:
            TlogProof.parse(bytes.fromhex(case["proof"])).verify(bytes.fromhex(case["entry"]), key, exact=False)
    except BadInput:
        assert case["expected"] is False
        return
    assert case["expected"] is True


@cases("roster")
def test_roster(case: dict[str, Any]) -> None:
    """The standing of every entry, whatever the order in which they arrived."""
    entries = [entry.parse(bytes.fromhex(raw)) for raw in case["entries"]]
    dice = random.Random(case["name"])  # noqa: S311 - a shuffle that can be repeated
    for _ in range(4):
        shuffled = dice.sample(entries, len(entries))
        roster = Roster(shuffled, HeldChains(shuffled))
        assert bytes.fromhex(case["org"]) == roster.org
        assert case["expected"] == [roster.state(item).value for item in entries]
