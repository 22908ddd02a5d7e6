"""The speech child with the real model."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from engine.cancellation import Cancelled, CancelToken
from engine.errors import ModelMissing, UserError
from engine.models.service import Models
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.speech.decoding import decode
from engine.speech.errors import NoMicrophone, NothingHeard, UnreadableSound
from engine.speech.service import Speech
from engine.speech.sound import RATE, MemoryStore, wav
from engine.speech.sources import FILE_VARIABLE, SPEED_VARIABLE, SoundSources
from engine.types import RecordingEvent, TranscribeProgress, TranscriptOrigin
from engine.workers.client import WorkerClient
from engine.workers.roles import Role
from tests.engine.speech.conftest import tone
from tests.fixtures.sound import CONSULTATION, SAID, SECONDS


def wav_file(path: Path, sound: bytes, rate: int = RATE) -> Path:
    with wave.open(str(path), "wb") as writer:
        writer.setparams((1, 2, rate, 0, "NONE", ""))
        writer.writeframes(sound)
    return path


@pytest.mark.model
def test_a_consultation_becomes_turns(speech: Speech) -> None:
    progress: list[TranscribeProgress] = []
    store = MemoryStore()
    assert speech.available() == ""
    transcript = speech.transcribe(CONSULTATION, report=progress.append, store=store)
    assert transcript.origin is TranscriptOrigin.SOUND_FILE
    assert transcript.seconds == pytest.approx(SECONDS, abs=0.1)
    assert transcript.model is not None
    assert transcript.model.id == "whisper-base"
    assert transcript.dropped == []
    doctor = " ".join(each.text for each in transcript.utterances if each.speaker == "Clinician")
    patient = " ".join(each.text for each in transcript.utterances if each.speaker == "Patient")
    assert "brings you in today?" in doctor
    assert "allergic to penicillin" in patient
    assert "38.5" in doctor
    assert len(transcript.utterances) == pytest.approx(len(SAID) - 2, abs=2)
    assert progress[-1].done_s == progress[-1].total_s == transcript.seconds
    asked = next(each for each in transcript.utterances if "cough?" in each.text)
    assert asked.begins_s == pytest.approx(7.6, abs=0.3)  # where the sound file has it
    for said in transcript.utterances:
        assert said.begins_s is not None
        assert said.ends_s is not None
        assert 0 <= said.begins_s < said.ends_s <= transcript.seconds + 0.1
        assert all(said.text[word.start : word.end] for word in said.words)
    assert len(wav(store, 7.5, 9.0)) == 44 + 2 * int(1.5 * RATE)


@pytest.mark.model
def test_a_recording_and_a_dictation_hear_the_same(speech_worker: WorkerClient, tmp_path: Path) -> None:
    store = MemoryStore()
    decode(CONSULTATION, lambda sound, _total: store.append(sound))
    file = wav_file(tmp_path / "spoken.wav", store.read(0, 9 * RATE))
    sources = SoundSources({FILE_VARIABLE: str(file), SPEED_VARIABLE: "20"})
    models = Models(Paths.default(), SettingsStore(tmp_path / "settings.json"))
    from_file = Speech(speech_worker, models, sources)
    assert [each.name for each in from_file.microphones()] == ["spoken.wav"]
    events: list[RecordingEvent] = []
    kept = MemoryStore()
    recorder = from_file.record(kept, on_event=events.append)
    CancelToken().wait(1.5)
    transcript = recorder.stop()
    assert kept.read(0, 9 * RATE) == store.read(0, 9 * RATE)
    assert "sore throat" in " ".join(each.text for each in transcript.utterances)
    dictation = from_file.dictate()
    token = CancelToken()
    token.wait(1.0)
    assert "sore throat" in dictation.stop()


@pytest.mark.model
def test_what_holds_no_speech_is_said_in_words(speech: Speech, tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    noise = (chance.standard_normal(6 * RATE) * 1_500).astype("<i2").tobytes()
    with pytest.raises(NothingHeard, match="Nobody could be heard"):
        speech.transcribe(wav_file(tmp_path / "noise.wav", noise))
    with pytest.raises(NothingHeard):
        speech.transcribe(wav_file(tmp_path / "tone.wav", tone(5.0)))
    with pytest.raises(UnreadableSound, match="is silent"):
        speech.transcribe(wav_file(tmp_path / "silent.wav", bytes(2 * RATE)))
    with pytest.raises(UnreadableSound, match="no file"):
        speech.transcribe(tmp_path / "nothing.wav")


@pytest.mark.model
def test_work_can_be_cancelled_and_goes_on_with_the_next(speech: Speech) -> None:
    token = CancelToken()
    with pytest.raises(Cancelled):
        speech.transcribe(CONSULTATION, report=lambda _: token.cancel(), cancel=token)
    store = MemoryStore()
    store.append(tone(1.0))
    assert speech.transcribe_stored(store).utterances == []


def test_without_a_model_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTSIDE_MODELS", str(tmp_path))
    paths = Paths.default(tmp_path)
    worker = WorkerClient(Role.SPEECH)
    speech = Speech(worker, Models(paths, SettingsStore(paths.settings_file)), SoundSources({}))
    assert "is not installed" in speech.available()
    with pytest.raises(ModelMissing):
        speech.transcribe(CONSULTATION)
    with pytest.raises(ModelMissing):
        speech.record(MemoryStore())
    with pytest.raises(ModelMissing):
        speech.dictate()
    assert not worker.running


def test_a_file_in_the_microphones_place_must_be_a_sound_file(tmp_path: Path) -> None:
    for content in (b"", b"Dear colleague"):
        file = tmp_path / "letter.wav"
        file.write_bytes(content)
        with pytest.raises(NoMicrophone, match=r"letter\.wav"):
            SoundSources({FILE_VARIABLE: str(file)}).open().start(lambda _: None, lambda _: None)
    with pytest.raises(NoMicrophone, match=r"gone\.wav"):
        SoundSources({FILE_VARIABLE: str(tmp_path / "gone.wav")}).open().start(lambda _: None, lambda _: None)


def test_a_computer_without_a_microphone_says_so() -> None:
    sources = SoundSources({})
    found = sources.microphones()
    if found:
        pytest.skip("there is a microphone here")
    with pytest.raises(NoMicrophone, match="No microphone could be opened") as caught:
        sources.open().start(lambda _: None, lambda _: None)
    assert "Plug one in" in caught.value.advice


def test_sound_that_cannot_be_played_is_said_in_words() -> None:
    store = MemoryStore()
    store.append(tone(0.2))
    paths = Paths.default()
    speech = Speech(WorkerClient(Role.SPEECH), Models(paths, SettingsStore(paths.settings_file)), SoundSources({}))
    try:
        speech.play(speech.wav(store, 0.0, 0.2))
    except UserError as error:
        assert "cannot be played" in error.message
