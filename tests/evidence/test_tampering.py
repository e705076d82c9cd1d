"""Every change to a dossier is found, also by one who computes every unsigned hash again."""

from __future__ import annotations

import io
import json
import random
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from firsthand.drill import attacker
from firsthand.evidence.dossier import layout
from firsthand.evidence.dossier.package import ZipPackage, open_package
from firsthand.evidence.dossier.verify import verify
from firsthand.evidence.dossier.zipform import read_directory, write_zip
from world.package import Files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from evidence.conftest import Sample
    from firsthand.evidence.dossier.report import Report

FLIPS = 1500
FLIPS_A_FILE = 12


def judge(files: Mapping[str, bytes], trust: Any = None) -> Report:
    """Return the verdict about files in memory."""
    return verify(Files(files), trust=trust)


def judge_zip(path: Path, content: bytes, trust: Any = None) -> Report:
    """Return the verdict about the bytes of a zip."""
    path.write_bytes(content)
    with open_package(path) as package:
        return verify(package, trust=trust)


def failed(report: Report) -> set[str]:
    """Return the names of the checks that do not hold."""
    return {check.name for check in report.checks if not check.ok}


def test_the_untouched_dossier_holds(sample: Sample) -> None:
    """Zip and files hold, with and without a key file; only with one is identity established."""
    with open_package(sample.path) as package:
        report = verify(package, trust=sample.trust)
    assert (report.ok, report.anchor) == (True, "established")
    assert (judge(sample.files).ok, judge(sample.files).anchor) == (True, "not established")


@pytest.mark.slow
def test_every_flipped_byte_of_the_zip_is_found(sample: Sample, tmp_path: Path) -> None:
    """A bit turned over anywhere in the zip, headers and checksums included, breaks a check."""
    whole = sample.path.read_bytes()
    rng = random.Random(3)  # noqa: S311 - repeatable
    places = rng.sample(range(len(whole)), min(FLIPS, len(whole)))
    missed = [at for at in places if judge_zip(tmp_path / "flipped.zip", attacker.flip(whole, at)).ok]
    assert missed == []


def test_every_byte_of_the_zips_own_structure_is_found(sample: Sample, tmp_path: Path) -> None:
    """Each byte of the first and last headers matters."""
    whole = sample.path.read_bytes()
    with sample.path.open("rb") as file:
        first = read_directory(file, len(whole))[0].data_offset
    places = [*range(first), *range(len(whole) - 120, len(whole))]
    assert [at for at in places if judge_zip(tmp_path / "flipped.zip", attacker.flip(whole, at)).ok] == []


@pytest.mark.slow
def test_a_change_with_every_unsigned_hash_repaired_is_found(sample: Sample) -> None:
    """Whoever changes a byte of any file and makes all manifests, counts and checksums agree is still found."""
    rng = random.Random(4)  # noqa: S311 - repeatable
    missed = []
    for name, content in sample.files.items():
        if name in {layout.MANIFEST, layout.TAGMANIFEST}:
            continue  # these the attacker makes again
        for at in rng.sample(range(len(content)), min(FLIPS_A_FILE, len(content))):
            changed = attacker.repair(sample.files | {name: attacker.flip(content, at)})
            if judge(changed).ok:
                missed.append((name, at))
    assert missed == []


def test_a_changed_picture_is_named(sample: Sample) -> None:
    """The verdict names the file as it came, and its entry."""
    name = next(n for n in sample.files if n.endswith(".jpg"))
    report = judge(attacker.repair(sample.files | {name: attacker.flip(sample.files[name], 200)}))
    detail = next(check.detail for check in report.checks if check.name == "media")
    assert {"media", "disclosure"} <= failed(report)
    assert "تمرين" in detail
    assert "entry " in detail


def test_removing_any_file_is_found(sample: Sample) -> None:
    """A file left out is missed, whatever the manifests say afterwards."""
    for name in sample.files.keys() - {layout.MANIFEST, layout.TAGMANIFEST}:  # these the attacker makes again
        rest = {n: c for n, c in sample.files.items() if n != name}
        assert not judge(attacker.repair(rest)).ok, name


@pytest.mark.parametrize(
    "name", ["data/extra", "data/media/" + "0" * 64 + ".jpg", "notes.txt", "data/../x", "data/media/x.jpg"]
)
def test_adding_a_file_is_found(sample: Sample, name: str) -> None:
    """Nothing may be added, under no name."""
    assert not judge(attacker.repair(sample.files | {name: b"added"})).ok


def test_swapping_two_files_is_found(sample: Sample) -> None:
    """Two pictures, two entries, two proofs cannot change places."""
    for ending in (".jpg", ".cose", ".tlog-proof"):
        one, other = [n for n in sample.files if n.endswith(ending) and n.startswith("data/")][:2]
        swapped = sample.files | {one: sample.files[other], other: sample.files[one]}
        assert not judge(attacker.repair(swapped)).ok, ending


@pytest.mark.parametrize("name", [layout.PAGE, layout.INCIDENT, layout.KEYS, layout.POLICY])
def test_replacing_a_part_by_a_strangers_is_found(sample: Sample, stranger: Sample, name: str) -> None:
    """Page, readable form, keys and policy of another dossier do not fit."""
    assert not judge(attacker.repair(sample.files | {name: stranger.files[name]})).ok


def test_leaving_an_entry_out_everywhere_is_found(sample: Sample) -> None:
    """An entry removed with its proof, its readable form and its share of all counts is still missed."""
    document = json.loads(sample.files[layout.INCIDENT])
    victim = next(part for part in document["entries"] if part["type"] == "respond.person_status/1")
    document["entries"].remove(victim)
    for feed in document["counts"]["feeds"]:
        feed["dossier"] -= feed["feed"] == victim["feed"]
        feed["log"] -= feed["feed"] == victim["feed"]
    for field in victim["sealed"].values():
        document["counts"]["sealed"][field["state"]] -= 1
    document["counts"]["incident"] = {key: n - 1 for key, n in document["counts"]["incident"].items()}
    gone = {layout.entry_name(bytes.fromhex(victim["id"])), layout.proof_name(bytes.fromhex(victim["id"]))}
    files = {name: content for name, content in sample.files.items() if name not in gone}
    files[layout.INCIDENT] = (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
    report = judge(attacker.repair(files))
    assert {"disclosure"} == failed(report)


def _scalars(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from _scalars(value[key], (*path, key))
    else:
        yield path


def _changed(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return ("1" if value[:1] == "0" else "0") + value[1:]
        case _:
            return "something"


def test_every_value_of_the_readable_form_is_compared(sample: Sample) -> None:
    """The content check names each changed value of incident.json, apart from what the centre alone can count."""
    document = json.loads(sample.files[layout.INCIDENT])
    missed = []
    for path in _scalars(document):
        changed = json.loads(sample.files[layout.INCIDENT])
        part = changed
        for key in path[:-1]:
            part = part[key]
        part[path[-1]] = _changed(part[path[-1]])
        files = sample.files | {layout.INCIDENT: json.dumps(changed).encode()}
        report = judge(attacker.repair(files))
        assert not report.ok
        claim = path[0] == "counts" and path[-1] == "log"
        if "content" not in failed(report) and not claim:
            missed.append(path)
    assert missed == []


def test_a_changed_sentence_is_named(sample: Sample) -> None:
    """The verdict says what the signed entry says and what the file says now."""
    text = sample.files[layout.INCIDENT].replace(b'"to": "found"', b'"to": "missing"')
    report = judge(attacker.repair(sample.files | {layout.INCIDENT: text}))
    detail = next(check.detail for check in report.checks if check.name == "content")
    assert 'the signed entry says to = "found", incident.json says "missing"' in detail


def test_a_wholly_self_signed_dossier_is_not_taken_for_ours(sample: Sample, stranger: Sample) -> None:
    """Anybody can make a consistent dossier: its identity is not established, and against our key file it fails."""
    alone, against = judge(stranger.files), judge(stranger.files, sample.trust)
    assert (alone.ok, alone.anchor) == (True, "not established")
    assert (False, "contradicted", {"anchor"}) == (against.ok, against.anchor, failed(against))


def test_parts_of_two_dossiers_do_not_mix(sample: Sample, stranger: Sample) -> None:
    """A stranger's signature over our files, and ours over a stranger's, are both found."""
    for ours, theirs in ((sample, stranger), (stranger, sample)):
        for names in ((layout.DISCLOSURE, layout.DISCLOSURE_PROOF), (layout.DISCLOSURE_PROOF,)):
            assert not judge(attacker.repair(ours.files | {name: theirs.files[name] for name in names})).ok


@pytest.mark.slow
def test_every_truncation_is_found(sample: Sample, tmp_path: Path) -> None:
    """A zip cut off anywhere is refused."""
    whole = sample.path.read_bytes()
    rng = random.Random(5)  # noqa: S311 - repeatable
    lengths = [0, 1, 21, 22, len(whole) - 1, *rng.sample(range(len(whole)), 150)]
    assert [n for n in lengths if judge_zip(tmp_path / "cut.zip", whole[:n]).ok] == []


@pytest.mark.parametrize(
    ("before", "after"), [(b"x", b""), (b"", b"x"), (b"PK\x03\x04", b""), (b"", b"PK\x05\x06" + bytes(18))]
)
def test_bytes_before_or_behind_the_zip_are_found(sample: Sample, tmp_path: Path, before: bytes, after: bytes) -> None:
    """Nothing may stand before or behind the zip."""
    report = judge_zip(tmp_path / "more.zip", before + sample.path.read_bytes() + after)
    assert "container" in failed(report)


def _zip(members: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    write_zip(out, ((name, len(content), zlib.crc32(content), (content,)) for name, content in members))
    return out.getvalue()


def test_a_name_twice_is_found(sample: Sample, tmp_path: Path) -> None:
    """Two members of one name, so that two readers could see two files, are refused."""
    members = sorted(sample.files.items())
    at = next(i for i, (name, _) in enumerate(members) if name == layout.INCIDENT)
    content = _zip([*members[: at + 1], (layout.INCIDENT, b"{}"), *members[at + 1 :]])
    assert "container" in failed(judge_zip(tmp_path / "twice.zip", content))


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "data/../../evil", "C:\\evil"])
def test_a_path_out_of_the_folder_is_found(sample: Sample, tmp_path: Path, name: str) -> None:
    """Names that lead elsewhere are refused; verifying never unpacks anything."""
    content = _zip(sorted([*sample.files.items(), (name, b"evil")]))
    assert "container" in failed(judge_zip(tmp_path / "path.zip", content))


def test_a_compressed_member_is_refused_unread(sample: Sample, tmp_path: Path) -> None:
    """A zip bomb needs compression, and a dossier has none: the method byte alone breaks the form."""
    whole = bytearray(sample.path.read_bytes())
    at = whole.index(b"PK\x01\x02")
    whole[at + 10] = 8
    path = tmp_path / "bomb.zip"
    path.write_bytes(whole)
    with ZipPackage(path) as package:
        assert package.sizes() == {}
        assert "directory" in package.problem


def test_headers_that_disagree_are_found(sample: Sample, tmp_path: Path) -> None:
    """A local header that names another file than the directory is refused."""
    whole = sample.path.read_bytes().replace(b"VERIFY.txt", b"VERIFY.tyt", 1)
    assert "container" in failed(judge_zip(tmp_path / "headers.zip", whole))


def test_a_folder_with_a_link_or_a_changed_file_is_found(sample: Sample, tmp_path: Path) -> None:
    """The unpacked folder is checked like the zip; links in it are refused."""
    folder = tmp_path / "unpacked"
    attacker.unpack(sample.path, folder)
    with open_package(folder) as package:
        assert verify(package, trust=sample.trust).ok
    page = folder / layout.PAGE
    content = page.read_bytes()
    page.unlink()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(content)
    page.symlink_to(elsewhere)
    with open_package(folder) as package:
        assert "container" in failed(verify(package))
