"""Proofs that an entry is in a log, in the C2SP tlog-proof format; docs/reference/record.md section 9.

Rule: one proof has one form. What is parsed must, written again, give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firsthand.errors import BadInput
from firsthand.record import tree
from firsthand.record.note import Checkpoint, VerifierKey, b64, decimal, unb64, verify_checkpoint

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADER = "c2sp.org/tlog-proof@v1"
_PATH_MAX = 64
_PROOF_BYTES_MAX = 131_072


@dataclass(frozen=True, slots=True)
class TlogProof:
    """Index of a leaf, audit path (32-byte hashes, lowest first), and the whole checkpoint note."""

    index: int
    path: tuple[bytes, ...]
    note: bytes

    def to_bytes(self) -> bytes:
        """Return the proof as a file."""
        lines = [_HEADER, f"index {self.index}", *map(b64, self.path), "", ""]
        return "\n".join(lines).encode() + self.note

    @classmethod
    def parse(cls, data: bytes) -> TlogProof:
        """Return the proof in `data`.

        Raises:
            BadInput: not a proof, or not in its one form.
        """
        if len(data) > _PROOF_BYTES_MAX:
            raise BadInput("The proof is larger than any that this program accepts.")
        head, separator, note = data.partition(b"\n\n")
        lines = head.split(b"\n")
        if not separator or len(lines) < 2 or len(lines) > _PATH_MAX + 2 or not lines[1].startswith(b"index "):  # noqa: PLR2004
            raise BadInput("The proof does not have the form of a tlog-proof.")
        try:
            index, *path = [line.decode("ascii") for line in lines[1:]]
        except UnicodeDecodeError:
            raise BadInput("The proof contains characters that it must not.") from None
        proof = cls(decimal(index.removeprefix("index ")), tuple(map(unb64, path)), note)
        if any(len(step) != tree.HASH_BYTES for step in proof.path) or proof.to_bytes() != data:
            raise BadInput("The proof is not in its one form.")
        return proof

    def verify(self, raw: bytes, key: VerifierKey, *, exact: bool = True) -> Checkpoint:
        """Return the checkpoint after checking that it is signed by `key` and covers the entry `raw`.

        Raises:
            BadInput: signature or path do not hold.
        """
        checkpoint = verify_checkpoint(self.note, key, exact=exact)
        self.check_path(raw, checkpoint)
        return checkpoint

    def check_path(self, raw: bytes, checkpoint: Checkpoint) -> None:
        """Check only that the path leads from the entry `raw` to the root of `checkpoint`.

        Raises:
            BadInput: it does not.
        """
        found = tree.root_from_inclusion(tree.leaf_hash(raw), self.index, checkpoint.size, self.path)
        if found != checkpoint.root:
            raise BadInput("The entry is not in the log at the place that the proof names.")


def prove(nodes: tree.Nodes, index: int, size: int, note: bytes) -> TlogProof:
    """Return the proof for leaf `index` in the tree of `size` leaves that `note` is the checkpoint of."""
    path: Sequence[bytes] = tree.inclusion_proof(nodes, index, size)
    return TlogProof(index, tuple(path), note)
