from __future__ import annotations

import io
import itertools
import random
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from second.package import Member, ending
from second.verifier import CHECKS, verify
from second.writer_dossier import dossier, manifest, seal, tell, unpack, zipped

if TYPE_CHECKING:
    from pathlib import Path

    from second.conftest import Made

FLIPS = 400
SHARDS = 8


def failed(path: Path, trust: str | None = None) -> set[str]:
    """Names of the checks that fail."""
    result = verify(path, trust)
    found = {name for name, faults in result["checks"].items() if faults}
    assert (not found) == result["ok"]
    assert set(CHECKS) == set(result["checks"])
    return found


def reseal(files: dict[str, bytes]) -> dict[str, bytes]:
    """The coordinated attacker: every hash that no signature covers is computed again."""
    result = dict(files)
    result["manifest-sha256.txt"] = manifest({n: d for n, d in files.items() if n.startswith("data/")})
    outside = {n: d for n, d in result.items() if not n.startswith("data/") and n != "tagmanifest-sha256.txt"}
    return result | {"tagmanifest-sha256.txt": manifest(outside)}


def _flip_coordinated(made: Made, spot: Path, count: int, *, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - to be replayed
    names = [name for name in made.files if not name.endswith("manifest-sha256.txt")]
    for _ in range(count):
        name = dice.choice(names)
        data = bytearray(made.files[name])
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        spot.write_bytes(zipped(reseal({**made.files, name: bytes(data)})))
        assert failed(spot), name


@pytest.mark.parametrize("m_of_n", [(1, 1), (2, 3), (3, 5)])
@pytest.mark.parametrize("with_media", [True, False])
@pytest.mark.parametrize("long", [True, False])
def test_accepts_the_writers_dossiers(spot: Path, m_of_n: tuple[int, int], *, with_media: bool, long: bool) -> None:
    """Zip and folder hold, with and without a key file from outside."""
    story = tell("birch", m=m_of_n[0], n=m_of_n[1], with_media=with_media, long=long)
    files = dossier(story)
    spot.write_bytes(zipped(files))
    folder = unpack(files, spot.parent / "folder")

    for path in (spot, folder):
        assert verify(path, story.trust)["anchor"] == "established"
        assert verify(path)["anchor"] == "not established"
        assert failed(path, story.trust) == set()
        assert failed(path) == set()


def test_refuses_sampled_flips_of_the_zip(made: Made, spot: Path) -> None:
    """Any bit of the zip, changed, makes some check fail."""
    dice = random.Random(7)  # noqa: S311 - to be replayed
    for _ in range(FLIPS):
        place, bit = dice.randrange(len(made.zip)), dice.randrange(8)
        changed = bytearray(made.zip)
        changed[place] ^= 1 << bit
        spot.write_bytes(changed)
        assert failed(spot), (place, bit)


@pytest.mark.slow
def test_refuses_thousands_of_flips_with_hashes_computed_again(made: Made, spot: Path) -> None:
    """The same, many times."""
    _flip_coordinated(made, spot, 4_000, seed=9)


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_refuses_every_flipped_byte_of_the_zip(made: Made, spot: Path, shard: int) -> None:
    """No byte of the zip is free."""
    for place in range(shard, len(made.zip), SHARDS):
        changed = bytearray(made.zip)
        changed[place] ^= 1 << place % 8
        spot.write_bytes(changed)
        assert failed(spot), place


def test_refuses_sampled_flips_with_hashes_computed_again(made: Made, spot: Path) -> None:
    """The coordinated attacker flips one byte in a file and makes manifests and zip anew."""
    _flip_coordinated(made, spot, FLIPS, seed=8)


@pytest.mark.slow
def test_refuses_every_flipped_byte_outside_the_manifest(made: Made, spot: Path) -> None:
    """The two files that no signature covers have one form: each of their bytes, with the rest made anew."""
    for name in ("disclosure.tlog-proof", "disclosure.cose", "bag-info.txt", "bagit.txt"):
        for place in range(len(made.files[name])):
            data = bytearray(made.files[name])
            data[place] ^= 1
            spot.write_bytes(zipped(reseal({**made.files, name: bytes(data)})))
            assert failed(spot), (name, place)


def test_refuses_truncations_and_additions(made: Made, spot: Path) -> None:
    """Nothing in front, nothing behind, nothing cut."""
    cuts = [made.zip[:size] for size in range(0, len(made.zip), 997)]
    for changed in [*cuts, made.zip[1:], b"\x00" + made.zip, made.zip + b"\x00", made.zip + made.zip]:
        spot.write_bytes(changed)
        assert failed(spot)


def test_refuses_every_file_left_out(made: Made, spot: Path) -> None:
    """Each file is needed, whatever is computed again."""
    for name in made.files:
        rest = {other: data for other, data in made.files.items() if other != name}
        fewer = rest if name.endswith("manifest-sha256.txt") else reseal(rest)
        spot.write_bytes(zipped(fewer))
        assert failed(spot), name


@pytest.mark.parametrize(
    "name",
    [
        "data/more",
        "data/media/" + "0" * 64 + ".jpg",
        "data/entries/" + "0" * 64 + ".cose",
        "data/proofs/" + "0" * 64 + ".tlog-proof",
        "fetch.txt",
        "manifest-sha512.txt",
        "disclosure.cose.bak",
    ],
)
def test_refuses_a_file_added(made: Made, spot: Path, name: str) -> None:
    """No name beside those of the page, and none of theirs twice."""
    spot.write_bytes(zipped(reseal({**made.files, name: b"EXERCISE"})))
    assert failed(spot)
    assert failed(unpack(reseal({**made.files, name: b"EXERCISE"}), spot.parent / "folder"))


def test_refuses_swapped_files(made: Made, spot: Path) -> None:
    """Two entries or two proofs exchanged."""
    for folder in ("data/entries/", "data/proofs/"):
        names = sorted(name for name in made.files if name.startswith(folder))
        for left, right in itertools.pairwise(names):
            swapped = {**made.files, left: made.files[right], right: made.files[left]}
            spot.write_bytes(zipped(reseal(swapped)))
            assert failed(spot) >= {"disclosure"}, (left, right)


def test_refuses_links_and_empty_folders(made: Made, tmp_path: Path) -> None:
    """A folder holds regular files only."""
    folder = unpack(made.files, tmp_path / "folder")
    (folder / "data" / "more").mkdir()
    assert failed(folder) == {"container"}
    (folder / "data" / "more").rmdir()
    keys = folder / "data" / "keys"
    keys.rename(tmp_path / "keys")
    keys.symlink_to(tmp_path / "keys")
    assert "container" in failed(folder)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("compress_type", zipfile.ZIP_DEFLATED),
        ("date_time", (1980, 1, 2, 0, 0, 0)),
        ("date_time", (1980, 1, 1, 0, 0, 2)),
        ("extra", b"\x55\x54\x00\x00"),
        ("comment", b"EXERCISE"),
        ("create_system", 3),
        ("create_version", 45),
        ("external_attr", 1),
        ("internal_attr", 1),
    ],
)
def test_refuses_a_zip_of_another_form(made: Made, spot: Path, field: str, value: object) -> None:
    """The same files in a zip whose headers say something else."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(made.files):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system = info.external_attr = 0
            setattr(info, field, value)
            archive.writestr(info, made.files[name], compress_type=info.compress_type)
            info.external_attr = value if field == "external_attr" else 0  # type: ignore[assignment]
    spot.write_bytes(out.getvalue())
    assert failed(spot) == {"container"}


def test_headers_beyond_four_gib() -> None:
    """ZIP64 fields as the page lays them down; the limits are exact."""
    member = Member(b"a", 2**32, 7, 2**33)
    assert (member.version, len(member.local())) == (45, 31 + 20)
    assert member.local().endswith(b"a" + struct.pack("<HHQQ", 1, 16, 2**32, 2**32))
    assert member.central().endswith(b"a" + struct.pack("<HHQQQ", 1, 24, 2**32, 2**32, 2**33))
    assert (Member(b"a", 2**32 - 2, 7, 0).version, len(Member(b"a", 2**32 - 2, 7, 0).local())) == (20, 31)
    assert (Member(b"a", 1, 7, 2**32 - 1).version, len(Member(b"a", 1, 7, 2**32 - 1).local())) == (45, 31)
    assert len(ending(65_534, 1, 1)) == 22
    assert len(ending(65_535, 1, 1)) == 22 + 56 + 20


def test_a_false_organisation_is_consistent_but_not_anchored(made: Made, spot: Path) -> None:
    """Whoever makes a whole false dossier makes a false key file: only a file from outside tells."""
    spot.write_bytes(zipped(dossier(tell("forger"))))
    assert failed(spot) == set()
    result = verify(spot, made.story.trust)
    assert result["anchor"] == "contradicted"
    assert failed(spot, made.story.trust) == {"anchor"}


@pytest.mark.parametrize("text", ["", "firsthand-keys/1\n", "org x\n", "\n"])
def test_refuses_a_key_file_of_another_form(made: Made, spot: Path, text: str) -> None:
    """A key file that is none establishes nothing."""
    spot.write_bytes(made.zip)
    assert failed(spot, text) == {"anchor"}
    assert failed(spot, "# EXERCISE\n" + made.story.trust) == set()


LIES = [
    ("content", '"value": "EXERCISE: a wall', '"value": "EXERCISE: a hall'),
    ("content", '"kind": "collapse"', '"kind": "collapsE"'),
    ("content", '"exercise": true', '"exercise": false'),
    ("content", '"exercise": true', '"exercise": 1'),
    ("content", '"seq": 1,', '"seq": true,'),
    ("content", '"log_size": 10', '"log_size": 11'),
    ("content", '"state": "withheld"', '"state": "erased"'),
    ("content", '"state": "withheld"', '"state": "hidden"'),
    ("content", '"disclosed": 1,', '"disclosed": 2,'),
    ("content", '"field": "sealed.title"', '"field": "sealed.caller"'),
    ("content", '"field": "body.at.x"', '"field": "body.at.y"'),
    ("content", '"field": "body.at.x"', '"field": "body.at"'),
    ("content", '"format"', '"format": "firsthand.dossier/1", "format"'),
    ("content", '"received": null', '"received": 5'),
    ("content", '"seen": null', '"seen": ""'),
    ("content", '"value": 3,', '"value": 3.0,'),
    ("media", '"size": 159,\n   "name"', '"size": 160,\n   "name"'),
    ("media", '"name": "data/media/', '"name": "media/'),
]


@pytest.mark.parametrize(("check", "old", "new"), LIES)
def test_refuses_a_centre_that_lies_about_its_entries(made: Made, spot: Path, check: str, old: str, new: str) -> None:
    """The centre signs an incident.json that does not agree with what lies beside it."""
    data = {name: content for name, content in made.files.items() if name.startswith("data/")}
    text = data["data/incident.json"].decode()
    assert old in text
    data["data/incident.json"] = text.replace(old, new, 1).encode()
    spot.write_bytes(zipped(data | seal(made.story, data)))
    assert check in failed(spot)


@pytest.mark.parametrize("name", ["data/keys", "data/policy"])
def test_refuses_a_centre_that_lies_about_its_keys(made: Made, spot: Path, name: str) -> None:
    """Signed by the centre all the same."""
    data = {other: content for other, content in made.files.items() if other.startswith("data/")}
    data[name] = data[name].replace(b"log ", b"log x", 1)
    spot.write_bytes(zipped(data | seal(made.story, data)))
    assert failed(spot) == {"keys"}


def test_refuses_a_cited_entry_that_does_not_stand(spot: Path) -> None:
    """The phone was withdrawn, and the report cites it."""
    story = tell("cedar")
    root = story.organisation.roots[0]
    story.log.append(story.organisation.withdraw(root, story.incident.entry.feed).entry.raw)
    spot.write_bytes(zipped(dossier(story)))
    assert failed(spot) == {"standing"}


def test_refuses_a_centre_that_does_not_stand(spot: Path) -> None:
    """The centre's own feed was withdrawn before it disclosed."""
    story = tell("cedar")
    root = story.organisation.roots[0]
    story.log.append(story.organisation.withdraw(root, story.centre.feed, 0).entry.raw)
    spot.write_bytes(zipped(dossier(story)))
    assert failed(spot) == {"disclosure"}


@given(st.binary(max_size=200))
def test_refuses_noise(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Arbitrary bytes are no dossier and no crash."""
    path = tmp_path_factory.mktemp("noise") / "dossier.zip"
    path.write_bytes(data)
    assert failed(path) == {"container"}
