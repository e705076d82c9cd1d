"""Take away from the worker what decoding does not need, before it sees a byte of a stranger.

Rules: memory, processor time, written files (none), open files and core dumps are limited by the kernel. The network
goes too where the kernel lets an ordinary user do that (Linux with user namespaces); where not, the decoders are told
not to use it, and `isolate_network` says that this is all there is.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal

_OPEN_FILES_MAX = 64
_CLONE_NEWUSER, _CLONE_NEWNET = 0x1000_0000, 0x4000_0000
_PR_SET_NO_NEW_PRIVS = 38


def confine(memory_bytes: int) -> None:
    """Set the limits that hold for the worker's whole life. `memory_bytes` is address space."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES_MAX, _OPEN_FILES_MAX))
    os.nice(5)
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def isolate_network() -> bool:
    """Move into a network namespace with nothing in it; False when the kernel refuses."""
    unshare = ctypes.CDLL(None).unshare
    return any(unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def allow_seconds(seconds: int) -> None:
    """Allow this many more seconds, of processor time and by the wall clock; the kernel ends the process after."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    # The parent kills first. This is for a worker whose parent is gone.
    signal.alarm(seconds + 5)


def rest() -> None:
    """Waiting for the next file may take for ever."""
    signal.alarm(0)
