"""The page of a dossier: one HTML file, built from web/, into which the readable record is put.

Rule: the page is one template with one place for data. What stands around the data is the same, byte for byte, in
every dossier and in the verifier that is published apart, so that anyone can compare the two.
"""

from __future__ import annotations

from importlib.resources import files

from firsthand.errors import MissingProgram

_PLACE = b'<script type="application/json" id="dossier">null</script>'
_OPEN, _CLOSE = _PLACE.split(b"null")
# What would end the script element, or a line of it, in some reader; inside JSON these stand in texts only.
_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def verifier_page() -> bytes:
    """Return the page without data: a verifier for any dossier.

    Raises:
        MissingProgram: the page was not built with this installation.
    """
    try:
        page = files("firsthand").joinpath("static", "dossier.html").read_bytes()
    except OSError:
        page = b""
    if page.count(_PLACE) != 1:
        raise MissingProgram(
            "The page of the dossier is not part of this installation.",
            kept="Nothing was written.",
            advice="Install the package again from its sources or its wheel; that builds the page.",
        )
    return page


def report_page(incident_json: bytes) -> bytes:
    """Return the page with the readable record inside.

    Args:
        incident_json: the content of data/incident.json, UTF-8.

    Raises:
        MissingProgram: the page was not built with this installation.
    """
    text = incident_json.decode()
    for character, escape in _ESCAPED.items():
        text = text.replace(character, escape)
    return verifier_page().replace(_PLACE, _OPEN + text.encode() + _CLOSE)
