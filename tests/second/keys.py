"""Key files, dossier section 4."""

from __future__ import annotations

import re

from second import notes
from second.faults import FaultError

KEYS_ORG = re.compile(r"org ([0-9a-f]{64})")


def parse(text: str, *, outside: bool) -> tuple[str, set[str]]:
    """Organisation and logs of a key file (dossier section 4)."""
    if not text.endswith("\n") or "\r" in text:
        raise FaultError("the key file does not end in a newline")
    lines = text[:-1].split("\n")
    if outside:
        lines = [line for line in lines if not line.startswith("#")]
    if lines != sorted(set(lines)) or lines[:1] != ["firsthand-keys/1"]:
        raise FaultError("the key file's lines are not as on the page")
    orgs = [match[1] for line in lines[1:] if (match := KEYS_ORG.fullmatch(line))]
    logs = [line.removeprefix("log ") for line in lines[1:] if line.startswith("log ")]
    if len(orgs) != 1 or not logs or len(orgs) + len(logs) + 1 != len(lines):
        raise FaultError("the key file has not one org, logs, and nothing else")
    for log in logs:
        notes.parse_vkey(log)
    return orgs[0], set(logs)
