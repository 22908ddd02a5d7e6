from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from engine.speech.resampling import Resampler
from engine.speech.sound import RATE, MemoryStore, loudness, wav
from tests.engine.speech.conftest import tone


def test_loudness_is_that_of_the_loudest_sample() -> None:
    assert loudness(b"") == 0.0
    assert loudness(np.array([0, -32_768, 5], dtype="<i2").tobytes()) == 1.0
    assert loudness(np.array([0, 16_384], dtype="<i2").tobytes()) == 0.5


def test_a_stretch_of_sound_becomes_a_wav_file() -> None:
    store = MemoryStore()
    store.append(np.arange(RATE, dtype="<i2").tobytes())
    with wave.open(io.BytesIO(wav(store, 0.25, 0.5))) as reader:
        assert (reader.getframerate(), reader.getnchannels(), reader.getsampwidth()) == (RATE, 1, 2)
        frames = np.frombuffer(reader.readframes(RATE), dtype="<i2")
    assert frames.tolist() == list(range(RATE // 4, RATE // 2))
    with wave.open(io.BytesIO(wav(store, 5.0, 9.0))) as reader:
        assert reader.getnframes() == 0


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
def test_resampling_keeps_pitch_and_loudness(rate: int) -> None:
    result = _resampled(tone(1.0, 440.0, rate), rate)
    assert len(result) == pytest.approx(RATE, abs=RATE * 0.01)
    spectrum = np.abs(np.fft.rfft(result[1000:9000] * np.hanning(8000)))
    assert spectrum.argmax() * 2 == pytest.approx(440, abs=2)
    assert np.abs(result[1000:9000]).max() == pytest.approx(0.5 * 32_767, rel=0.02)


def test_what_is_too_high_for_the_new_rate_is_not_heard_at_a_wrong_pitch() -> None:
    assert np.abs(_resampled(tone(1.0, 12_000.0, 48_000), 48_000)[500:-500]).max() < 0.01 * 32_767


def test_blocks_make_no_difference() -> None:
    sound = tone(0.5, 300.0, 44_100)
    whole = _resampled(sound, 44_100)
    resampler = Resampler(44_100)
    parts = b"".join(resampler.take(sound[at : at + 1234]) for at in range(0, len(sound), 1234))
    assert np.frombuffer(parts, dtype="<i2").tolist() == whole.astype(int).tolist()


def test_channels_are_mixed() -> None:
    left = np.frombuffer(tone(0.1), dtype="<i2")
    both = np.stack([left, -left], axis=1).tobytes()
    assert not np.frombuffer(Resampler(RATE, 2).take(both), dtype="<i2").any()


def _resampled(sound: bytes, rate: int) -> np.ndarray:
    return np.frombuffer(Resampler(rate).take(sound), dtype="<i2").astype(float)
