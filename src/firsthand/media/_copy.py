"""Copy an open file while hashing it, in one pass.

Rules:

1. Each byte is read once: what was hashed is what was written.
2. The hash runs in a thread of its own (hashlib lets other threads run while it works), so that a large file costs
   about the slower of "hash" and "read and write", not their sum.
3. Written bytes are pushed to the disk as they come, every `SYNC_EVERY_BYTES`, in a third thread: the last sync
   then has little left to wait for, and a slow card reader cannot fill the memory with unsynced pages.
4. Memory is `BUFFERS` times `CHUNK_BYTES`, whatever the size of the file.
"""

from __future__ import annotations

import hashlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from firsthand.media.disk import Disk

CHUNK_BYTES = 1 << 20
BUFFERS = 4
SYNC_EVERY_BYTES = 64 << 20
# Below this, starting threads costs more than it saves.
THREADS_FROM_BYTES = 4 * CHUNK_BYTES


class SourceUnreadable(OSError):  # noqa: N818 - named by what it is, as in errors.py
    """Reading failed, as opposed to writing: the fault is on the side of the file that was offered."""


def copy_hashed(
    disk: Disk,
    source: int,
    target: int | None,
    *,
    size: int,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[bytes, int]:
    """Hash everything that is left in `source`, and write it to `target`.

    Args:
        disk: does the reading and writing.
        source: descriptor to read from.
        target: descriptor to append to; None to hash only. It is not synced at the end.
        size: bytes expected, for the progress and the choice of threads; more or fewer may come.
        progress: called after each chunk with bytes done and bytes expected.

    Returns:
        The SHA-256 (32 bytes) and how many bytes there were.

    Raises:
        SourceUnreadable: reading failed.
        OSError: writing or syncing failed. In both cases `target` holds an unknown part.
    """
    digest = hashlib.sha256()
    done = 0
    buffer_bytes = min(CHUNK_BYTES, max(size + 1, 4096))
    with _Pipeline(disk, target, digest, threaded=size >= THREADS_FROM_BYTES, buffer_bytes=buffer_bytes) as pipe:
        while count := _read(disk, source, buffer := pipe.free_buffer()):
            pipe.push(buffer[:count])
            done += count
            if progress:
                progress(done, size)
        pipe.finish()
    return digest.digest(), done


class _Pipeline:
    """Buffers on their way from "read" to "hashed and written"; leaving the `with` ends its threads."""

    def __init__(
        self, disk: Disk, target: int | None, digest: hashlib._Hash, *, threaded: bool, buffer_bytes: int
    ) -> None:
        self._disk, self._target, self._digest = disk, target, digest
        self._buffers = [memoryview(bytearray(buffer_bytes)) for _ in range(BUFFERS if threaded else 1)]
        self._turn = 0
        # One thread each: chunks must be hashed in order, and one sync at a time is enough.
        self._hasher = ThreadPoolExecutor(1, "hash") if threaded else None
        self._syncer = ThreadPoolExecutor(1, "sync") if threaded else None
        self._hashing: deque[Future[None]] = deque()
        self._syncing: Future[None] | None = None
        self._unsynced = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for threads in (self._hasher, self._syncer):
            if threads:
                threads.shutdown(cancel_futures=True)

    def free_buffer(self) -> memoryview:
        """Return a buffer that nobody reads any more, waiting for the hash if need be."""
        if len(self._hashing) == len(self._buffers):
            self._hashing.popleft().result()
        buffer = self._buffers[self._turn % len(self._buffers)]
        self._turn += 1
        return buffer

    def push(self, chunk: memoryview) -> None:
        """Hash and write one chunk. Raises OSError, also for a sync that was begun earlier."""
        if self._hasher:
            self._hashing.append(self._hasher.submit(self._digest.update, chunk))
        else:
            self._digest.update(chunk)
        if self._target is not None:
            self._disk.write(self._target, chunk)
            self._unsynced += len(chunk)
            self._sync_early(self._target)

    def finish(self) -> None:
        """Wait until everything is hashed and written. Raises OSError for a sync that failed."""
        for waiting in (*self._hashing, *((self._syncing,) if self._syncing else ())):
            waiting.result()

    def _sync_early(self, target: int) -> None:
        idle = self._syncing is None or self._syncing.done()
        if self._syncer and idle and self._unsynced >= SYNC_EVERY_BYTES:
            if self._syncing:
                self._syncing.result()  # a failed sync is a failed copy: asking again may report success
            self._syncing = self._syncer.submit(self._disk.fsync, target)
            self._unsynced = 0


def _read(disk: Disk, source: int, buffer: memoryview) -> int:
    try:
        return disk.read_into(source, buffer)
    except OSError as error:
        raise SourceUnreadable(error.errno, error.strerror) from error
