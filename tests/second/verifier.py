"""All checks of a dossier, dossier section 5, by the second implementation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from second import bag, cbor_, keys, notes, tree
from second.entry import is_bytes, is_int
from second.faults import FaultError
from second.loading import CHECKS, Loaded
from second.package import FolderPackage, ZipPackage, open_package

if TYPE_CHECKING:
    from pathlib import Path

TAG_FIELDS = {"verify": "VERIFY.txt", "bag_info": "bag-info.txt", "bagit": "bagit.txt"}
SIGNING_ROLES = {"centre", "officer"}
DISCLOSURE_SEALED = {"recipient", "purpose"}


class Verifier(Loaded):
    """One dossier under check; every check appends to its own list of faults."""

    def __init__(self, package: ZipPackage | FolderPackage) -> None:
        super().__init__(package)
        self.checkpoint: notes.Checkpoint | None = None

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
        return faults + self._fault_of_author()

    def _fault_of_author(self) -> list[str]:
        """Only a centre or an officer signs a dossier, and only while standing."""
        if self.disclosure is None:
            return []
        state = self.roster.state(self.disclosure)
        if state != "standing":
            return [f"disclosure.cose: its author is {state}"]
        roles = self.roster.roles(self.disclosure.feed, self.disclosure.seq) or frozenset()
        return [] if roles & SIGNING_ROLES else ["disclosure.cose: its author is neither a centre nor an officer"]

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
        if proof.index < self._body()["log_size"]:
            self.checks["proofs"].append("disclosure.tlog-proof: its index is below log_size")
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
