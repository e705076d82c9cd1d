"""Checkpoints and proofs: one form each, and nothing else passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.errors import BadInput
from firsthand.record import tree
from firsthand.record.entry import feed_id
from firsthand.record.note import Checkpoint, VerifierKey, origin, parse_checkpoint, sign_note, verify_checkpoint
from firsthand.record.proof import TlogProof, prove
from world.roster import key_of

KEY = key_of("log")
NAME = origin(bytes(32), feed_id(KEY.public))
VERIFIER = VerifierKey(NAME, KEY.public)
RAWS = [b"entry %d" % i for i in range(5)]


class _Nodes:
    def node(self, level: int, index: int) -> bytes:
        return tree.fold([tree.leaf_hash(raw) for raw in RAWS][index << level : (index + 1) << level])


NOTE = sign_note(Checkpoint(NAME, 5, tree.root(_Nodes(), 5)).text(), NAME, KEY)
PROOF = prove(_Nodes(), 3, 5, NOTE)


def note_holds(note: bytes) -> bool:
    """Return whether a note is the log's checkpoint."""
    try:
        verify_checkpoint(note, VERIFIER, exact=True)
    except BadInput:
        return False
    return True


def proof_holds(data: bytes) -> bool:
    """Return whether a file proves that the fourth entry is in the log."""
    try:
        TlogProof.parse(data).verify(RAWS[3], VERIFIER)
    except BadInput:
        return False
    return True


def test_no_byte_of_a_checkpoint_or_proof_can_be_changed() -> None:
    """Each single changed, missing or added byte is found."""
    for good, holds in ((NOTE, note_holds), (PROOF.to_bytes(), proof_holds)):
        assert holds(good)
        for at in range(len(good)):
            assert not holds(good[:at] + bytes((good[at] ^ 1,)) + good[at + 1 :])
            assert not holds(good[:at] + good[at + 1 :])
            assert not holds(good[:at] + b"0" + good[at:])
        assert not holds(good + b"\n")


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 400))
def test_random_bytes_do_no_harm(noise: bytes, begin: int, end: int) -> None:
    """The answer to any bytes is yes, no, or a refusal."""
    for good, holds in ((NOTE, note_holds), (PROOF.to_bytes(), proof_holds)):
        data = good[:begin] + noise + good[end:]
        assert holds(data) == (data == good)


@given(st.text(max_size=120))
def test_random_text_does_no_harm(text: str) -> None:
    """Readers of text refuse what they do not know."""
    for read in (VerifierKey.parse, lambda t: parse_checkpoint(t.encode(errors="replace"))):
        try:
            read(text)
        except BadInput:
            continue
        assert str(VerifierKey.parse(text)) == text


def test_a_proof_reads_back() -> None:
    """Parsed and written again, a proof and a key give the same bytes."""
    assert TlogProof.parse(PROOF.to_bytes()) == PROOF
    assert VerifierKey.parse(str(VERIFIER)) == VERIFIER


def test_another_log_is_another_log() -> None:
    """A checkpoint under another name, or by another key, is refused; other signatures only where the form is fixed."""
    other = key_of("other log")
    for name, key in ((NAME, other), ("other", KEY)):
        assert not note_holds(sign_note(Checkpoint(name, 5, bytes(32)).text(), name, key))
    extra = NOTE + sign_note("x\n1\n" + "A" * 43 + "=\n", "witness", other).split(b"\n\n")[1]
    assert not note_holds(extra)
    assert verify_checkpoint(extra, VERIFIER, exact=False).size == 5
    with pytest.raises(BadInput, match="exactly"):
        verify_checkpoint(NOTE + NOTE.split(b"\n\n")[1], VERIFIER, exact=False)
