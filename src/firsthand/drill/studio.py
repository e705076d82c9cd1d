"""Renders the shots of a night in other processes, while this one goes on.

Rules: a file does not depend on where it was rendered, only on its shot. With one processor, or where no process can
be started or one dies, it is rendered here when it is asked for. The processes are new programs, never forks: whoever
runs a drill may have threads. They end when this one closes their input, and so with it, however it ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Final, cast

from firsthand.drill.footage import ShotSpec, render_footage
from firsthand.drill.plan import Point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_PROCESSES_MAX: Final = 2  # nine shots are soon drawn; starting a process takes as long as one of them
_LENGTH_BYTES: Final = 8


@contextmanager
def rendering(shots: Sequence[ShotSpec], *, processes: int | None = None) -> Iterator[Callable[[str], bytes]]:
    """Give what returns the file of a shot by its `media`, and waits for it where it is not finished.

    Args:
        shots: in the order in which their files will be wanted.
        processes: to render in; 0 means this one. By default as many as there are processors, and at most two.
    """
    count = min(_processors() if processes is None else processes, len(shots))
    cameras = _start(count)
    free: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
    for camera in cameras:
        free.put(camera)
    pool = ThreadPoolExecutor(max(1, len(cameras)))
    wanted = {shot.media: shot for shot in shots}
    coming = {shot.media: pool.submit(_ask, free, shot) for shot in shots} if cameras else {}

    def file_of(media: str) -> bytes:
        try:
            return coming[media].result() if media in coming else render_footage(wanted[media])
        except (OSError, EOFError):  # its process died: the picture is the same here
            return render_footage(wanted[media])

    try:
        yield file_of
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for camera in cameras:
            camera.kill()
        pool.shutdown()
        for camera in cameras:
            camera.communicate()


def _processors() -> int:
    """Return how many processes to start: none where a second one would only wait for the first."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(available, _PROCESSES_MAX) if available > 1 else 0


def _start(count: int) -> list[subprocess.Popen[bytes]]:
    """Start processes that render; in a session of their own, so that Ctrl-C is for this one alone."""
    # -P: a module in the current folder must not stand in for one of ours.
    command = [sys.executable, "-P", "-m", "firsthand.drill.studio"]
    started: list[subprocess.Popen[bytes]] = []
    with suppress(OSError):  # no more processes allowed
        for _ in range(count):
            camera = subprocess.Popen(  # noqa: S603 - our own module, fixed arguments
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # what fails there is done again here, and says why
                start_new_session=True,
            )
            started.append(camera)
    return started


def _ask(free: SimpleQueue[subprocess.Popen[bytes]], shot: ShotSpec) -> bytes:
    """Have a free process render a shot.

    Raises:
        OSError, EOFError: the process died.
    """
    camera = free.get()
    to, back = cast("tuple[IO[bytes], IO[bytes]]", (camera.stdin, camera.stdout))
    try:
        to.write(json.dumps(asdict(shot)).encode() + b"\n")
        to.flush()
        length = int.from_bytes(_read(back, _LENGTH_BYTES), "big")
        return _read(back, length)
    finally:
        free.put(camera)


def _read(back: IO[bytes], length: int) -> bytes:
    content = back.read(length)
    if len(content) < length:
        raise EOFError
    return content


def _serve(asked: IO[bytes], back: IO[bytes]) -> None:
    """Render a shot for each line until there are no more."""
    for line in asked:
        row = json.loads(line)
        content = render_footage(ShotSpec(**row | {"point": Point(*row["point"])}))
        back.write(len(content).to_bytes(_LENGTH_BYTES, "big") + content)
        back.flush()


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
