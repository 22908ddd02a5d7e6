"""chartside templates and chartside visits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import cli
from engine.paths import Paths
from engine.vault import key_slots
from tests.engine.visits.conftest import SAID
from tests.fixtures.clinic import FIRST, Clinic, cheap

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs chartside on a workspace of Ann's, or in a folder without one."""
    paths = Paths(tmp_path / "data", tmp_path / "models")
    monkeypatch.setenv("CHARTSIDE_MODELS", str(paths.models))
    monkeypatch.setattr(key_slots, "default_cost", cheap)
    Clinic(paths).create(name="Ann").lock()
    (tmp_path / "passphrase").write_text(FIRST + "\n", encoding="utf-8")
    (tmp_path / "said.txt").write_text(SAID, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def chartside(*words: str, data: Path = paths.data) -> tuple[int, str, str]:
        code = cli.main(["--data", str(data), "--passphrase-file", str(tmp_path / "passphrase"), *words])
        done = capsys.readouterr()
        return code, done.out, done.err

    return chartside


def answer(run: Run, *words: str, **options: Any) -> Any:
    code, out, err = run("--json", *words, **options)
    assert code == 0, err
    return json.loads(out)


def test_the_templates_of_the_program_need_no_workspace(run: Run, tmp_path: Path) -> None:
    listed = answer(run, "templates", "list", data=tmp_path / "none")["templates"]
    assert listed[0]["id"] == "visit"
    assert listed[0]["sections"][0]["title"] == "History of present illness"
    assert not (tmp_path / "none").exists()
    assert answer(run, "templates", "list", "--builtin") == {"templates": listed}
    code, out, _err = run("templates", "show", "soap", data=tmp_path / "none")
    assert code == 0
    assert 'id = "soap"' in out
    code, _out, err = run("templates", "show", "nowhere")
    assert code == 3
    assert "no template" in err


def test_a_template_is_shown_changed_and_added(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(run("templates", "show", "soap")[1].replace('id = "soap"', 'id = ""', 1), encoding="utf-8")
    added = answer(run, "templates", "add", str(file))
    assert not added["builtin"]
    assert added["id"] in {each["id"] for each in answer(run, "templates", "list")["templates"]}
    assert "the clinic's own" in run("templates", "list")[1]
    example = tmp_path / "example.txt"
    example.write_text("Complaint:\nLeft knee hurts.\n\nPlan:\nRest and ice.\n", encoding="utf-8")
    made = answer(run, "templates", "add", str(example), "--title", "Knee")
    assert [each["title"] for each in made["sections"]] == ["Complaint", "Plan"]
    file.write_text("nothing", encoding="utf-8")
    assert run("templates", "add", str(file))[0] == 3
    assert run("templates", "add", str(tmp_path / "nowhere"))[0] == 3


def test_a_visit_from_a_transcript_to_a_file(run: Run, tmp_path: Path) -> None:
    made = answer(run, "visits", "new", "--patient", "Bo Example", "--transcript", "said.txt")
    assert [turn["speaker"] for turn in made["turns"]] == ["Doctor", "Patient", "Doctor"]
    visit_id = str(made["visit"]["id"])
    assert [each["patient"] for each in answer(run, "visits", "list", "--query", "knee")["visits"]] == ["Bo Example"]
    assert answer(run, "visits", "list", "--state", "signed")["visits"] == []
    assert "Bo Example" in run("visits", "list")[1]
    assert "no such visit" in run("visits", "list", "--query", "nobody")[2]
    shown = run("visits", "show", visit_id)[1]
    assert "Patient: No, but my left knee hurts." in shown
    code, _out, err = run("visits", "export", visit_id, "note.pdf", "--reason", "for the insurer")
    assert (code, "no note yet" in err) == (3, True)
    assert run("visits", "export", visit_id, "note.odd", "--reason", "for the insurer")[0] == 3
    assert list(tmp_path.glob("note.*")) == []


def test_what_is_missing_is_said_before_anything_is_done(run: Run) -> None:
    for words, said in (
        (["visits", "new"], "--transcript FILE or --sound FILE"),
        (["visits", "new", "--transcript", "said.txt", "--sound", "said.wav"], "one of the two"),
        (["visits", "new", "--sound", "said.wav"], "--consent"),
        (["visits", "show", "7"], "not there"),
    ):
        code, _out, err = run(*words)
        assert (code, said in err) == (3, True), err
    assert answer(run, "visits", "list")["visits"] == []


def test_a_visit_whose_transcript_cannot_be_read_is_discarded(run: Run) -> None:
    assert run("visits", "new", "--transcript", "nowhere.txt")[0] == 3
    assert [each["state"] for each in answer(run, "visits", "list")["visits"]] == ["discarded"]


def test_without_a_model_a_draft_says_what_to_do(run: Run) -> None:
    code, _out, err = run("visits", "new", "--transcript", "said.txt", "--draft")
    assert code == 3
    assert "model" in err.lower()
    assert len(answer(run, "visits", "list")["visits"]) == 1
    assert run("visits", "draft", "1")[0] == 3
