from __future__ import annotations

import io
import itertools
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from second.judge import failed, reseal
from second.package import Member, ending
from second.verifier import verify
from second.writer_dossier import dossier, tell, unpack, zipped

if TYPE_CHECKING:
    from pathlib import Path

    from second.conftest import Made


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


@given(st.binary(max_size=200))
def test_refuses_noise(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Arbitrary bytes are no dossier and no crash."""
    path = tmp_path_factory.mktemp("noise") / "dossier.zip"
    path.write_bytes(data)
    assert failed(path) == {"container"}
