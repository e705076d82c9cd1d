"""A second reading of docs/reference/record.md and dossier.md: writes a small valid dossier of an invented exercise.

Nothing of `firsthand` is used here, so that the page and the package are checked against the documents alone.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import struct
import wave
import zlib
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from nacl.signing import SigningKey
from PIL import Image, ImageDraw, ImageFilter

ZERO = bytes(32)
START_MS = 1_792_000_000_000
WRITERS = ("centre", "crew", "second")


def head(major: int, n: int) -> bytes:
    """Return the shortest CBOR head."""
    if n < 24:
        return bytes([major << 5 | n])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if n < 1 << 8 * size:
            return bytes([major << 5 | info]) + n.to_bytes(size, "big")
    raise ValueError(n)


def cbor(value: Any) -> bytes:
    """Return deterministic CBOR (record.md, section 1)."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", False: b"\xf4", True: b"\xf5"}[value]
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    pairs = sorted((cbor(k), cbor(v)) for k, v in value.items())
    return head(5, len(pairs)) + b"".join(k + v for k, v in pairs)


def json_form(value: Any) -> Any:
    """Return the record's JSON form of a value."""
    if isinstance(value, bytes):
        return {"$hex": value.hex()}
    if isinstance(value, list):
        return [json_form(v) for v in value]
    if isinstance(value, dict):
        return {k: json_form(v) for k, v in value.items()}
    return value


def key(name: str) -> SigningKey:
    """Return the test key of that name."""
    return SigningKey(sha256(b"page test key " + name.encode()).digest())


def public(name: str) -> bytes:
    """Return a test key's public half."""
    return bytes(key(name).verify_key)


def feed_id(name: str) -> bytes:
    """Return the feed id of a test key."""
    return sha256(b"\x01" + public(name)).digest()


def sign(name: str, message: bytes) -> bytes:
    """Return an Ed25519 signature."""
    return bytes(key(name).sign(message).signature)


@dataclass
class Written:
    """An entry as written, with what lies beside it."""

    raw: bytes
    payload: dict[str, Any]
    values: dict[str, tuple[Any, bytes]]

    @property
    def id(self) -> bytes:
        """Entry id."""
        return sha256(self.raw).digest()


@dataclass
class World:
    """One organisation writing one log."""

    exercise: bool = True
    log: list[Written] = field(default_factory=list)
    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    now: int = START_MS
    org: bytes = ZERO
    media: dict[str, bytes] = field(default_factory=dict)
    hidden: set[tuple[bytes, str]] = field(default_factory=set)

    def write(
        self, who: str, kind: str, body: dict[str, Any], sealed: dict[str, Any] | None = None, **claims: Any
    ) -> bytes:
        """Sign an entry, append it to the log, and return its id; `claims` take the place of what is true."""
        self.now += 47_000
        seq, prev = self.heads.get(who, (0, ZERO))
        feed, commitments, values = feed_id(who), {}, {}
        for name, value in (sealed or {}).items():
            salt = sha256(b"salt" + feed + seq.to_bytes(4, "big") + name.encode()).digest()
            commitments[name] = sha256(cbor(["firsthand.sealed/1", self.org, feed, seq, name, salt, value])).digest()
            values[name] = (value, salt)
        payload = {
            "v": 1, "org": self.org, "seq": seq, "body": body, "feed": feed, "prev": prev, "seen": None,
            "time": [self.now, 0], "type": kind, "sealed": commitments,
        } | claims  # fmt: skip
        framed = head(2, len(cbor(payload))) + cbor(payload)
        signature = sign(who, b"\x84\x6aSignature1\x43\xa1\x01\x27\x40" + framed)
        entry = Written(b"\xd2\x84\x43\xa1\x01\x27\xa0" + framed + b"\x58\x40" + signature, payload, values)
        self.log.append(entry)
        self.heads[who] = (seq + 1, entry.id)
        return entry.id

    def found(self, roots: int = 3, m: int = 2) -> None:
        """Write genesis, the centre, two crews, an officer and the log key."""
        names = [f"root{i}" for i in range(roots)]
        seats = [[1, public(n), None, sha256(n.encode()).digest()[:16]] for n in names]
        title = "Harbour rescue service"
        message = cbor(["firsthand.root/1", title, self.exercise, m, seats])
        listed = [
            {"alg": 1, "key": s[1], "next": None, "person": s[3], "proof": sign(n, message)}
            for n, s in zip(names, seats, strict=True)
        ]
        self.org = self.write(
            "root0",
            "record.genesis/1",
            {"name": title, "exercise": self.exercise, "m": m, "roots": listed},
        )
        self.enrol("root0", "officer", "writer")
        grant = self.grant("root0", "officer", ["officer"])
        self.write("root1", "record.approve/1", {"entries": [grant]})
        self.enrol("root0", "log", "log")
        for name in WRITERS:
            self.enrol("officer", name, "writer")
            self.grant("officer", name, ["centre" if name == "centre" else "crew"])

    def enrol(self, who: str, name: str, purpose: str) -> bytes:
        """Introduce a key."""
        person = sha256(name.encode()).digest()[:16] if purpose == "writer" else None
        proof = sign(name, cbor(["firsthand.enrol/1", self.org, purpose, 1, public(name), None, person]))
        body = {"alg": 1, "key": public(name), "purpose": purpose, "next": None, "person": person, "proof": proof}
        entry = self.write(who, "record.enrol/1", body, {"name": f"Test {name}"})
        self.hidden.add((entry, "name"))
        return entry

    def grant(self, who: str, name: str, roles: list[str]) -> bytes:
        """Grant the right to write."""
        body = {"feed": feed_id(name), "seq": 0, "entry": None, "roles": roles, "replaces": []}
        return self.write(who, "record.grant/1", body)

    def file(self, data: bytes, mime: str, ext: str) -> dict[str, Any]:
        """Keep a file for disclosure and return the value of its sealed field."""
        digest = sha256(data).digest()
        self.media[f"{digest.hex()}.{ext}"] = data
        return {"sha256": digest, "size": len(data), "mime": mime, "ext": ext}


# -- the tree and its notes


def _root(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + _root(leaves[:k]) + _root(leaves[k:])).digest()


def _path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if index < k:
        return [*_path(index, leaves[:k]), _root(leaves[k:])]
    return [*_path(index - k, leaves[k:]), _root(leaves[:k])]


def b64(data: bytes) -> str:
    """Return standard base64."""
    return base64.b64encode(data).decode()


def origin(world: World) -> str:
    """Return the origin of the log."""
    return f"firsthand/{world.org.hex()}/{feed_id('log').hex()}"


def verifier_key(world: World) -> str:
    """Return the C2SP verifier key of the log."""
    name, material = origin(world), b"\x01" + public("log")
    key_id = sha256(name.encode() + b"\n" + material).hexdigest()[:8]
    return f"{name}+{key_id}+{b64(material)}"


def proof(world: World, index: int, size: int) -> bytes:
    """Return the tlog-proof of a leaf."""
    leaves = [sha256(b"\x00" + e.raw).digest() for e in world.log[:size]]
    name = origin(world)
    text = f"{name}\n{size}\n{b64(_root(leaves))}\n"
    key_id = sha256(name.encode() + b"\n\x01" + public("log")).digest()[:4]
    note = f"{text}\n\u2014 {name} {b64(key_id + sign('log', text.encode()))}\n"
    lines = ["c2sp.org/tlog-proof@v1", f"index {index}", *map(b64, _path(index, leaves)), "", note]
    return "\n".join(lines).encode()


# -- the package


def incident_json(world: World, incident: bytes, facts: list[dict[str, Any]], size: int) -> bytes:
    """Return incident.json for the first `size` entries."""
    entries = sorted(world.log[:size], key=lambda e: (e.payload["time"], e.payload["feed"], e.payload["seq"], e.id))
    received: dict[bytes, int] = {}
    for e in entries:
        if e.payload["type"] == "record.receipt/1":
            for named in e.payload["body"]["entries"]:
                received[named] = min(received.get(named, 2**53), e.payload["body"]["arrived"])
    listed, media, states = [], [], {"disclosed": 0, "withheld": 0, "erased": 0, "missing": 0}
    for e in entries:
        sealed: dict[str, Any] = {}
        for name, (value, salt) in e.values.items():
            shown = (e.id, name) not in world.hidden
            states["disclosed" if shown else "withheld"] += 1
            opened = {"state": "disclosed", "value": json_form(value), "salt": salt.hex()}
            sealed[name] = opened if shown else {"state": "withheld"}
            if e.payload["type"] == "evidence.item/1" and name == "file" and shown:
                path = f"data/media/{value['sha256'].hex()}.{value['ext']}"
                media.append(
                    {"sha256": value["sha256"].hex(), "size": value["size"], "name": path, "entry": e.id.hex()}
                )
        p = e.payload
        listed.append({
            "id": e.id.hex(), "type": p["type"], "feed": p["feed"].hex(), "seq": p["seq"], "prev": p["prev"].hex(),
            "time": p["time"], "seen": None, "body": json_form(p["body"]), "sealed": sealed,
            "received": received.get(e.id),
        })  # fmt: skip
    feeds = sorted({e["feed"] for e in listed})
    here = {f: sum(e["feed"] == f for e in listed) for f in feeds}
    own = sum(not e["type"].startswith("record.") for e in listed)
    items = sum(e["type"] == "evidence.item/1" for e in listed)
    value = {
        "format": "firsthand.dossier/1", "org": world.org.hex(), "incident": incident.hex(),
        "exercise": world.exercise, "log_size": size, "entries": listed, "facts": facts, "media": media,
        "counts": {
            "feeds": [{"feed": f, "log": n + (3 if f == feed_id("crew").hex() else 0), "dossier": n}
                      for f, n in here.items()],
            "incident": {"log": own + 3, "dossier": own}, "sealed": states,
            "files": {"disclosed": len(media), "withheld": items - len(media)},
        },
    }  # fmt: skip
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def seal(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files with both manifests made (again)."""
    files = {n: d for n, d in files.items() if not n.endswith("manifest-sha256.txt")}
    payload = sorted(n for n in files if n.startswith("data/"))
    files["manifest-sha256.txt"] = "".join(f"{sha256(files[n]).hexdigest()}  {n}\n" for n in payload).encode()
    tags = sorted(n for n in files if not n.startswith("data/"))
    files["tagmanifest-sha256.txt"] = "".join(f"{sha256(files[n]).hexdigest()}  {n}\n" for n in tags).encode()
    return files


def package(
    world: World, incident: bytes, facts: list[dict[str, Any]], page: bytes, signer: str = "centre"
) -> dict[str, bytes]:
    """Return the files of a dossier, signed; `page` carries the `null` that the readable record takes the place of."""
    size = len(world.log)
    record = incident_json(world, incident, facts, size)
    embedded = b'"' + base64.b64encode(gzip.compress(record, mtime=0)) + b'"'
    files = {
        "VERIFY.txt": b"How to check: open data/index.html, drop the zip.\n",
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "data/incident.json": record,
        "data/index.html": page.replace(b'id="dossier">null<', b'id="dossier">' + embedded + b"<"),
        "data/keys": f"firsthand-keys/1\nlog {verifier_key(world)}\norg {world.org.hex()}\n".encode(),
        "data/policy": f"log {verifier_key(world)}\nquorum none\n".encode(),
        **{f"data/media/{name}": data for name, data in world.media.items()},
    }
    for i, e in enumerate(world.log):
        files[f"data/entries/{e.id.hex()}.cose"] = e.raw
        files[f"data/proofs/{e.id.hex()}.tlog-proof"] = proof(world, i, size)
    payload = [n for n in files if n.startswith("data/")]
    exercise = "Exercise: yes\n" if world.exercise else ""
    files["bag-info.txt"] = (
        f"Bag-Software-Agent: Firsthand\nBagging-Date: 2026-11-22\n{exercise}External-Identifier: {incident.hex()}\n"
        f"Payload-Oxum: {sum(len(files[n]) for n in payload)}.{len(payload)}\n"
    ).encode()
    sums = {n: sha256(d).digest() for n, d in seal(files).items()}
    tags = {"verify": sums["VERIFY.txt"], "bag_info": sums["bag-info.txt"], "bagit": sums["bagit.txt"]}
    body = {
        "incident": incident, "manifest": sums["manifest-sha256.txt"], "tags": tags, "log_size": size,
        "entries": size, "items": len(world.media),
    }  # fmt: skip
    world.write(signer, "evidence.disclosure/1", body, {"recipient": "A court", "purpose": "Test"})
    files["disclosure.cose"] = world.log[-1].raw
    files["disclosure.tlog-proof"] = proof(world, size, size + 1)
    return seal(files)


def zipped(files: dict[str, bytes]) -> bytes:
    """Return the zip in its one form."""
    out, directory = io.BytesIO(), io.BytesIO()
    for name in sorted(files):
        data, raw = files[name], name.encode()
        common = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0x21, zlib.crc32(data), len(data), len(data), len(raw), 0)
        place = struct.pack("<HHHII", 0, 0, 0, 0, out.tell())
        directory.write(b"PK\x01\x02" + struct.pack("<H", 20) + common + place + raw)
        out.write(b"PK\x03\x04" + common + raw + data)
    start, central = out.tell(), directory.getvalue()
    end = struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(central), start, 0)
    return out.getvalue() + central + b"PK\x05\x06" + end


def picture(seed: int) -> bytes:
    """Return a drawn street at night as JPEG."""
    image = Image.new("RGB", (960, 640), (22, 26, 40))
    draw = ImageDraw.Draw(image)
    for i in range(7):
        left, top = i * 145 - 20, 120 + (i * 97 + seed * 53) % 210
        draw.rectangle((left, top, left + 130, 640), fill=(44 + i * 5, 46 + i * 3, 56))
        for y in range(top + 24, 600, 52):
            for x in range(left + 18, left + 110, 42):
                lit = (x * y + seed) % 5 == 0
                draw.rectangle((x, y, x + 20, y + 28), fill=(238, 196, 110) if lit else (26, 28, 36))
    draw.polygon([(260, 640), (360, 430), (470, 520), (560, 400), (720, 640)], fill=(112, 104, 96))
    draw.ellipse((520, 380, 760, 640), fill=(150, 140, 128))
    buffer = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(1.4)).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def sound() -> bytes:
    """Return a second of sound as WAV."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(8000)
        out.writeframes(bytes(128 + (i % 40) for i in range(8000)))
    return buffer.getvalue()
