"""Checks of a dossier as part of a record: entries, proofs, signer, keys; docs/reference/dossier.md section 5.

Rule: each notes every problem that it finds, and goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from firsthand.errors import BadInput
from firsthand.evidence.dossier import layout, readable
from firsthand.evidence.dossier.package import read
from firsthand.record import entry as entry_format
from firsthand.record.feeds import HeldChains
from firsthand.record.note import Checkpoint, VerifierKey, origin, parse_checkpoint, verify_checkpoint
from firsthand.record.proof import TlogProof
from firsthand.record.roster import Roster
from firsthand.record.state import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firsthand.evidence.dossier.package import Package
    from firsthand.evidence.dossier.report import Findings
    from firsthand.record.entry import Entry

_PROOF_MAX = 131_072


@dataclass(frozen=True)
class Log:
    """The log that the proofs are of, and its checkpoint."""

    key: VerifierKey
    checkpoint: Checkpoint


def entries(raws: Mapping[str, bytes], found: Findings) -> dict[bytes, Entry]:
    """Return id -> entry of all that can be read, each under the name of its id.

    A claimed time that does not grow is no fault of the dossier: whoever holds a key could break every dossier with it.
    """
    read_well: dict[bytes, Entry] = {}
    for name, raw in raws.items():
        try:
            entry = entry_format.parse(raw)
        except BadInput as error:
            found.add("entries", f"{name}: {error.message}")
            continue
        if layout.entry_name(entry.id) != name:
            found.add("entries", f"{name} changed: its bytes are those of another entry ({entry.type}).")
        else:
            read_well[entry.id] = entry
    return read_well


def disclosure_entry(raw: bytes | None, found: Findings) -> Entry | None:
    """Return the entry in disclosure.cose, if it is one."""
    if raw is None:
        found.add("disclosure", "disclosure.cose is missing, so nothing signs this dossier.")
        return None
    try:
        entry = entry_format.parse(raw)
    except BadInput as error:
        found.add("disclosure", f"disclosure.cose: {error.message}")
        return None
    if entry.type != "evidence.disclosure/1":
        found.add("disclosure", "disclosure.cose is an entry of another type.")
        return None
    return entry


def roster(held: Mapping[bytes, Entry], disclosure: Entry | None, found: Findings) -> Roster | None:
    """Return the roster that the dossier's entries make."""
    everything = [*held.values(), *([disclosure] if disclosure else [])]
    try:
        return Roster(held.values(), HeldChains(everything))
    except BadInput as error:
        found.add("entries", error.message)
        return None


def signatures(held: Mapping[bytes, Entry], disclosure: Entry | None, roster: Roster | None, found: Findings) -> None:
    """Every entry is of the organisation and signed by the key of its feed."""
    if roster is None:
        return
    keys = roster.introduced
    for check, entry in [
        *(("entries", e) for e in held.values()),
        *([("disclosure", disclosure)] if disclosure else []),
    ]:
        if entry.organisation != roster.org:
            found.add(check, f"Entry {_short(entry)} is of another organisation.")
        elif entry.feed not in keys:
            found.add(check, f"Entry {_short(entry)} is signed by a key that nothing in the dossier introduces.")
        elif not entry_format.verify(entry, keys[entry.feed]):
            found.add(check, f"The signature of entry {_short(entry)} does not hold.")
    feeds = {entry.feed for entry in held.values()}
    found.good["entries"] = f"{len(held)} entries of {len(feeds)} keys carry signatures that hold."


def proofs(  # noqa: PLR0913 - it needs all of these
    package: Package,
    held: Mapping[bytes, Entry],
    disclosure: Entry | None,
    texts: Mapping[str, bytes],
    roster: Roster | None,
    found: Findings,
) -> Log | None:
    """Each entry has exactly one proof, all over one checkpoint of an enrolled log; the disclosure over a later one."""
    names = {name for name in package.sizes() if layout.PROOF_NAME.fullmatch(name)}
    note: bytes | None = None
    log: Log | None = None
    for entry_id, entry in held.items():
        name = layout.proof_name(entry_id)
        if name not in names:
            found.add("proofs", f"Entry {_short(entry)} has no proof.")
            continue
        names.discard(name)
        try:
            proof = TlogProof.parse(read(package, name, _PROOF_MAX))
            if note is None:
                note = proof.note
                log = _log(note, roster)
            if proof.note != note:
                raise BadInput("it is over another checkpoint than the others")
            if log is not None:
                proof.check_path(entry.raw, log.checkpoint)
        except BadInput as error:
            found.add("proofs", f"Entry {_short(entry)}: {error.message}")
    for name in sorted(names):
        found.add("proofs", f"{name} belongs to no entry.")
    if log is None:
        found.add("proofs", "No checkpoint holds, so nothing proves that the entries were in a log.")
        return None
    _disclosure_proof(texts.get(layout.DISCLOSURE_PROOF), disclosure, log, found)
    found.good["proofs"] = f"All are in the log at size {log.checkpoint.size}, under one signed checkpoint."
    return log


def _log(note: bytes, roster: Roster | None) -> Log | None:
    """Return the log that signed `note`, if the roster enrols it. Raises BadInput where the note does not hold."""
    if roster is None:
        return None
    name = parse_checkpoint(note)[0].origin
    for feed, public in roster.logs().items():
        if origin(roster.org, feed) == name:
            key = VerifierKey(name, public)
            return Log(key, verify_checkpoint(note, key, exact=True))
    raise BadInput("its checkpoint is of a log that nothing in the dossier enrols")


def _disclosure_proof(data: bytes | None, disclosure: Entry | None, log: Log, found: Findings) -> None:
    if data is None or disclosure is None:
        return
    try:
        proof = TlogProof.parse(data)
        later = proof.verify(disclosure.raw, log.key)
        if later.size <= log.checkpoint.size or proof.index < log.checkpoint.size:
            raise BadInput("its checkpoint is not later than that of the entries")
    except BadInput as error:
        found.add("disclosure", f"disclosure.tlog-proof: {error.message}")


def disclosure(  # noqa: PLR0913 - it ties all of these together
    texts: Mapping[str, bytes],
    entry: Entry | None,
    document: Mapping[str, Any],
    held: Mapping[bytes, Entry],
    sizes: Mapping[str, int],
    roster: Roster | None,
    found: Findings,
) -> None:
    """The signed disclosure agrees with the manifest, the tag files and the counts, and its author stands."""
    if entry is None:
        return
    tags = {"verify": layout.VERIFY, "bag_info": layout.BAG_INFO, "bagit": layout.BAGIT_TXT}
    expected = {
        "incident": readable.maybe_id(document.get("incident")),
        "manifest": sha256(texts.get(layout.MANIFEST, b"")).digest(),
        "tags": {key: sha256(texts.get(name, b"")).digest() for key, name in tags.items()},
        "log_size": document.get("log_size"),
        "entries": len(held),
        "items": sum(bool(layout.MEDIA_NAME.fullmatch(name)) for name in sizes),
    }
    words = {
        "manifest": "manifest-sha256.txt is not the one that was signed",
        "tags": "a file outside data/ is not the one that was signed",
    }
    info = layout.BAG_INFO_FORM.fullmatch(texts.get(layout.BAG_INFO, b""))
    if info is not None and info["incident"].decode() != document.get("incident"):
        found.add("disclosure", "bag-info.txt names another incident.")
    if info is not None and roster is not None and bool(info["exercise"]) is not roster.genesis.exercise:
        found.add("disclosure", "bag-info.txt and the genesis do not agree on whether this is an exercise.")
    if set(entry.body) != set(expected):
        found.add("disclosure", "The signed disclosure does not have the fields of one.")
    for key, value in expected.items():
        if not readable.same(readable.to_json(entry.body.get(key)), readable.to_json(value)):  # type: ignore[arg-type]
            found.add("disclosure", f"{words.get(key, f'{key} is not what was signed')}.")
    if roster is not None and roster.state(entry) is not State.STANDING:
        found.add("disclosure", f"The one who signed the dossier may not write: {roster.state(entry)}.")
    elif roster is not None and not layout.SIGNING_ROLES & (roster.roles(entry.feed, entry.seq) or frozenset()):
        found.add("disclosure", "The one who signed the dossier may write, but is neither a centre nor an officer.")
    found.good["disclosure"] = "The centre signed exactly these files."


def standing(document: Mapping[str, Any], held: Mapping[bytes, Entry], roster: Roster | None, found: Findings) -> None:
    """Every entry that a fact or a file rests on stands."""
    if roster is None:
        found.add("standing", "Without a genesis entry nobody's right to write can be computed.")
        return
    cited = [part.get("entry") for key in ("facts", "media") for part in readable.objects(document.get(key))]
    for entry in [held[i] for i in sorted({readable.maybe_id(text) or b"" for text in cited}) if i in held]:
        state = roster.state(entry)
        if state is not State.STANDING:
            found.add("standing", f"Entry {_short(entry)} is cited, but its author may not write: {state}.")
    others = sum(roster.state(entry) is not State.STANDING for entry in held.values())
    found.good["standing"] = "All that is cited stands." + (
        f" {others} other entries do not, and are marked." if others else ""
    )


def keys(texts: Mapping[str, bytes], roster: Roster | None, log: Log | None, found: Findings) -> None:
    """data/keys and data/policy are what the entries say."""
    if roster is None or log is None:
        found.add("keys", "There is no enrolled log to compare them with.")
        return
    if texts.get(layout.KEYS) != layout.keys_text(roster.org, log.key):
        found.add("keys", "data/keys is not what the entries say.")
    if texts.get(layout.POLICY) != layout.policy_text(log.key):
        found.add("keys", "data/policy is not what the entries say.")
    found.good["keys"] = "data/keys and data/policy are what the entries say."


def anchor(
    trust: tuple[bytes, tuple[VerifierKey, ...]] | None, roster: Roster | None, log: Log | None, found: Findings
) -> str:
    """Compare organisation and log with the key file from outside; return the state of the anchor."""
    if trust is None:
        found.good["anchor"] = "No key file from outside was given: identity not established."
        return "not established"
    org, logs = trust
    if roster is None or roster.org != org:
        found.add("anchor", "The dossier is of another organisation than the key file.")
    elif log is None or (logs and log.key not in logs):
        found.add("anchor", "The dossier's log is not one that the key file names.")
    else:
        found.good["anchor"] = "Organisation and log are those of the key file."
        return "established"
    return "contradicted"


def _short(entry: Entry) -> str:
    return f"{entry.id.hex()[:16]}... ({entry.type}, feed {entry.feed.hex()[:8]}, seq {entry.seq})"
