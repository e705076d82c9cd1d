"""Rules of the evidence room: what was found out about a file in, drafts of entries out. No I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firsthand.evidence.entries import Custody, Item
from firsthand.record.types import Draft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firsthand.media import Probe

REASON_MAX = 200


def take_in(  # noqa: PLR0913 - what is known about a file
    probe: Probe,
    *,
    file: dict[str, Any],
    name: str,
    incident: bytes | None,
    collection: str | None,
    preview: dict[str, Any] | None,
    note: dict[str, Any] | None = None,
) -> Draft:
    """Return the draft of an item.

    Args:
        probe: what probing found; claims of the file stay claims.
        file: {sha256, size} of the bytes as they came.
        name: the name that it came under.
        incident: id, or None for a collection.
        collection: name of the collection where there is no incident.
        preview: {sha256, size} of the preview, or None.
        note: {ar, en}, or None.
    """
    body = Item(
        incident=incident,
        collection=collection,
        family=probe.kind.family,
        mime=probe.kind.mime,
        width=probe.width,
        height=probe.height,
        duration_ms=probe.duration_ms,
        readable=probe.readable,
        unreadable_reason=probe.unreadable_reason[:REASON_MAX] or None,
        c2pa=probe.c2pa.state if probe.c2pa else None,
    )
    claims = {
        "times": [{"value": t.value, "utc_ms": t.utc_ms, "where": t.where} for t in probe.claimed_times],
        "places": [
            {"lat_e7": p.lat_e7, "lon_e7": p.lon_e7, "altitude_mm": p.altitude_mm, "where": p.where}
            for p in probe.claimed_places
        ],
        "make": probe.claimed_make,
        "model": probe.claimed_model,
        "software": probe.claimed_software,
        "c2pa": _credentials(probe),
    }
    sealed = {
        "file": {**file, "mime": probe.kind.mime, "ext": probe.kind.extension},
        "name": name,
        "claims": claims,
        "note": note,
        "preview": preview,
    }
    return Draft(body, sealed)


def _credentials(probe: Probe) -> dict[str, Any] | None:
    found = probe.c2pa
    if found is None:
        return None
    return {
        "state": found.state,
        "signer": found.signer,
        "generator": found.claim_generator,
        "issues": list(found.issues),
        "signed_at": found.signed_at,
    }


def custody(
    items: Sequence[bytes], event: str, *, outcome: str = "success", agent: str, note: str | None = None
) -> Draft:
    """Return the draft of a custody event about items."""
    return Draft(Custody(items=tuple(items), event=event, outcome=outcome, agent=agent), {"note": note})  # type: ignore[arg-type]
