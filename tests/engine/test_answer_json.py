"""What ask --json says of a sentence, and the marks in the terminal."""

from __future__ import annotations

import io

from engine.commands.answer_json import answer_json
from engine.commands.console import Console
from engine.commands.questions import _print_sources
from engine.commands.wording import verdict_summary
from engine.types import Answer, Finding, FindingKind, ModelRef, Sentence, Source, Timings, Verdict

SOURCE = Source(1, "Formulary.pdf", 4, "Amlodipine 5 mg once daily.", 0, 27)
DIFFERENCE = Finding(FindingKind.DOSE, "50 mg", "5 mg", 11, 16, note="ten times the dose")


def answer(*sentences: Sentence) -> Answer:
    text = " ".join(sentence.text for sentence in sentences)
    return Answer(text, True, list(sentences), [], ModelRef("m", "0" * 64), Timings())


CHECKED = answer(
    Sentence("Amlodipine 50 mg.", 0, 17, [SOURCE], Verdict.DIFFERS, [DIFFERENCE]),
    Sentence("Once daily.", 18, 29, [SOURCE], Verdict.SUPPORTED),
    Sentence("Ask the cardiologist.", 30, 51, [], Verdict.NOT_FOUND),
    Sentence("Please ask again.", 52, 69, [], Verdict.NO_CLAIM),
)


def printed(value: Answer) -> str:
    out = io.StringIO()
    _print_sources(Console(out=out), value)
    return out.getvalue()


def test_a_sentence_carries_verdict_and_findings() -> None:
    first, second, *_ = answer_json(CHECKED)["sentences"]
    assert first["verdict"] == "differs"
    assert first["findings"] == [{"kind": "dose", "said": "50 mg", "source": "5 mg"}]
    assert (second["verdict"], second["findings"]) == ("supported", [])


def test_a_sentence_that_was_never_checked_says_so() -> None:
    assert answer_json(answer(Sentence("Old.", 0, 4)))["sentences"][0]["verdict"] is None
    assert verdict_summary([None]) == ""


def test_marks_differences_and_the_summary_are_printed() -> None:
    lines = printed(CHECKED)
    assert "▲ 1. Amlodipine 50 mg." in lines
    assert "differs in dose: “50 mg” here, “5 mg” in the source (ten times the dose)" in lines
    assert "● 2. Once daily." in lines
    assert "■ 3. Ask the cardiologist." in lines
    assert lines.count("check it yourself") == 1
    assert "4 sentences: ● 1 supported, ▲ 1 differs, ■ 1 not found, 1 without a claim" in lines
    assert "not that it is right" in lines
