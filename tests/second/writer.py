"""Writes organisations, feeds and logs from a seed. EXERCISE content only: every name here is invented."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from second import bodies, cbor_, ed25519_, notes, tree
from second.entry import PREFIX, SIGNED_PREFIX, ZERO, Entry, parse, sealed_commitment

START_MS = 1_790_000_000_000


def digest(*parts: str | int | bytes) -> bytes:
    """32 bytes that follow from the parts, for keys, salts and persons."""
    joined = "\x1f".join(part.hex() if isinstance(part, bytes) else str(part) for part in parts)
    return hashlib.sha256(joined.encode()).digest()


class Key:
    """An Ed25519 key made from a seed and a label."""

    def __init__(self, *label: str | int) -> None:
        self.label = label
        self._private = Ed25519PrivateKey.from_private_bytes(digest("key", *label))
        self.public = self._private.public_key().public_bytes_raw()
        self.feed = ed25519_.feed_id(self.public)
        self.person = digest("person", *label)[:16]

    def sign(self, message: bytes) -> bytes:
        """Ed25519."""
        return self._private.sign(message)

    def following(self) -> Key:
        """The key that will follow this one."""
        return Key(*self.label, "next")


def frame(payload: bytes, key: Key) -> bytes:
    """Signs a payload and puts the fixed frame around it."""
    middle = cbor_.head(2, len(payload)) + payload
    return PREFIX + middle + b"\x58\x40" + key.sign(SIGNED_PREFIX + middle)


@dataclass(frozen=True)
class Written:
    """An entry with the values and salts that lie beside it."""

    entry: Entry
    sealed: dict[str, tuple[cbor_.Value, bytes]] = field(default_factory=dict)

    @property
    def id(self) -> bytes:
        """Entry id."""
        return self.entry.id


@dataclass
class Device:
    """One feed that is written."""

    key: Key
    org: bytes
    seq: int = 0
    prev: bytes = ZERO
    ms: int = START_MS
    seen: bytes | None = None

    @property
    def feed(self) -> bytes:
        """Feed id."""
        return self.key.feed

    def write(self, kind: str, body: dict[str, Any], sealed: dict[str, cbor_.Value] | None = None) -> Written:
        """The next entry of the feed."""
        self.ms += 1_000
        salts = {name: digest("salt", self.feed, self.seq, self.prev, name) for name in sealed or {}}
        place = (self.org, self.feed, self.seq)
        commitments = {
            name: sealed_commitment(value, salt=salts[name], place=place, field=name)
            for name, value in (sealed or {}).items()
        }
        payload: dict[str, Any] = {"v": 1, "org": self.org, "seq": self.seq, "body": body}
        payload |= {"feed": self.feed, "prev": self.prev, "seen": self.seen, "time": [self.ms, 0]}
        payload |= {"type": kind, "sealed": commitments}
        entry = parse(frame(cbor_.encode(payload), self.key))
        self.seq, self.prev = self.seq + 1, entry.id
        return Written(entry, {name: (value, salts[name]) for name, value in (sealed or {}).items()})

    def branch(self) -> Device:
        """A copy that goes on from here: the way a fork comes about."""
        return Device(self.key, self.org, self.seq, self.prev, self.ms + 7, self.seen)


class Organisation:
    """Genesis and the roster acts, each returned as a written entry and kept in `written`."""

    def __init__(self, seed: str, *, m: int = 1, n: int = 1, rotating: bool = True) -> None:
        self.seed = seed
        self.rotating = rotating
        self.written: list[Written] = []
        keys = [Key(seed, "root", i) for i in range(n)]
        body: dict[str, Any] = {"name": f"EXERCISE {seed}", "exercise": True, "m": m}
        body["roots"] = [self._root(key) for key in keys]
        statement = bodies.root_statement(body)
        for key, root in zip(keys, body["roots"], strict=True):
            root["proof"] = key.sign(statement)
        first = Device(keys[0], ZERO)
        self.genesis = self.keep(first.write("record.genesis/1", body))
        first.org = self.org = self.genesis.id
        self.roots = [first, *(Device(key, self.org) for key in keys[1:])]

    def _next(self, key: Key) -> bytes | None:
        """What is committed for the key that will follow."""
        return key.following().feed if self.rotating else None

    def _root(self, key: Key) -> dict[str, Any]:
        return {"alg": 1, "key": key.public, "next": self._next(key), "person": key.person}

    def keep(self, written: Written) -> Written:
        """Adds an entry to those of the organisation."""
        self.written.append(written)
        return written

    def device(self, *label: str | int) -> Device:
        """A device with a key of its own, not yet enrolled."""
        return Device(Key(self.seed, *label), self.org)

    def enrol(self, author: Device, key: Key, purpose: str = "writer", **changes: Any) -> Written:
        """Enrols a key; `changes` replace fields of the body, after the proof is made."""
        body: dict[str, Any] = {"alg": 1, "key": key.public, "purpose": purpose}
        body |= {"next": self._next(key), "person": key.person if self.rotating else None}
        body["proof"] = key.sign(bodies.enrolment_statement(body, self.org))
        return self.keep(author.write("record.enrol/1", body | changes, {"name": "EXERCISE device"}))

    def grant(
        self,
        author: Device,
        feed: bytes,
        roles: tuple[str, ...] = (),
        *,
        seq: int = 0,
        replaces: tuple[Written, ...] = (),
    ) -> Written:
        """Grants roles from a position on."""
        body = {"feed": feed, "seq": seq, "entry": None, "roles": list(roles)}
        return self.keep(author.write("record.grant/1", body | {"replaces": [w.id for w in replaces]}))

    def withdraw(self, author: Device, feed: bytes, seq: int = -1, reason: str = "lost") -> Written:
        """Withdraws a feed beyond a position."""
        body = {"feed": feed, "seq": seq, "entry": None, "reason": reason}
        return self.keep(author.write("record.withdraw/1", body, {"note": None}))

    def approve(self, author: Device, *entries: Written) -> Written:
        """Puts a second name under entries."""
        return self.keep(author.write("record.approve/1", {"entries": [w.id for w in entries]}))

    def admit(self, author: Device, *entries: Written) -> Written:
        """Admits late entries."""
        return self.keep(author.write("record.admit/1", {"entries": [w.id for w in entries]}))

    def adopt(self, author: Device, head: Entry, replaces: tuple[Written, ...] = ()) -> Written:
        """Adopts one branch of a fork by its head."""
        body = {"feed": head.feed, "seq": head.seq, "entry": head.id}
        return self.keep(author.write("record.adopt/1", body | {"replaces": [w.id for w in replaces]}))

    def rotate(self, old: Device) -> Device:
        """Starts the feed of the following key and cites the head of the old one."""
        new = Device(old.key.following(), self.org, ms=old.ms)
        body: dict[str, Any] = {"old": old.feed, "seq": old.seq - 1, "alg": 1, "key": new.key.public}
        body |= {"entry": old.prev if old.seq else None, "next": new.key.following().feed}
        self.keep(new.write("record.rotate/1", body))
        return new

    def note(self, author: Device, text: str | None = None) -> Written:
        """An entry that is no roster entry."""
        return self.keep(author.write("exercise.note/1", {"text": text} if text else {}))


class Log:
    """A log over entry bytes, with its key."""

    def __init__(self, key: Key, org: bytes) -> None:
        self.key = key
        self.origin = notes.origin_of(org, key.public)
        self.vkey = notes.vkey_of(self.origin, key.public)
        self.entries: list[bytes] = []

    def append(self, raw: bytes) -> None:
        """Adds a leaf, once."""
        if raw not in self.entries:
            self.entries.append(raw)

    def leaves(self, size: int | None = None) -> list[bytes]:
        """Leaf hashes of the tree of that size."""
        return [tree.leaf_hash(raw) for raw in self.entries[:size]]

    def checkpoint(self, size: int | None = None) -> bytes:
        """A signed checkpoint."""
        leaves = self.leaves(size)
        return sign_note(self.key, self.origin, [self.origin, str(len(leaves)), b64(tree.root(leaves))])

    def proof(self, raw: bytes, size: int | None = None) -> bytes:
        """A tlog-proof for one entry."""
        leaves = self.leaves(size)
        index = self.entries.index(raw)
        path = [b64(item) for item in tree.inclusion(index, leaves)]
        above = ["c2sp.org/tlog-proof@v1", f"index {index}", *path, "", ""]
        return "\n".join(above).encode() + self.checkpoint(size)


def b64(raw: bytes) -> str:
    """Standard base64."""
    return base64.b64encode(raw).decode()


def signature_line(name: str, key_id: bytes, signature: bytes) -> str:
    """One signature line of a note."""
    return f"\u2014 {name} {b64(key_id + signature)}\n"


def sign_note(key: Key, name: str, lines: list[str]) -> bytes:
    """A note of these lines, signed with a key of type 1."""
    text = "".join(line + "\n" for line in lines)
    line = signature_line(name, notes.key_id(name, key.public), key.sign(text.encode()))
    return f"{text}\n{line}".encode()
