"""Probing: what real and broken files show and claim, from behind the limits."""

from __future__ import annotations

import io
import json
import random
import signal
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, cast

import av
import pytest
from PIL import Image

from firsthand.media import Limits, Probe, Prober, _wire

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def prober() -> Iterator[Prober]:
    """One worker for all tests of this module, which is how it is used."""
    with Prober() as prober:
        yield prober


def picture(width: int = 320, height: int = 200) -> Image.Image:
    """A picture whose top left quarter is red, so that turning shows."""
    image = Image.effect_noise((width, height), 40).convert("RGB")
    image.paste((255, 0, 0), (0, 0, width // 2, height // 2))
    return image


def jpeg(exif: Image.Exif | None = None, **more: Any) -> bytes:
    """Return the picture as JPEG."""
    out = io.BytesIO()
    if exif is not None:
        more["exif"] = exif
    picture().save(out, "JPEG", quality=90, **more)
    return out.getvalue()


def claims() -> Image.Exif:
    """EXIF with orientation 6, a device with rubbish in its name, a time with offset and a place in Aleppo."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F], exif[0x0110] = "Maker", "Model\x00\x07"
    exif.get_ifd(0x8769)[0x9003] = "2016:09:28 18:18:05"
    exif.get_ifd(0x8769)[0x9011] = "+03:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 12.0, 7.56), 3: "E", 4: (37.0, 8.0, 3.48), 6: 390.0})
    return exif


def film(seconds: int = 2, dark_until: float = 0.0, codec: str = "mpeg4", form: str = "mp4") -> bytes:
    """A film with a bright moving square, black at first."""
    out = io.BytesIO()
    with av.open(out, "w", format=form) as container:
        container.metadata["creation_time"] = "2016-09-28T15:18:05Z"
        stream = cast("av.VideoStream", container.add_stream(codec, rate=25))
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number in range(25 * seconds):
            image = Image.new("RGB", (320, 240), (0, 0, 0) if number < 25 * dark_until else (90, 160, 90))
            if number >= 25 * dark_until:
                image.paste((250, 250, 250), (number, 40, number + 60, 100))
            container.mux(stream.encode(av.VideoFrame.from_image(image)))  # type: ignore[no-untyped-call]
        container.mux(stream.encode(None))
    return out.getvalue()


def probed(prober: Prober, tmp_path: Path, data: bytes) -> Probe:
    """Probe bytes as a file whose name tells nothing."""
    path = tmp_path / "no-extension"
    path.write_bytes(data)
    return prober.probe(path)


def assert_tame(found: Probe) -> None:
    """Whatever the file was: the answer is bounded, without floats, and survives a trip through JSON."""
    assert len(found.preview) <= 80_000
    assert found.readable == (not found.unreadable_reason)
    text = json.dumps(found.as_dict())
    assert Probe.from_dict(json.loads(text), found.preview) == found

    def floats(value: object) -> bool:
        if isinstance(value, dict):
            return any(floats(inner) for inner in value.values())
        if isinstance(value, list):
            return any(floats(inner) for inner in value)
        return isinstance(value, float)

    assert not floats(json.loads(text))
    if found.preview:
        with Image.open(io.BytesIO(found.preview)) as preview:
            preview.load()
            assert (preview.format, preview.mode) == ("JPEG", "RGB")
            assert max(preview.size) <= 640
            assert not preview.getexif()
            assert set(preview.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_picture_with_claims(prober: Prober, tmp_path: Path) -> None:
    """Size, orientation, time with offset, place and device are read; the preview is upright and carries none."""
    found = probed(prober, tmp_path, jpeg(claims(), comment=b"secret name"))
    assert_tame(found)
    assert (found.readable, found.width, found.height, found.orientation) == (True, 200, 320, 6)
    assert [(time.value, time.utc_ms) for time in found.claimed_times] == [("2016-09-28T18:18:05+03:00", 1475075885000)]
    assert [(at.lat_e7, at.lon_e7, at.altitude_mm) for at in found.claimed_places] == [(362021000, 371343000, 390000)]
    assert (found.claimed_make, found.claimed_model) == ("Maker", "Model")
    assert b"secret" not in found.preview
    with Image.open(io.BytesIO(found.preview)) as preview:
        red, green, _ = preview.resize((4, 4)).getpixel((3, 0))  # type: ignore[misc]
        assert red > 200 > green, "turned a quarter to the right, the red corner is at the top right"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F"])
def test_every_mode_has_a_preview(prober: Prober, tmp_path: Path, mode: str) -> None:
    """Bilevel, grey, palette, transparent, print and sixteen-bit pictures are all shown."""
    out = io.BytesIO()
    source = picture().convert("L").convert("I").convert("I;16") if mode == "I;16" else picture().convert(mode)
    source.save(out, "TIFF" if mode in {"CMYK", "F", "I;16"} else "PNG")
    found = probed(prober, tmp_path, out.getvalue())
    assert_tame(found)
    assert found.readable, found.unreadable_reason
    assert found.preview


def test_a_film(prober: Prober, tmp_path: Path) -> None:
    """Length, rate and claimed time are read, and the preview is not the black beginning."""
    found = probed(prober, tmp_path, film(seconds=4, dark_until=1.5))
    assert_tame(found)
    assert (found.readable, found.width, found.height) == (True, 320, 240)
    assert (found.duration_ms, found.frame_rate, found.has_sound) == (4000, (25, 1), False)
    assert found.claimed_times[0].utc_ms == 1475075885000
    with Image.open(io.BytesIO(found.preview)) as preview:
        assert preview.resize((1, 1)).getpixel((0, 0))[1] > 60  # type: ignore[index]


def test_a_film_that_is_all_black(prober: Prober, tmp_path: Path) -> None:
    """A covered lens still gives a readable film with a black preview."""
    found = probed(prober, tmp_path, film(dark_until=9))
    assert (found.readable, bool(found.preview)) == (True, True)


@pytest.mark.parametrize(("matrix", "orientation"), [((0, 1, -1, 0), 6), ((0, -1, 1, 0), 8), ((-1, 0, 0, -1), 3)])
def test_a_film_that_was_held_upright(
    prober: Prober, tmp_path: Path, matrix: tuple[int, int, int, int], orientation: int
) -> None:
    """The display matrix of the track turns size and preview (ISO/IEC 14496-12, 8.3.2)."""
    data = bytearray(film())
    at = data.index(b"tkhd") + 4 + 40
    one = 1 << 16
    a, b, c, d = (value * one for value in matrix)
    data[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    found = probed(prober, tmp_path, bytes(data))
    assert found.orientation == orientation
    assert (found.width, found.height) == ((320, 240) if orientation == 3 else (240, 320))


def test_sound_alone(prober: Prober, tmp_path: Path) -> None:
    """A WAV is readable, has a length and no picture."""
    wav = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + 16000, b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16, b"data", 16000
    )
    found = probed(prober, tmp_path, wav + bytes(16000))
    assert_tame(found)
    assert (found.readable, found.has_sound, found.duration_ms, found.width) == (True, True, 1000, None)


def png_claiming_huge_size() -> bytes:
    """A PNG of a few bytes whose header claims 60,000 x 60,000 pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(10_000)))
        + chunk(b"IEND", b"")
    )


def zip_bomb() -> bytes:
    """Fifty kilobytes that unpack to fifty megabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(50 << 20))
    return out.getvalue()


def test_a_huge_png_header_costs_nothing(prober: Prober, tmp_path: Path) -> None:
    """3.6 thousand million pixels are refused by their header, and the size is still told."""
    found = probed(prober, tmp_path, png_claiming_huge_size())
    assert (found.readable, found.width, found.height) == (False, 60_000, 60_000)
    assert "more than are decoded here" in found.unreadable_reason


def test_archives_are_not_opened(prober: Prober, tmp_path: Path) -> None:
    """A zip bomb is an archive and stays closed."""
    found = probed(prober, tmp_path, zip_bomb())
    assert (found.kind.extension, found.readable) == ("zip", False)


def test_memory_is_limited(tmp_path: Path) -> None:
    """A picture that needs more than the limit is unreadable with the reason, and the next one is fine."""
    out = io.BytesIO()
    Image.new("RGB", (9000, 9000)).save(out, "PNG")
    with Prober(Limits(memory_bytes=400 << 20)) as prober:
        found = probed(prober, tmp_path, out.getvalue())
        assert not found.readable
        assert "memory" in found.unreadable_reason
        assert probed(prober, tmp_path, jpeg()).readable


def test_an_empty_and_a_missing_file(prober: Prober, tmp_path: Path) -> None:
    """Nothing to read is a reason like any other."""
    assert probed(prober, tmp_path, b"").unreadable_reason == "the file is empty"
    assert "cannot be read" in prober.probe(tmp_path / "absent").unreadable_reason


def test_half_a_jpeg_is_shown_as_far_as_it_goes(prober: Prober, tmp_path: Path) -> None:
    """A picture that breaks off is readable, with an issue; one that ends in its header is not."""
    whole = jpeg()
    found = probed(prober, tmp_path, whole[: len(whole) // 2])
    assert_tame(found)
    assert (found.readable, bool(found.preview)) == (True, True)
    assert any("incomplete" in issue for issue in found.issues)
    scan = whole.index(b"\xff\xda")
    cut = probed(prober, tmp_path, whole[: scan + 14])
    assert (cut.readable, cut.width) == (False, 320)


def test_a_film_without_its_index_is_unreadable(prober: Prober, tmp_path: Path) -> None:
    """A recording that was cut off before `moov` was written is evidence with a reason."""
    data = film()
    found = probed(prober, tmp_path, data[: data.index(b"moov") - 4])
    assert_tame(found)
    assert not found.readable
    assert "container" in found.unreadable_reason


@pytest.mark.parametrize("what", ["jpeg", "png", "tiff", "webp", "gif", "mp4", "matroska", "avi", "mpegts"])
def test_random_damage_never_raises(prober: Prober, tmp_path: Path, what: str) -> None:
    """Flipped bits, cuts and repeated pieces give some tame answer, and the worker goes on."""
    if what in {"mp4", "matroska", "avi", "mpegts"}:
        whole = film(1, codec="mpeg2video" if what == "mpegts" else "mpeg4", form=what)
    else:
        out = io.BytesIO()
        picture().save(out, what.upper(), exif=claims())
        whole = out.getvalue()
    generator = random.Random(what)  # noqa: S311 - reproducible damage
    for _ in range(25):
        data = bytearray(whole)
        for _ in range(generator.randrange(1, 30)):
            data[generator.randrange(16, len(data))] ^= 1 << generator.randrange(8)
        if generator.random() < 0.4:
            del data[generator.randrange(16, len(data)) :]
        if generator.random() < 0.2:
            data += data[: generator.randrange(len(data))]
        assert_tame(probed(prober, tmp_path, bytes(data)))
    assert probed(prober, tmp_path, whole).readable


def test_malformed_exif_does_not_cost_the_picture(prober: Prober, tmp_path: Path) -> None:
    """Rubbish in the EXIF block leaves size and preview."""
    whole = jpeg(claims())
    at = whole.index(b"Exif\0\0") + 14
    for seed in range(20):
        generator = random.Random(seed)  # noqa: S311 - reproducible damage
        data = bytearray(whole)
        for place in range(at, at + 120):
            if generator.random() < 0.2:
                data[place] = generator.randrange(256)
        found = probed(prober, tmp_path, bytes(data))
        assert_tame(found)
        assert found.readable, found.unreadable_reason
        assert {found.width, found.height} == {320, 200}


HANGS = "import sys, time; from firsthand.media import _wire; import os; os.write(1, _wire.frame('{}')); {then}"


@pytest.mark.parametrize(
    ("then", "reason"),
    [
        ("time.sleep(60)", "takes more than 1 s"),
        ("sys.stdin.readline(); os.kill(os.getpid(), 11)", "crashed on it (SIGSEGV)"),
        ("sys.stdin.readline(); sys.exit(3)", "exit code 3"),
        ("sys.stdin.readline(); os.write(1, b'\\xff' * 64); time.sleep(60)", "made no sense"),
        ("sys.stdin.readline(); os.write(1, _wire.frame('[1]')); time.sleep(60)", "made no sense"),
        ("sys.stdin.readline(); os.write(1, _wire.HEADER.pack(9, 0) + b'not json!'); time.sleep(60)", "made no sense"),
    ],
)
def test_a_worker_that_misbehaves_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: str, reason: str
) -> None:
    """Hanging, crashing and lying workers give a reason; the next file gets a good one."""
    real = subprocess.Popen
    code = HANGS.replace("{then}", then)

    def bad(command: list[str], **more: object) -> subprocess.Popen[bytes]:
        return real([command[0], "-c", code], **more)  # type: ignore[call-overload,no-any-return]

    with Prober(Limits(decode_s=1)) as prober:
        monkeypatch.setattr(subprocess, "Popen", bad)
        found = probed(prober, tmp_path, jpeg())
        assert not found.readable
        assert reason in found.unreadable_reason
        monkeypatch.undo()
        assert probed(prober, tmp_path, jpeg()).readable


def test_credentials_that_take_too_long_cost_only_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the decoder found stays when the worker dies while it reads credentials."""
    real = subprocess.Popen
    code = (
        "import sys, time, json, os; from firsthand.media import _wire, Probe\n"
        "from firsthand.media._known_kinds import JPEG\n"
        "os.write(1, _wire.frame('{}')); sys.stdin.readline()\n"
        "answer = {'probe': Probe(JPEG, True, width=3, height=4).as_dict(), 'last': False}\n"
        "os.write(1, _wire.frame(json.dumps(answer))); time.sleep(60)\n"
    )

    def slow(command: list[str], **more: object) -> subprocess.Popen[bytes]:
        return real([command[0], "-c", code], **more)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(subprocess, "Popen", slow)
    with Prober(Limits(credentials_s=1)) as prober:
        found = probed(prober, tmp_path, jpeg())
    assert (found.readable, found.width) == (True, 3)
    assert found.c2pa is not None
    assert found.c2pa.state == "unchecked"


def test_the_worker_is_confined() -> None:
    """It has no core dumps, writes no files, has limited memory, and ends when its parent's pipe closes."""
    code = (
        "import resource, sys, json\n"
        "from firsthand.media._decode import limits\n"
        "limits.confine(1 << 30)\n"
        "names = ('AS', 'CORE', 'FSIZE')\n"
        "print(json.dumps([resource.getrlimit(getattr(resource, 'RLIMIT_' + name)) for name in names]))\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE)
    assert json.loads(ended.stdout) == [[1 << 30, 1 << 30], [0, 0], [0, 0]]
    command = [sys.executable, "-m", "firsthand.media._probe_worker", str(2 << 30)]
    quiet = subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    head, _ = _wire.lengths(quiet.stdout[: _wire.HEADER.size])
    assert json.loads(quiet.stdout[_wire.HEADER.size :][:head])["ready"]


def test_closing_ends_the_worker(tmp_path: Path) -> None:
    """No process stays behind."""
    prober = Prober()
    probed(prober, tmp_path, jpeg())
    worker = prober._worker
    assert worker is not None
    process = worker._process
    prober.close()
    assert process.returncode == -signal.SIGKILL


def c2pa_of(prober: Prober, path: Path) -> tuple[str, set[str]]:
    """Return state and failure codes of the credentials in a file."""
    signed = prober.probe(path).c2pa
    assert signed is not None
    return signed.state, set(signed.issues)


def test_credentials_of_samples(prober: Prober, shared_data: Path) -> None:
    """Valid, tampered, badly signed and remote manifests are told apart; the codes say why."""
    samples = shared_data / "c2pa-samples"
    untrusted = "signingCredential.untrusted"
    assert c2pa_of(prober, samples / "CA.jpg") == ("valid", {untrusted})
    assert c2pa_of(prober, samples / "XCA.jpg") == ("invalid", {untrusted, "assertion.dataHash.mismatch"})
    assert c2pa_of(prober, samples / "E-sig-CA.jpg") == ("invalid", {untrusted, "claimSignature.mismatch"})
    assert c2pa_of(prober, samples / "video1.mp4") == ("valid", {untrusted})
    signed = prober.probe(samples / "CA.jpg").c2pa
    assert signed is not None
    assert (signed.title, signed.signer, signed.ingredients, signed.embedded) == ("CA.jpg", "C2PA Signer", 1, True)
    assert signed.signed_at == "2024-08-06T21:53:37+00:00"
    remote = prober.probe(samples / "cloud.jpg").c2pa
    assert remote is not None
    assert (remote.state, remote.embedded) == ("remote", False)
    assert remote.remote_url.startswith("https://cai-manifests.adobe.com/")
    assert prober.probe(samples / "no_manifest.jpg").c2pa is None
    assert prober.probe(samples / "video1_no_manifest.mp4").c2pa is None


def test_damaged_credentials_never_raise(prober: Prober, shared_data: Path, tmp_path: Path) -> None:
    """Flipped bytes inside the manifest are at best invalid, never an exception."""
    whole = (shared_data / "c2pa-samples" / "CA.jpg").read_bytes()
    start = whole.index(b"jumb")
    generator = random.Random(1)  # noqa: S311 - reproducible damage
    for _ in range(40):
        data = bytearray(whole)
        data[generator.randrange(start, start + 20_000)] ^= 1 << generator.randrange(8)
        found = probed(prober, tmp_path, bytes(data))
        assert_tame(found)
        assert found.c2pa is None or found.c2pa.state != "valid" or bytes(data) == whole


def test_all_real_files(prober: Prober, shared_data: Path) -> None:
    """Every sample gives a tame answer; only those known to hold no decodable picture are unreadable."""
    stripped = {"M2TS.mts", "QuickTime.heic", "QuickTime.m4a", "QuickTime.mov"}
    unreadable = set()
    folders = (
        "c2pa-samples",
        "exif-samples",
        "gopro-gps-video",
        "real-clips",
        "rescue-drone-stills",
        "bbb-clip",
        "video-copies-tmk",
    )
    for folder in folders:
        for path in sorted((shared_data / folder).rglob("*")):
            if path.is_file():
                found = prober.probe(path)
                assert_tame(found)
                if found.kind.family in {"picture", "video", "sound"} and not found.readable:
                    unreadable.add(path.name)
                if found.kind.family in {"picture", "video"} and found.readable:
                    assert found.preview, path.name
    assert unreadable == stripped


def test_claims_of_real_files(prober: Prober, shared_data: Path) -> None:
    """A phone's HEIC, a camera's GPS and an action camera's film say where and when, as exiftool reads them."""
    heic = prober.probe(shared_data / "exif-samples" / "heic" / "IMG_5195.HEIC")
    assert (heic.claimed_make, heic.claimed_model) == ("Apple", "iPhone 11 Pro Max")
    assert heic.claimed_places[0].lat_e7 == 390513444
    gopro = prober.probe(shared_data / "gopro-gps-video" / "max-heromode.mp4")
    assert (gopro.width, gopro.height, gopro.frame_rate, gopro.has_sound) == (848, 480, (30000, 1001), True)
    assert (gopro.claimed_places[0].lat_e7, gopro.claimed_places[0].lon_e7) == (331268000, -1173273000)
    turned = [
        prober.probe(shared_data / "exif-samples" / "jpg" / "orientation" / f"portrait_{number}.jpg")
        for number in range(1, 9)
    ]
    assert [(found.width, found.height, found.orientation) for found in turned] == [
        (450, 600, number) for number in range(1, 9)
    ]


def test_many_files_cost_little_each(prober: Prober, tmp_path: Path) -> None:
    """One worker serves many small pictures far faster than one start of a process each."""
    probed(prober, tmp_path, jpeg())
    start = time.monotonic()
    for _ in range(20):
        probed(prober, tmp_path, jpeg())
    assert time.monotonic() - start < 10
