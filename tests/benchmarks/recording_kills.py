"""A recording that is killed: how much is lost, and whether it can be recovered.

Run: python -m tests.benchmarks.recording_kills [--kills 50] [--seed 1]
A visit is recorded from a sound file at its own speed and killed with SIGKILL at a random moment. Then the workspace
must open, offer the visit for recovery, hold its sound sample for sample with at most 1 s missing at the end, and make
text of it. Needs the speech model and POSIX. Exit status 1 where anything went wrong.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.cancellation import CancelToken
from engine.paths import Paths
from engine.speech.decoding import decode
from engine.speech.sound import RATE, SAMPLE_BYTES, MemoryStore, wav
from engine.speech.sources import FILE_VARIABLE
from engine.types import SoundState
from engine.workspace import Workspace
from tests.benchmarks.common import PASSPHRASE
from tests.fixtures.sound import CONSULTATION

_MOST_LOST_S = 1.0
_WAV_HEADER = 44


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", metavar="FOLDER", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.record:
        return _record(Paths.default(Path(options.record)))
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        paths = Paths.default(Path(folder, "data"))
        Workspace.create(paths, PASSPHRASE).close()
        spoken = Path(folder, "spoken.wav")
        store = MemoryStore()
        decode(CONSULTATION, lambda sound, _total: store.append(sound))
        spoken.write_bytes(wav(store, 0.0, 60.0))
        lost, wrong = [], 0
        for number in range(options.kills):
            seconds, problems = trial(paths, spoken, chance.uniform(0.3, 6.0))
            lost.append(seconds)
            wrong += bool(problems)
            print(f"kill {number + 1}: {seconds:.2f} s lost{'; ' if problems else ''}{'; '.join(problems)}", flush=True)
    print(
        f"{options.kills} kills: at most {max(lost):.2f} s lost, {sum(lost) / len(lost):.2f} s on average; "
        f"{wrong} went wrong"
    )
    return 1 if wrong else 0


def _record(paths: Paths) -> int:
    """What is killed: record a visit until the end comes. Tells when it began."""
    with _unlocked(paths) as workspace:
        visit = workspace.visits.new(patient="A")
        workspace.visits.consent(visit.id)
        workspace.visits.record(visit.id, on_event=lambda _event: None)
        print(visit.id, time.monotonic(), flush=True)
        time.sleep(120)
    return 1


def trial(paths: Paths, spoken: Path, after_s: float) -> tuple[float, list[str]]:
    """Seconds lost, and what else is wrong."""
    command = [sys.executable, "-m", "tests.benchmarks.recording_kills", "--record", str(paths.data)]
    environment = {**os.environ, FILE_VARIABLE: str(spoken)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        visit_id, began = child.stdout.readline().split()
        time.sleep(max(0.0, float(began) + after_s - time.monotonic()))
        recorded_s = time.monotonic() - float(began)
        child.send_signal(signal.SIGKILL)
        child.wait()
    with _unlocked(paths) as workspace:
        return _looked_at(workspace, int(visit_id), spoken, recorded_s)


def _looked_at(workspace: Workspace, visit_id: int, spoken: Path, recorded_s: float) -> tuple[float, list[str]]:
    problems = []
    if visit_id not in [visit.id for visit in workspace.visits.interrupted()]:
        problems.append("recovery is not offered")
    sound = workspace.visits.sound(visit_id, 0.0, 120.0)[_WAV_HEADER:]
    stored_s = len(sound) / SAMPLE_BYTES / RATE
    with wave.open(str(spoken)) as reader:
        if reader.readframes(len(sound) // SAMPLE_BYTES) != sound:
            problems.append("the sound is not what was spoken")
    if recorded_s - stored_s > _MOST_LOST_S:
        problems.append(f"{recorded_s:.2f} s were recorded, {stored_s:.2f} s are stored")
    visit = workspace.visits.recover(visit_id, lambda _progress: None, CancelToken())
    if visit.info.sound is not SoundState.KEPT or workspace.visits.interrupted():
        problems.append("it could not be recovered")
    if stored_s > 3.0 and not visit.transcript.utterances:
        problems.append("no text was made of it")
    return recorded_s - stored_s, problems


@contextmanager
def _unlocked(paths: Paths) -> Iterator[Workspace]:
    workspace = Workspace.unlock(paths, PASSPHRASE)
    try:
        yield workspace
    finally:
        workspace.close()


if __name__ == "__main__":
    sys.exit(main())
