"""A centre: its folder opened, with everything in it that belongs together.

<folder>/record.db    the record
<folder>/blobs/       the files, by their SHA-256
<folder>/keys/        private keys on this machine
<folder>/trust.txt    the key file to hand to those who will verify dossiers
"""

from __future__ import annotations

import secrets
import shutil
from typing import TYPE_CHECKING, Self

from firsthand.centre.founding import PERSON_BYTES, NewKey, enrol, found, grant
from firsthand.centre.keyring import Keyring
from firsthand.errors import BadInput, DiskError, StoreError
from firsthand.evidence import entries as evidence_entries
from firsthand.evidence.dossier.layout import keys_text
from firsthand.evidence.views import EvidenceViews
from firsthand.media import BlobStore
from firsthand.record import entries as record_entries
from firsthand.record.clock import Clock, Randomness, system_clock
from firsthand.record.durable import make_folder, sync_folder, write_file
from firsthand.record.entry import feed_id
from firsthand.record.note import VerifierKey, origin
from firsthand.record.store import DATABASE, Store
from firsthand.record.types import Registry
from firsthand.respond import entries as respond_entries
from firsthand.respond.views import RespondViews

if TYPE_CHECKING:
    from pathlib import Path

    from firsthand.record.ed25519 import SigningKey
    from firsthand.record.reader import Reader

REGISTRY = Registry(record_entries.ENTRIES, respond_entries.ENTRIES, evidence_entries.ENTRIES)
SEED_BYTES = 32
TRUST_FILE = "trust.txt"
AGENT = "Firsthand 0.1"


def open_store(folder: Path, *, clock: Clock, randomness: Randomness, create: bool = False) -> Store:
    """Return the store in `folder` with all rooms' types and views."""
    views = (RespondViews(), EvidenceViews())
    return Store(folder, registry=REGISTRY, projections=views, clock=clock, randomness=randomness, create=create)


class Centre:
    """An open centre. Use it in a `with`, or call `close`.

    Args:
        folder: of the centre.
        clock: milliseconds UTC.
        randomness: source of salts.

    Raises:
        StoreError: there is none, or it cannot be opened.
    """

    def __init__(
        self, folder: Path, *, clock: Clock = system_clock, randomness: Randomness = secrets.token_bytes
    ) -> None:
        self.folder = folder
        self.store = open_store(folder, clock=clock, randomness=randomness)
        self.keys = Keyring(folder / "keys")
        self.blobs = BlobStore(folder / "blobs")
        self.clock = clock

    @classmethod
    def create(  # noqa: PLR0913 - what an organisation is founded with
        cls,
        folder: Path,
        *,
        name: str,
        exercise: bool = False,
        roots: int = 1,
        m: int = 1,
        clock: Clock = system_clock,
        randomness: Randomness = secrets.token_bytes,
    ) -> Self:
        """Found an organisation with `roots` root keys, `m` of which must agree, and its first centre in `folder`.

        Raises:
            BadInput: m is not between 1 and the number of roots.
            StoreError: there is a store already.
        """
        if not 1 <= m <= roots <= 16:  # noqa: PLR2004 - the format's limit
            raise BadInput(
                f"{m} of {roots} root keys cannot agree.",
                kept="Nothing was made.",
                advice="Let at least one, and at most as many agree as there are (1 to 16).",
            )
        _refuse_taken(folder)
        begun = folder.with_name(f".{folder.name}.founding")  # half a centre would look like one
        shutil.rmtree(begun, ignore_errors=True)
        try:
            make_folder(folder.parent)
            _found_in(begun, name=name, exercise=exercise, roots=roots, m=m, clock=clock, randomness=randomness)
            sync_folder(begun)
            begun.rename(folder)
            sync_folder(folder.parent)
        except OSError as error:
            raise DiskError(
                f"The centre could not be made in {folder}: {error.strerror}.",
                kept="Nothing was left behind.",
                advice="Free some space, or choose another place.",
            ) from error
        finally:
            shutil.rmtree(begun, ignore_errors=True)
        return cls(folder, clock=clock, randomness=randomness)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of everything."""
        self.store.close()

    @property
    def org(self) -> bytes:
        """Id of the organisation's genesis entry."""
        return self.store.require_org()

    @property
    def writer_key(self) -> SigningKey:
        """The centre's own key."""
        return self.keys.get("centre")

    @property
    def log_key(self) -> SigningKey:
        """The key of the centre's log."""
        return self.keys.get("log")

    @property
    def log_verifier(self) -> VerifierKey:
        """The public key of the centre's log with its name."""
        public = self.log_key.public
        return VerifierKey(origin(self.org, feed_id(public)), public)

    def checkpoint(self) -> bytes:
        """Return a signed checkpoint over the whole log."""
        return self.store.checkpoint(self.log_key)

    def exercise(self, reader: Reader) -> bool:
        """Return whether the genesis says EXERCISE."""
        return self.store.roster(reader).genesis.exercise


def _refuse_taken(folder: Path) -> None:
    if (folder / DATABASE).exists():
        raise StoreError(
            f"There is a store in {folder} already.", kept="It was not touched.", advice="Choose another folder."
        )
    if folder.is_dir() and any(folder.iterdir()):
        raise StoreError(f"{folder} is not empty.", kept="It was not touched.", advice="Choose another folder.")


def _found_in(  # noqa: PLR0913 - what an organisation is founded with
    folder: Path, *, name: str, exercise: bool, roots: int, m: int, clock: Clock, randomness: Randomness
) -> None:
    """Write keys, first entries and key file of a new centre into a folder that nobody uses yet."""
    store = open_store(folder, clock=clock, randomness=randomness, create=True)
    keys = Keyring(folder / "keys")

    def new(label: str, *, following: bool = True, person: bool = True) -> NewKey:
        key = keys.add(label, randomness(SEED_BYTES))
        successor = keys.add(f"{label}-next", randomness(SEED_BYTES)) if following else None
        return NewKey(key, successor, randomness(PERSON_BYTES) if person else None)

    root_keys = [new(f"root-{i + 1}") for i in range(roots)]
    centre_key, log_key = new("centre"), new("log", following=False, person=False)
    with store.writing() as writer:
        found(writer, name, root_keys, m, exercise=exercise)
        root = root_keys[0].key
        enrol(writer, root, log_key, "log")
        enrol(writer, root, centre_key, "writer", name=name)
        grant(writer, root, feed_id(centre_key.key.public), ["centre"])
    store.checkpoint(log_key.key)
    store.close()
    with Centre(folder, clock=clock, randomness=randomness) as centre:
        write_file(folder / TRUST_FILE, keys_text(centre.org, centre.log_verifier))
