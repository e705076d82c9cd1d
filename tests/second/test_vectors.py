from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from second import cbor_, ed25519_, entry, make_vectors, tree, vectors_log
from second.faults import FaultError
from second.roster import Roster
from second.scenes import SCENES

BYTES_MAX = 600_000


def load(name: str) -> list[dict[str, Any]]:
    """The committed cases."""
    cases: list[dict[str, Any]] = json.loads((make_vectors.FOLDER / name).read_text(encoding="ascii"))
    return cases


def test_committed_vectors_are_what_the_program_writes() -> None:
    """The files can be made again, byte for byte, and stay small."""
    texts = make_vectors.texts()
    assert {path.name for path in make_vectors.FOLDER.glob("*.json")} >= set(texts)
    for name, text in texts.items():
        assert text == (make_vectors.FOLDER / name).read_text(encoding="ascii"), name
    assert sum(map(len, texts.values())) < BYTES_MAX


@pytest.mark.parametrize("name", sorted(path.name for path in make_vectors.FOLDER.glob("*.json")))
def test_every_case_has_a_name_of_its_own_and_a_reason(name: str) -> None:
    """Names say the fault; `why` is a sentence."""
    cases = load(name)
    assert len(cases) == len({case["name"] for case in cases})
    assert all(case["why"] for case in cases)


@pytest.mark.parametrize("case", load("ed25519.json"), ids=lambda case: case["name"])
def test_ed25519(case: dict[str, Any]) -> None:
    """The one rule gives the verdict that the equation written out gives."""
    parts = [bytes.fromhex(case[key]) for key in ("key", "message", "signature")]
    assert case["expected"] == ed25519_.verify(parts[0], parts[1], parts[2])
    assert case["cryptography"] == ed25519_.verify_raw(parts[0], parts[1], parts[2])


def test_ed25519_cases_tell_libraries_apart() -> None:
    """Without points 1 to 3 one of the libraries would take what the rule refuses."""
    lax = [case["name"] for case in load("ed25519.json") if case["cryptography"] and not case["expected"]]
    assert "a_small_point_0" in lax
    assert "r_small_point_0" in lax


@pytest.mark.parametrize("case", load("cbor.json"), ids=lambda case: case["name"])
def test_cbor(case: dict[str, Any]) -> None:
    """Good ones come back byte for byte and from JSON; bad ones are refused."""
    data = bytes.fromhex(case["cbor"])
    if not case["expected"]:
        with pytest.raises(FaultError):
            cbor_.decode(data)
        return
    value = cbor_.decode(data)
    assert data == cbor_.encode(value)
    assert case["json"] == cbor_.to_json(value)
    assert data == cbor_.encode(cbor_.from_json(case["json"]))


@pytest.mark.parametrize("case", load("entries.json"), ids=lambda case: case["name"])
def test_entries(case: dict[str, Any]) -> None:
    """Form and signature of entries."""
    raw, key = bytes.fromhex(case["entry"]), bytes.fromhex(case["key"])
    try:
        parsed = entry.parse(raw)
    except FaultError:
        assert case["expected"] is False
        assert "signed" not in case
        return
    good = ed25519_.feed_id(key) == parsed.feed and ed25519_.verify(key, parsed.signed, parsed.signature)
    assert case["expected"] == good
    if good:
        found = [entry.payload_of(raw), parsed.signed, parsed.signature, parsed.id, parsed.feed]
        assert [case[k] for k in ("payload", "signed", "signature", "id", "feed")] == [x.hex() for x in found]


@pytest.mark.parametrize("case", load("sealed.json"), ids=lambda case: case["name"])
def test_sealed(case: dict[str, Any]) -> None:
    """Commitments open with their own value, salt and place only."""
    place = (bytes.fromhex(case["org"]), bytes.fromhex(case["feed"]), case["seq"])
    value, salt = cbor_.from_json(case["value"]), bytes.fromhex(case["salt"])
    found = entry.sealed_commitment(value, salt=salt, place=place, field=case["field"]).hex()
    assert case["expected"] == (found == case["commitment"])


@pytest.mark.parametrize("case", load("tree.json"), ids=lambda case: case["name"])
def test_tree(case: dict[str, Any]) -> None:
    """Roots, paths and names of tiles."""
    path = [bytes.fromhex(item) for item in case.get("path", [])]
    if case["kind"] == "root":
        assert case["expected"] == tree.root(vectors_log.leaves(case["size"])).hex()
    elif case["kind"] == "tiles":
        assert case["expected"] == tree.tile_paths(case["size"])
    elif case["kind"] == "inclusion":
        leaf = bytes.fromhex(case["leaf"])
        found = tree.root_of_path(leaf, case["index"], case["size"], path)
        assert case["expected"] == (found is not None and found.hex() == case["root"])
    else:
        old, new = bytes.fromhex(case["old_root"]), bytes.fromhex(case["new_root"])
        roots = tree.roots_of_consistency(case["old"], case["new"], old, path)
        assert case["expected"] == (roots == (old, new))


@pytest.mark.parametrize("case", load("notes.json"), ids=lambda case: case["name"])
def test_notes(case: dict[str, Any]) -> None:
    """Checkpoints and proofs."""
    if case["kind"] == "checkpoint":
        found = vectors_log.check_note(case["vkey"], bytes.fromhex(case["note"]))
    else:
        proof, data = bytes.fromhex(case["proof"]), bytes.fromhex(case["entry"])
        found = vectors_log.check_proof(case["vkey"], proof, data)
    assert case["expected"] == found


@pytest.mark.parametrize("case", load("roster.json"), ids=lambda case: case["name"])
def test_roster(case: dict[str, Any]) -> None:
    """Standing, whatever the order in which entries arrived, and however often."""
    entries = [entry.parse(bytes.fromhex(raw)) for raw in case["entries"]]
    dice = random.Random(case["name"])  # noqa: S311 - to be replayed
    for _ in range(6):
        shuffled = dice.sample(entries, len(entries)) + entries[:2]
        roster = Roster(shuffled, bytes.fromhex(case["org"]))
        assert case["expected"] == [roster.state(item) for item in entries]


def test_every_scene_is_in_the_vectors() -> None:
    """One case for each scene."""
    assert list(SCENES) == [case["name"] for case in load("roster.json")]


KEYS = st.from_regex(r"\A[a-z][a-z0-9_]{0,20}\Z")
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.binary() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_cbor_and_json_come_back(value: Any) -> None:
    """Each value has one encoding and one JSON form."""
    data = cbor_.encode(value)
    assert value == cbor_.decode(data)
    assert data == cbor_.encode(cbor_.from_json(json.loads(json.dumps(cbor_.to_json(value)))))


@given(st.binary(max_size=60))
def test_cbor_decodes_only_what_it_would_encode(data: bytes) -> None:
    """Whatever is accepted is deterministic."""
    try:
        value = cbor_.decode(data)
    except FaultError:
        return
    assert data == cbor_.encode(value)
