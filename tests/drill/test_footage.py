from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys

import av
from PIL import Image

from firsthand import drill
from firsthand.drill.footage import MAKE, render_footage, shots_for

_OTHER_PROCESS = """
import random, hashlib
from firsthand.drill.city import build_city
from firsthand.drill.footage import render_footage, shots_for
from firsthand.drill.story import build_story
rng = random.Random(7)
shots = shots_for(build_story(rng, build_city(rng), start_ms=1_930_411_800_000))
for shot in shots:
    if shot.media in ("shot-3", "still-1"):
        print(shot.media, hashlib.sha256(render_footage(shot)).hexdigest())
"""


def test_another_process_renders_the_same_bytes(footage: dict[str, bytes]) -> None:
    """A clip and a still are byte-identical under another hash seed, so nothing depends on it."""
    run = subprocess.run(
        [sys.executable, "-c", _OTHER_PROCESS],
        env={**os.environ, "PYTHONHASHSEED": "99"},
        capture_output=True,
        text=True,
        check=True,
    )
    expected = {f"{media} {hashlib.sha256(footage[media]).hexdigest()}" for media in ("shot-3", "still-1")}
    assert expected == set(run.stdout.splitlines())


def test_a_second_render_is_identical_and_another_shot_is_not(story: drill.Story, footage: dict[str, bytes]) -> None:
    """Caches inside the run leave no trace in the file."""
    shot = next(shot for shot in shots_for(story) if shot.media == "still-2")
    assert footage["still-2"] == render_footage(shot)
    assert len(set(footage.values())) == len(footage)


def test_the_first_incident_stays_small(footage: dict[str, bytes]) -> None:
    """All footage together leaves room for a dossier below 1 MB."""
    assert sum(map(len, footage.values())) <= 310_000


def test_clips_open_and_last_as_long_as_said(story: drill.Story, footage: dict[str, bytes]) -> None:
    """Each clip has VP9 pictures and Opus sound of the right length, and says when and with what it was filmed."""
    clips = [shot for shot in shots_for(story) if shot.kind == "video"]
    assert len(clips) == 4
    for shot in clips:
        with av.open(io.BytesIO(footage[shot.media]), "r") as container:
            assert container.streams.video[0].codec_context.name in {"vp9", "libvpx-vp9"}
            assert container.streams.audio[0].codec_context.name in {"opus", "libopus"}
            assert container.duration is not None
            assert abs(container.duration / 1000 - shot.duration_ms) < 60
            assert container.metadata["com.apple.quicktime.make"] == MAKE
            assert "EXERCISE" in container.metadata["comment"]
            frames = len(list(container.decode(video=0)))
        assert frames == shot.duration_ms // 80


def test_stills_carry_time_place_and_camera(story: drill.Story, footage: dict[str, bytes]) -> None:
    """EXIF says what the camera's clock said and where the crew stood, within a metre."""
    stills = [shot for shot in shots_for(story) if shot.kind == "still"]
    assert len(stills) == 5
    for shot in stills:
        with Image.open(io.BytesIO(footage[shot.media])) as image:
            image.load()
            exif = image.getexif()
        assert exif[0x010F] == MAKE
        stamp = "".join(character for character in exif.get_ifd(0x8769)[0x9003] if character.isdigit())
        assert stamp == "".join(character for character in shot.file_name if character.isdigit())
        position = exif.get_ifd(0x8825)
        assert (position[1], position[3]) == ("N", "W")
        for key, expected_e7 in ((2, shot.point.lat_e7), (4, -shot.point.lon_e7)):
            degrees, minutes, seconds = (float(part) for part in position[key])
            assert abs((degrees + minutes / 60 + seconds / 3600) * 1e7 - expected_e7) < 90


def test_the_camera_that_runs_ahead_shows_its_own_clock(story: drill.Story) -> None:
    """What crew 2 filmed is dated seven minutes later than it happened."""
    ahead = [e.taken_ms - e.at_ms for e in story.events if isinstance(e, drill.ItemFilmed) and e.device == "crew-2"]
    assert len(ahead) == 3
    assert all(390_000 < milliseconds < 420_000 for milliseconds in ahead)
