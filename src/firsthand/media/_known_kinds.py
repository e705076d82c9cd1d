"""The kinds of file that evidence consists of, with the bytes that give each away.

Rules: one kind has one media type and one extension, so that two centres name the same blob alike. A released kind
keeps both for ever, for they are written to the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Family = Literal["picture", "video", "sound", "document", "other"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file.

    Attributes:
        mime: media type, as registered where it is.
        extension: without dot, ASCII, lower case.
        family: who looks at it.
    """

    mime: str
    extension: str
    family: Family


UNKNOWN = Kind("application/octet-stream", "bin", "other")
EMPTY = Kind("application/x-empty", "bin", "other")
TEXT = Kind("text/plain", "txt", "document")
JPEG = Kind("image/jpeg", "jpg", "picture")
PNG = Kind("image/png", "png", "picture")
GIF = Kind("image/gif", "gif", "picture")
WEBP = Kind("image/webp", "webp", "picture")
BMP = Kind("image/bmp", "bmp", "picture")
HEIC = Kind("image/heic", "heic", "picture")
HEIF = Kind("image/heif", "heif", "picture")
AVIF = Kind("image/avif", "avif", "picture")
JXL = Kind("image/jxl", "jxl", "picture")
JP2 = Kind("image/jp2", "jp2", "picture")
TIFF = Kind("image/tiff", "tif", "picture")
DNG = Kind("image/x-adobe-dng", "dng", "picture")
CR2 = Kind("image/x-canon-cr2", "cr2", "picture")
CR3 = Kind("image/x-canon-cr3", "cr3", "picture")
NEF = Kind("image/x-nikon-nef", "nef", "picture")
ARW = Kind("image/x-sony-arw", "arw", "picture")
ORF = Kind("image/x-olympus-orf", "orf", "picture")
RW2 = Kind("image/x-panasonic-rw2", "rw2", "picture")
RAF = Kind("image/x-fuji-raf", "raf", "picture")
MP4 = Kind("video/mp4", "mp4", "video")
MOV = Kind("video/quicktime", "mov", "video")
THREE_GP = Kind("video/3gpp", "3gp", "video")
THREE_G2 = Kind("video/3gpp2", "3g2", "video")
M4A = Kind("audio/mp4", "m4a", "sound")
MATROSKA = Kind("video/matroska", "mkv", "video")
WEBM = Kind("video/webm", "webm", "video")
AVI = Kind("video/vnd.avi", "avi", "video")
MPEG_TS = Kind("video/mp2t", "ts", "video")
M2TS = Kind("video/mp2t", "m2ts", "video")
MPEG_PS = Kind("video/mpeg", "mpg", "video")
FLV = Kind("video/x-flv", "flv", "video")
ASF = Kind("video/x-ms-asf", "asf", "video")
WAV = Kind("audio/vnd.wave", "wav", "sound")
MP3 = Kind("audio/mpeg", "mp3", "sound")
AAC = Kind("audio/aac", "aac", "sound")
OGG = Kind("audio/ogg", "ogg", "sound")
OPUS = Kind("audio/ogg", "opus", "sound")
OGG_VIDEO = Kind("video/ogg", "ogv", "video")
AMR = Kind("audio/AMR", "amr", "sound")
AMR_WB = Kind("audio/AMR-WB", "awb", "sound")
FLAC = Kind("audio/flac", "flac", "sound")
PDF = Kind("application/pdf", "pdf", "document")
ZIP = Kind("application/zip", "zip", "other")
GZIP = Kind("application/gzip", "gz", "other")
SEVEN_ZIP = Kind("application/x-7z-compressed", "7z", "other")
RAR = Kind("application/vnd.rar", "rar", "other")
C2PA = Kind("application/c2pa", "c2pa", "other")
CBOR = Kind("application/cbor", "cbor", "other")

# First bytes that settle it alone. The order does not matter: none starts another.
STARTS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"\xff\x0a", JXL),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", JXL),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", JP2),
    (b"FUJIFILMCCD-RAW ", RAF),
    (b"IIRO", ORF),
    (b"IIRS", ORF),
    (b"MMOR", ORF),
    (b"IIU\x00", RW2),
    (b"FLV\x01", FLV),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", ASF),
    (b"\x00\x00\x01\xba", MPEG_PS),
    (b"ID3", MP3),
    (b"#!AMR\n", AMR),
    (b"#!AMR-WB\n", AMR_WB),
    (b"fLaC", FLAC),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\x1f\x8b\x08", GZIP),
    (b"7z\xbc\xaf\x27\x1c", SEVEN_ZIP),
    (b"Rar!\x1a\x07", RAR),
    (b"\xd9\xd9\xf7", CBOR),  # the self-described tag, RFC 8949 section 3.4.6; other CBOR has no mark
)

BRANDS = {
    b"heic": HEIC, b"heix": HEIC, b"heim": HEIC, b"heis": HEIC, b"hevc": HEIC, b"hevx": HEIC,
    b"mif1": HEIF, b"msf1": HEIF, b"mif2": HEIF,
    b"avif": AVIF, b"avis": AVIF,
    b"crx ": CR3,
    b"qt  ": MOV,
    b"M4A ": M4A, b"M4B ": M4A, b"M4P ": M4A,
}  # fmt: skip

# QuickTime files from before 2001 have no `ftyp`; they start with one of these boxes.
OLD_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
