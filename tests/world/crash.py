"""Processes that can be killed at any moment, quick to start, and what they said before they died."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from world.crash_check import Ledger

    Fresh = Callable[[str], tuple[Path, Ledger]]
    """Makes a new centre in a folder of this name, and a ledger for it."""

TESTS = Path(__file__).resolve().parent.parent


class Nursery:
    """Starts children from a process that has loaded everything already. Use it in a `with`."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "world.crash_nursery", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=environment(),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._process.wait()

    def start(self, deed: str, **arguments: Any) -> Child:
        """Fork a child that does `deed` of `crash_nursery.DEEDS`."""
        lines, theirs = os.pipe()
        request = json.dumps({"do": deed, **arguments}).encode()
        socket.send_fds(self._socket, [request], [theirs])
        os.close(theirs)
        return Child(self, int(self._socket.recv(64)), lines)

    def reap(self, pid: int) -> int:
        """Wait for a child to be gone; return its exit code, negative for a signal."""
        self._socket.send(json.dumps({"reap": pid}).encode())
        return os.waitstatus_to_exitcode(int(self._socket.recv(64)))


class Child:
    """A running child and what it says."""

    def __init__(self, nursery: Nursery, pid: int, lines: int) -> None:
        self._nursery = nursery
        self._pid = pid
        self._lines = lines
        self._text = b""
        self._open = True

    @property
    def said(self) -> list[dict[str, Any]]:
        """The whole lines read so far."""
        return [json.loads(line) for line in self._text.split(b"\n")[:-1]]

    def listen(self, seconds: float, *, until_lines: int | None = None) -> None:
        """Read for so long, or until there are so many lines, or the child is gone."""
        deadline = time.monotonic() + seconds
        while self._open and (until_lines is None or self._text.count(b"\n") < until_lines):
            ready, _, _ = select.select([self._lines], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                return
            piece = os.read(self._lines, 1 << 16)
            self._open = bool(piece)
            self._text += piece

    def kill(self) -> int:
        """Kill it where it stands; return its exit code."""
        os.kill(self._pid, signal.SIGKILL)
        return self.wait(10)

    def wait(self, seconds: float) -> int:
        """Wait for its end and read all that it said; return its exit code, negative for a signal."""
        self.listen(seconds)
        if self._open:
            raise TimeoutError(f"the child still runs after {seconds} s and said {self.said[-3:]}")
        os.close(self._lines)
        return self._nursery.reap(self._pid)


def environment(**more: str) -> dict[str, str]:
    """Return an environment in which a new Python finds `world` and the project as this one does."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *filter(None, sys.path)]), **more}
