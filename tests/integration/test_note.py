"""chartside note from a real process with the 0.5B model: its JSON, its marks, its cases and its refusals."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.engine.scribe.scripted import VISIT
from tests.integration.conftest import CHAT_MODEL


def run(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", "--data", str(folder / "none"), "--model", CHAT_MODEL, "note", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=580, check=False)


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_note_and_cases_in_json(tmp_path: Path) -> None:
    """One process for a whole note and a case that fails: the model is loaded once."""
    cases = [
        {"id": "a", "transcript": VISIT},
        {"id": "b", "transcript": VISIT, "template": "no such"},
        {"id": "c", "transcript": "Doctor: Are you allergic to anything?\nPatient: No.", "template": "telephone"},
    ]
    done = run(tmp_path, "--cases", "-", stdin="\n".join(map(json.dumps, cases)))
    assert done.returncode == 3, done.stderr
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert second["id"] == "b" and "no such" in second["error"]["message"]
    assert third["id"] == "c" and [each["key"] for each in third["sections"]] == ["reason", "report", "advice"]
    _is_sound(first)
    assert [section["key"] for section in first["sections"]] == ["history", "exam", "results", "plan"]
    assert sum(len(section["sentences"]) for section in first["sections"]) >= 4
    assert first["timings"]["tokens"] > 0 and first["model"]["id"] == CHAT_MODEL


def _is_sound(note: dict[str, Any]) -> None:
    """Each sentence has its verdict, and proofs are the very words that were said."""
    said = [line.partition(": ")[2] for line in VISIT.strip().splitlines()]
    for section in note["sections"]:
        for sentence in section["sentences"]:
            assert sentence["verdict"] in ("supported", "differs", "not_found", "no_claim")
            if sentence["verdict"] == "supported":
                assert sentence["evidence"]
            for proof in sentence["evidence"]:
                assert said[proof["utterance"] - 1][proof["start"] : proof["end"]] == proof["quote"]
    for each in [*note["omissions"], *note["removed"]]:
        assert each["section"] in {section["key"] for section in note["sections"]}


def test_a_file_that_is_not_there_and_no_file_at_all(tmp_path: Path) -> None:
    missing = run(tmp_path, "--transcript", str(tmp_path / "none.txt"))
    assert missing.returncode == 3
    assert "none.txt" in missing.stderr
    nothing = run(tmp_path)
    assert nothing.returncode == 3
    assert "--transcript" in nothing.stderr


def test_an_unknown_template_is_answered_with_those_there_are(tmp_path: Path) -> None:
    file = tmp_path / "visit.txt"
    file.write_text(VISIT, encoding="utf-8")
    done = run(tmp_path, "--transcript", str(file), "--template", "nope")
    assert done.returncode == 3
    assert "soap" in done.stderr and "visit" in done.stderr
