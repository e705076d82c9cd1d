from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.errors import BadInput
from firsthand.places import ADMIN_AREAS, ALTERNATIVES, PLAIN, SETTLEMENTS, Bounds, Source, add_names, read_places
from firsthand.places.layouts import spellings, split_composite

SOURCE = Source("a test", "CC0-1.0")
HEADING = "name_ar,name_en,lat,lon\n"
ALEPPO = Bounds(35.9, 36.9, 36.4, 37.4)

FILES_REFUSED = {
    "empty": b"",
    "only_spaces": b"  \r\n ",
    "not_utf8": b"name_en,lat,lon\nAl\xe9p,36,37\n",
    "utf16": "name_en,lat,lon\n".encode("utf-16"),
    "no_latitude_column": b"name_en,lon\nAleppo,37\n",
    "no_name_column": b"lat,lon\n36,37\n",
    "heading_alone": HEADING.encode(),
    "quote_never_closed": (HEADING + '"حلب,Aleppo,36,37\n').encode(),
    "cell_too_long": (HEADING + "x" * 10_001 + ",a,1,2\n").encode(),
    "json_cut_off": b'[{"name": "a"',
    "json_nan": b'[{"name": "a", "lat": NaN, "lon": 1}]',
    "json_too_deep": b"[" * 5_000 + b"]" * 5_000,
    "json_huge_number": b'[{"name": "a", "lat": ' + b"9" * 5_000 + b', "lon": 1}]',
    "features_no_list": b'{"type": "FeatureCollection", "features": 3}',
    "other_crs": b'{"type": "FeatureCollection", "crs": {"properties": {"name": "EPSG:3857"}}, "features": []}',
}


@pytest.mark.parametrize("fault", FILES_REFUSED)
def test_bad_files_are_refused(fault: str) -> None:
    """A file that is broken as a whole is refused with what happened, what was kept and what to do."""
    with pytest.raises(BadInput) as caught:
        read_places(FILES_REFUSED[fault], f"{fault}.csv", source=SOURCE)
    assert fault in caught.value.message
    assert caught.value.kept
    assert caught.value.advice


ROWS_SKIPPED = {
    "no_name": ",,36.2,37.1",
    "no_coordinates": "حلب,Aleppo,,",
    "one_coordinate": "حلب,Aleppo,36.2,",
    "words_for_numbers": "حلب,Aleppo,north,east",
    "not_a_number": "حلب,Aleppo,nan,37.1",
    "infinite": "حلب,Aleppo,36.2,inf",
    "latitude_out_of_range": "حلب,Aleppo,96.2,37.1",
    "longitude_out_of_range": "حلب,Aleppo,36.2,181",
    "name_too_long": f"{'ح' * 201},,36.2,37.1",
    "name_of_marks_alone": "---,...,36.2,37.1",
}


@pytest.mark.parametrize("fault", ROWS_SKIPPED)
def test_bad_rows_are_counted_and_the_rest_is_read(fault: str) -> None:
    """One bad row is reported with its line and does not stop the others."""
    text = HEADING + "الشعار,Shaar,36.21,37.18\n" + ROWS_SKIPPED[fault] + "\nالكلاسة,Kallaseh,36.19,37.15\n"
    places, report = read_places(text.encode(), "rows.csv", source=SOURCE)
    assert [p.name for p in places] == ["Shaar", "Kallaseh"]
    assert report.read == 2
    assert [line for line, _ in report.skipped] == [3]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark(end: str, mark: str) -> None:
    """Files of every system and with a byte order mark are read alike."""
    text = mark + (HEADING + "حلب,Aleppo,36.2,37.1\n").replace("\n", end)
    places, report = read_places(text.encode(), "a.csv", source=SOURCE)
    assert (places[0].names_ar, places[0].names_latin, report.skipped) == (("حلب",), ("Aleppo",), ())
    assert places[0].source == SOURCE


def test_a_cell_over_two_lines_keeps_line_numbers() -> None:
    """A reported line is the one at which the bad row begins, also behind a cell with a line end."""
    text = HEADING + '"حلب\nالشهباء",Aleppo,36.2,37.1\n,,1,2\n'
    assert read_places(text.encode(), "a.csv", source=SOURCE)[1].skipped == ((4, "no name"),)


def test_one_swapped_row_is_reported_not_mended() -> None:
    """A row with latitude and longitude exchanged is left out, and the report says why."""
    rows = "".join(f",P{i},36.{20 + i},37.{10 + i}\n" for i in range(9))
    places, report = read_places((HEADING + rows + ",Swapped,37.15,36.25\n").encode(), "a.csv", source=SOURCE)
    assert len(places) == 9
    assert report.skipped == ((11, "latitude and longitude look swapped"),)


def test_a_file_that_is_swapped_throughout_is_refused() -> None:
    """When every record lies in the expected area once exchanged, the file is refused."""
    text = HEADING + "".join(f",P{i},37.{10 + i},36.{20 + i}\n" for i in range(5))
    with pytest.raises(BadInput, match="swapped"):
        read_places(text.encode(), "a.csv", source=SOURCE, expected=Bounds(36.0, 37.0, 36.4, 37.3))


def test_places_outside_the_expected_area_are_left_out() -> None:
    """A place far from the area that was expected is reported."""
    text = HEADING + ",Shaar,36.21,37.18\n,Paris,48.85,2.35\n"
    places, report = read_places(text.encode(), "a.csv", source=SOURCE, expected=ALEPPO)
    assert [p.name for p in places] == ["Shaar"]
    assert report.skipped == ((3, "outside the area that was expected"),)


def test_a_key_used_twice_is_reported() -> None:
    """The second record of one key is left out."""
    text = "key,name_en,lat,lon\na,One,1,2\na,Two,1,2\n"
    places, report = read_places(text.encode(), "a.csv", source=SOURCE)
    assert [p.name for p in places] == ["One"]
    assert report.skipped == ((3, "the key 'a' was already used"),)


def test_wrong_types_in_json_are_skipped() -> None:
    """Records that are not objects, and fields of the wrong type, are left out by number."""
    bad = '3, {"name": ["a"], "lat": [1], "lon": 2}, {"name": "b", "lat": true, "lon": 2}'
    text = f'[{bad}, {{"name": "c", "lat": 1, "lon": 2}}]'
    places, report = read_places(text.encode(), "a.json", source=SOURCE)
    assert [p.name for p in places] == ["c"]
    assert [number for number, _ in report.skipped] == [1, 2, 3]


def test_points_of_geojson() -> None:
    """A GeoJSON Point gives longitude before latitude."""
    text = (
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"NAME": "x", "NAME_A": "س"},'
        ' "geometry": {"type": "Point", "coordinates": [37.1, 36.2, 400]}}, {"geometry": 4}, 7]}'
    )
    places, report = read_places(text.encode(), "a.geojson", source=SOURCE)
    assert (places[0].names_ar, places[0].point and places[0].point.lat) == (("س",), 36.2)
    assert len(report.skipped) == 2


@pytest.mark.parametrize(
    ("cell", "own", "parents"),
    [
        ("Abin - Efrin - Afrin - Afrin", "Abin", ("Efrin", "Afrin")),
        ("ابين- عفرين - مركز عفرين - عفرين", "ابين", ("عفرين", "مركز عفرين")),
        ("مدينة حلب : حي السكري", "حي السكري", ("مدينة حلب",)),
        ("Afrin (Afrin) - Afrin", "Afrin", ("Afrin",)),
        ("Ath-Thawrah", "Ath-Thawrah", ()),
    ],
)
def test_composite_names(cell: str, own: str, parents: tuple[str, ...]) -> None:
    """A composite name comes apart into the place and its parents; a hyphen inside a word stays."""
    assert split_composite(cell) == (own, parents)


def test_spellings_of_one_cell() -> None:
    """A cell with several spellings gives them all, once each."""
    assert spellings("البازلت_بازلت / بازلت") == ("البازلت", "بازلت")
    assert spellings("as-Siryan (Syriac Quarter)") == ("as-Siryan", "Syriac Quarter")


def test_users_names_are_not_taken_apart() -> None:
    """Without a layout that says so, a dash is part of the name."""
    places, _ = read_places((HEADING + ",Bab - Hadid,36.2,37.1\n").encode(), "a.csv", source=SOURCE)
    assert places[0].names_latin == ("Bab - Hadid",)


def test_names_are_added_to_their_place() -> None:
    """Alternative spellings go to the place of the same first name, behind its own."""
    places, _ = read_places((HEADING + "الشعار,ash-Sha'ar,36.21,37.18\n").encode(), "a.csv", source=SOURCE)
    names = '{"k": {"original_name": "ash-Sha\'ar", "alternative_arabic": ["كرم البيك", null]}}'
    others, _ = read_places(names.encode(), "n.json", source=SOURCE, layout=ALTERNATIVES)
    assert add_names(places, others)[0].names_ar == ("الشعار", "كرم البيك")


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever the bytes, a reader returns places or says bad input."""
    for layout in (PLAIN, SETTLEMENTS, ADMIN_AREAS):
        try:
            read_places(data, "any", source=SOURCE, layout=layout)
        except BadInput:
            continue
