"""Ask a limited process what a file is; never open a stranger's file with a decoder in this one.

Rules:

1. Decoders are where strangers' bytes do harm. They run in a process of their own, with limits of memory, time and
   network, that can write no file. When it dies or takes too long its whole group is killed, the next file gets a
   new one, and this file is unreadable with the reason.
2. Probing never raises because of what a file holds. A file that no decoder opens is still evidence.
3. One worker serves many files, one after the other, for starting it costs more than most files do; it is replaced
   every `Limits.files_a_worker`, so that leaks and whatever a file may have left behind do not add up.
4. The answer is only as trustworthy as the worker: sizes are limited and shapes checked, and nothing in it decides
   about the blob itself.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from firsthand.errors import MissingProgram
from firsthand.media import _wire
from firsthand.media._known_kinds import EMPTY, TEXT, UNKNOWN
from firsthand.media.facts import Credentials, Probe
from firsthand.media.kinds import HEAD_BYTES, Kind, kind_of


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use.

    Attributes:
        memory_bytes: address space; a picture of 128 million pixels needs about half of the default.
        decode_s: seconds for a file's picture, sound and claims.
        credentials_s: seconds for its content credentials, to which `size / credentials_bytes_a_s` are added: the
            reader hashes the whole file.
        credentials_bytes_a_s: bytes a second that the slowest machine is believed to hash.
        start_s: seconds for a worker to start; a cold disk is slow.
        files_a_worker: after so many a worker is replaced.
    """

    memory_bytes: int = 2 << 30
    decode_s: int = 30
    credentials_s: int = 20
    credentials_bytes_a_s: int = 20 << 20
    start_s: int = 60
    files_a_worker: int = 500


class _WorkerGone(Exception):  # noqa: N818 - becomes a reason, not an error
    """The worker cannot answer any more; the message says why."""


class Prober:
    """Probes files, one at a time; safe to share between threads. Use it in a `with`, or call `close`."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._worker: _Worker | None = None
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker; a later `probe` starts another."""
        with self._turn:
            self._drop()

    def probe(self, path: Path) -> Probe:
        """Find out what a file is.

        Args:
            path: a regular file that does not change meanwhile, as a blob in the store.

        Returns:
            What was found; `readable` is False, with a reason, where the file cannot even be opened.

        Raises:
            MissingProgram: no worker can be started on this machine.
        """
        kind = UNKNOWN
        try:
            with Path(path).open("rb") as file:
                kind = kind_of(file.read(HEAD_BYTES))
                size = os.fstat(file.fileno()).st_size
        except OSError as error:
            return Probe(kind, unreadable_reason=f"the file cannot be read: {error.strerror}")
        if kind.family == "other" or kind == TEXT:
            return Probe(kind, unreadable_reason=_reason_without_decoder(kind))
        with self._turn:
            return self._ask(Path(path), kind, size)

    def _ask(self, path: Path, kind: Kind, size: int) -> Probe:
        worker = self._ready_worker()
        limits = self.limits
        credentials_s = limits.credentials_s + size // limits.credentials_bytes_a_s
        found = Probe(kind)
        try:
            worker.send(path, kind, limits.decode_s, credentials_s)
            answer, preview = worker.receive(limits.decode_s)
            found = replace(Probe.from_dict(answer["probe"], preview), kind=kind)
            if not answer["last"]:
                answer, _ = worker.receive(credentials_s)
                signed = Probe.from_dict({**found.as_dict(), "c2pa": answer["c2pa"]}).c2pa
                found = replace(found, c2pa=signed, issues=(*found.issues, *map(str, answer["issues"])))
            if answer["last"]:
                self._drop()
        except (_WorkerGone, ValueError, KeyError, TypeError, AttributeError) as error:
            self._drop()
            reason = str(error) if isinstance(error, _WorkerGone) else "the decoder's answer made no sense"
            if found.readable or found.unreadable_reason:
                return replace(found, c2pa=Credentials("unchecked"), issues=(*found.issues, f"c2pa: {reason}"))
            return Probe(kind, unreadable_reason=reason)
        return found

    def _ready_worker(self) -> _Worker:
        if self._worker and (self._worker.served >= self.limits.files_a_worker or not self._worker.alive()):
            self._drop()
        if self._worker is None:
            worker = _Worker(self.limits)
            try:
                worker.receive(self.limits.start_s)
            except (_WorkerGone, ValueError) as error:
                worker.kill()
                raise MissingProgram(
                    f"The process that reads pictures and videos does not start: {error}",
                    kept="Files can still be taken and hashed.",
                    advice="Run `python -m firsthand.media._probe_worker 2147483648 </dev/null` to see why.",
                ) from error
            self._worker = worker
        return self._worker

    def _drop(self) -> None:
        if self._worker:
            self._worker.kill()
            self._worker = None


class _Worker:
    """One process and its two pipes."""

    def __init__(self, limits: Limits) -> None:
        self.served = 0
        self._limits = limits
        # -P: a module in the current folder must not stand in for one of ours.
        self._process = subprocess.Popen(  # noqa: S603 - our own module, fixed arguments
            [sys.executable, "-P", "-m", "firsthand.media._probe_worker", str(limits.memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=_environment(),
            start_new_session=True,  # a group of its own, to be killed as one
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("pipes were asked for")
        self._requests, self._answers = self._process.stdin, self._process.stdout
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._answers, selectors.EVENT_READ)

    def alive(self) -> bool:
        return self._process.poll() is None

    def send(self, path: Path, kind: Kind, decode_s: int, credentials_s: int) -> None:
        self.served += 1
        request = {
            "path": os.fsencode(path.absolute()).hex(),  # names need not be text
            "kind": {"mime": kind.mime, "extension": kind.extension, "family": kind.family},
            "decode_s": decode_s,
            "credentials_s": credentials_s,
        }
        try:
            self._requests.write(json.dumps(request).encode() + b"\n")
        except OSError as error:
            raise _WorkerGone(self._last_words()) from error

    def receive(self, seconds: int) -> tuple[dict[str, Any], bytes]:
        """Read one frame within `seconds`. Raises _WorkerGone, or ValueError when it is no frame."""
        deadline = time.monotonic() + seconds
        head, extra = _wire.lengths(self._read(_wire.HEADER.size, deadline, seconds))
        answer = json.loads(self._read(head, deadline, seconds))
        return answer, self._read(extra, deadline, seconds)

    def _read(self, size: int, deadline: float, seconds: int) -> bytes:
        read = bytearray()
        while len(read) < size:
            left = deadline - time.monotonic()
            if left <= 0 or not self._selector.select(left):
                raise _WorkerGone(f"decoding it takes more than {seconds} s")
            piece = os.read(self._answers.fileno(), size - len(read))
            if not piece:
                raise _WorkerGone(self._last_words())
            read += piece
        return bytes(read)

    def _last_words(self) -> str:
        """Say how the process ended."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        code = self._process.returncode
        if code is not None and code < 0:
            if -code == signal.SIGXCPU:
                return f"decoding it takes more than {self._limits.decode_s} s of processor time"
            return f"the decoder crashed on it ({signal.Signals(-code).name})"
        return f"the decoder ended on it (exit code {code})"

    def kill(self) -> None:
        """Kill the whole group and collect the process."""
        self._selector.close()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for pipe in (self._requests, self._answers):
            with suppress(OSError):
                pipe.close()
        self._process.wait()


def _environment() -> dict[str, str]:
    """Nothing of ours but what finding the modules needs: no keys, no proxies, no locale surprises."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "HOME") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


def _reason_without_decoder(kind: Kind) -> str:
    return "the file is empty" if kind == EMPTY else f"no decoder for {kind.mime} here"
