"""A visit recorded with a sound file as the microphone, by the real child processes: cut off, recovered, signed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.paths import Paths
from engine.types import SoundState
from engine.workspace import Workspace
from tests.fixtures.sound import SECONDS
from tests.fixtures.sound.microphone import write_microphone_file

pytestmark = pytest.mark.model

PASSPHRASE = "a long passphrase for visits"  # pragma: allowlist secret
_RECORD = """
import sys, time
from pathlib import Path
from engine.paths import Paths
from engine.workspace import Workspace
paths = Paths(Path(sys.argv[1]), Path(sys.argv[2]))
workspace = Workspace.create(paths, sys.argv[3], name="Dr Reyes")
visit_id = workspace.visits.new(patient="Ann Example").id
workspace.visits.consent(visit_id)
heard = []
def tell(event):
    heard.extend(event.utterances)
    if event.seconds >= 30 and heard:
        print(round(event.seconds, 3), flush=True)
workspace.visits.record(visit_id, on_event=tell)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The consultation as the WAV file that stands in for a microphone."""
    return write_microphone_file(tmp_path_factory.mktemp("spoken") / "consultation.wav")


def microphone(spoken: Path, speed: int) -> dict[str, str]:
    return {"CHARTSIDE_MICROPHONE_FILE": str(spoken), "CHARTSIDE_MICROPHONE_SPEED": str(speed)}


def said(workspace: Workspace, visit_id: int) -> str:
    return " ".join(each.text for each in workspace.visits.get(visit_id).transcript.utterances).lower()


def test_a_recording_that_was_killed_is_recovered_and_becomes_a_signed_note(
    tmp_path: Path, models_dir: Path, spoken: Path
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _RECORD, str(tmp_path), str(models_dir), PASSPHRASE],
        cwd=Path(__file__).parents[2],
        env=os.environ | microphone(spoken, 4),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    process.kill()
    _out, errors = process.communicate(timeout=60)
    assert line, errors

    workspace = Workspace.unlock(Paths(tmp_path, models_dir), PASSPHRASE)
    try:
        visits = workspace.visits
        (info,) = visits.interrupted()
        assert info.patient == "Ann Example"
        visit = visits.recover(info.id)
        assert visit.info.sound is SoundState.KEPT
        assert visit.transcript.seconds >= float(line) - 1.0, "at most a second is lost"
        words = said(workspace, info.id)
        for word in ("sore throat", "three days", "penicillin", "rash"):
            assert word in words
        begins, ends = visit.transcript.utterances[1].begins_s, visit.transcript.utterances[1].ends_s
        assert len(visits.sound(info.id, begins, ends)) == pytest.approx((ends - begins) * 32_000, abs=400)

        visits.edit_section(info.id, "history", "Sore throat and fever for three days. Allergic to penicillin.")
        assert visits.review(info.id).marked == []
        assert visits.sign(info.id).info.sound is SoundState.DELETED
    finally:
        workspace.close()


def test_a_visit_is_recorded_to_its_end_and_stopped(
    tmp_path: Path, models_dir: Path, spoken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in microphone(spoken, 20).items():
        monkeypatch.setenv(name, value)
    workspace = Workspace.create(Paths(tmp_path, models_dir), PASSPHRASE, name="Dr Reyes")
    try:
        visit_id = workspace.visits.new().id
        workspace.visits.consent(visit_id)
        recording = workspace.visits.record(visit_id)
        until = time.monotonic() + 60
        while recording.seconds < SECONDS - 0.5 and time.monotonic() < until:
            time.sleep(0.1)
        visit = recording.stop()
        assert visit.info.sound is SoundState.KEPT
        assert {each.speaker for each in visit.transcript.utterances} == {"Clinician", "Patient"}
        assert "come back in one week" in said(workspace, visit_id)
        assert [each.begins_s for each in visit.transcript.utterances] == sorted(
            each.begins_s for each in visit.transcript.utterances
        )
    finally:
        workspace.close()
