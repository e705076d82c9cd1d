"""The page's verifier: a valid dossier holds, each change is found and named."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from firsthand.evidence.page import verifier_page
from page.bag import START_MS, World, seal, verifier_key, zipped
from page.reader import failed
from page.story import build

if TYPE_CHECKING:
    from collections.abc import Callable

    from page.reader import Reader

CHECKS = ["container", "bag", "disclosure", "entries", "standing", "proofs", "content", "media", "keys", "anchor"]


def flipped(data: bytes, at: int) -> bytes:
    """Return the bytes with one bit changed."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def changed(files: dict[str, bytes], name: str, content: bytes, *, again: bool = True) -> dict[str, bytes]:
    """Return the files with one of them replaced, the manifests made again unless told otherwise."""
    out = files | {name: content}
    return seal(out) if again else out


def first(files: dict[str, bytes], start: str, end: str = "") -> str:
    """Return the first file whose name starts and ends so."""
    return next(name for name in sorted(files) if name.startswith(start) and name.endswith(end))


def entry_of(files: dict[str, bytes], kind: str) -> str:
    """Return the file name of the first entry of a type."""
    listed = json.loads(files["data/incident.json"])["entries"]
    return f"data/entries/{next(e['id'] for e in listed if e['type'] == kind)}.cose"


def test_page_of_the_package_is_the_page_in_the_dossier(files: dict[str, bytes], report: bytes) -> None:
    """The builder of the package and the second reading of the documents put the same data at the same place."""
    assert files["data/index.html"] == report


def test_valid_zip_holds(reader: Reader, files: dict[str, bytes]) -> None:
    """All ten checks hold for a zip in its one form, read by the page that is published apart."""
    reader.open(verifier_page())
    assert "Not checked yet" in reader.says()
    assert "verified" not in reader.says().lower()
    result = reader.check(files)
    assert failed(result) == {}
    assert [check["name"] for check in result["checks"]] == CHECKS
    assert (result["ok"], result["anchor"]) == (True, "not established")
    assert "9 of 9 checks hold; identity not established without a key file" in reader.says()
    assert "Two houses collapsed" in reader.says("h1 >> nth=1")


def test_valid_folder_holds(reader: Reader, files: dict[str, bytes]) -> None:
    """The unpacked folder holds as the zip does."""
    reader.open(verifier_page())
    result = reader.check_folder(files)
    assert (failed(result), result["ok"]) == ({}, True)


def test_arabic_says_the_same(reader: Reader, files: dict[str, bytes]) -> None:
    """The verdict is also written in Arabic, from right to left."""
    reader.open(verifier_page(), "ar")
    assert reader.check(files)["ok"]
    assert "9 من 9 فحوص صحيحة" in reader.says()
    assert reader.page.evaluate("document.documentElement.dir") == "rtl"


def test_change_in_a_value_is_told_in_words(reader: Reader, files: dict[str, bytes]) -> None:
    """A value changed in incident.json, manifests made again: the page says what was signed and what stands there."""
    text = files["data/incident.json"].replace(b'"to":"found","worksite":{', b'"to":"missing","worksite":{', 1)
    reader.open(verifier_page())
    result = reader.check(changed(files, "data/incident.json", text))
    assert {"content", "disclosure", "bag"} == set(failed(result))
    sentence = 'Person status: the signed entry says "found", the file says "missing".'
    assert sentence in failed(result)["content"]
    assert sentence in reader.says(".causes")
    assert reader.page.locator(".event.broken").count() == 1


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"value":"Behind the bakery",', b'"value":"Behind the school",', "the signed entry sealed something else"),
        (b'"exercise":true,"log_size"', b'"exercise":false,"log_size"', "mark of an exercise"),
        (b'"withheld":1}', b'"withheld":0}', "files withheld"),
        (b'"name":"from","value":1792', b'"name":"from","value":1791', "first lines say"),
        (b'"status":"trapped"', b'"status":"trapped","status":"found"', "stands twice in one object"),
        (b'{"state":"withheld"}', b'{"state":"hidden"}', "no known state"),
        (b'"format"', b'"extra":1,"format"', "exactly the keys"),
    ],
)
def test_change_in_the_readable_record_is_named(
    reader: Reader, files: dict[str, bytes], old: bytes, new: bytes, words: str
) -> None:
    """Whatever is changed in incident.json, `content` says what."""
    assert old in files["data/incident.json"]
    reader.open(verifier_page())
    found = failed(reader.check(changed(files, "data/incident.json", files["data/incident.json"].replace(old, new, 1))))
    assert words in found["content"]


def test_flip_in_a_picture_names_the_picture(reader: Reader, files: dict[str, bytes]) -> None:
    """One bit in a picture: the page names it by its own name."""
    name = first(files, "data/media/", ".jpg")
    reader.open(verifier_page())
    found = failed(reader.check(changed(files, name, flipped(files[name], 1000))))
    assert "picture" in found["media"]
    assert name in found["media"]
    assert "has changed since it was sealed" in reader.says(".causes")


def test_flip_without_new_manifests_is_found_in_the_bag(reader: Reader, files: dict[str, bytes]) -> None:
    """One bit in a picture, lists left as they were: both `bag` and `media` say so."""
    name = first(files, "data/media/", ".wav")
    reader.open(verifier_page())
    found = failed(reader.check(changed(files, name, flipped(files[name], 1000), again=False)))
    assert {"bag", "media"} == set(found)


@pytest.mark.parametrize("at", [3, 60, -70, -20, -1])
def test_flip_in_an_entry_names_the_entry(reader: Reader, files: dict[str, bytes], at: int) -> None:
    """One bit anywhere in an entry, frame, payload or signature: the entry is named."""
    name = entry_of(files, "respond.person_status/1")
    reader.open(verifier_page())
    at %= len(files[name])
    found = failed(reader.check(changed(files, name, flipped(files[name], at))))
    assert {"entries", "disclosure", "proofs"} <= set(found)
    assert name in found["entries"]
    assert name[13:21] in reader.says(".causes")


def test_page_replaced_is_found(reader: Reader, files: dict[str, bytes]) -> None:
    """A false page in the package does not fit the list that the centre signed."""
    reader.open(verifier_page())
    found = failed(reader.check(changed(files, "data/index.html", b"<p>all is well</p>")))
    assert "not the one that the centre signed" in found["disclosure"]


def test_entry_removed_is_found(reader: Reader, files: dict[str, bytes]) -> None:
    """An entry and its proof taken out, lists made again: the page says which one."""
    name = entry_of(files, "respond.worksite_status/1")
    less = {n: d for n, d in files.items() if name[13:77] not in n}
    reader.open(verifier_page())
    found = failed(reader.check(seal(less)))
    assert {"bag", "content", "disclosure"} == set(found)
    assert "Worksite status" in found["content"]


@pytest.mark.parametrize("where", ["prefix", "suffix", "comment", "order", "compressed-size"])
def test_zip_of_another_form_is_found(reader: Reader, files: dict[str, bytes], where: str) -> None:
    """No byte of the zip is free; the checks behind the container go on and hold."""
    data = zipped(files)
    mangled = {
        "prefix": b"#!/bin/sh\n" + data,
        "suffix": data + b"more",
        "comment": data[:-2] + b"\x04\x00more",
        "order": data.replace(b"\x21\x00", b"\x22\x00", 1),
        "compressed-size": flipped(data, 18),
    }[where]
    reader.open(verifier_page())
    assert {"container"} == set(failed(reader.check(mangled)))


def test_member_of_no_known_name_is_found(reader: Reader, files: dict[str, bytes]) -> None:
    """Nothing else may be present."""
    reader.open(verifier_page())
    found = failed(reader.check(seal(files | {"data/notes.txt": b"hello"})))
    assert "data/notes.txt" in found["container"]


def test_keys_replaced_are_found(reader: Reader, files: dict[str, bytes]) -> None:
    """The keys inside are data: they must be those of the entries."""
    reader.open(verifier_page())
    keys = files["data/keys"].replace(b"log firsthand", b"log fisrthand")
    found = failed(reader.check(changed(files, "data/keys", keys)))
    assert "keys" in found


def test_crew_key_signs_no_dossier(reader: Reader) -> None:
    """All of it is true, and the author stands: the page says why it is refused all the same."""
    reader.open(verifier_page())
    found = failed(reader.check(build(verifier_page(), "crew")))
    assert {"disclosure"} == set(found)
    assert "neither a centre nor an officer" in found["disclosure"]
    assert "neither a centre nor an officer" in reader.says(".causes")


@pytest.mark.parametrize("signer", ["officer", "root0"])
def test_officer_and_seat_sign_dossiers(reader: Reader, signer: str) -> None:
    """Seats count as officers."""
    reader.open(verifier_page())
    assert failed(reader.check(build(verifier_page(), signer))) == {}


def another_feed(world: World) -> dict[str, Any]:
    """Name as `prev` an entry of somebody else's feed."""
    return {"prev": world.heads["centre"][1]}


def not_held(_world: World) -> dict[str, Any]:
    """Name as `prev` an entry that nobody holds."""
    return {"prev": b"n" * 32}


def back_in_time(_world: World) -> dict[str, Any]:
    """Claim a time that is not after that of the entry before."""
    return {"time": [START_MS, 0]}


@pytest.mark.parametrize(
    ("claims", "states"),
    [(another_feed, 2), (not_held, 2), (back_in_time, 0)],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_false_claims_of_one_key_break_no_dossier(
    reader: Reader, claims: Callable[[World], dict[str, Any]], states: int
) -> None:
    """Another id than that held at seq - 1 is a fork, a time that does not grow is nothing: shown, and no failure."""

    def more(world: World) -> None:
        world.enrol("officer", "late", "writer")
        world.grant("officer", "late", ["crew"])
        world.write("late", "exercise.note/1", {})
        world.write("late", "exercise.note/1", {}, **claims(world))

    reader.open(verifier_page())
    result = reader.check(build(verifier_page(), more=more))
    assert (failed(result), result["ok"]) == ({}, True)
    assert reader.page.get_by_text("Does not count: disputed").count() == states


def test_proof_changed_is_found(reader: Reader, files: dict[str, bytes]) -> None:
    """A proof has one form, and it must lead to the root; that of the disclosure lies outside every signature."""
    reader.open(verifier_page())
    proof = files["disclosure.tlog-proof"]
    assert "disclosure" in failed(reader.check(changed(files, "disclosure.tlog-proof", proof + b"\n")))
    name = first(files, "data/proofs/")
    other = files[name].replace(b"index ", b"index 0", 1)
    assert "proofs" in failed(reader.check(changed(files, name, other)))


def test_key_file_establishes_identity(reader: Reader, files: dict[str, bytes]) -> None:
    """With the organisation's own key file, organisation and log are established."""
    reader.open(verifier_page())
    reader.page.click(".keys summary")
    reader.page.fill("#keytext", "# from the centre\n" + files["data/keys"].decode().split("\n", 1)[0] + "\n"
                     + files["data/keys"].decode().split("\n", 1)[1])  # fmt: skip
    result = reader.check(files)
    assert (result["ok"], result["anchor"], failed(result)) == (True, "established", {})
    assert "10 of 10 checks hold" in reader.says()


def test_key_file_of_another_contradicts(reader: Reader, files: dict[str, bytes]) -> None:
    """With another organisation's key file the verdict is red, and only for that."""
    other = World()
    other.org = sha256(b"another").digest()
    text = f"firsthand-keys/1\nlog {verifier_key(other)}\norg {other.org.hex()}\n"
    path = reader.folder / "other.keys"
    path.write_text(text)
    reader.open(verifier_page())
    reader.page.click(".keys summary")
    reader.page.set_input_files("#keyfile", str(path))
    reader.page.get_by_text("Key file read").wait_for()
    result = reader.check(files)
    assert (False, "contradicted", {"anchor"}) == (result["ok"], result["anchor"], set(failed(result)))
    assert "not from the organisation in your key file" in reader.says(".sentence >> nth=0")


def test_page_inside_says_when_another_package_is_dropped(reader: Reader, files: dict[str, bytes]) -> None:
    """A page that shows one report and is given another package says so."""
    text = files["data/incident.json"].replace(b"Two houses", b"Six houses")
    reader.open_report(files)
    reader.check(changed(files, "data/incident.json", text))
    assert "The page showed another report before" in reader.says()
    reader.check(files)
    assert "The page showed another report before" not in reader.says()


def test_no_ed25519_is_never_green(reader: Reader, files: dict[str, bytes]) -> None:
    """A browser that cannot check signatures says that nothing was checked."""
    reader.page.add_init_script("crypto.subtle.importKey = () => Promise.reject(new Error('not supported'))")
    reader.open(verifier_page())
    result = reader.check(files)
    assert not result["ok"]
    assert "Not checked: this browser cannot check Ed25519" in reader.says()
    assert reader.page.locator(".good").count() == 0


def test_no_zip_is_said_plainly(reader: Reader) -> None:
    """Something else than a zip is not red: it was not checked."""
    reader.open(verifier_page())
    assert not reader.check(b"not a zip at all")["ok"]
    assert "could not be opened as a dossier" in reader.says()


def test_same_inputs_give_the_same_dossier() -> None:
    """The second writer is reproducible, so that a failing test can be looked at again."""
    assert build(verifier_page()) == build(verifier_page())
