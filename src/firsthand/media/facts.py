"""What probing a file found out: values only, ready for the record.

Rules:

1. No floats: pixels, milliseconds, 1e-7 degrees, millimetres, and frame rates as a fraction.
2. What a file says of itself is a claim, kept apart from what was measured, with the place in the file it was read
   from. Claims are never corrected and never merged; several that disagree stand side by side.
3. A claimed time has a moment in UTC only when the file gave an offset or its format defines UTC.
4. Texts from files are cut to `TEXT_CHARACTERS_MAX` and hold no control characters; they may still lie in every
   other way.
"""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from firsthand.media.kinds import Kind

TEXT_CHARACTERS_MAX = 200
# More claims than this are no help to anybody; a crafted file could hold millions.
CLAIMS_MAX = 32


def claimed_text(raw: object) -> str:
    """Return what a file wrote as one clean line: no control characters, no lone surrogates, limited length."""
    if isinstance(raw, bytes):
        raw = raw.decode("utf-8", "replace")
    text = "".join(
        character if unicodedata.category(character) not in {"Cc", "Cs"} else " " for character in str(raw)[:1000]
    )
    return " ".join(text.split())[:TEXT_CHARACTERS_MAX]


@dataclass(frozen=True, slots=True)
class ClaimedTime:
    """A time that a file claims.

    Attributes:
        value: ISO 8601 as far as it was written (without offset where none was); else the raw text.
        utc_ms: milliseconds since 1970 in UTC, None where the zone is not known.
        where: the field, as in "EXIF DateTimeOriginal".
    """

    value: str
    utc_ms: int | None
    where: str


@dataclass(frozen=True, slots=True)
class ClaimedPlace:
    """A place that a file claims.

    Attributes:
        lat_e7: latitude in 1e-7 degrees, north positive.
        lon_e7: longitude in 1e-7 degrees, east positive.
        altitude_mm: above sea level as the file counts it, None where not written.
        where: the field, as in "EXIF GPS".
    """

    lat_e7: int
    lon_e7: int
    altitude_mm: int | None
    where: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the C2PA reader says about the content credentials in a file.

    Attributes:
        state: "valid" (unbroken, signer not on a trust list), "trusted", "invalid", "remote" (the file names an
            address, which is not visited), "unreadable" (something is there, and the reader refuses it) or
            "unchecked" (reading took too long).
        title: the name that the signer gave.
        claim_generator: the program that made the claim.
        signer: name in the signing certificate, unproven unless the state is "trusted".
        signed_at: time of signing as an authority stamped it, ISO 8601; empty without one.
        issues: C2PA status codes of failures, as `signingCredential.untrusted`, each once.
        notes: C2PA status codes that are informational.
        ingredients: how many sources the claim names.
        embedded: whether the manifest is in the file.
        remote_url: address of a manifest elsewhere; empty when there is none.
    """

    state: str
    title: str = ""
    claim_generator: str = ""
    signer: str = ""
    signed_at: str = ""
    issues: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    ingredients: int = 0
    embedded: bool = True
    remote_url: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """What is known about a file after probing.

    Attributes:
        kind: judged by content.
        readable: whether a decoder could show it (a picture drawn, a frame or some sound decoded). False for kinds
            that nothing here decodes, as text or an archive: such a file is evidence all the same.
        unreadable_reason: one short sentence; empty when readable.
        width: pixels after turning the picture upright, None without picture. Known for some unreadable files too.
        height: pixels after turning the picture upright.
        duration_ms: length, None for a still picture or where the file does not say.
        frame_rate: average frames a second as (numerator, denominator).
        has_sound: whether there is a sound track.
        orientation: EXIF value 1-8 that was applied to width, height and preview; 1 is upright.
        claimed_times: times that the file claims.
        claimed_places: places that the file claims.
        claimed_make: maker of the device.
        claimed_model: its model.
        claimed_software: the program that wrote the file.
        c2pa: content credentials, None when the file has none.
        issues: what did not go smoothly, as "exif: ..."; the rest is still good.
        preview: JPEG, at most 640 pixels wide or high and 80,000 bytes, without any metadata; empty without one.
    """

    kind: Kind
    readable: bool = False
    unreadable_reason: str = ""
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    frame_rate: tuple[int, int] | None = None
    has_sound: bool = False
    orientation: int = 1
    claimed_times: tuple[ClaimedTime, ...] = ()
    claimed_places: tuple[ClaimedPlace, ...] = ()
    claimed_make: str = ""
    claimed_model: str = ""
    claimed_software: str = ""
    c2pa: Credentials | None = None
    issues: tuple[str, ...] = ()
    preview: bytes = field(default=b"", repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Return everything but the preview as JSON-ready values without floats."""
        found = asdict(self)
        del found["preview"]
        return found

    @classmethod
    def from_dict(cls, raw: dict[str, Any], preview: bytes = b"") -> Self:
        """Undo `as_dict` after a trip through JSON. Raises TypeError, KeyError or ValueError on another shape."""
        found = dict(raw)
        found["kind"] = Kind(**raw["kind"])
        found["claimed_times"] = tuple(ClaimedTime(**time) for time in raw["claimed_times"])
        found["claimed_places"] = tuple(ClaimedPlace(**place) for place in raw["claimed_places"])
        found["issues"] = tuple(raw["issues"])
        if raw["frame_rate"]:
            numerator, denominator = raw["frame_rate"]
            found["frame_rate"] = (int(numerator), int(denominator))
        if signed := raw["c2pa"]:
            codes = {name: tuple(signed[name]) for name in ("issues", "notes")}
            found["c2pa"] = Credentials(**{**signed, **codes})
        return cls(**found, preview=preview)
