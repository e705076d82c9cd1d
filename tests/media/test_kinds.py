"""Kinds are judged by content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.media.kinds import HEAD_BYTES, kind_of

if TYPE_CHECKING:
    from pathlib import Path


def ftyp(major: bytes, *compatible: bytes) -> bytes:
    """Return the first box of an ISO media file."""
    body = major + bytes(4) + b"".join(compatible)
    return (len(body) + 8).to_bytes(4, "big") + b"ftyp" + body


def tiff(*tags: tuple[int, int]) -> bytes:
    """Return a TIFF header with these tags, "NIKON" at 200 and "SONY" at 300."""
    entries = b"".join(
        tag.to_bytes(2, "little") + bytes([4, 0, 1, 0, 0, 0]) + value.to_bytes(4, "little") for tag, value in tags
    )
    head = b"II*\0" + (8).to_bytes(4, "little") + len(tags).to_bytes(2, "little") + entries + bytes(4)
    return head.ljust(200, b"\0") + b"NIKON CORPORATION\0".ljust(100, b"\0") + b"SONY\0"


@pytest.mark.parametrize(
    ("head", "extension"),
    [
        (b"\xff\xd8\xff\xe1", "jpg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"GIF89a", "gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "webp"),
        (b"RIFF\x10\0\0\0AVI LIST", "avi"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "wav"),
        (b"RIFF\x10\0\0\0????", "bin"),
        (ftyp(b"heic", b"mif1"), "heic"),
        (ftyp(b"mif1", b"mif1", b"heic"), "heic"),
        (ftyp(b"mif1", b"avif"), "avif"),
        (ftyp(b"mif1"), "heif"),
        (ftyp(b"avif", b"mif1"), "avif"),
        (ftyp(b"crx "), "cr3"),
        (ftyp(b"isom", b"mp42"), "mp4"),
        (ftyp(b"mp41"), "mp4"),
        (ftyp(b"qt  "), "mov"),
        (ftyp(b"M4A ", b"isom"), "m4a"),
        (ftyp(b"3gp4"), "3gp"),
        (ftyp(b"3g2a"), "3g2"),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "mov"),
        (b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska", "mkv"),
        (b"\x1a\x45\xdf\xa3\x8f\x42\x82\x84webm", "webm"),
        ((b"\x47" + bytes(187)) * 3, "ts"),
        ((bytes(4) + b"\x47" + bytes(187)) * 3, "m2ts"),
        (b"OggS" + bytes(24) + b"OpusHead", "opus"),
        (b"OggS" + bytes(24) + b"\x01vorbis", "ogg"),
        (b"OggS" + bytes(24) + b"\x80theora", "ogv"),
        (b"#!AMR\n\x3c", "amr"),
        (b"#!AMR-WB\n", "awb"),
        (b"fLaC\0\0\0\x22", "flac"),
        (b"ID3\x03", "mp3"),
        (b"\xff\xfb\x90\x64" + bytes(100), "mp3"),
        (b"\xff\xf1\x50\x80" + bytes(100), "aac"),
        (tiff((0x100, 10)), "tif"),
        (tiff((0xC612, 1)), "dng"),
        (tiff((0x10F, 200), (0x14A, 500)), "nef"),
        (tiff((0x10F, 300), (0x14A, 500)), "arw"),
        (tiff((0x10F, 200)), "tif"),
        (b"II*\0\x10\0\0\0CR\x02\0", "cr2"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\xef\xbb\xbf \n%PDF-1.4", "pdf"),
        (b"PK\x03\x04\x14", "zip"),
        (b"\xd9\xd9\xf7\xa1", "cbor"),
        (b"\0\0\0\x60jumb\0\0\0\x1ejumdc2pa\0\x11\0\x10", "c2pa"),
        ("شهادة من حلب\n".encode(), "txt"),
        (("a" + "ش" * HEAD_BYTES).encode()[:HEAD_BYTES], "txt"),
        (b"\xd8\xb4\xd8", "bin"),
        (b"text with \0 in it", "bin"),
        (b"\x00\x01\x02\x03", "bin"),
        (b"", "bin"),
    ],
)
def test_signatures(head: bytes, extension: str) -> None:
    """Each kind that evidence consists of is told by its first bytes."""
    assert extension == kind_of(head).extension


@given(st.binary(max_size=600))
def test_any_bytes_have_a_kind(head: bytes) -> None:
    """No start of a file makes the judgement fail."""
    kind = kind_of(head)
    assert kind.extension.isascii()
    assert "/" in kind.mime


@given(st.sampled_from([b"II*\0", b"MM\0*", b"\0\0\0\x18ftypmif1", b"OggS", b"\x1aE\xdf\xa3"]), st.binary(max_size=600))
def test_any_bytes_after_a_signature_have_a_kind(start: bytes, rest: bytes) -> None:
    """Tables inside a header that point anywhere do not make the judgement fail."""
    assert kind_of(start + rest).family in {"picture", "video", "sound", "other", "document"}


def test_real_files_are_known_by_content(shared_data: Path) -> None:
    """In the sample data content agrees with the name, for all kinds that have a telling name."""
    names = {"jpeg": "jpg", "mts": "m2ts", "c2pa": "c2pa"}
    folders = ("c2pa-samples", "exif-samples", "gopro-gps-video", "real-clips", "rescue-drone-stills", "bbb-clip")
    checked = 0
    for folder in folders:
        for path in (shared_data / folder).rglob("*.*"):
            named = path.suffix[1:].lower()
            if path.is_file() and named not in {"md", "rst"}:
                with path.open("rb") as file:
                    assert kind_of(file.read(HEAD_BYTES)).extension == names.get(named, named), path.name
                checked += 1
    assert checked > 70
