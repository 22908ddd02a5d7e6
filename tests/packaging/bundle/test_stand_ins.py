"""The video libraries of PyAV's wheel are replaced, and sound is decoded as before."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bundle import stand_ins

from tests.fixtures.sound import CONSULTATION, SECONDS
from tests.packaging.tools import program

_DECODE = """
import sys
sys.path.insert(0, sys.argv[1])
import av
assert av.__file__.startswith(sys.argv[1])
for name in sys.argv[2:]:
    with av.open(name) as file:
        print(sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0)))
try:
    with av.open(sys.argv[1] + "/x.mp4", "w") as file:
        stream = file.add_stream("libx264", rate=25)
        stream.width = stream.height = 64
        stream.encode(av.VideoFrame(64, 64, "yuv420p"))
except av.FFmpegError as error:
    print("no video")
"""
_PHONE_VIDEO = """
import sys
import av
import numpy as np
with av.open(sys.argv[1], "w") as file:
    picture, sound = file.add_stream(sys.argv[2], rate=25), file.add_stream("aac", rate=16000)
    picture.width = picture.height = 64
    picture.pix_fmt = "yuv420p"
    for at in range(25):
        frame = av.VideoFrame(64, 64, "yuv420p")
        frame.pts = at
        file.mux(picture.encode(frame))
    heard = av.AudioFrame.from_ndarray(np.zeros((1, 16000), np.float32), format="fltp", layout="mono")
    heard.sample_rate = 16000
    file.mux(sound.encode(heard))
    file.mux(picture.encode(None))
    file.mux(sound.encode(None))
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the wheel for Linux is looked at")


@pytest.fixture(scope="module")
def replaced(tmp_path_factory) -> Path:
    program("cc"), program("nm")
    import av

    folder = tmp_path_factory.mktemp("av")
    installed = Path(av.__file__).parent
    shutil.copytree(installed, folder / "av", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(installed.with_name("av.libs"), folder / "av.libs")
    assert len(stand_ins.still_real(folder)) == len(stand_ins.VIDEO_LIBRARIES)
    assert len(stand_ins.put_stand_ins(folder)) == len(stand_ins.VIDEO_LIBRARIES)
    return folder


def run(code: str, *arguments: object) -> str:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_nothing_of_the_real_ones_is_left(replaced):
    assert stand_ins.still_real(replaced) == []
    for library in stand_ins.video_libraries(replaced):
        assert b"General Public" not in library.read_bytes()


@pytest.mark.parametrize("codec", ["libx264", "libsvtav1"])
def test_sound_is_decoded_also_out_of_a_video_and_video_is_refused(replaced, tmp_path, codec):
    video = tmp_path / "visit.mp4"
    run(_PHONE_VIDEO, video, codec)
    *seconds, refused = run(_DECODE, replaced, CONSULTATION, video).split("\n")[:3]
    assert [float(each) for each in seconds] == [pytest.approx(SECONDS, abs=0.1), pytest.approx(1.0, abs=0.1)]
    assert refused == "no video"


def test_the_same_symbols_give_the_same_bytes(replaced, tmp_path):
    library = next(iter(stand_ins.video_libraries(replaced)))
    again = tmp_path / "again"
    shutil.copytree(replaced, again)
    stand_ins.put_stand_ins(again)
    assert next(iter(stand_ins.video_libraries(again))).read_bytes() == library.read_bytes()


def test_what_a_windows_library_imports(monkeypatch):
    listing = """
\tDLL Name: libx264-165-ab.dll
\tvma:  Hint/Ord Member-Name Bound-To
\t93a4\t   12  x264_encoder_open_165
\t93bc\t   20  x264_param_default

\tDLL Name: KERNEL32.dll
\tvma:  Hint/Ord Member-Name Bound-To
\t93d0\t  500  Sleep
"""
    newer = listing.replace("\t93a4\t   12  x264", "\t000093a4  <none>  000c  x264")
    for text in (listing, newer):
        monkeypatch.setattr(stand_ins, "_output", lambda _command, text=text: text)
        found = list(stand_ins._imports(Path("avcodec.dll"), "libx264-165-ab.dll"))
        assert found == ["x264_encoder_open_165", "x264_param_default"]
