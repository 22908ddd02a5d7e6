from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli import EXIT_DONE, EXIT_FAILURE, main
from tests.fixtures.sound import CONSULTATION, SECONDS


@pytest.mark.model
def test_a_file_is_transcribed_without_a_workspace(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transcribe", str(CONSULTATION), "--json"]) == EXIT_DONE
    result = json.loads(capsys.readouterr().out)
    assert {"turns", "seconds", "rtf"} <= result.keys()
    assert result["seconds"] == pytest.approx(SECONDS, abs=0.1)
    assert 0 < result["rtf"] < 10
    assert all(turn.keys() == {"start", "end", "speaker", "text"} for turn in result["turns"])
    assert all(turn["start"] < turn["end"] for turn in result["turns"])
    assert "sore throat" in " ".join(turn["text"] for turn in result["turns"])


def test_what_cannot_be_transcribed_is_an_expected_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHARTSIDE_MODELS", str(tmp_path))
    assert main(["--data", str(tmp_path), "transcribe", str(CONSULTATION)]) == EXIT_FAILURE
    assert "is not installed" in capsys.readouterr().err
