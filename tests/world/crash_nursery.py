"""A process that has loaded everything and forks a child for each request: `python -m world.crash_nursery FD`.

It has one thread, so that forking is safe, and ends with all its children when the other end of the socket FD closes.
A request is JSON: {"do": name of a function in `DEEDS`, ...its arguments} with the descriptor for the child's lines, or
{"reap": pid}. The answer is the child's pid, or its exit status as waitpid(2) has it.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firsthand.centre.centre import Centre
from world import crash_work
from world.crash_work import Voice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _append(  # noqa: PLR0913 - one argument for each field of a request
    voice: Voice, folder: str, seed: int, *, batches: int | None = None, key: str = "centre", pause_s: float = 0.0
) -> None:
    turns: Iterator[int] = count() if batches is None else iter(range(batches))
    with Centre(Path(folder)) as centre:
        voice.say(open=True)
        for turn in turns:
            crash_work.append(voice, centre, seed + turn, [turn], key)
            time.sleep(pause_s)


def _ingest(voice: Voice, folder: str, seed: int, *, sources: str, first: int) -> None:
    with Centre(Path(folder)) as centre:
        voice.say(open=True)
        crash_work.ingest(voice, centre, seed, Path(sources), count(first))


def _fill(voice: Voice, folder: str, seed: int, *, limit_bytes: int) -> None:
    def more_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with Centre(Path(folder)) as centre:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, resource.RLIM_INFINITY))
        crash_work.fill(voice, centre, seed, more_room)


DEEDS: dict[str, Callable[..., None]] = {"append": _append, "ingest": _ingest, "fill": _fill}


def _child(request: dict[str, Any], lines: int) -> None:
    voice = Voice(lines)
    status = 1
    try:
        DEEDS[request.pop("do")](voice, **request)
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the other end has to see it
        voice.say(error=traceback.format_exc())
    finally:
        os._exit(status)


def serve(requests: socket.socket) -> None:
    """Answer requests until the other end closes."""
    children: set[int] = set()
    while True:
        text, fds, _, _ = socket.recv_fds(requests, 1 << 16, 1)
        if not text:
            break
        request = json.loads(text)
        if "reap" in request:
            children.discard(request["reap"])
            answer = os.waitpid(request["reap"], 0)[1]
        else:
            answer = os.fork()
            if not answer:
                requests.close()
                _child(request, fds[0])
            children.add(answer)
            os.close(fds[0])
        requests.send(json.dumps(answer).encode())
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as parent:
        serve(parent)
