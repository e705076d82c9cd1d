from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.places import Gazetteer, Place, Point, Source, clear_winner, place_of_text

SOURCE = Source("a test", "CC0-1.0")


def place(arabic: str, latin: str, lat: float = 36.2, lon: float = 37.1, *parents: str, kind: str = "place") -> Place:
    """Return a place whose key is its names."""
    names = tuple(filter(None, [arabic])), tuple(filter(None, [latin]))
    point = Point.from_degrees(lat, lon)
    return Place(f"{arabic}/{latin}/{lat}", *names, point, kind, "", parents, SOURCE)


IDLIB = Place("SY07", ("إدلب",), ("Idleb",), None, "governorate", "SY07", (), SOURCE)
HARIM = Place("SY0702", ("حارم",), ("Harim",), None, "district", "SY0702", ("SY07",), SOURCE)
PLACES = [
    place("الأنصاري", "al-Ansari", 36.18, 37.13),
    place("الكلاسة", "al-Kallaseh", 36.188, 37.15),
    place("بستان القصر", "Bustan al-Qaser", 36.19, 37.14),
    place("حلب", "Aleppo", 36.2, 37.15),
    place("حلب الجديدة", "New Aleppo", 36.2, 37.09),
    place("كفر تخاريم", "Kafr Takharim", 36.117, 36.515, "حارم", "Harim"),
    place("الزهراء", "Zahraa", 34.7, 36.7, "حمص"),
    place("الزهراء", "Zahraa", 36.3, 37.0, "نبل"),
    place("الشهداء", "ash-Shuhada", 36.21, 37.16),
    place("الشيخ مقصود", "Sheikh Maqsoud", 36.236, 37.15),
    place("حماة", "Hama", 35.13, 36.75, "حماة", kind="settlement"),
    place("الحمة", "al-Hama", 33.5, 36.2, "ريف دمشق", kind="settlement"),
]
GAZETTEER = Gazetteer(PLACES, [IDLIB, HARIM])


@given(st.sampled_from(PLACES), st.booleans())
def test_an_exact_name_is_found_first(wanted: Place, arabic: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
    """A place is first under its own name, or an equally named one is."""
    name = (wanted.names_ar if arabic else wanted.names_latin)[0]
    best = GAZETTEER.find(name)[0]
    assert (name in best.place.names, best.score, best.how) == (True, 1.0, "exact")


@given(st.text(max_size=60))
def test_any_query_gets_scores_in_order(text: str) -> None:
    """Whatever is asked, scores lie between 0 and 1 and fall."""
    scores = [c.score for c in GAZETTEER.find(text)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < s <= 1 for s in scores)


@pytest.mark.parametrize(
    ("query", "name", "how"),
    [
        ("الانصارى", "al-Ansari", "normalised"),
        ("كفرتخاريم", "Kafr Takharim", "normalised"),
        ("Sheikh Maksoud", "Sheikh Maqsoud", "skeleton"),
        ("بستان", "Bustan al-Qaser", "prefix"),
        ("الكلاصة", "al-Kallaseh", "skeleton"),
        ("Kafr Takhrizm", "Kafr Takharim", "fuzzy"),
    ],
)
def test_ways_to_be_found(query: str, name: str, how: str) -> None:
    """Spellings of every kind find the place and say how."""
    best = GAZETTEER.find(query)[0]
    assert (best.place.name, best.how) == (name, how)


def test_the_answer_does_not_depend_on_the_order_of_places() -> None:
    """The same places in another order give the same candidates."""
    shuffled = random.Random(7).sample(PLACES, len(PLACES))  # noqa: S311 - a fixed order, no secret
    for query in ("الزهراء", "Hama", "حلب", "Kallase"):
        assert [c.place for c in Gazetteer(shuffled).find(query)] == [c.place for c in Gazetteer(PLACES).find(query)]


def test_namesakes_stay_ambiguous() -> None:
    """Two places of one name are two answers, until an area or a point tells them apart."""
    found = GAZETTEER.find("الزهراء")
    assert found[0].score == found[1].score
    assert clear_winner(found) is None
    narrowed = clear_winner(GAZETTEER.find("الزهراء", within="حمص"))
    assert narrowed is not None
    assert narrowed.place.point == Point.from_degrees(34.7, 36.7)
    near = clear_winner(GAZETTEER.find("الزهراء", near=Point.from_degrees(36.2, 37.1)))
    assert near is not None
    assert near.place.point == Point.from_degrees(36.3, 37.0)


def test_a_chief_town_comes_before_its_namesakes() -> None:
    """A bare name means the town that the area is named after."""
    assert GAZETTEER.find("al-Hama")[0].place.name == "al-Hama"
    town = clear_winner(GAZETTEER.find("Hama"))
    assert town is not None
    assert town.place.name == "Hama"


def test_nothing_is_found_for_nothing() -> None:
    """Empty and unnamed queries have no candidates."""
    assert GAZETTEER.find("") == GAZETTEER.find(" - ") == GAZETTEER.find("حلب", limit=0) == []
    assert Gazetteer([]).find("حلب") == []
    assert place_of_text(Gazetteer([]), "قصف على حي الكلاسة").status == "unplaced"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("اللحظات الاولى للقصف على حي الانصاري 16-11-2016", "al-Ansari"),
        ("الانصاري4-9-2016", "al-Ansari"),
        ("27/12/2014الكلاسة", "al-Kallaseh"),
        ("مجزرة االكلاسة3 6 2016", "al-Kallaseh"),
        ("قصف #بستان_القصر بالبراميل", "Bustan al-Qaser"),
        ("غارة على حلب الجديدة", "New Aleppo"),
        ("ادلب : كفرتخاريم", "Kafr Takharim"),
        ("Shelling of the Sheikh Maksoud neighbourhood", "Sheikh Maqsoud"),
        ("انتشال الجرحى والكلاسة تحت القصف", "al-Kallaseh"),
    ],
)
def test_places_in_texts(text: str, name: str) -> None:
    """Titles and location strings of both scripts are placed."""
    placement = place_of_text(GAZETTEER, text)
    assert placement.status == "placed"
    assert placement.place is not None
    assert placement.place.name == name


def test_two_places_in_one_text() -> None:
    """A text about two neighbourhoods names both, with the spans in which they stand."""
    text = "مجزرة حيي الكلاسة وبستان القصر"
    placement = place_of_text(GAZETTEER, text)
    assert placement.status == "several"
    assert {c.place.name for c in placement.candidates} == {"al-Kallaseh", "Bustan al-Qaser"}
    assert [text[m.start : m.end] for m in placement.mentions] == ["الكلاسة", "وبستان القصر"]


def test_a_name_of_many_places_is_ambiguous() -> None:
    """A text whose one name several places bear is not placed, and hands over all of them."""
    placement = place_of_text(GAZETTEER, "قصف على حي الزهراء")
    assert (placement.status, placement.place, len(placement.candidates)) == ("ambiguous", None, 2)


@pytest.mark.parametrize(
    "text",
    ["الدفاع المدني ينتشل الشهداء من تحت الانقاض", "30 km west of Aleppo", "اشتباكات في ريف حلب", "", "12 - 6 - 2016"],
)
def test_texts_that_place_nothing(text: str) -> None:
    """Everyday words, land around a place and empty texts are not placed."""
    assert place_of_text(GAZETTEER, text).status == "unplaced"


def test_a_contradiction_is_ambiguous() -> None:
    """A governorate in which the named place does not lie is a question for people."""
    assert place_of_text(GAZETTEER, "ادلب : بستان القصر").status == "placed"  # its areas are unknown
    assert place_of_text(GAZETTEER, "ادلب : الزهراء").status == "ambiguous"


@given(st.text(max_size=200))
def test_any_text_gets_spans_inside_it(text: str) -> None:
    """Whatever the text, mentions lie inside it in order and do not overlap."""
    spans = [(m.start, m.end) for m in place_of_text(GAZETTEER, text).mentions]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
