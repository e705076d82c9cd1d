"""The invented exercise that the page tests show: one collapse, two worksites, three people, two crews."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from page.bag import START_MS, World, feed_id, package, picture, sound

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTILE = 'x</script><b id=injected>\u202egnp.exe\u2066 \U000e0041 "&amp;'


def place(lat: float, lon: float, accuracy_m: int | None = 20) -> dict[str, Any]:
    """Return a place as the record has it."""
    return {"lat_e7": round(lat * 1e7), "lon_e7": round(lon * 1e7), "accuracy_m": accuracy_m}


def item(  # noqa: PLR0913 - what an item is made of
    world: World,
    who: str,
    incident: bytes,
    family: str,
    *,
    mime: str,
    data: bytes,
    ext: str,
    name: str,
    note: dict[str, str],
    at: dict[str, Any],
    hidden: bool = False,
) -> bytes:
    """Write an item with its file."""
    value = world.file(data, mime, ext)
    size = (960, 640) if family == "picture" else (None, None)
    body = {
        "incident": incident, "collection": None, "family": family, "mime": mime, "width": size[0], "height": size[1],
        "duration_ms": 1000 if family == "sound" else None, "readable": ext != "heic", "c2pa": None,
    }  # fmt: skip
    claims = {
        "times": [{"value": "2026-10-14 20:41:07", "utc_ms": world.now, "where": "EXIF DateTimeOriginal"}],
        "place": {"lat_e7": at["lat_e7"], "lon_e7": at["lon_e7"], "where": "EXIF GPS"}, "device": "Test Phone 3",
    }  # fmt: skip
    sealed = {"file": value, "name": name, "claims": claims, "note": note, "preview": None}
    entry = world.write(who, "evidence.item/1", body, sealed)
    if hidden:
        world.hidden.update((entry, f) for f in sealed)
        del world.media[f"{value['sha256'].hex()}.{ext}"]
    return entry


def nothing_more(_world: World) -> None:
    """Add nothing to the exercise."""


def build(page: bytes, signer: str = "centre", more: Callable[[World], None] = nothing_more) -> dict[str, bytes]:
    """Return the files of the dossier about the exercise and what `more` adds, signed by the key of that name."""
    w = World()
    w.found()
    call = w.write(
        "centre", "respond.call/1",
        {"place": place(36.2012, 37.1611, 150), "area": "Old Harbour", "reported": 4, "urgency": "now"},
        {"caller": "A neighbour", "phone": "000", "what": "Two houses came down, people are calling from inside",
         "place_text": "Behind the bakery"},
    )  # fmt: skip
    w.hidden.update({(call, "caller"), (call, "phone")})
    title = {"en": "Two houses collapsed in the Old Harbour quarter", "ar": "انهيار منزلين في حي المرفأ القديم"}
    summary = {
        "en": "In an exercise, two houses came down at 20:38. Two crews worked at two sites until after midnight. "
        "Three people were reported; two were found and handed over, one is still missing.",
        "ar": "في تمرين، انهار منزلان عند الساعة 20:38. عملت فرقتان في موقعين حتى ما بعد منتصف الليل. "
        "أُبلغ عن ثلاثة أشخاص: عُثر على اثنين وسُلّما، ولا يزال واحد مفقودًا.",
    }
    area = {"name_ar": "المرفأ القديم", "name_latin": "Old Harbour", "pcode": None, "source": "drill"}
    incident = w.write(
        "centre", "respond.incident/1",
        {"calls": [call], "kind": "collapse", "place": place(36.2014, 37.1608, 150),
         "area": area,
         "from_ms": START_MS, "to_ms": START_MS + 14_400_000, "source": None},
        {"title": title, "summary": summary, "place_text": "Behind the bakery, Rope Walk"},
    )  # fmt: skip
    linked = {"subject": call, "replaces": [call], "to": "linked", "incident": incident}
    w.write("centre", "respond.call_status/1", linked, {"note": None})
    w.write("centre", "record.receipt/1", {"entries": [call, incident], "arrived": w.now})
    sites = [
        w.write("centre", "respond.worksite/1", {"incident": incident, "label": label, "place": at, "triage": triage},
                {"address": f"House {label}, Rope Walk", "note": None})
        for label, at, triage in (("A", place(36.20128, 37.16065, 8), "B"), ("B", place(36.20162, 37.1614, 8), "D"))
    ]  # fmt: skip
    units = [
        w.write("centre", "respond.unit/1", {"name_ar": ar, "name_latin": en, "capabilities": caps})
        for ar, en, caps in (
            ("فرقة الميناء", "Harbour crew", ["heavy", "medic"]),
            ("فرقة الجسر", "Bridge crew", ["light"]),
        )
    ]
    people = []
    for status, age, sex, name in (
        ("trapped", "child", "f", "Salma Test"),
        ("missing", "adult", "m", "Karim Test"),
        ("missing", "old", "f", "Huda Test"),
    ):
        body = {"incident": incident, "worksite": sites[0], "status": status, "age": age, "sex": sex}
        entry = w.write("centre", "respond.person/1", body,
                        {"name": name, "family": "Test", "next_of_kin": "None", "description": None})  # fmt: skip
        people.append(entry)
        w.hidden.update((entry, f) for f in ("family", "next_of_kin"))
        if age == "child":
            w.hidden.add((entry, "name"))
    for i, unit in enumerate(units):
        body = {"unit": unit, "worksite": sites[i], "incident": incident}
        job = w.write("centre", "respond.assignment/1", body, {"note": None})
        w.write("crew" if i == 0 else "second", "respond.assignment_status/1",
                {"subject": job, "replaces": [job], "to": "on_site"},
                {"note": "Street is narrow, came on foot"})  # fmt: skip
    note = {"en": "Front of house A before digging", "ar": "واجهة المنزل «أ» قبل بدء الحفر"}
    jpeg: dict[str, Any] = {"mime": "image/jpeg", "ext": "jpg"}
    first = item(w, "crew", incident, "picture", **jpeg, data=picture(3), name="صورة 1 front.jpg", note=note,
                 at=place(36.2013, 37.1607))  # fmt: skip
    hostile = {"en": HOSTILE, "ar": HOSTILE}
    item(w, "crew", incident, "picture", **jpeg, data=picture(11), name=HOSTILE, note=hostile,
         at=place(36.2016, 37.1613))  # fmt: skip
    knocking = {"en": "Knocking under the slab", "ar": "طرق تحت البلاطة"}
    item(w, "second", incident, "sound", mime="audio/wav", ext="wav", data=sound(), name="knocking.wav",
         note=knocking, at=place(36.20165, 37.16135))  # fmt: skip
    original = {"en": "As the phone wrote it", "ar": "كما كتبه الهاتف"}
    item(w, "second", incident, "picture", mime="image/heic", ext="heic", data=b"not shown by browsers " * 40,
         name="IMG_0007.heic", note=original, at=place(36.20155, 37.16145))  # fmt: skip
    item(w, "crew", incident, "picture", **jpeg, data=picture(7), name="face.jpg", note=note,
         at=place(36.2013, 37.1607), hidden=True)  # fmt: skip
    w.write("centre", "evidence.custody/1",
            {"items": [first], "event": "fixity check", "outcome": "pass", "agent": "Harbour centre"},
            {"note": None})  # fmt: skip
    found = w.write("crew", "respond.person_status/1",
                    {"subject": people[0], "replaces": [people[0]], "to": "found", "worksite": sites[0]},
                    {"note": "Awake, holding a lamp", "handed_to": None})  # fmt: skip
    given = w.write("crew", "respond.person_status/1",
                    {"subject": people[0], "replaces": [found], "to": "handed_over", "worksite": None},
                    {"note": None, "handed_to": "Her aunt"})  # fmt: skip
    w.hidden.add((given, "handed_to"))
    for who, to in (("crew", "found"), ("second", "missing")):
        w.write(who, "respond.person_status/1",
                {"subject": people[1], "replaces": [people[1]], "to": to, "worksite": None},
                {"note": None, "handed_to": None})  # fmt: skip
    w.write("second", "respond.worksite_status/1",
            {"subject": sites[1], "replaces": [sites[1]], "to": "done", "triage": "F"},
            {"note": "Nobody left inside"})  # fmt: skip
    w.write("officer", "record.withdraw/1",
            {"feed": feed_id("second"), "seq": w.heads["second"][0] - 1, "entry": None, "reason": "lost"},
            {"note": "Phone lost at the site"})  # fmt: skip
    w.write("second", "respond.worksite_status/1",
            {"subject": sites[0], "replaces": [sites[0]], "to": "abandoned", "triage": None},
            {"note": "From the lost phone"})  # fmt: skip
    facts: list[dict[str, Any]] = [
        {"name": "title", "value": title, "entry": incident.hex(), "field": "sealed.title"},
        {"name": "summary", "value": summary, "entry": incident.hex(), "field": "sealed.summary"},
        {"name": "area", "value": area, "entry": incident.hex(), "field": "body.area"},
        {"name": "from", "value": START_MS, "entry": incident.hex(), "field": "body.from_ms"},
        {"name": "to", "value": START_MS + 14_400_000, "entry": incident.hex(), "field": "body.to_ms"},
    ]
    more(w)
    return package(w, incident, facts, page, signer)
