"""The process that opens what strangers made: `python -m firsthand.media._probe_worker MEMORY_BYTES`.

Rules:

1. It limits itself before it reads the first request, and serves requests from stdin until that closes.
2. It answers on the descriptor that was its stdout and then gives that number away: a library that prints cannot
   garble an answer.
3. What a decoder raises is an answer. What kills the process is the parent's to explain.
4. After running out of memory it says `"last": true` and ends: nobody knows what half-made state is left.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import cast

from firsthand.media import _wire
from firsthand.media._decode import limits, picture
from firsthand.media._decode.credentials import CredentialReader
from firsthand.media._decode.draft import Draft, Unreadable
from firsthand.media._decode.movie import read_movie
from firsthand.media.kinds import Family, Kind


def main() -> None:
    """Serve until the parent closes the pipe."""
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    network_off = limits.isolate_network()
    limits.confine(int(sys.argv[1]))
    picture.prepare()
    credentials = CredentialReader()
    with os.fdopen(answers, "wb", buffering=0) as out:
        out.write(_wire.frame(json.dumps({"ready": True, "network_off": network_off})))
        while line := sys.stdin.buffer.readline(_wire.REQUEST_BYTES_MAX):
            request = json.loads(line)
            limits.allow_seconds(request["decode_s"])
            draft, reason, last = _decode(Path(os.fsdecode(bytes.fromhex(request["path"]))), request["kind"])
            probe = draft.done(reason)
            out.write(_wire.frame(json.dumps({"probe": probe.as_dict(), "last": last}), probe.preview))
            if last:
                return
            limits.allow_seconds(request["credentials_s"])
            out.write(_wire.frame(json.dumps(_credentials(credentials, request, draft))))
            limits.rest()


def _decode(path: Path, kind: dict[str, str]) -> tuple[Draft, str, bool]:
    """Return what was found, the reason why it is unreadable (or ""), and whether the worker must end."""
    draft = Draft(Kind(kind["mime"], kind["extension"], cast("Family", kind["family"])))
    try:
        with path.open("rb") as file:
            if draft.kind.family == "picture":
                picture.read_picture(file, draft)
            elif draft.kind.family in ("video", "sound"):
                read_movie(file, draft)
            else:
                return draft, f"no decoder for {draft.kind.mime} here", False
    except Unreadable as answer:
        return draft, str(answer), False
    except MemoryError:
        return draft, f"decoding it needs more than {int(sys.argv[1]) >> 20} MiB of memory", True
    except Exception as error:  # noqa: BLE001 - rule 3
        return draft, f"the decoder failed: {type(error).__name__}: {error}"[:300], False
    return draft, "", False


def _credentials(reader: CredentialReader, request: dict[str, str], draft: Draft) -> dict[str, object]:
    before = len(draft.issues)
    try:
        with Path(os.fsdecode(bytes.fromhex(request["path"]))).open("rb") as file:
            reader.read(file, draft)
    except MemoryError:
        return {"c2pa": None, "issues": ["c2pa: not enough memory to read credentials"], "last": True}
    except Exception as error:  # noqa: BLE001 - rule 3
        draft.issue("c2pa", error)
    return {
        "c2pa": asdict(draft.c2pa) if draft.c2pa else None,
        "issues": draft.issues[before:],
        "last": False,
    }


if __name__ == "__main__":
    main()
