"""Comparing incident.json with the signed entries, value by value; docs/reference/dossier.md section 3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from firsthand.errors import BadInput
from firsthand.evidence.dossier import layout, readable
from firsthand.record.reader import display_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from firsthand.record.entry import Entry

_KEYS = {"format", "org", "incident", "exercise", "log_size", "entries", "facts", "media", "counts"}
_STATES = {"withheld", "erased", "missing"}
_SHOWN_MAX = 120


def compare(
    document: Mapping[str, Any], held: Mapping[bytes, Entry], sizes: Mapping[str, int], log_size: int | None
) -> Iterator[str]:
    """Yield a sentence for everything in `document` that the entries do not say."""
    if set(document) != _KEYS or document.get("format") != readable.FORMAT:
        yield "incident.json does not have the form of a dossier's."
    genesis = next((entry for entry in held.values() if entry.genesis), None)
    if genesis and document.get("org") != genesis.id.hex():
        yield "incident.json names another organisation."
    said: Any = genesis.body.get("exercise") if genesis else None
    if genesis and document.get("exercise") is not said:
        yield f"incident.json says exercise: {document.get('exercise')}, the genesis entry says {said}."
    if log_size is not None and not readable.same(document.get("log_size"), log_size):
        yield f"incident.json says log_size {document.get('log_size')}, the checkpoint says {log_size}."
    first = held.get(_bytes(document.get("incident")))
    if first is None or first.type != "respond.incident/1":
        yield "incident.json is about an incident whose first entry is not here."
    shown = list(_entries(document))
    yield from _compare_entries(shown, held)
    yield from _compare_facts(document, shown, held)
    yield from _compare_media(document, sizes, shown)
    yield from _compare_counts(document, shown, sizes)


def _entries(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    listed = document.get("entries")
    yield from (part for part in listed if isinstance(part, dict)) if isinstance(listed, list) else ()


def _texts(value: Any, keys: set[str], texts: Sequence[str]) -> TypeGuard[dict[str, Any]]:
    """Return whether `value` is an object of exactly `keys` with texts under those named."""
    return isinstance(value, dict) and set(value) == keys and all(isinstance(value[key], str) for key in texts)


def _bytes(text: Any) -> bytes:
    try:
        return readable.unhex(text)
    except BadInput:
        return b""


def _compare_entries(shown: list[dict[str, Any]], held: Mapping[bytes, Entry]) -> Iterator[str]:
    seen: set[bytes] = set()
    receipts = receipts_here(held.values())
    keys = []
    for part in shown:
        entry = held.get(_bytes(part.get("id")))
        if entry is None or set(part) != set(readable.ENTRY_KEYS) or entry.id in seen:
            name = str(part.get("id"))[:64]
            yield f"incident.json shows an entry that is not here, or twice, or in another form: {name!r}."
            continue
        seen.add(entry.id)
        expected = readable.entry_json(entry, {}, frozenset(), receipts.get(entry.id))
        for key in readable.ENTRY_KEYS:
            if key not in {"sealed", "body"} and not readable.same(part[key], expected[key]):
                signed, said = _say(expected[key]), _say(part[key])
                yield f"{_name(entry)}: {key} is {signed} in the signed entry, {said} in incident.json."
        yield from _differences(entry, "", expected["body"], part["body"])
        yield from _compare_sealed(entry, part["sealed"])
        keys.append(display_key(entry, receipts.get(entry.id)))
    for entry in held.values():
        if entry.id not in seen:
            yield f"incident.json leaves out {_name(entry)}."
    if keys != sorted(keys):
        yield "incident.json does not show the entries in display order."


def receipts_here(entries: Iterable[Entry]) -> dict[bytes, int]:
    """Return the earliest arrival (ms) that a receipt among `entries` names, by entry id."""
    found: dict[bytes, int] = {}
    for entry in entries:
        ids, ms = entry.body.get("entries"), entry.body.get("arrived")
        if entry.type == "record.receipt/1" and isinstance(ids, list) and isinstance(ms, int):
            for named in ids:
                if isinstance(named, bytes):
                    found[named] = min(ms, found.get(named, ms))
    return found


def _differences(entry: Entry, where: str, signed: Any, shown: Any) -> Iterator[str]:
    """Yield a sentence for each part of a body that differs, as deep as it can be named."""
    if isinstance(signed, dict) and isinstance(shown, dict) and set(signed) == set(shown) and "$hex" not in signed:
        for key in signed:
            yield from _differences(entry, f"{where}.{key}" if where else key, signed[key], shown[key])
    elif not readable.same(signed, shown):
        yield f"{_name(entry)}: the signed entry says {where} = {_say(signed)}, incident.json says {_say(shown)}."


def _compare_sealed(entry: Entry, fields: Any) -> Iterator[str]:
    if not isinstance(fields, dict) or set(fields) != set(entry.sealed):
        yield f"{_name(entry)}: incident.json does not list exactly the entry's sealed fields."
        return
    for name, field in fields.items():
        state = field.get("state") if isinstance(field, dict) else None
        if state == "disclosed" and set(field) == {"state", "value", "salt"}:
            try:
                readable.open_field(entry, name, field)
            except BadInput as error:
                yield f"{_name(entry)}: {error.message} (it says {_say(field['value'])})."
        elif not isinstance(state, str) or state not in _STATES or set(field) != {"state"}:
            yield f"{_name(entry)}: the sealed field {name} is in no known state."


def _compare_facts(
    document: Mapping[str, Any], shown: list[dict[str, Any]], held: Mapping[bytes, Entry]
) -> Iterator[str]:
    by_id = {part.get("id"): part for part in shown if isinstance(part.get("id"), str)}
    facts = document.get("facts")
    for fact in facts if isinstance(facts, list) else [None]:
        if not _texts(fact, {"name", "value", "entry", "field"}, ("name", "entry", "field")):
            yield "incident.json holds a fact that is not of its form."
            continue
        part, path = by_id.get(fact["entry"]), str(fact["field"]).split(".")
        try:
            if part is None or _bytes(fact["entry"]) not in held or len(path) < 2:  # noqa: PLR2004 - room and field
                raise BadInput("it cites an entry that is not here")
            value = _cited(part, path)
        except BadInput as error:
            yield f"The fact {fact['name']!r} cannot be followed: {error.message}."
            continue
        if readable.FACTS.get((str(part["type"]), str(fact["field"]))) != fact["name"]:
            yield f"The fact {str(fact['name'])[:40]!r} is not what {fact['field']} of a {part['type']} is called."
        if not readable.same(value, fact["value"]):
            said, source = _say(fact["value"]), _say(value)
            yield f"The fact {fact['name']!r} is {said}, but its source, {fact['field']}, says {source}."


def _cited(part: Mapping[str, Any], path: list[str]) -> Any:
    if path[0] == "body":
        return readable.at_path(part["body"], path[1:])
    field = readable.at_path(part["sealed"], path[1:2])
    if path[0] != "sealed" or field.get("state") != "disclosed":
        raise BadInput("its source is not disclosed")
    return readable.at_path(field["value"], path[2:])


def bound_files(document: Mapping[str, Any], held: Mapping[bytes, Entry]) -> dict[str, tuple[str, frozenset[int]]]:
    """Return SHA-256 (hex) -> (name it came under and entry, sizes) of the files that disclosed item fields bind.

    Several items may name one file, and somebody's item another size: which of them is cited, `compare` looks at.
    """
    found: dict[str, tuple[str, frozenset[int]]] = {}
    for part in _entries(document):
        entry = held.get(_bytes(part.get("id")))
        fields = part.get("sealed")
        if entry is None or entry.type != "evidence.item/1" or not isinstance(fields, dict):
            continue
        try:
            file: Any = readable.open_field(entry, "file", fields["file"]).value
            label = f"{_label(fields.get('name'))}, entry {entry.id.hex()[:16]}..."
            name, size = file["sha256"].hex(), file["size"]
            found[name] = (label, found.get(name, ("", frozenset[int]()))[1] | {size})
        except (BadInput, KeyError, TypeError, AttributeError):
            continue
    return found


def _label(field: Any) -> str:
    value = field.get("value") if isinstance(field, dict) else None
    return "".join(c if c.isprintable() else "?" for c in value)[:_SHOWN_MAX] if isinstance(value, str) else ""


def _compare_media(document: Mapping[str, Any], sizes: Mapping[str, int], shown: list[dict[str, Any]]) -> Iterator[str]:
    listed = document.get("media")
    names = []
    by_id = {part.get("id"): part for part in shown if isinstance(part.get("id"), str)}
    for medium in listed if isinstance(listed, list) else [None]:
        if not _texts(medium, {"sha256", "size", "name", "entry"}, ("sha256", "name", "entry")):
            yield "incident.json holds a file that is not of its form."
            continue
        names.append(medium["name"])
        match = layout.MEDIA_NAME.fullmatch(str(medium["name"]))
        part = by_id.get(medium["entry"], {})
        sealed = part.get("sealed")
        file = sealed.get("file") if isinstance(sealed, dict) else None
        value = file.get("value") if isinstance(file, dict) else None
        bound = (
            part.get("type") == "evidence.item/1"
            and isinstance(value, dict)
            and readable.same([value.get("sha256"), value.get("size")], [{"$hex": medium["sha256"]}, medium["size"]])
        )
        if match is None or match[1] != medium["sha256"] or sizes.get(medium["name"]) != medium["size"] or not bound:
            name = str(medium["name"])[:_SHOWN_MAX]
            yield f"The file {name!r} in incident.json is not the one that its item sealed, or is not here."
    if sorted(names, key=str) != sorted(name for name in sizes if name.startswith("data/media/")):
        yield "incident.json does not list exactly the files under data/media/."


def _compare_counts(
    document: Mapping[str, Any], shown: list[dict[str, Any]], sizes: Mapping[str, int]
) -> Iterator[str]:
    counts = document.get("counts")
    if not isinstance(counts, dict) or set(counts) != {"feeds", "incident", "sealed", "files"}:
        yield "incident.json does not count what it holds and what it does not."
        return
    feeds: dict[str, int] = {}
    states = {"disclosed": 0, "withheld": 0, "erased": 0, "missing": 0}
    for part in shown:
        feeds[str(part.get("feed"))] = feeds.get(str(part.get("feed")), 0) + 1
        for field in part["sealed"].values() if isinstance(part.get("sealed"), dict) else ():
            state = field.get("state") if isinstance(field, dict) else None
            if isinstance(state, str) and state in states:
                states[state] += 1
    claimed = counts["feeds"] if isinstance(counts["feeds"], list) else []
    found = {str(c.get("feed")): c.get("dossier") for c in claimed if isinstance(c, dict)}
    if (
        len(claimed) != len(found)
        or not readable.same(found, feeds)
        or any(not _at_least(c.get("log"), c.get("dossier")) for c in claimed if isinstance(c, dict))
    ):
        yield "The counts of entries for each feed are not those of the entries here."
    if not readable.same(counts["sealed"], states):
        yield f"The counts of sealed fields are not those of the entries here: {_say(states)}."
    media = {match[1] for match in map(layout.MEDIA_NAME.fullmatch, sizes) if match}
    withheld = sum(part.get("type") == "evidence.item/1" and not _has_file(part, media) for part in shown)
    if not readable.same(counts["files"], {"disclosed": len(media), "withheld": withheld}):
        yield f"The counts of files are not those of the files here: {len(media)} disclosed, {withheld} withheld."
    incident = counts["incident"]
    about = sum(not str(part.get("type")).startswith("record.") for part in shown)
    if (
        not isinstance(incident, dict)
        or set(incident) != {"log", "dossier"}
        or not readable.same(incident["dossier"], about)
    ):
        yield f"The count of the incident's entries here is not {about}."
    elif not _at_least(incident["log"], about):
        yield "The log cannot hold fewer entries about the incident than the dossier."


def _has_file(part: Mapping[str, Any], media: Collection[str]) -> bool:
    """Return whether the disclosed file of an item is here."""
    try:
        digest = part["sealed"]["file"]["value"]["sha256"]["$hex"]
    except (KeyError, TypeError):
        return False
    return isinstance(digest, str) and digest in media


def _at_least(log: Any, dossier: Any) -> bool:
    return type(log) is int and type(dossier) is int and log >= dossier


def _name(entry: Entry) -> str:
    return f"Entry {entry.id.hex()[:16]}... ({entry.type})"


def _say(value: Any) -> str:
    text = repr(value) if not isinstance(value, str) else f'"{value}"'
    text = "".join(c if c.isprintable() else "?" for c in text)
    return text if len(text) <= _SHOWN_MAX else text[: _SHOWN_MAX - 3] + "..."
