from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.speech.decoding import decode
from engine.speech.errors import UnreadableSound
from engine.speech.sound import RATE
from tests.engine.speech.conftest import tone

av = pytest.importorskip("av")

KINDS = {
    "wav": "pcm_s16le",
    "mp3": "libmp3lame",
    "m4a": "aac",
    "ogg": "libopus",
    "flac": "flac",
    "mp4": "aac",
    "webm": "libopus",
}


def encoded(file: Path, codec: str, sound: bytes, *, rate: int = 48_000) -> Path:
    """sound (one channel at rate) as a file of the kind that its ending says."""
    with av.open(str(file), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.frombuffer(sound, dtype="<i2")[None, :], format="s16", layout="mono")
        frame.sample_rate = rate
        for part in av.AudioResampler(stream.format, "mono", rate, frame_size=stream.frame_size or 0).resample(frame):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return file


def heard(file: Path) -> tuple[np.ndarray, float]:
    stretches: list[bytes] = []
    totals: list[float] = []

    def take(sound: bytes, total_s: float) -> None:
        stretches.append(sound)
        totals.append(total_s)

    samples, loudest = decode(file, take)
    values = np.frombuffer(b"".join(stretches), dtype="<i2").astype(float)
    assert len(values) == samples
    assert loudest == np.abs(values).max() / 32_768
    return values, totals[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_usual_kind_is_read(kind: str, tmp_path: Path) -> None:
    values, total_s = heard(encoded(tmp_path / f"sound.{kind}", KINDS[kind], tone(6.0, rate=48_000)))
    assert len(values) / RATE == pytest.approx(6.0, abs=0.15)
    assert total_s == pytest.approx(6.0, abs=0.2)
    spectrum = np.abs(np.fft.rfft(values[RATE : 2 * RATE]))
    assert spectrum.argmax() == pytest.approx(440, abs=2)


def test_a_file_that_ends_too_early_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    file = encoded(tmp_path / "sound.flac", "flac", tone(6.0, rate=48_000))
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    values, _ = heard(file)
    assert 2.0 < len(values) / RATE < 4.0


def _film(file: Path) -> None:
    with av.open(str(file), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(5):
            picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), dtype=np.uint8), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))


def _empty_wav(file: Path) -> None:
    with wave.open(str(file), "wb") as writer:
        writer.setparams((1, 2, RATE, 0, "NONE", ""))


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("nothing.wav", lambda file: None, "no file"),
        ("film.mp4", _film, "holds no sound"),
        ("letter.wav", lambda file: file.write_text("Dear colleague"), "no sound file"),
        ("empty.mp3", lambda file: file.write_bytes(b""), "no sound file"),
        ("folder.wav", lambda file: file.mkdir(), "no sound file"),
        ("short.wav", _empty_wav, "empty|no sound file"),
    ],
)
def test_what_is_no_sound_is_said_in_words(
    name: str, make: Callable[[Path], object], words: str, tmp_path: Path
) -> None:
    make(tmp_path / name)
    with pytest.raises(UnreadableSound, match=words) as caught:
        decode(tmp_path / name, lambda _sound, _total: None)
    assert caught.value.advice
    assert name in caught.value.message
