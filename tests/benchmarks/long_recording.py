"""A long recording: nothing is dropped, and memory stays as it was.

Run: python -m tests.benchmarks.long_recording [--minutes 60] [--speed 60] [--patience MINUTES]
Spoken clips of the measurement data follow one another with pauses between them until the time is full, and are fed as
the microphone that many times faster than they were spoken, into a vault on disk; the recognizer follows as it can.
With --patience the wait for the text ends after so many minutes, and what is text by then is judged; without, all is.
Needs the speech model and the measurement data. Exit status 1 where sound is missing or a clip left no text.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import sys
import tempfile
import threading
import time
import wave
from pathlib import Path

import psutil

from engine.cancellation import Cancelled, CancelToken
from engine.clock import utc_now
from engine.models.service import Models
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.speech.decoding import decode
from engine.speech.recorder import Recorder
from engine.speech.service import Speech
from engine.speech.sound import RATE, SAMPLE_BYTES, MemoryStore
from engine.speech.sources import FILE_VARIABLE, SPEED_VARIABLE, SoundSources
from engine.types import Transcript
from engine.vault import opening
from engine.vault.connection import Connection, inserted_id
from engine.vault.database import Database
from engine.vault.repositories.sound import SoundStore
from engine.workers.client import WorkerClient
from engine.workers.roles import Role
from tests.benchmarks.common import PASSPHRASE, shared_data

_PAUSE_S = 4.0
_LOOK_S = 2.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--speed", type=float, default=60.0)
    parser.add_argument("--patience", type=float, default=24 * 60.0, help="minutes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        spoken = Path(folder, "spoken.wav")
        clips = _speak(spoken, options.minutes * 60)
        database = opening.create(Paths.default(Path(folder, "data")), PASSPHRASE).database
        try:
            return _recorded(database, spoken, clips, options.speed, options.patience * 60)
        finally:
            database.close()


def _recorded(
    database: Database, spoken: Path, clips: list[tuple[float, float]], speed: float, patience_s: float
) -> int:
    store = SoundStore(database, database.transaction(_visit))
    paths = Paths.default()
    worker = WorkerClient(Role.SPEECH)
    speech = Speech(
        worker,
        Models(paths, SettingsStore(paths.settings_file)),
        SoundSources({FILE_VARIABLE: str(spoken), SPEED_VARIABLE: str(speed)}),
    )
    try:
        speech.warm_up()
        memory = _Memory(worker)
        begun = time.monotonic()
        recorder = speech.record(store)
        _wait_for(recorder, spoken)
        fed = time.monotonic() - begun
        transcript, whole = _stopped(recorder, patience_s)
        took = time.monotonic() - begun
        memory.stop()
    finally:
        worker.close()
    heard_s = max((each.ends_s or 0.0 for each in transcript.utterances), default=0.0)
    if not whole:
        clips = [clip for clip in clips if clip[1] < heard_s]
    wrong = _missing(store, spoken, transcript, clips)
    print(
        f"{transcript.seconds / 60:.1f} min, fed in {fed:.0f} s, {heard_s / 60:.1f} min of it text after {took:.0f} s "
        f"({took / heard_s:.2f} s a second); {len(clips)} clips, the last ends at {clips[-1][1] / 60:.1f} min, "
        f"{len(transcript.utterances)} utterances"
    )
    print(f"left out by the recognizer: {'; '.join(transcript.dropped) or 'nothing'}")
    print(memory.told())
    print("; ".join(wrong) or "nothing is missing")
    return 1 if wrong else 0


def _wait_for(recorder: Recorder, spoken: Path) -> None:
    with wave.open(str(spoken)) as reader:
        seconds = reader.getnframes() / reader.getframerate()
    while recorder.seconds < seconds - 0.3:  # the rest waits until it is a whole piece
        time.sleep(0.1)


def _stopped(recorder: Recorder, patience_s: float) -> tuple[Transcript, bool]:
    """What was said, and whether that is all of it."""
    token = CancelToken()
    timer = threading.Timer(patience_s, token.cancel)
    timer.start()
    try:
        return recorder.stop(token), True
    except Cancelled:
        return recorder.transcript(), False
    finally:
        timer.cancel()


def _missing(store: SoundStore, spoken: Path, transcript: Transcript, clips: list[tuple[float, float]]) -> list[str]:
    problems = []
    with wave.open(str(spoken)) as reader:
        samples = reader.getnframes()
        same = hashlib.sha256(reader.readframes(samples)).digest() == hashlib.sha256(store.read(0, samples)).digest()
    if not same:
        problems.append("the stored sound is not what was spoken")
    words = [word.begins_s for each in transcript.utterances for word in each.words]
    silent = [f"{begin:.0f} s" for begin, end in clips if not any(begin - 0.5 <= at <= end + 0.5 for at in words)]
    if silent:
        problems.append(f"no text of {len(silent)} of {len(clips)} clips, at {', '.join(silent[:9])}")
    return problems


class _Memory:
    """Resident memory of this process and the speech child, looked at all the time; the child may be replaced."""

    def __init__(self, worker: WorkerClient) -> None:
        self._worker = worker
        self._children: set[int] = set()
        self._seen: list[list[int]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_S):
            child = self._worker.pid
            if child is None:
                continue
            with contextlib.suppress(psutil.NoSuchProcess):
                self._seen.append([psutil.Process(pid).memory_info().rss for pid in (None, child)])
                self._children.add(child)

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def told(self) -> str:
        """Means over each quarter of the time."""
        size = max(1, len(self._seen) // 4)
        lines = []
        for number, name in enumerate(("program", "speech child")):
            values = [look[number] / 1e6 for look in self._seen]
            quarters = [sum(part) / len(part) for at in range(0, 4 * size, size) if (part := values[at : at + size])]
            lines.append(f"{name}: {', '.join(f'{value:.0f}' for value in quarters)} MB, at most {max(values):.0f} MB")
        replaced = f"; the child was replaced {len(self._children) - 1} times" if len(self._children) > 1 else ""
        return "memory by quarters of the time: " + "; ".join(lines) + replaced


def _speak(file: Path, seconds: float) -> list[tuple[float, float]]:
    """Write the sound, and tell where its clips stand."""
    folder = shared_data()
    files = sorted((folder / "audio_medical_aws_mta").glob("*.mp4"))
    files += sorted((folder / "audio_general_english").glob("*.wav"))
    sounds = []
    for each in files:
        store = MemoryStore()
        decode(each, lambda sound, _total, store=store: store.append(sound))
        sounds.append(store.read(0, store.samples()))
    clips: list[tuple[float, float]] = []
    at = 0.0
    with wave.open(str(file), "wb") as writer:
        writer.setparams((1, SAMPLE_BYTES, RATE, 0, "NONE", ""))
        while at < seconds:
            sound = sounds[len(clips) % len(sounds)]
            writer.writeframes(sound + bytes(int(_PAUSE_S * RATE) * SAMPLE_BYTES))
            clips.append((at, at + len(sound) / SAMPLE_BYTES / RATE))
            at = clips[-1][1] + _PAUSE_S
    return clips


def _visit(connection: Connection) -> int:
    sql = "INSERT INTO visits (state, author, begun_at, changed_at, transcript) VALUES ('draft', 'a', ?, ?, x'')"
    return inserted_id(connection.execute(sql, (utc_now(), utc_now())))


if __name__ == "__main__":
    sys.exit(main())
