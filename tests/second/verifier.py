"""All checks of a dossier, dossier section 5, by the second implementation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from second import bag, bodies, cbor_, content, ed25519_, keys, notes, tree
from second.entry import ZERO, Entry, is_bytes, is_int, parse
from second.faults import FaultError
from second.package import FolderPackage, ZipPackage, open_package
from second.roster import Roster

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHECKS = (
    "container",
    "bag",
    "disclosure",
    "entries",
    "standing",
    "proofs",
    "content",
    "media",
    "keys",
    "anchor",
)
TAG_FIELDS = {"verify": "VERIFY.txt", "bag_info": "bag-info.txt", "bagit": "bagit.txt"}
DISCLOSURE_SEALED = {"recipient", "purpose"}


class Verifier:
    """One dossier under check; every check appends to its own list of faults."""

    def __init__(self, package: ZipPackage | FolderPackage) -> None:
        self.package = package
        self.checks: dict[str, list[str]] = {name: [] for name in CHECKS}
        self.checks["container"] += [*package.faults, *bag.check_names(package)]
        self.entries: dict[bytes, Entry] = {}
        self.keys: dict[bytes, bytes] = {}
        self.genesis: Entry | None = None
        self.disclosure: Entry | None = None
        self.checkpoint: notes.Checkpoint | None = None
        self.content: content.Content | None = None
        self.roster = Roster([], ZERO)

    def run(self, name: str, check: Callable[[], list[str]]) -> None:
        """Makes one check; what it throws is its failure and no reason to stop."""
        try:
            self.checks[name] += check()
        except FaultError as error:
            self.checks[name].append(str(error))
        except (KeyError, OSError) as error:
            self.checks[name].append(f"not there: {error}")

    # Loading

    def load_entries(self) -> list[str]:
        """Entries by name, form and signature."""
        faults, parsed = [], []
        for name in self.package.names():
            if not name.startswith("data/entries/"):
                continue
            try:
                entry = parse(self.package.read(name))
            except FaultError as error:
                faults.append(f"{name}: {error}")
                continue
            if name != f"data/entries/{entry.id.hex()}.cose":
                faults.append(f"{name}: not named by its id")
            parsed.append(entry)
        starts = [e for e in parsed if e.type == "record.genesis/1" and bodies.has_shape(e)]
        if len(starts) != 1:
            faults.append("not exactly one valid genesis entry")
        self.genesis = starts[0] if len(starts) == 1 else None
        return faults + self._load_signed(parsed)

    def _load_signed(self, parsed: list[Entry]) -> list[str]:
        self.keys = {ed25519_.feed_id(key): key for entry in parsed for key in bodies.keys_named(entry)}
        faults = []
        for entry in parsed:
            fault = self._fault_of(entry)
            if fault:
                faults.append(f"data/entries/{entry.id.hex()}.cose: {fault}")
            else:
                self.entries[entry.id] = entry
        return faults

    def _fault_of(self, entry: Entry) -> str | None:
        """What keeps an entry of the right form from being a valid one of this organisation."""
        if entry.org == ZERO:
            belongs = self.genesis is not None and entry.id == self.genesis.id
        else:
            belongs = self.genesis is not None and entry.org == self.genesis.id
        if not belongs:
            return "of another organisation"
        key = self.keys.get(entry.feed)
        if key is None:
            return "of a key that no entry here introduces"
        if not ed25519_.verify(key, entry.signed, entry.signature):
            return "its signature does not hold"
        return None

    def load_content(self) -> list[str]:
        """incident.json as an object."""
        found = content.load(self.package.read("data/incident.json"))
        self.content = content.Content(found, self.entries)
        return []

    def load_disclosure(self) -> list[str]:
        """disclosure.cose as an entry of the organisation."""
        entry = parse(self.package.read("disclosure.cose"))
        fault = self._fault_of(entry)
        if entry.type != "evidence.disclosure/1":
            fault = "not an evidence.disclosure/1"
        if fault:
            return [f"disclosure.cose: {fault}"]
        self.disclosure = entry
        return []

    def load_roster(self) -> None:
        """Standing over the dossier's entries and the disclosure."""
        held = [*self.entries.values(), *([self.disclosure] if self.disclosure else [])]
        self.roster = Roster(held, self.genesis.id if self.genesis else ZERO)

    # Checks

    def _body(self) -> dict[str, Any]:
        """The body of the disclosure, once its shape is known."""
        if self.disclosure is None:
            raise FaultError("without a valid disclosure.cose")
        body: dict[str, Any] = self.disclosure.body
        tags = body.get("tags")
        shape = (
            set(body) == {"incident", "manifest", "tags", "log_size", "entries", "items"}
            and set(self.disclosure.sealed) == DISCLOSURE_SEALED
            and is_bytes(body["incident"], 32)
            and is_bytes(body["manifest"], 32)
            and isinstance(tags, dict)
            and set(tags) == set(TAG_FIELDS)
            and all(is_int(body[key], 0, cbor_.INT_MAX) for key in ("log_size", "entries", "items"))
        )
        if not shape:
            raise FaultError("disclosure.cose: body or sealed fields are not as on the page")
        return body

    def check_bag(self) -> list[str]:
        """Manifests and tag files."""
        body = self._body()
        exercise = self.genesis is not None and self.genesis.body["exercise"] is True
        return bag.check_bag(self.package, body["incident"].hex(), exercise=exercise)

    def check_disclosure(self) -> list[str]:
        """What the disclosure signs, who signs it, and its proof."""
        body, faults = self._body(), []
        if body["manifest"].hex() != self.package.sha256("manifest-sha256.txt"):
            faults.append("disclosure.cose: signs another manifest-sha256.txt")
        for field, name in TAG_FIELDS.items():
            if body["tags"][field] != bytes.fromhex(self.package.sha256(name)):
                faults.append(f"disclosure.cose: signs another {name}")
        names = self.package.names()
        for field, folder in (("entries", "data/entries/"), ("items", "data/media/")):
            if body[field] != sum(name.startswith(folder) for name in names):
                faults.append(f"disclosure.cose: {field} is not the number of files in {folder}")
        if self.disclosure is not None and self.roster.state(self.disclosure) != "standing":
            faults.append(f"disclosure.cose: its author is {self.roster.state(self.disclosure)}")
        return faults

    def check_standing(self) -> list[str]:
        """What facts and media cite has to stand."""
        if self.content is None:
            raise FaultError("without incident.json")
        faults = []
        for name in sorted(self.content.cited()):
            entry = next((e for e in self.entries.values() if e.id.hex() == name), None)
            state = self.roster.state(entry) if entry else "not here"
            if state != "standing":
                faults.append(f"{name}: cited, but {state}")
        return faults

    def _log_key(self, checkpoint: notes.Checkpoint) -> bytes:
        """The key of the log that a checkpoint names, as enrolled."""
        if self.genesis is None or checkpoint.org != self.genesis.id:
            raise FaultError("the checkpoint is of another organisation")
        enrolment = self.roster.enrolment.get(checkpoint.log_feed)
        if enrolment is None or enrolment.body["purpose"] != "log":
            raise FaultError("the log key is not enrolled with purpose log")
        key: Any = enrolment.body["key"]
        return bytes(key)

    def _proof(self, name: str, raw: bytes) -> notes.Proof:
        """A proof that holds for these entry bytes."""
        try:
            proof = notes.parse_proof(self.package.read(name))
            proof.checkpoint.verify(self._log_key(proof.checkpoint))
        except FaultError as error:
            raise FaultError(f"{name}: {error}") from error
        if len(proof.checkpoint.signatures) != 1:
            raise FaultError(f"{name}: not exactly one signature, and the policy names no witness")
        leaf = tree.leaf_hash(raw)
        if tree.root_of_path(leaf, proof.index, proof.checkpoint.size, proof.path) != proof.checkpoint.root:
            raise FaultError(f"{name}: the path does not lead from the entry to the root")
        return proof

    def check_proofs(self) -> list[str]:
        """One proof an entry, all over one checkpoint of size `log_size`."""
        faults: list[str] = []
        names = self.package.names()
        shown = {name[13:77] for name in names if name.startswith("data/entries/")}
        proven = {name[12:76] for name in names if name.startswith("data/proofs/")}
        faults += [f"{name}: an entry without proof, or a proof without entry" for name in shown ^ proven]
        found: set[bytes] = set()
        size = self._body()["log_size"]
        for name in sorted(shown & proven):
            raw = self.package.read(f"data/entries/{name}.cose")
            try:
                proof = self._proof(f"data/proofs/{name}.tlog-proof", raw)
            except FaultError as error:
                faults.append(str(error))
                continue
            found.add(proof.note)
            self.checkpoint = proof.checkpoint
            if proof.checkpoint.size != size:
                faults.append(f"data/proofs/{name}.tlog-proof: its size is not log_size")
            if self.genesis is not None and name == self.genesis.id.hex() and proof.index != 0:
                faults.append("the genesis entry is not leaf 0")
        return faults + (["the proofs are not over one checkpoint"] if len(found) != 1 else [])

    def check_disclosure_proof(self) -> list[str]:
        """Same log, larger tree; counted to `disclosure`, and to `proofs` where the two logs differ."""
        proof = self._proof("disclosure.tlog-proof", self.package.read("disclosure.cose"))
        if self.checkpoint is None or proof.checkpoint.origin != self.checkpoint.origin:
            self.checks["proofs"].append("disclosure.tlog-proof: of another log")
        if proof.checkpoint.size <= self._body()["log_size"]:
            self.checks["proofs"].append("disclosure.tlog-proof: its tree is not larger")
        return []

    def check_content(self) -> list[str]:
        """incident.json against the entries."""
        if self.content is None:
            raise FaultError("without incident.json")
        return self.content.check(self._body(), self.genesis)

    def check_media(self) -> list[str]:
        """Files against their items."""
        if self.content is None:
            raise FaultError("without incident.json")
        return self.content.check_media(self.package)

    def vkey(self) -> str:
        """The verifier key of the log that the proofs name."""
        if self.checkpoint is None:
            raise FaultError("without a proof that holds")
        return notes.vkey_of(self.checkpoint.origin, self._log_key(self.checkpoint))

    def check_keys(self) -> list[str]:
        """data/keys and data/policy written again."""
        vkey, org = self.vkey(), self.genesis.id.hex() if self.genesis else ""
        faults = []
        if self.package.read("data/keys") != f"firsthand-keys/1\nlog {vkey}\norg {org}\n".encode():
            faults.append("data/keys: not what the entries say")
        if self.package.read("data/policy") != f"log {vkey}\nquorum none\n".encode():
            faults.append("data/policy: not what the entries say")
        return faults

    def check_anchor(self, trust: str) -> list[str]:
        """Organisation and log against a key file from outside."""
        org, logs = keys.parse(trust, outside=True)
        faults = []
        if self.genesis is None or self.genesis.id.hex() != org:
            faults.append("another organisation than that of the key file")
        if self.vkey() not in logs:
            faults.append("a log that the key file does not list")
        return faults


def verify_package(package: ZipPackage | FolderPackage, trust: str | None) -> dict[str, Any]:
    """All checks of an open package."""
    v = Verifier(package)
    v.run("entries", v.load_entries)
    v.run("content", v.load_content)
    v.run("disclosure", v.load_disclosure)
    v.load_roster()
    v.run("bag", v.check_bag)
    v.run("disclosure", v.check_disclosure)
    v.run("standing", v.check_standing)
    v.run("proofs", v.check_proofs)
    v.run("disclosure", v.check_disclosure_proof)
    v.run("content", v.check_content)
    v.run("media", v.check_media)
    v.run("keys", v.check_keys)
    if trust is not None:
        v.run("anchor", lambda: v.check_anchor(trust))
    anchor = "not established" if trust is None else "contradicted" if v.checks["anchor"] else "established"
    return {"ok": not any(v.checks.values()), "anchor": anchor, "checks": v.checks}


def verify(path: Path, trust: str | None = None) -> dict[str, Any]:
    """All checks of a zip or folder; `trust` is the text of a key file from outside."""
    try:
        package = open_package(path)
    except (FaultError, OSError) as error:
        checks = {name: [f"not checked: {error}"] if name == "container" else [] for name in CHECKS}
        return {"ok": False, "anchor": "not established", "checks": checks}
    try:
        return verify_package(package, trust)
    finally:
        package.close()
