"""chartside check from a real process: its JSON, its marks and its exit codes, without a workspace or a passphrase."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from docx import Document

VISIT = """[doctor] any pain in the chest ?
[patient] no , none at all .
[doctor] okay , keep taking the atenolol 50 milligrams twice a day .
[patient] my left knee still hurts .
"""
TRUE = "Keep taking atenolol 50 mg twice a day."
WRONG = "Keep taking atenolol 500 mg twice a day."
SENTENCE = {"text", "start", "end", "verdict", "findings", "evidence"}


def run(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", "--data", str(folder / "none"), *arguments],
        input=stdin, capture_output=True, text=True, timeout=120, check=False,
        env=os.environ | {"CHARTSIDE_MODELS": str(folder / "no models")},
    )  # fmt: skip


def check_json(folder: Path, *arguments: str) -> dict[str, Any]:
    done = run(folder, "check", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    value: dict[str, Any] = json.loads(line)
    return value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "visit.txt").write_text(VISIT, encoding="utf-8")
    (tmp_path / "true.txt").write_text(TRUE, encoding="utf-8")
    (tmp_path / "wrong.md").write_text(WRONG, encoding="utf-8")
    return tmp_path


def test_a_true_sentence_is_supported_by_a_quote_at_its_place(folder: Path) -> None:
    result = check_json(folder, "--text", str(folder / "true.txt"), "--source", str(folder / "visit.txt"))
    assert result.keys() == {"sentences", "omissions"}
    (sentence,) = result["sentences"]
    assert sentence.keys() == SENTENCE
    assert (sentence["verdict"], sentence["start"], sentence["end"]) == ("supported", 0, len(TRUE))
    evidence = sentence["evidence"][0]
    assert evidence.keys() == {"source", "page", "start", "end", "quote"}
    assert (evidence["source"], evidence["page"]) == ("visit.txt", None)
    assert VISIT[evidence["start"] : evidence["end"]] == evidence["quote"]
    assert "atenolol" in evidence["quote"]


def test_a_wrong_dose_is_named_word_against_word(folder: Path) -> None:
    result = check_json(folder, "--text", str(folder / "wrong.md"), "--source", str(folder / "visit.txt"))
    (sentence,) = result["sentences"]
    assert sentence["verdict"] == "differs"
    (finding,) = sentence["findings"]
    assert finding.keys() == {"kind", "said", "source"}
    assert "500" in finding["said"]
    assert "50" in finding["source"]


def test_text_output_has_marks_and_a_summary(folder: Path) -> None:
    (folder / "both.txt").write_text(f"{TRUE}\n\n{WRONG}\n\nShe was bitten by a dog in Paris.", encoding="utf-8")
    done = run(folder, "check", "--text", str(folder / "both.txt"), "--source", str(folder / "visit.txt"))
    assert done.returncode == 0, done.stderr
    assert f"● {TRUE}" in done.stdout
    assert f"▲ {WRONG}" in done.stdout
    assert "■ She was bitten" in done.stdout
    assert "3 sentences: ● 1 supported, ▲ 1 differs, ■ 1 not found" in done.stdout
    assert "not that it is right" in done.stderr
    assert not (folder / "none").exists()


def test_a_document_and_a_second_source(folder: Path) -> None:
    document = Document()
    document.add_paragraph("The patient is allergic to latex gloves since childhood.")
    document.save(str(folder / "letter.docx"))
    (folder / "text.txt").write_text("The patient is allergic to latex gloves.", encoding="utf-8")
    sources = (str(folder / "visit.txt"), str(folder / "letter.docx"))
    result = check_json(folder, "--text", str(folder / "text.txt"), "--source", *sources)
    assert result["sentences"][0]["verdict"] == "supported"
    assert result["sentences"][0]["evidence"][0]["source"] == "letter.docx"
    kinds = {omission["kind"] for omission in result["omissions"]}
    assert kinds & {"drug", "dose"}
    assert all(item.keys() == {"kind", "quote", "source", "start", "end"} for item in result["omissions"])


def test_cases_print_one_line_each_in_order(folder: Path) -> None:
    cases = [
        {"id": name, "text": text, "sources": [{"name": "visit", "text": VISIT}]}
        for name, text in (("b", WRONG), ("a", TRUE))
    ]
    (folder / "cases.jsonl").write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    done = run(folder, "check", "--cases", str(folder / "cases.jsonl"))
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["id"], line["sentences"][0]["verdict"]) for line in lines] == [("b", "differs"), ("a", "supported")]
    assert all(line.keys() == {"id", "sentences", "omissions"} for line in lines)


def test_a_case_that_cannot_be_read_is_its_own_line(folder: Path) -> None:
    broken = {"id": 1, "text": TRUE, "sources": [{"name": "v.TextGrid", "text": '"ooTextFile" "TextGrid" 0'}]}
    good = {"id": 2, "text": TRUE, "sources": [{"name": "visit", "text": VISIT}]}
    done = run(folder, "check", "--cases", "-", stdin="\n".join(map(json.dumps, (broken, good))))
    assert done.returncode == 3
    first, second = map(json.loads, done.stdout.splitlines())
    assert first.keys() == {"id", "error"}
    assert first["error"]["advice"]
    assert second["sentences"][0]["verdict"] == "supported"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--text", "missing.txt", "--source", "visit.txt"],
        ["--text", "true.txt"],
        ["--source", "visit.txt"],
        ["--cases", "true.txt"],
        ["--cases", "no-sources.jsonl"],
        ["--text", "true.txt", "--source", "broken.TextGrid"],
    ],
)
def test_expected_failures_end_with_advice(folder: Path, arguments: list[str]) -> None:
    (folder / "no-sources.jsonl").write_text('{"id": 1, "text": "a"}', encoding="utf-8")
    (folder / "broken.TextGrid").write_text('File type = "ooTextFile"\nObject class = "TextGrid"', encoding="utf-8")
    named = [word if word.startswith("--") else str(folder / word) for word in arguments]
    done = run(folder, "check", *named)
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) >= 2
    assert done.stdout == ""
