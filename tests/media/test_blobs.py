"""Taking files: whole or not at all, whatever they are and whatever happens meanwhile."""

from __future__ import annotations

import fcntl
import hashlib
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.errors import BadInput, DiskError
from firsthand.media import BlobMissing, BlobStore, ChangedWhileRead, _copy
from firsthand.media._words import shown
from world.disk import CrashingDisk, PowerCut

RLO = "\u202e"


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    """An empty store on the real disk that leaves no room in reserve."""
    return BlobStore(tmp_path / "store", reserve_bytes=0)


def leftovers(store: BlobStore) -> list[str]:
    """Names in the store's root that are no blob folders."""
    return [name for name in os.listdir(store.root) if len(name) != 2]  # noqa: PTH208 - names alone


def file_of(path: Path, data: bytes) -> Path:
    """Write a file and return its path."""
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, _copy.CHUNK_BYTES, 9 * _copy.CHUNK_BYTES + 7])
def test_take_keeps_the_bytes_under_their_hash(store: BlobStore, tmp_path: Path, size: int) -> None:
    """A file of any size around the buffer sizes comes out as it went in, under its SHA-256."""
    data = os.urandom(size)
    seen: list[tuple[int, int]] = []
    taken = store.take(file_of(tmp_path / "film.mp4", data), progress=lambda done, of: seen.append((done, of)))
    assert (hashlib.sha256(data).digest(), size, True) == (taken.sha256, taken.size, taken.new)
    with store.open(taken.sha256) as file:
        assert file.read() == data
    assert store.check(taken.sha256) == "ok"
    assert taken.sha256 in store
    assert list(store) == [taken.sha256]
    assert store.path(taken.sha256).relative_to(store.root).parts == (
        taken.sha256.hex()[:2],
        taken.sha256.hex(),
    )
    assert leftovers(store) == []
    assert not size or seen[-1] == (size, size)


@settings(max_examples=30)  # each example syncs a real disk
@given(pieces=st.lists(st.binary(max_size=300), max_size=5))
def test_taking_again_changes_nothing(pieces: list[bytes]) -> None:
    """Any bytes taken twice, from a file or from memory, are stored once."""
    with tempfile.TemporaryDirectory() as folder:
        store = BlobStore(Path(folder) / "store", reserve_bytes=0)
        for piece in pieces:
            first = store.take_bytes(piece)
            second = store.take(file_of(Path(folder) / "again", piece))
            assert (first.sha256, False, False) == (second.sha256, second.new, second.mended)
        assert sorted({hashlib.sha256(piece).digest() for piece in pieces}) == list(store)


def test_early_syncs_lose_nothing(store: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file that is synced while it is written has the right bytes."""
    monkeypatch.setattr(_copy, "SYNC_EVERY_BYTES", _copy.CHUNK_BYTES)
    data = os.urandom(20 * _copy.CHUNK_BYTES)
    taken = store.take(file_of(tmp_path / "large", data))
    assert taken.sha256 == hashlib.sha256(data).digest()
    assert store.check(taken.sha256) == "ok"


def test_check_tells_missing_and_changed_apart(store: BlobStore) -> None:
    """A flipped byte of the same length is found by reading again."""
    taken = store.take_bytes(b"testimony")
    path = store.path(taken.sha256)
    file_of(path, b"testimonY")
    assert store.check(taken.sha256) == "changed"
    assert store.check(bytes(32)) == "missing"
    with pytest.raises(BlobMissing):
        store.open(bytes(32))


def test_a_decayed_copy_is_mended_by_taking_the_file_again(store: BlobStore) -> None:
    """The right bytes replace the wrong ones, and it is said."""
    taken = store.take_bytes(b"testimony")
    file_of(store.path(taken.sha256), b"decayed")
    again = store.take_bytes(b"testimony")
    assert (again.new, again.mended, store.check(taken.sha256)) == (False, True, "ok")


def test_names_that_are_not_ours_are_passed_over(store: BlobStore) -> None:
    """A stranger's file in the store's folders is neither listed nor removed."""
    taken = store.take_bytes(b"ours")
    strangers = [store.root / "notes.txt", store.path(taken.sha256).with_name("notes.txt")]
    for stranger in strangers:
        file_of(stranger, b"theirs")
    assert list(BlobStore(store.root)) == [taken.sha256]
    assert all(stranger.exists() for stranger in strangers)


def growing_file(path: Path, stop: threading.Event) -> None:
    """Append, as a camera does that still records, until told to stop."""
    with path.open("ab", buffering=0) as file:
        while not stop.is_set():
            file.write(b"more")
            time.sleep(0.0005)


def test_a_file_that_grows_is_refused(store: BlobStore, tmp_path: Path) -> None:
    """A recording that still runs is not taken, and nothing of it stays."""
    path = file_of(tmp_path / "recording.mp4", os.urandom(8 << 20))
    stop = threading.Event()
    thread = threading.Thread(target=growing_file, args=(path, stop))
    thread.start()
    try:
        with pytest.raises(ChangedWhileRead) as refused:
            store.take(path)
    finally:
        stop.set()
        thread.join()
    assert "Wait" in refused.value.paragraph()
    assert list(store) == []
    assert leftovers(store) == []


@pytest.mark.parametrize("change", ["shrink", "touch", "rewrite"])
def test_a_file_that_changes_is_refused(store: BlobStore, tmp_path: Path, change: str) -> None:
    """Cutting, touching or overwriting it half way is noticed, the last although the size stays."""
    path = file_of(tmp_path / "clip.mp4", os.urandom(6 << 20))
    os.utime(path, ns=(10**18, 10**18))
    done: list[int] = []

    def meddle(read: int, _: int) -> None:
        if not done:
            done.append(read)
            if change == "shrink":
                os.truncate(path, 5)
            elif change == "touch":
                os.utime(path)
            else:
                with path.open("r+b") as file:
                    file.write(b"X")

    with pytest.raises(ChangedWhileRead):
        store.take(path, progress=meddle)
    assert list(store) == []


def test_what_is_no_file_is_refused(store: BlobStore, tmp_path: Path) -> None:
    """A folder, a pipe without writer, a socket, a device, a link and a missing file are refused with a reason."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(file_of(tmp_path / "real", b"x"))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        for path, word in (
            (tmp_path, "regular"),
            (tmp_path / "pipe", "regular"),
            (tmp_path / "socket", "socket"),
            (Path("/dev/null"), "regular"),
            (tmp_path / "link", "symbolic link"),
            (tmp_path / "absent", "not there"),
        ):
            with pytest.raises(BadInput, match=word):
                store.take(path)
    assert list(store) == []


def test_a_hostile_name_is_taken_and_shown_tamely(store: BlobStore, tmp_path: Path) -> None:
    """An Arabic name with a newline and a bidi control is fine; in messages both are escaped."""
    path = tmp_path / f"حلب\n{RLO}{'ش' * 100}.mp4"
    taken = store.take(file_of(path, b"film"))
    assert taken.new
    words = shown(path)
    assert "\n" not in words
    assert RLO not in words
    assert len(words) <= 82
    assert words.endswith('.mp4"')


def test_a_name_too_long_for_the_file_system_is_refused_in_words(store: BlobStore, tmp_path: Path) -> None:
    """Three hundred Arabic letters are 600 bytes, which no common file system holds."""
    with pytest.raises(BadInput, match="too long") as refused:
        store.take(tmp_path / ("\n" + RLO + "ش" * 300))
    assert "\n" not in refused.value.paragraph()


def test_a_name_that_is_no_text_is_taken(store: BlobStore, tmp_path: Path) -> None:
    """Names are bytes; one in an old encoding is taken and shown with escapes."""
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xcd\xe1\xc8.mp4"))
    path.write_bytes(b"film")
    assert store.take(path).new
    shown(path).encode()


def test_an_unreadable_card_is_the_cards_fault(tmp_path: Path) -> None:
    """EIO half way through is BadInput, not a fault of the store's disk, and nothing stays."""
    path = file_of(tmp_path / "DCIM0001.JPG", os.urandom(3 << 20))
    root = tmp_path / "disk"
    root.mkdir()
    store = BlobStore(root / "store", CrashingDisk(root, bad_reads=frozenset({path})), reserve_bytes=0)
    with pytest.raises(BadInput, match="medium reports a fault"):
        store.take(path)
    assert list(store) == []
    assert leftovers(store) == []


def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    """EACCES, simulated since root may read everything, is said as what it is."""

    class NoEntry(CrashingDisk):
        def open_read(self, path: Path) -> int:
            raise PermissionError(13, os.strerror(13), str(path))

    root = tmp_path / "disk"
    root.mkdir()
    store = BlobStore(root / "store", NoEntry(root), reserve_bytes=0)
    with pytest.raises(BadInput, match="may not be read"):
        store.take(file_of(tmp_path / "secret", b"x"))


@pytest.mark.parametrize("room", [0, 1 << 20, (5 << 20) - 1])
def test_a_full_disk_keeps_what_was_there(tmp_path: Path, room: int) -> None:
    """ENOSPC at any point removes the unfinished copy and says what to do."""
    root = tmp_path / "disk"
    root.mkdir()
    disk = CrashingDisk(root)
    store = BlobStore(root / "store", disk, reserve_bytes=0)
    before = store.take_bytes(b"earlier")
    disk.full_at_bytes = room + len(b"earlier")
    with pytest.raises(DiskError, match="full") as refused:
        store.take(file_of(tmp_path / "long.mp4", os.urandom(5 << 20)))
    assert "Free space" in refused.value.paragraph()
    assert list(store) == [before.sha256]
    assert leftovers(store) == []


def test_the_reserve_is_kept(tmp_path: Path) -> None:
    """A file that would eat the last space is refused before a byte is copied."""
    store = BlobStore(tmp_path / "store", reserve_bytes=1 << 60)
    with pytest.raises(DiskError, match="reserved"):
        store.take_bytes(b"x")


def test_a_failed_sync_is_no_success(tmp_path: Path) -> None:
    """A disk that cannot promise durability leads to an error, not to a blob."""
    root = tmp_path / "disk"
    root.mkdir()
    store = BlobStore(root / "store", CrashingDisk(root, bad_syncs=True), reserve_bytes=0)
    with pytest.raises(DiskError, match="refused"):
        store.take_bytes(b"x")
    assert list(store) == []


def take_some(root: Path, disk: CrashingDisk, blobs: list[bytes], acknowledged: list[bytes]) -> None:
    """Take each of `blobs` as a file, noting what was acknowledged."""
    store = BlobStore(root / "store", disk, reserve_bytes=0)
    for number, blob in enumerate(blobs):
        path = root.parent / f"source-{number}"
        acknowledged.append(store.take(file_of(path, blob)).sha256)


def test_no_power_cut_loses_an_acknowledged_blob(tmp_path: Path) -> None:
    """At each operation of a run, with several outcomes each: acknowledged is whole, nothing is half."""
    blobs = [b"a" * 5000, b"", b"b" * 100_000, b"a" * 5000]
    dry = tmp_path / "dry" / "disk"
    dry.mkdir(parents=True)
    counting = CrashingDisk(dry)
    take_some(dry, counting, blobs, [])
    assert counting.operations > 50
    lost_something = 0
    for cut_at in range(counting.operations + 1):
        for seed in range(4):
            root = tmp_path / f"cut-{cut_at}-{seed}" / "disk"
            root.mkdir(parents=True)
            disk = CrashingDisk(root, seed=seed, cut_at=cut_at)
            acknowledged: list[bytes] = []
            with suppress(PowerCut):
                take_some(root, disk, blobs, acknowledged)
            disk.power_cut()
            after = BlobStore(root / "store", reserve_bytes=0)
            assert [after.check(sha256) for sha256 in acknowledged] == ["ok"] * len(acknowledged)
            assert all(after.check(sha256) == "ok" for sha256 in after)
            assert leftovers(after) == []
            lost_something += len(list(after)) < 3
            shutil.rmtree(root.parent)
    assert lost_something, "a cut that never loses anything would test nothing"


@pytest.mark.parametrize("forgotten", ["fsync", "fsync_dir"])
def test_the_crashing_disk_punishes_a_missing_sync(
    tmp_path: Path, forgotten: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without one of the two syncs some seed loses or tears a blob, so the test above can fail."""
    monkeypatch.setattr(CrashingDisk, forgotten, lambda *_: None)
    for seed in range(40):
        root = tmp_path / str(seed) / "disk"
        root.mkdir(parents=True)
        disk = CrashingDisk(root, seed=seed)
        acknowledged: list[bytes] = []
        take_some(root, disk, [b"x" * 100_000], acknowledged)
        disk.power_cut()
        if not (root / "store").exists() or BlobStore(root / "store").check(acknowledged[0]) != "ok":
            return
    pytest.fail("forty power cuts lost nothing")


KILLED = """
import sys, threading, os, signal
from pathlib import Path
from firsthand.media import BlobStore
store = BlobStore(Path(sys.argv[1]), reserve_bytes=0)
at = int(sys.argv[3])
def progress(done, size):
    if done >= at:
        os.kill(os.getpid(), signal.SIGKILL)
store.take(Path(sys.argv[2]), progress=progress)
"""


@pytest.mark.parametrize("at_mib", [1, 7, 16])
def test_a_killed_process_leaves_nothing_or_a_whole_blob(tmp_path: Path, at_mib: int) -> None:
    """After kill -9 in the middle the store has no such blob, and the next start removes the remains."""
    path = file_of(tmp_path / "long.mp4", os.urandom(16 << 20))
    command = [sys.executable, "-c", KILLED, str(tmp_path / "store"), str(path), str(at_mib << 20)]
    ended = subprocess.run(command, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert any(name.startswith(".taking-") for name in os.listdir(tmp_path / "store"))  # noqa: PTH208
    store = BlobStore(tmp_path / "store", reserve_bytes=0)
    assert leftovers(store) == []
    assert list(store) == []
    assert store.take(path).new


def test_a_living_process_keeps_its_unfinished_copy(store: BlobStore) -> None:
    """Who opens the store while another copies into it removes nothing that is locked."""
    alive, dead = (store.root / f".taking-{digit * 16}.part" for digit in "ab")
    dead.touch()
    with alive.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        BlobStore(store.root)
        assert alive.exists()
    assert not dead.exists()


def take_many(root: Path, folder: Path) -> None:
    """Take all files of a folder; runs in a process of its own."""
    store = BlobStore(root, reserve_bytes=0)
    for path in sorted(folder.iterdir()):
        store.take(path)
        BlobStore(root)  # sweeps while the other one works


def test_two_processes_share_a_store(tmp_path: Path) -> None:
    """Two that take the same files at the same time, sweeping all the while, end with each blob once and whole."""
    folder = tmp_path / "card"
    folder.mkdir()
    blobs = {file_of(folder / f"{number}", os.urandom(number * 7000)).read_bytes() for number in range(30)}
    BlobStore(tmp_path / "store")
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=take_many, args=(tmp_path / "store", folder)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    store = BlobStore(tmp_path / "store")
    assert sorted(hashlib.sha256(blob).digest() for blob in blobs) == list(store)
    assert {store.check(sha256) for sha256 in store} == {"ok"}
    assert leftovers(store) == []
