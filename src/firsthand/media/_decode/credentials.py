"""Read content credentials (C2PA 2.2) without asking anybody on the network.

Rules:

1. Neither revocation lists nor remote manifests are fetched: looking at evidence tells nobody that we have it.
2. "valid" says that the credentials are unbroken, no more; whether the signer is known is said apart, by "trusted"
   or by the code `signingCredential.untrusted`. Both are always shown.
3. Credentials do not cover a whole file (a changed byte in an MP4's `ftyp` goes unnoticed): the SHA-256 of the blob
   does. They add who claims what.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO

import c2pa  # type: ignore[import-untyped]  # its wheel has no py.typed

from firsthand.media.facts import Credentials, claimed_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firsthand.media._decode.draft import Draft

# The reader's own words for our kinds, where they differ.
_MIMES = {
    "video/vnd.avi": "video/avi",
    "audio/vnd.wave": "audio/wav",
    "image/x-nikon-nef": "image/x-nikon-nef",
}
_CODES_MAX = 32
_SETTINGS = {"verify": {"ocsp_fetch": False, "remote_manifest_fetch": False}}
_ABOUT_CREDENTIALS = (
    c2pa.C2paError.Assertion,
    c2pa.C2paError.AssertionNotFound,
    c2pa.C2paError.Decoding,
    c2pa.C2paError.Json,
    c2pa.C2paError.Manifest,
    c2pa.C2paError.ResourceNotFound,
    c2pa.C2paError.Signature,
    c2pa.C2paError.Verify,
)
_REMOTE = "must fetch remote manifests from url "


class CredentialReader:
    """One reader with the network switched off, made once in a worker."""

    def __init__(self) -> None:
        self._context = c2pa.Context.from_dict(_SETTINGS)
        self._mimes = frozenset(c2pa.Reader.get_supported_mime_types())

    def read(self, file: BinaryIO, draft: Draft) -> None:
        """Set the draft's credentials; None stays when there are none or the kind cannot carry any.

        Args:
            file: positioned at its start.
            draft: its kind tells the reader where to look.
        """
        mime = _MIMES.get(draft.kind.mime, draft.kind.mime)
        if mime not in self._mimes or draft.kind.family == "other":
            return
        try:
            with c2pa.Reader(mime, file, context=self._context) as reader:
                draft.c2pa = _report(
                    json.loads(reader.json()),
                    embedded=bool(reader.is_embedded()),
                    remote_url=claimed_text(reader.get_remote_url() or ""),
                )
        except c2pa.C2paError.ManifestNotFound:
            return
        except (c2pa.C2paError, ValueError, KeyError, TypeError, AttributeError) as error:
            text = claimed_text(error)
            _, is_remote, url = text.partition(_REMOTE)
            if is_remote:
                draft.c2pa = Credentials("remote", embedded=False, remote_url=url)
            elif isinstance(error, _ABOUT_CREDENTIALS):
                draft.c2pa = Credentials("unreadable", issues=(text,))
            elif not isinstance(error, c2pa.C2paError.NotSupported):
                # It stumbled over the file itself, before it could tell whether credentials are there.
                draft.issue("c2pa", error)


def _report(found: dict[str, Any], *, embedded: bool, remote_url: str) -> Credentials:
    manifest = found["manifests"][found["active_manifest"]]
    signature = manifest.get("signature_info") or {}
    programs = manifest.get("claim_generator_info") or []
    named = ", ".join(f"{program.get('name', '')} {program.get('version', '')}".strip() for program in programs)
    failures = [status.get("code", "") for status in found.get("validation_status") or ()]
    active = (found.get("validation_results") or {}).get("activeManifest") or {}
    notes = [status.get("code", "") for status in active.get("informational") or ()]
    return Credentials(
        state=str(found.get("validation_state") or "unknown").lower(),
        title=claimed_text(manifest.get("title") or ""),
        claim_generator=claimed_text(named or manifest.get("claim_generator") or ""),
        signer=claimed_text(signature.get("common_name") or signature.get("issuer") or ""),
        signed_at=claimed_text(signature.get("time") or ""),
        issues=_codes(failures),
        notes=_codes(notes),
        ingredients=len(manifest.get("ingredients") or ()),
        embedded=embedded,
        remote_url=remote_url,
    )


def _codes(raw: Iterable[str]) -> tuple[str, ...]:
    """Each code once, in the order of appearance."""
    return tuple(dict.fromkeys(claimed_text(code) for code in raw))[:_CODES_MAX]
