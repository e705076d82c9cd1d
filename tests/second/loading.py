"""What a dossier holds, read for the checks: its entries, its readable form, its disclosure, its roster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from second import bag, bodies, claims, content, ed25519_
from second.entry import ZERO, Entry, parse
from second.faults import FaultError
from second.roster import Roster

if TYPE_CHECKING:
    from collections.abc import Callable

    from second.package import FolderPackage, ZipPackage

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


class Loaded:
    """One dossier; whatever is wrong goes to the list of its check."""

    def __init__(self, package: ZipPackage | FolderPackage) -> None:
        self.package = package
        self.checks: dict[str, list[str]] = {name: [] for name in CHECKS}
        self.checks["container"] += [*package.faults, *bag.check_names(package)]
        self.entries: dict[bytes, Entry] = {}
        self.keys: dict[bytes, bytes] = {}
        self.genesis: Entry | None = None
        self.disclosure: Entry | None = None
        self.content: claims.Claims | None = None
        self.roster = Roster([], ZERO)

    def run(self, name: str, check: Callable[[], list[str]]) -> None:
        """Makes one check; what it throws is its failure and no reason to stop."""
        try:
            self.checks[name] += check()
        except FaultError as error:
            self.checks[name].append(str(error))
        except (KeyError, OSError) as error:
            self.checks[name].append(f"not there: {error}")

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
        self.content = claims.Claims(found, self.entries)
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
