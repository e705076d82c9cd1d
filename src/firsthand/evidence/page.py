"""The page of a dossier: one HTML file, built from web/, into which the readable record is put.

Rule: the page is one template with one place for data. What stands around the data is the same, byte for byte, in
every dossier and in the verifier that is published apart, so that anyone can compare the two.
"""

from __future__ import annotations

import base64
import gzip
from importlib.resources import files

from firsthand.errors import MissingProgram

_PLACE = b'<script type="application/json" id="dossier">null</script>'
_OPEN, _CLOSE = _PLACE.split(b"null")


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
    # packed, since incident.json lies beside the page once more; base64 holds nothing that could end the element
    packed = base64.b64encode(gzip.compress(incident_json, mtime=0))
    return verifier_page().replace(_PLACE, _OPEN + b'"' + packed + b'"' + _CLOSE)
