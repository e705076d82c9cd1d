"""drill, incident list and show, import places and incidents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from cli.conftest import Night, Terminal

OUTLINES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"id": "EX-1", "name_ar": "حي التدريب", "name_en": "Hayy al-Tadrib"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[-30, 1], [-29.9, 1], [-29.9, 1.1], [-30, 1.1], [-30, 1]]],
            },
        }
    ],
}
PLACES = "key,name_ar,name_en,lat,lon\n1,الفنار,al-Fanar,1.05,-29.95\n2,خطأ,Wrong,91.0,0\n"
INCIDENTS = (
    "id,title_en,title_ar,location,lat,lon,date\n"
    "A-1,EXERCISE: A roof fell in,تمرين: سقوط سقف,al-Fanar,,,2026-01-02\n"
    "A-2,EXERCISE: \x1b[31mA wall\u202e,,,1.06,-29.96,2026-01-03\n"
    ",EXERCISE: no key,,,,,\n"
)


def test_drill_as_json(drilled: Night) -> None:
    """The four values that were agreed, and nothing else on stdout."""
    assert set(drilled.value) == {"store", "incidents", "entries", "items"}
    assert drilled.value["store"] == "night"
    assert len(drilled.value["incidents"]) == 3
    assert all(len(incident) == 64 for incident in drilled.value["incidents"])
    assert drilled.value["entries"] > 100
    assert drilled.value["items"] == 9


def test_incident_list_shows_all_and_says_exercise(firsthand: Terminal, drilled: Night) -> None:
    """The mark first, then one line for each incident."""
    said = firsthand("incident", "list", "--store", drilled.store)
    assert said.out.splitlines()[0] == "EXERCISE - تمرين"
    assert len(said.out.splitlines()) == 4
    rows = firsthand("incident", "list", "--store", drilled.store, "--json").value
    assert {row["id"] for row in rows} == set(drilled.value["incidents"])
    assert all(set(row) >= {"id", "title", "status", "from_ms", "source"} for row in rows)


def test_incident_show_by_its_first_digits(firsthand: Terminal, drilled: Night) -> None:
    """Six digits are enough; text and JSON say the same."""
    said = firsthand("incident", "show", drilled.incident[:6], "--store", drilled.store)
    assert said.code == 0
    assert drilled.incident in said.out
    value = firsthand("incident", "show", drilled.incident, "--store", drilled.store, "--json").value
    assert value["id"] == drilled.incident
    assert value["title"] in said.out
    assert {"id", "time", "type", "state", "body", "sealed"} <= set(value["entries"][0])


@pytest.mark.parametrize("wrong", ["abc", "xyzxyzxyz", "ABCDEF", "0" * 65, "--", "../../x"])
def test_what_is_no_id_is_said_to_be_none(firsthand: Terminal, drilled: Night, wrong: str) -> None:
    """An id has 6 to 64 hex digits."""
    said = firsthand("incident", "show", "--store", drilled.store, "--", wrong)
    assert "6 to 64 hex digits" in said.failed(3)


def test_an_unknown_id_is_said_to_be_unknown(firsthand: Terminal, drilled: Night) -> None:
    """In words, without the names of types."""
    text = firsthand("incident", "show", "ffffff", "--store", drilled.store).failed(3)
    assert text == "There is no incident here whose id begins with ffffff. See firsthand incident list."


def test_an_entry_that_is_no_incident_is_none(firsthand: Terminal, drilled: Night) -> None:
    """The id of a call does not open as an incident."""
    entries = firsthand("log", "--last", "0", "--store", drilled.store, "--json").value["entries"]
    call = next(entry["id"] for entry in entries if entry["type"] == "respond.call/1")
    assert "no incident" in firsthand("incident", "show", call, "--store", drilled.store).failed(3)


def test_a_new_store_says_that_it_has_no_incident(firsthand: Terminal, centre: Path) -> None:
    """An empty list is a sentence for people, and an empty list for programs."""
    assert "No incident yet" in firsthand("incident", "list", "--store", centre).out
    assert firsthand("incident", "list", "--store", centre, "--json").value == []


# --- import -------------------------------------------------------------------------------------------------------


@pytest.fixture
def mapped(firsthand: Terminal, centre: Path) -> Path:
    """Return a store that knows one neighbourhood and one place."""
    (firsthand.folder / "outlines.geojson").write_text(json.dumps(OUTLINES), encoding="utf-8")
    (firsthand.folder / "places.csv").write_text(PLACES, encoding="utf-8")
    for words in (("outlines.geojson", "--kind", "neighbourhoods"), ("places.csv", "--source", "EXERCISE list")):
        said = firsthand("import", "places", *words, "--store", centre)
        assert said.code == 0, said.err
    return centre


def test_import_places_says_what_was_left_out(firsthand: Terminal, centre: Path) -> None:
    """Each record that was left out is named with its reason; the same file again adds nothing."""
    (firsthand.folder / "places.csv").write_text(PLACES, encoding="utf-8")
    value = firsthand("import", "places", "places.csv", "--store", centre, "--json").value
    assert (value["read"], value["new"], len(value["skipped"])) == (1, True, 1)
    assert "latitude" in value["skipped"][0]["reason"]
    assert firsthand("import", "places", "places.csv", "--store", centre, "--json").value["new"] is False
    assert "nothing was added" in firsthand("import", "places", "places.csv", "--store", centre).out


def test_import_incidents_by_name_and_by_coordinates(firsthand: Terminal, mapped: Path) -> None:
    """The counts add up, and a second import knows them all."""
    (firsthand.folder / "list.csv").write_text(INCIDENTS, encoding="utf-8")
    command = ("import", "incidents", "list.csv", "--source", "EXERCISE archive", "--store", mapped, "--json")
    value = firsthand(*command).value
    assert (value["records"], value["imported"], value["known"]) == (3, 2, 0)
    assert (value["by_coordinates"], value["by_name"], value["ambiguous"], value["unplaced"]) == (1, 1, 0, 0)
    assert value["skipped"] == [{"record": 3, "reason": "it has no key"}]
    again = firsthand(*command).value
    assert (again["imported"], again["known"]) == (0, 2)
    shown = firsthand("incident", "list", "--store", mapped).out
    assert "A roof fell in" in shown
    assert not set("\x1b\u202e") & set(shown)


def test_import_incidents_without_outlines(firsthand: Terminal, centre: Path) -> None:
    """A list with coordinates needs no map."""
    (firsthand.folder / "list.csv").write_text(INCIDENTS, encoding="utf-8")
    said = firsthand("import", "incidents", "list.csv", "--store", centre, "--json")
    assert said.code == 0
    assert said.value["imported"] == 2


@pytest.mark.parametrize("what", ["places", "incidents"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty", b""),
        ("not_text", b"\xff\xfe\x00\x81" * 20),
        ("prose", b"once upon a time\n"),
        ("half_json", b'[{"id": 1'),
    ],
)
def test_a_file_of_another_form_is_refused(
    firsthand: Terminal, centre: Path, what: str, name: str, content: bytes
) -> None:
    """Nothing is imported, and the message names the file and what was expected."""
    (firsthand.folder / name).write_bytes(content)
    assert name in firsthand("import", what, name, "--store", centre).failed(3)
    assert firsthand("incident", "list", "--store", centre, "--json").value == []


@pytest.mark.parametrize("what", ["places", "incidents"])
@pytest.mark.parametrize("path", ["nothing.csv", "."])
def test_a_file_that_cannot_be_read_is_misuse(firsthand: Terminal, centre: Path, what: str, path: str) -> None:
    """A wrong path is named."""
    assert "cannot be read" in firsthand("import", what, path, "--store", centre).failed(2)


def test_an_unknown_kind_of_places_is_misuse(firsthand: Terminal, centre: Path) -> None:
    """The kinds that there are stand in the message."""
    (firsthand.folder / "places.csv").write_text(PLACES, encoding="utf-8")
    assert "settlements" in firsthand("import", "places", "places.csv", "--kind", "x", "--store", centre).failed(2)
