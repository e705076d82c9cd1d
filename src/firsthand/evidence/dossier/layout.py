"""Names and fixed texts of a dossier; docs/reference/dossier.md sections 1, 2 and 4."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from firsthand.errors import BadInput
from firsthand.record.note import VerifierKey
from firsthand.record.roster import KEEPERS

if TYPE_CHECKING:
    from collections.abc import Mapping

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
INCIDENT, PAGE, KEYS, POLICY = "data/incident.json", "data/index.html", "data/keys", "data/policy"
DISCLOSURE, DISCLOSURE_PROOF = "disclosure.cose", "disclosure.tlog-proof"
MANIFEST, TAGMANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
BAG_INFO, BAGIT_TXT, VERIFY = "bag-info.txt", "bagit.txt", "VERIFY.txt"
TAG_FILES = (VERIFY, BAG_INFO, BAGIT_TXT, DISCLOSURE, DISCLOSURE_PROOF, MANIFEST)
FIXED = frozenset((*TAG_FILES, TAGMANIFEST, INCIDENT, PAGE, KEYS, POLICY))

ENTRY_NAME = re.compile(r"data/entries/([0-9a-f]{64})\.cose")
PROOF_NAME = re.compile(r"data/proofs/([0-9a-f]{64})\.tlog-proof")
MEDIA_NAME = re.compile(r"data/media/([0-9a-f]{64})\.[a-z0-9]{1,8}")
_EXTENSION = re.compile(r"[a-z0-9]{1,8}")
BAG_INFO_FORM = re.compile(
    rb"Bag-Software-Agent: Firsthand\nBagging-Date: [0-9]{4}-[0-9]{2}-[0-9]{2}\n(?P<exercise>Exercise: yes\n)?"
    rb"External-Identifier: (?P<incident>[0-9a-f]{64})\nPayload-Oxum: (?P<oxum>[0-9]+\.[0-9]+)\n"
)

SIGNING_ROLES = KEEPERS
"""Who may sign a dossier, and whose receipts count in one. Any other writer's signature would not be the centre's word
about what it left out, nor its clock."""

TEXT_MAX = 64 << 20
PAGE_MAX = 256 << 20
SMALL_MAX = 1 << 20
_TRUST_HEADER = "firsthand-keys/1"


def known_name(name: str) -> bool:
    """Return whether a file of this name may be in a dossier."""
    return name in FIXED or any(p.fullmatch(name) for p in (ENTRY_NAME, PROOF_NAME, MEDIA_NAME))


def entry_name(entry_id: bytes) -> str:
    """Return where an entry stands."""
    return f"data/entries/{entry_id.hex()}.cose"


def proof_name(entry_id: bytes) -> str:
    """Return where an entry's proof stands."""
    return f"data/proofs/{entry_id.hex()}.tlog-proof"


def media_name(digest: bytes, extension: str) -> str:
    """Return where a file stands; an extension that the form does not allow becomes `bin`."""
    return f"data/media/{digest.hex()}.{extension if _EXTENSION.fullmatch(extension) else 'bin'}"


def manifest(hashes: Mapping[str, bytes]) -> bytes:
    """Return a BagIt manifest."""
    return "".join(f"{hashes[name].hex()}  {name}\n" for name in sorted(hashes)).encode("ascii")


def tagmanifest(files: Mapping[str, bytes]) -> bytes:
    """Return the tag manifest over the contents of the tag files."""
    return manifest({name: sha256(files[name]).digest() for name in TAG_FILES})


def bag_info(*, date: str, incident: bytes, octets: int, files: int, exercise: bool) -> bytes:
    """Return bag-info.txt. `date` is YYYY-MM-DD."""
    lines = [
        "Bag-Software-Agent: Firsthand",
        f"Bagging-Date: {date}",
        *(["Exercise: yes"] if exercise else []),
        f"External-Identifier: {incident.hex()}",
        f"Payload-Oxum: {octets}.{files}",
    ]
    return ("\n".join(lines) + "\n").encode("ascii")


def keys_text(org: bytes, log: VerifierKey) -> bytes:
    """Return data/keys."""
    return f"{_TRUST_HEADER}\nlog {log}\norg {org.hex()}\n".encode()


def policy_text(log: VerifierKey) -> bytes:
    """Return data/policy."""
    return f"log {log}\nquorum none\n".encode()


def parse_keys(data: bytes) -> tuple[bytes, tuple[VerifierKey, ...]]:
    """Return (organisation, logs) of a key file given from outside.

    Raises:
        BadInput: it is not a key file.
    """
    advice = "A key file begins with the line firsthand-keys/1 and is written by firsthand init."
    try:
        lines = [line.rstrip() for line in data[:SMALL_MAX].decode().splitlines()]
    except UnicodeDecodeError:
        raise BadInput("The key file is not text.", advice=advice) from None
    lines = [line for line in lines if line and not line.startswith("#")]
    orgs = [line[4:] for line in lines if line.startswith("org ")]
    logs = [VerifierKey.parse(line[4:]) for line in lines if line.startswith("log ")]
    known = len(orgs) + len(logs) + 1
    if (
        lines[:1] != [_TRUST_HEADER]
        or len(orgs) != 1
        or not logs  # an organisation alone would vouch for any log that an officer enrols
        or not re.fullmatch(r"[0-9a-f]{64}", orgs[0])
        or len(lines) != known
    ):
        raise BadInput("The key file does not have the form of one.", advice=advice)
    return bytes.fromhex(orgs[0]), tuple(logs)
