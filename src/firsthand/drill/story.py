"""Tells the night of the drill: typed events in the order of true time, and the ground truth to grade them by.

Rules: `data/night.toml` says what happens; this module draws places, people and exact times from the generator and
knows no clock. `at_ms`, `claimed_ms` and `arrives_ms` strictly increase within a device. The night has exactly one
disagreement. An incident links the calls that it is opened with; CallLinked is for later ones. Every free text and
every name of a person carries the mark of the exercise.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from firsthand import drill
from firsthand.drill.names import MARK_AR, MARK_EN, Name, PersonNames, load_table, unit_name, words
from firsthand.drill.sites import as_said, draw_sites, near
from firsthand.drill.truth import ground_truth

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from firsthand.drill.plan import City

_TRAVEL_MS: Final = (900, 3800)  # from a phone to the centre, with coverage
_CUT_OFF_MS: Final = 60_000  # who is cut off last heard from others this long ago
_SHOT_MS: Final = {"shot-1": 4400, "shot-2": 4800, "shot-3": 4000, "shot-4": 4000}
_NO_NOTE: Final = {"note_ar": "", "note_en": ""}
_Draft: TypeAlias = tuple[type[drill.Event], str, dict[str, Any]]  # what to write: type, subject, own fields


def build_story(rng: random.Random, city: City, *, start_ms: int) -> drill.Story:
    """Return the night in this city.

    Args:
        rng: the drill's source of chance.
        city: where it happens.
        start_ms: milliseconds UTC at which the shift begins.
    """
    return _Teller(rng, city, start_ms).tell()


class _Teller:
    """Turns the rows of the script into events, one after the other."""

    def __init__(self, rng: random.Random, city: City, start_ms: int) -> None:
        self._rng, self._city, self._start_ms = rng, city, start_ms
        self._script = load_table("night.toml")
        self._ahead = {row["id"]: 1000 * row.get("ahead_s", 0) for row in self._script["devices"]}
        self._instants = self._stretch()
        self._quarters, sites = draw_sites(rng, city, self._script["sites"])
        self._sites = {site.site: site for site in sites}
        self._names = PersonNames(rng)
        self._households = rng.sample([family[1] for family in words()["families"]], 8)
        self._events: list[drill.Event] = []
        self._written: dict[str, list[drill.Event]] = {}  # by subject
        self._incident_of: dict[str, str] = {}
        self._job: dict[str, tuple[str, str]] = {}  # assignment: unit, worksite
        self._clock_ms: dict[str, int] = {}  # newest time of each device
        self._arrived_ms: dict[str, int] = {}

    def tell(self) -> drill.Story:
        rows = sorted(self._script["events"], key=lambda row: self._instants[row["t"]])
        for row in rows:
            for kind, subject, values in getattr(self, f"_{row['do']}")(row):
                self._write(row, kind, subject, values)
        events = tuple(sorted(self._events, key=lambda event: (event.at_ms, event.event)))
        withdrawn = {e.device: e.at_ms for e in events if isinstance(e, drill.DeviceWithdrawn)}
        devices = tuple(
            drill.Device(
                device=row["id"],
                kind=row["kind"],
                name=self._device_name(row),
                clock_ahead_ms=self._ahead[row["id"]],
                withdrawn_ms=withdrawn.get(row["id"]),
            )
            for row in self._script["devices"]
        )
        sites = tuple(self._sites.values())
        truth = ground_truth(self._script["truth"], events, self._written, sites)
        return drill.Story(self._start_ms, devices, sites, events, truth)

    def _device_name(self, row: dict[str, Any]) -> Name:
        places = {place.code: Name(place.name_ar, place.name_en) for place in self._city.centres}
        return places.get(row["id"]) or unit_name("crew", int(row["id"].partition("-")[2]))

    # Time: every gap of the script is stretched or shortened a little, which keeps the order.

    def _stretch(self) -> dict[str, int]:
        texts = {row[key] for row in self._script["events"] for key in ("t", "arrives") if key in row}
        instants, before, now_ms = {}, 0, self._start_ms
        for script_ms, text in sorted((_script_ms(text), text) for text in texts):
            now_ms += round((script_ms - before) * self._rng.uniform(0.88, 1.12))
            before = script_ms
            instants[text] = now_ms
        return instants

    def _write(self, row: dict[str, Any], kind: type[drill.Event], subject: str, values: dict[str, Any]) -> None:
        source, cut_off = row["by"], "arrives" in row
        at_ms = max(self._instants[row["t"]] + self._rng.randrange(400), self._clock_ms.get(source, 0) + 120)
        self._clock_ms[source] = at_ms
        travel_ms = 0 if source.startswith("centre") else self._rng.randint(*_TRAVEL_MS)
        arrives_ms = self._instants[row["arrives"]] if cut_off else at_ms + travel_ms
        arrives_ms = max(arrives_ms, self._arrived_ms.get(source, 0) + 1)  # a feed is sent in its own order
        self._arrived_ms[source] = arrives_ms
        event = kind(
            event=f"n{len(self._events) + 1:03}",
            at_ms=at_ms,
            claimed_ms=at_ms + self._ahead[source],
            arrives_ms=arrives_ms,
            source=source,
            replaces=self._heads(subject, source, at_ms - _CUT_OFF_MS * cut_off),
            **values,
        )
        self._events.append(event)
        self._written.setdefault(subject, []).append(event)

    def _heads(self, subject: str, source: str, heard_ms: int) -> tuple[str, ...]:
        known = [e for e in self._written.get(subject, ()) if e.source == source or e.arrives_ms <= heard_ms]
        replaced = {name for event in known for name in event.replaces}
        return tuple(event.event for event in known if event.event not in replaced)

    # One method for each kind of row; each yields what it writes as (type, subject, values).

    def _register(self, row: dict[str, Any]) -> Iterator[_Draft]:  # noqa: ARG002 - the row has nothing more to say
        for unit in self._script["units"]:
            name = unit_name(unit["kind"], unit["number"])
            values = {"unit": unit["id"], "name_ar": name.ar, "name_en": name.en}
            yield drill.UnitRegistered, unit["id"], {**values, "capabilities": tuple(unit["can"]), "base": unit["base"]}

    def _call(self, row: dict[str, Any]) -> Iterator[_Draft]:
        site = self._sites[row["at"]]
        household = self._households[row["home"]] if "home" in row else None
        caller = self._names.draw(self._rng.choice(("f", "m")), household)
        values = {"call": row["id"], "caller_ar": caller.ar, "caller_en": caller.en, "language": row["lang"]}
        values |= {"what_ar": _marked_ar(row["ar"]), "what_en": _marked_en(row["en"]), "people_reported": row["people"]}
        place = {"place_said": as_said(self._rng, site, row["lang"]), "point": near(self._rng, site.point, 40)}
        yield drill.CallTaken, row["id"], {**values, **place}

    def _link(self, row: dict[str, Any]) -> Iterator[_Draft]:
        yield drill.CallLinked, row["call"], {"call": row["call"], "incident": row["incident"]}

    def _close_call(self, row: dict[str, Any]) -> Iterator[_Draft]:
        values = {"call": row["call"], "reason": row["reason"], "of": row.get("of")}
        yield drill.CallClosed, row["call"], {**values, **_note(row)}

    def _incident(self, row: dict[str, Any]) -> Iterator[_Draft]:
        plan = next(plan for plan in self._script["incidents"] if plan["id"] == row["id"])
        quarter = self._quarters[plan["quarter"]]
        title_ar, title_en = f"{plan['ar']}، {quarter.name_ar}", f"{plan['en']}, {quarter.name_en}"
        titles = {"title_ar": _marked_ar(title_ar), "title_en": _marked_en(title_en)}
        yield drill.IncidentOpened, row["id"], {"incident": row["id"], **titles, "calls": tuple(row["calls"])}

    def _worksite(self, row: dict[str, Any]) -> Iterator[_Draft]:
        site = self._sites[row["id"]]
        self._incident_of[site.site] = row["incident"]
        values = {"worksite": site.site, "incident": row["incident"], "point": site.point, "triage": site.triage}
        yield drill.WorksiteOpened, site.site, {**values, "label_ar": site.label.ar, "label_en": site.label.en}

    def _assign(self, row: dict[str, Any]) -> Iterator[_Draft]:
        self._job[row["id"]] = row["unit"], row["site"]
        yield drill.Assigned, row["id"], {"assignment": row["id"], "unit": row["unit"], "worksite": row["site"]}
        yield drill.UnitStatus, row["unit"], {"subject": row["unit"], "status": "assigned", **_NO_NOTE}

    def _step(self, row: dict[str, Any]) -> Iterator[_Draft]:
        assignment, status = row["assignment"], row["status"]
        yield drill.AssignmentStatus, assignment, {"subject": assignment, "status": status, **_note(row)}
        follows = {"accepted": None, "done": "returning", "cancelled": "available"}.get(status, status)
        if follows:  # the unit's own state goes along with its assignment
            unit = self._job[assignment][0]
            yield drill.UnitStatus, unit, {"subject": unit, "status": follows, **_NO_NOTE}

    def _person(self, row: dict[str, Any]) -> Iterator[_Draft]:
        plan = next(plan for plan in self._script["persons"] if plan["id"] == row["id"])
        known = None if plan.get("nameless") else self._names.draw(plan["sex"], self._households[plan["home"]])
        values = {"person": row["id"], "name_ar": known and known.ar, "name_en": known and known.en}
        values |= {"age_band": plan["age"], "sex": plan["sex"], "status": row["status"], "call": row.get("call")}
        where = {"worksite": row["site"], "incident": self._incident_of[row["site"]]}
        yield drill.PersonReported, row["id"], {**values, **where, **_note(row)}

    def _film(self, row: dict[str, Any]) -> Iterator[_Draft]:
        media, still = row["media"], row["media"].startswith("still")
        taken_ms = self._instants[row["t"]] + self._ahead[row["by"]] - self._rng.randint(9_000, 20_000)
        stamp = datetime.fromtimestamp(taken_ms / 1000, UTC).strftime("%Y%m%d_%H%M%S")
        values = {
            "item": row["id"],
            "incident": self._incident_of[row["site"]],
            "worksite": row["site"],
            "device": row["by"],
            "media": media,
            "kind": "still" if still else "video",
            "file_name": f"IMG_{stamp}.jpg" if still else f"VID_{stamp}.mp4",
            "taken_ms": taken_ms,
            "duration_ms": 0 if still else _SHOT_MS[media],
            "point": near(self._rng, self._sites[row["site"]].point, 15),
            "camera": f"FD-{row['by'].upper()}",
        }
        yield drill.ItemFilmed, row["id"], {**values, **_note(row)}

    def _withdraw(self, row: dict[str, Any]) -> Iterator[_Draft]:
        yield drill.DeviceWithdrawn, f"device {row['device']}", {"device": row["device"], "reason": row["reason"]}

    def _person_status(self, row: dict[str, Any]) -> Iterator[_Draft]:
        return self._status(drill.PersonStatus, row["id"], row)

    def _unit_status(self, row: dict[str, Any]) -> Iterator[_Draft]:
        return self._status(drill.UnitStatus, row["unit"], row)

    def _incident_status(self, row: dict[str, Any]) -> Iterator[_Draft]:
        return self._status(drill.IncidentStatus, row["incident"], row)

    def _worksite_status(self, row: dict[str, Any]) -> Iterator[_Draft]:
        return self._status(drill.WorksiteStatus, row["site"], row)

    def _status(self, kind: type[drill.Event], subject: str, row: dict[str, Any]) -> Iterator[_Draft]:
        yield kind, subject, {"subject": subject, "status": row["status"], **_note(row)}


def _script_ms(text: str) -> int:
    hours, minutes, seconds = (int(part) for part in text.split(":"))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000


def _marked_ar(text: str) -> str:
    return f"{MARK_AR}: {text}"


def _marked_en(text: str) -> str:
    return f"{MARK_EN}: {text}"


def _note(row: dict[str, Any]) -> dict[str, str]:
    return {"note_ar": _marked_ar(row["ar"]), "note_en": _marked_en(row["en"])} if "ar" in row else _NO_NOTE
