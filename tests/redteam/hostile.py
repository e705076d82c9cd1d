"""A crew member who turned hostile: signs any entry with an ordinary key, and puts a dossier together alone."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from firsthand.centre.dossiers import make_dossier, things_of, units_of
from firsthand.centre.founding import NewKey, enrol, grant
from firsthand.evidence.dossier import layout, readable
from firsthand.evidence.dossier.build import gather
from firsthand.evidence.dossier.package import open_package
from firsthand.evidence.dossier.verify import verify
from firsthand.evidence.dossier.verify_text import verify_text
from firsthand.evidence.page import report_page
from firsthand.record import cbor
from firsthand.record.ed25519 import SigningKey
from firsthand.record.entry import ZERO, feed_id, sign_entry
from firsthand.record.sealed import commitment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from firsthand.centre.centre import Centre
    from firsthand.evidence.dossier.report import Report

SALT = b"s" * 32


class Pen:
    """Writes entries of one key, without any of the program's own checks."""

    def __init__(self, key: SigningKey, org: bytes) -> None:
        self._key, self._org = key, org
        self.feed = feed_id(key.public)
        self.seq, self.last, self._now = 0, ZERO, 1_800_000_100_000

    def write(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        null: tuple[str, ...] = (),
        values: Mapping[str, Any] | None = None,
        time: tuple[int, int] | None = None,
    ) -> bytes:
        """Return a new entry; its sealed fields `null` hold nothing, the others `values`."""
        self._now += 1000
        sealed = dict.fromkeys(null) | dict(values or {})
        commitments = {
            name: commitment(self._org, self.feed, self.seq, name, SALT, value) for name, value in sealed.items()
        }
        raw = sign_entry(
            self._key, org=self._org, type=kind, feed=self.feed, seq=self.seq, prev=self.last,
            time=time or (self._now, 0), seen=None,
            body=cbor.encode(dict(body)), sealed=cbor.encode(dict(commitments)),
        )  # fmt: skip
        self.seq, self.last = self.seq + 1, sha256(raw).digest()
        return raw


def crew(centre: Centre, *, following: SigningKey | None = None, seed: bytes = b"c" * 32) -> Pen:
    """Return the pen of a crew member whom the organisation enrolled and granted."""
    key, root = SigningKey(seed), centre.keys.get("root-1")
    with centre.store.writing() as writer:
        enrol(writer, root, NewKey(key, following, b"p" * 16), "writer", name="EXERCISE crew")
        grant(writer, root, feed_id(key.public), ["crew"])
    return Pen(key, centre.org)


def honest(centre: Centre, incident: bytes, out: Path) -> Report:
    """Return the verdict about the dossier that the centre itself makes now."""
    make_dossier(centre, incident, out)
    with open_package(out) as package:
        return verify(package, trust=layout.parse_keys((centre.folder / "trust.txt").read_bytes()))


def forged(
    centre: Centre,
    incident: bytes,
    pen: Pen,
    change: Callable[[dict[str, Any]], None] = lambda _document: None,
    change_body: Callable[[dict[str, Any]], None] = lambda _body: None,
) -> dict[str, bytes]:
    """Return the files of a dossier that `pen` signs: the log takes every entry of an enrolled key."""
    note = centre.checkpoint()
    with centre.store.reading() as reader:
        payload = gather(
            reader, incident, things_of(reader, incident), units_of(reader, incident),
            note=note, log=centre.log_verifier, blob=centre.blobs.path, page=report_page,
        )  # fmt: skip
    files = dict(payload.files) | {media.name: media.path.read_bytes() for media in payload.media}
    document = json.loads(files[layout.INCIDENT])
    change(document)
    files[layout.INCIDENT] = readable.dump(document)
    files[layout.PAGE] = report_page(files[layout.INCIDENT])
    octets = sum(map(len, files.values()))
    tags = {
        layout.BAGIT_TXT: layout.BAGIT,
        layout.VERIFY: verify_text(exercise=payload.exercise),
        layout.BAG_INFO: layout.bag_info(
            date="2026-01-01", incident=incident, octets=octets, files=len(files), exercise=payload.exercise
        ),
        layout.MANIFEST: layout.manifest({name: sha256(content).digest() for name, content in files.items()}),
    }
    names = {"verify": layout.VERIFY, "bag_info": layout.BAG_INFO, "bagit": layout.BAGIT_TXT}
    body = {
        "incident": incident,
        "manifest": sha256(tags[layout.MANIFEST]).digest(),
        "tags": {key: sha256(tags[name]).digest() for key, name in names.items()},
        "log_size": payload.log_size,
        "entries": payload.entries,
        "items": len(payload.media),
    }
    change_body(body)
    raw = pen.write("evidence.disclosure/1", body, null=("recipient", "purpose"))
    assert centre.store.receive([raw]).accepted
    later = centre.checkpoint()
    with centre.store.reading() as reader:
        place = reader.place(sha256(raw).digest())
        assert place is not None
        tags[layout.DISCLOSURE_PROOF] = reader.prove([place], later)[place].to_bytes()
    tags[layout.DISCLOSURE] = raw
    tags[layout.TAGMANIFEST] = layout.tagmanifest(tags)
    return files | tags
