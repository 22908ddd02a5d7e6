"""A recording that is killed in the middle, with everything real but the microphone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.paths import Paths
from engine.workspace import Workspace
from tests.benchmarks import recording_kills
from tests.benchmarks.common import PASSPHRASE
from tests.fixtures.sound.microphone import write_microphone_file


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_killed_recording_loses_a_second_at_most_and_is_recovered(tmp_path: Path) -> None:
    paths = Paths.default(tmp_path / "data")
    Workspace.create(paths, PASSPHRASE).close()
    spoken = write_microphone_file(tmp_path / "spoken.wav")
    for after_s in (0.6, 4.3):
        lost, problems = recording_kills.trial(paths, spoken, after_s)
        assert problems == []
        assert lost < 1.0
