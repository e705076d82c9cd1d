"""Bytes of a file into records: CSV, JSON objects and GeoJSON, from whoever made them.

Rules:
1. Files come from outside. Size, depth, number of records and length of a cell have limits, and whatever breaks the
   form of the whole file is `BadInput`; nothing is half read.
2. Text is UTF-8, with or without a byte order mark; line ends may be of any system.
3. A record carries the number by which a person finds it: its line in a CSV, its place in the list otherwise, from 1.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from firsthand.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE_BYTES_MAX = 64 * 1024 * 1024
"""Largest file; all places of a country with outlines are a tenth of it."""

RECORDS_MAX = 200_000
"""Most records of one file."""

CELL_LENGTH_MAX = 10_000
"""Longest cell of a CSV; the csv module's own limit of 131,072 is shared by the whole process."""

DEPTH_MAX = 32
"""Deepest nesting of JSON; a GeoJSON MultiPolygon needs 8."""

WGS84_NAMES = ("CRS84", "EPSG::4326", "EPSG:4326", "WGS84", "WGS 84")
"""Names under which files declare the coordinates we read."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row or feature.

    Args:
        number: line in a CSV, place in the list otherwise, from 1.
        fields: column or property and its value.
        geometry: a GeoJSON geometry object as read, unchecked; None where there is none.
    """

    number: int
    fields: Mapping[str, Any]
    geometry: Any = None


def refuse(file: str, what: str, advice: str) -> NoReturn:
    """Raise `BadInput` about a whole file."""
    raise BadInput(f"{file}: {what}", kept="Nothing was read from it.", advice=advice)


def records(data: bytes, file: str) -> list[Record]:
    """Return the records of a CSV, JSON or GeoJSON file; which of them it is shows in its first character.

    Args:
        data: the file's bytes.
        file: its name, for messages.

    Raises:
        BadInput: the file is too large, not UTF-8, not of its form, too deep or too long.
    """
    if len(data) > FILE_BYTES_MAX:
        refuse(file, f"the file has more than {FILE_BYTES_MAX // 1024**2} MiB.", "Split it and read the parts.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(file, f"byte {error.start + 1} is not UTF-8.", "Save it again with the encoding UTF-8.")
    if not text.strip():
        refuse(file, "the file is empty.", "Check that it was copied completely.")
    found = _json_records(text, file) if text.lstrip()[0] in "{[" else list(_csv_records(text, file))
    if len(found) > RECORDS_MAX:
        refuse(file, f"more than {RECORDS_MAX:,} records.", "Split it and read the parts.")
    return found


def _csv_records(text: str, file: str) -> Iterator[Record]:
    """Yield the rows of a CSV with a heading; a row that is too long or broken ends the reading."""
    # newline="" as the csv module asks; it knows \r\n, and \r alone is made one of its ends here
    rows = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline=""), strict=True)
    try:
        heading = [cell.strip() for cell in next(rows)]
        line = rows.line_num + 1
        for count, row in enumerate(rows):
            if count > RECORDS_MAX:
                return
            if any(len(cell) > CELL_LENGTH_MAX for cell in row):
                refuse(
                    file,
                    f"line {line} has a cell of more than {CELL_LENGTH_MAX:,} letters.",
                    "Look for a missing quote.",
                )
            if any(cell.strip() for cell in row):
                yield Record(line, dict(zip(heading, row, strict=False)))
            line = rows.line_num + 1
    except csv.Error as error:
        refuse(file, f"line {rows.line_num} is not CSV ({error}).", "Look for a missing quote near that line.")


def _json_records(text: str, file: str) -> list[Record]:
    """Return the features of GeoJSON, or the objects in a JSON list or object."""
    _check_depth(text, file)
    try:
        root = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        refuse(file, f"not JSON ({error}).", "Check that the file was copied completely.")
    if isinstance(root, dict) and root.get("type") == "FeatureCollection":
        _check_crs(root, file)
        features = root.get("features")
        if not isinstance(features, list):
            refuse(file, "the FeatureCollection has no list of features.", "Export it again as GeoJSON.")
        return [_feature(number, feature) for number, feature in enumerate(features, 1)]
    if isinstance(root, dict):
        root = [{"key": name, **entry} if isinstance(entry, dict) else entry for name, entry in root.items()]
    return [Record(number, entry if isinstance(entry, dict) else {}) for number, entry in enumerate(root, 1)]


def _feature(number: int, feature: object) -> Record:
    """Return one GeoJSON feature; one of the wrong type becomes an empty record, which its reader will skip."""
    if not isinstance(feature, dict):
        return Record(number, {})
    properties = feature.get("properties")
    return Record(number, properties if isinstance(properties, dict) else {}, feature.get("geometry"))


def _check_depth(text: str, file: str) -> None:
    """Refuse JSON nested deeper than `DEPTH_MAX` before a parser recurses into it; brackets in strings do not count."""
    depth, in_string, escaped = 0, False, False
    for char in text:
        if in_string:
            in_string = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            in_string = True
        elif char in "[{":
            depth += 1
            if depth > DEPTH_MAX:
                refuse(
                    file,
                    f"nested deeper than {DEPTH_MAX} levels.",
                    "This is no file of places; check where it came from.",
                )
        elif char in "]}":
            depth -= 1


def _check_crs(root: Mapping[str, Any], file: str) -> None:
    """Refuse coordinates that are declared to be something other than WGS 84 (the old `crs` member of GeoJSON 2008)."""
    crs = root.get("crs")
    if crs is None:
        return
    declared = str(crs.get("properties", {}) if isinstance(crs, dict) else crs)
    if not any(name in declared for name in WGS84_NAMES):
        refuse(file, "its coordinates are not declared as WGS 84.", "Export it again with the system EPSG:4326.")


def _no_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which JSON does not have (RFC 8259 section 6)."""
    raise ValueError(f"{name} is not a number")
