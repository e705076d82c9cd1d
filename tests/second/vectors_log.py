"""Cases of `tree.json` and `notes.json`."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from second import notes, tree
from second.faults import FaultError
from second.writer import Key, b64, digest, sign_note, signature_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Case = dict[str, Any]


# tree.json


@lru_cache(maxsize=2)
def leaves(size: int) -> list[bytes]:
    """Leaf i is the decimal text of i."""
    return [tree.leaf_hash(str(i).encode()) for i in range(size)]


def _inclusion(size: int, index: int, hashes: list[bytes]) -> Case:
    path = tree.inclusion(index, hashes)
    return {"index": index, "leaf": hashes[index].hex(), "path": [item.hex() for item in path], "size": size}


def trees() -> list[Case]:
    """Roots, proofs and names of tiles. Entry i is the decimal text of i, so leaf 0 is H(00 30)."""
    result: list[Case] = []
    for size in [*range(21), 255, 256, 257, 258, 65_536]:
        hashes = leaves(size)
        found: Case = {"name": f"root_{size}", "why": "root over the texts 0, 1, 2 ...", "kind": "root"}
        result.append(found | {"size": size, "expected": tree.root(hashes).hex()})
    for size in (1, 2, 3, 5, 7, 8, 13, 257, 65_536):
        hashes = leaves(size)
        places = {0, size - 1} if size > 257 else {0, 1, size // 2, size - 1}  # to keep the file small
        for index in sorted(places & set(range(size))):
            case = _inclusion(size, index, hashes) | {"kind": "inclusion", "root": tree.root(hashes).hex()}
            result.append({"name": f"inclusion_{index}_of_{size}", "why": "a path", **case, "expected": True})
    result += _bad_inclusions()
    for old, new in ((1, 1), (1, 2), (2, 3), (3, 7), (4, 7), (6, 7), (8, 13), (7, 7), (255, 257), (256, 65_536)):
        hashes = leaves(new)
        path = tree.consistency(old, hashes)
        case = {"kind": "consistency", "old": old, "new": new, "old_root": tree.root(hashes[:old]).hex()}
        case |= {"new_root": tree.root(hashes).hex(), "path": [item.hex() for item in path]}
        result.append({"name": f"consistency_{old}_{new}", "why": "a proof", **case, "expected": True})
        if new > 257:
            continue
        forged = case | {"old_root": tree.root([*hashes[: old - 1], digest("forged")]).hex()}
        name, why = f"consistency_{old}_{new}_forged", "the old tree had another last leaf"
        result.append({"name": name, "why": why, **forged, "expected": False})
    for size in (0, 1, 255, 256, 257, 65_535, 65_536, 65_792, 70_000, 256_000, 256_001, 1_234_068 * 256):
        case = {"kind": "tiles", "size": size, "expected": tree.tile_paths(size)}
        result.append({"name": f"tiles_{size}", "why": "the last tile of each level, the last bundle", **case})
    return result


def _bad_inclusions() -> Iterator[Case]:
    hashes = leaves(13)
    good = _inclusion(13, 6, hashes) | {"kind": "inclusion", "root": tree.root(hashes).hex()}
    path = good["path"]
    bad: list[tuple[str, str, Case]] = [
        ("index_other", "another index", {"index": 7}),
        ("index_at_size", "an index beyond the tree", {"index": 13}),
        ("size_other", "another size", {"size": 8}),
        ("leaf_other", "another leaf", {"leaf": hashes[5].hex()}),
        ("path_short", "a hash left out", {"path": path[:-1]}),
        ("path_long", "a hash added", {"path": [*path, path[0]]}),
        ("path_swapped", "two hashes swapped", {"path": [path[1], path[0], *path[2:]]}),
        ("path_empty", "no path", {"path": []}),
    ]
    for name, why, changes in bad:
        yield {"name": f"inclusion_{name}", "why": why, **good, **changes, "expected": False}
    only = leaves(1)
    extra = {"index": 0, "size": 1, "leaf": only[0].hex(), "path": [only[0].hex()], "root": only[0].hex()}
    why = "a path where the leaf is the root"
    yield {"name": "inclusion_single_with_path", "why": why, "kind": "inclusion", **extra, "expected": False}


# notes.json


def check_note(vkey: str, note: bytes) -> bool:
    """A checkpoint of the log of that verifier key."""
    try:
        name, public = notes.parse_vkey(vkey)
        checkpoint = notes.parse_checkpoint(note)
        if checkpoint.origin != name:
            return False
        checkpoint.verify(public)
    except FaultError:
        return False
    return True


def check_proof(vkey: str, proof: bytes, leaf_data: bytes) -> bool:
    """A tlog-proof of an entry in the log of that verifier key."""
    try:
        found = notes.parse_proof(proof)
    except FaultError:
        return False
    checkpoint = found.checkpoint
    root = tree.root_of_path(tree.leaf_hash(leaf_data), found.index, checkpoint.size, found.path)
    return root == checkpoint.root and check_note(vkey, found.note)


def _notes(  # noqa: PLR0915 - a list
    key: Key, other: Key
) -> Iterator[tuple[str, str, str, bytes, bool]]:
    origin = notes.origin_of(digest("org"), key.public)
    vkey = notes.vkey_of(origin, key.public)
    root = b64(tree.root(leaves(5)))
    lines = [origin, "5", root]
    good = sign_note(key, origin, lines)
    witness = signature_line("witness.example", digest("id")[:4], bytes(72))
    stranger = signature_line(origin, notes.key_id(origin, other.public), other.sign(b"x"))
    line = good.decode().split("\n\n")[1]

    def signed(*text: str) -> bytes:
        return sign_note(key, origin, list(text))

    yield "good", "three lines and the log's signature", vkey, good, True
    yield "good_size_0", "an empty tree", vkey, signed(origin, "0", b64(hashlib.sha256().digest())), True
    yield "good_unknown_after", "a line of an unknown key is passed over", vkey, good + witness.encode(), True
    before = good.replace(line.encode(), (witness + line).encode())
    yield "good_unknown_before", "also before the log's", vkey, before, True
    many = good + b"".join(signature_line(f"w{i}", digest(i)[:4], b"x").encode() for i in range(63))
    yield "good_64_signatures", "as many as may be", vkey, many, True
    yield "good_same_name_other_id", "an unknown key with the log's name", vkey, good + stranger.encode(), True
    yield "signatures_65", "one too many", vkey, many + witness.encode(), False
    yield "extension_line", "a fourth line", vkey, signed(*lines, "extension"), False
    yield "two_lines", "no root", vkey, signed(origin, "5"), False
    yield "no_blank_line", "the blank line left out", vkey, good.replace(b"\n\n", b"\n"), False
    yield "two_blank_lines", "a blank line too many", vkey, good.replace(b"\n\n", b"\n\n\n"), False
    yield "no_signature", "no signature", vkey, good.split(b"\n\n")[0] + b"\n\n", False
    yield "only_unknown_signature", "signed by others", vkey, good.replace(line.encode(), witness.encode()), False
    yield "no_last_newline", "cut at the end", vkey, good[:-1], False
    yield "trailing_newline", "an empty line at the end", vkey, good + b"\n", False
    yield "carriage_return", "CR before LF", vkey, good.replace(b"\n", b"\r\n"), False
    yield "control_character", "a tab in the size line", vkey, signed(origin, "5\t", root), False
    yield "size_leading_zero", "05", vkey, signed(origin, "05", root), False
    yield "size_plus", "+5", vkey, signed(origin, "+5", root), False
    yield "size_negative", "-5", vkey, signed(origin, "-5", root), False
    yield "size_empty", "nothing", vkey, signed(origin, "", root), False
    yield "size_arabic_digit", "a digit beyond ASCII", vkey, signed(origin, "\u0665", root), False
    yield "root_unpadded", "base64 without padding", vkey, signed(origin, "5", root.rstrip("=")), False
    loose = root[:-2] + chr(ord(root[-2]) + 1) + "="
    yield "root_unused_bits", "base64 with unused bits set", vkey, signed(origin, "5", loose), False
    url = b64(b"\xff" * 32).replace("/", "_")
    yield "root_base64url", "the URL alphabet", vkey, signed(origin, "5", url), False
    yield "root_31_bytes", "31 bytes", vkey, signed(origin, "5", b64(bytes(31))), False
    yield "root_space", "a space after it", vkey, signed(origin, "5", root + " "), False
    yield "size_changed", "6 in place of 5", vkey, good.replace(b"\n5\n", b"\n6\n"), False
    yield "hyphen_for_dash", "another dash", vkey, good.replace("\u2014".encode(), b"-"), False
    raw = line.removesuffix("\n").rsplit(" ", 1)[1]
    padded = good.replace(raw.encode(), raw.rstrip("=").encode())
    yield "signature_unpadded", "base64 without padding", vkey, padded, False
    bits = raw.rstrip("=")
    bits = bits[:-1] + chr(ord(bits[-1]) + 1) + raw[len(bits) :]
    yield "signature_unused_bits", "base64 with unused bits set", vkey, good.replace(raw.encode(), bits.encode()), False
    flipped = good.replace(raw[:20].encode(), (raw[:19] + ("A" if raw[19] != "A" else "B")).encode())
    yield "signature_flipped", "one character changed", vkey, flipped, False
    yield (
        "signature_short",
        "a line of four bytes",
        vkey,
        good + signature_line("w.example", b"1234", b"").encode(),
        False,
    )
    yield "key_name_other", "the log's key under another name", vkey, sign_note(key, "other.example", lines), False
    yield "origin_other", "another organisation", vkey, signed(origin.replace("/", "/0", 1)[:-1], "5", root), False
    yield "vkey_other", "checked with another key", notes.vkey_of(origin, other.public), good, False
    broken = vkey.replace("+", "+0", 1)[: len(vkey)]
    yield "vkey_id_wrong", "a verifier key whose id is not its own", broken, good, False
    yield "not_utf8", "a byte that is not UTF-8", vkey, good.replace(b"\n5\n", b"\n5\xff\n"), False


def _proofs(key: Key) -> Iterator[tuple[str, str, str, bytes, bytes, bool]]:
    origin = notes.origin_of(digest("org"), key.public)
    vkey = notes.vkey_of(origin, key.public)

    def made(index: int, size: int, change: Callable[[list[str]], list[str]] = lambda lines: lines) -> bytes:
        hashes = leaves(size)
        lines = ["c2sp.org/tlog-proof@v1", f"index {index}", *map(b64, tree.inclusion(index, hashes))]
        above = "".join(line + "\n" for line in change(lines)) + "\n"
        return above.encode() + sign_note(key, origin, [origin, str(size), b64(tree.root(hashes))])

    def bad(name: str, why: str, change: Callable[[list[str]], list[str]]) -> tuple[str, str, str, bytes, bytes, bool]:
        return name, why, vkey, made(2, 5, change), b"2", False

    yield "good", "a proof of leaf 2 of 5", vkey, made(2, 5), b"2", True
    yield "good_last", "the last leaf has a short path", vkey, made(4, 5), b"4", True
    yield "good_single", "a tree of one leaf has no path", vkey, made(0, 1), b"0", True
    yield "entry_other", "another entry", vkey, made(2, 5), b"3", False
    yield "trailing", "bytes after the note", vkey, made(2, 5) + b"x\n", b"2", False
    yield "no_checkpoint", "cut before the checkpoint", vkey, made(2, 5).split(b"\n\n")[0] + b"\n", b"2", False
    yield bad("extra_line", "an `extra` line", lambda x: [x[0], "extra AAAA", *x[1:]])
    yield bad("version_2", "another first line", lambda x: ["c2sp.org/tlog-proof@v2", *x[1:]])
    yield bad("index_missing", "no index", lambda x: [x[0], *x[2:]])
    yield bad("index_leading_zero", "02", lambda x: [x[0], "index 02", *x[2:]])
    yield bad("index_plus", "+2", lambda x: [x[0], "index +2", *x[2:]])
    yield bad("index_two_spaces", "two spaces", lambda x: [x[0], "index  2", *x[2:]])
    yield bad("index_other", "another index", lambda x: [x[0], "index 3", *x[2:]])
    yield bad("index_beyond", "an index beyond the tree", lambda x: [x[0], "index 5", *x[2:]])
    yield bad("path_short", "a hash left out", lambda x: x[:-1])
    yield bad("path_long", "a hash added", lambda x: [*x, x[-1]])
    yield bad("path_swapped", "two hashes swapped", lambda x: [*x[:2], x[3], x[2], *x[4:]])
    yield bad("path_unpadded", "base64 without padding", lambda x: [*x[:-1], x[-1].rstrip("=")])
    yield bad("path_unused_bits", "unused bits set", lambda x: [*x[:-1], x[-1][:-2] + chr(ord(x[-1][-2]) + 1) + "="])
    yield bad("path_space", "a space before a hash", lambda x: [*x[:-1], " " + x[-1]])
    yield bad("path_31_bytes", "a hash of 31 bytes", lambda x: [*x[:-1], b64(bytes(31))])
    yield bad("blank_line_early", "a blank line within the path", lambda x: [*x[:3], "", *x[3:]])
    yield bad("carriage_return", "CR before LF", lambda x: [line + "\r" for line in x])


def note_cases() -> list[Case]:
    """Checkpoints and proofs, good and bad."""
    key, other = Key("vector log"), Key("vector log", "other")
    result: list[Case] = []
    for name, why, vkey, note, expected in _notes(key, other):
        if check_note(vkey, note) != expected:
            raise ValueError(name)
        case: Case = {"name": f"checkpoint_{name}", "why": why, "kind": "checkpoint", "vkey": vkey}
        result.append(case | {"note": note.hex(), "expected": expected})
    for name, why, vkey, proof, leaf_data, expected in _proofs(key):
        if check_proof(vkey, proof, leaf_data) != expected:
            raise ValueError(name)
        case = {"name": f"proof_{name}", "why": why, "kind": "proof", "vkey": vkey, "proof": proof.hex()}
        result.append(case | {"entry": leaf_data.hex(), "expected": expected})
    return result
