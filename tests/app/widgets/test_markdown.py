"""Markdown is cut into units that can be written one at a time."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFont, QTextDocument
from pytestqt.qtbot import QtBot

from app.widgets.answer_document import AnswerDocument, Chip, Mark
from app.widgets.chips import text_with_labels
from app.widgets.markdown import mark_sentences, parse
from app.widgets.markdown_styles import AnswerColors
from engine.types import Verdict

TEXT = """# Anaphylaxis

Give **adrenaline 0.5 mg** into the outer thigh. Repeat after *5 minutes*.

1. Call for help.
1. Lay the patient **flat.**
   - raise the legs
1. Oxygen 15 L/min

| Age | Dose |
|---|---|
| Adult | 0.5 mg |

> A quote.

```
code  here
```
Line one
line two 💉 ![picture](http://example.invalid/x.png) [words](http://example.invalid) <b>no tag</b>

---

The end."""

COLORS = AnswerColors(*[QColor("black")] * 6, verdicts=dict.fromkeys(Verdict, QColor("black")))


def document_of(text: str, marks: list[Mark]) -> QTextDocument:
    document = QTextDocument()
    AnswerDocument(document, COLORS, QFont()).show(text, marks)
    return document


def marks_in(text: str) -> list[Mark]:
    ends = [
        text.find(words) + len(words) for words in ("outer thigh.", "minutes*.", "help.", "flat.**", "0.5 mg |", "end.")
    ]
    return [
        Mark(end, (Chip(str(number), f"source-{number}", "tip"),))
        for number, end in enumerate(ends)
        if end <= len(text)
    ]


@pytest.mark.parametrize("step", [1, 7, 50])
def test_a_streamed_answer_ends_like_one_shown_at_once(step: int, qtbot: QtBot) -> None:
    document = QTextDocument()
    answer = AnswerDocument(document, COLORS, QFont())
    for end in range(0, len(TEXT), step):
        answer.show(TEXT[:end], [mark for mark in marks_in(TEXT) if mark.end <= end])
    answer.show(TEXT, marks_in(TEXT))
    assert document.toHtml() == document_of(TEXT, marks_in(TEXT)).toHtml()


def test_late_marks_reach_text_written_long_ago(qtbot: QtBot) -> None:
    document = QTextDocument()
    answer = AnswerDocument(document, COLORS, QFont())
    answer.show(TEXT, [])
    answer.show(TEXT, marks_in(TEXT))
    assert document.toHtml() == document_of(TEXT, marks_in(TEXT)).toHtml()


def test_nothing_in_an_answer_is_a_link_or_a_picture_of_its_own(qtbot: QtBot) -> None:
    html = document_of(TEXT, []).toHtml()
    assert "<img" not in html
    assert "<a " not in html
    plain = document_of(TEXT, []).toPlainText()
    assert "picture words (http://example.invalid) <b>no tag</b>" in plain


def test_numbers_count_on_where_a_model_writes_one_every_time(qtbot: QtBot) -> None:
    document = QTextDocument()
    answer = AnswerDocument(document, COLORS, QFont())
    for end in range(len(TEXT) + 1):
        answer.show(TEXT[:end], [])
    assert "3.\tOxygen" in document.toPlainText()


def test_chips_stand_inside_bold_text_and_are_copied_as_numbers(qtbot: QtBot) -> None:
    text = "Lay the patient **flat.** Then 💉 wait."
    document = document_of(text, [Mark(len("Lay the patient **flat.**"), (Chip("1", "a", ""), Chip("2", "b", "")))])
    from PySide6.QtGui import QTextCursor

    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    assert text_with_labels(cursor) == "Lay the patient flat. [1] [2] Then 💉 wait."


def test_private_characters_of_the_text_cannot_pose_as_chips() -> None:
    assert mark_sentences("a\ue000b.", [(0, 4)]) == "a\ufffdb.\ue000"


def test_units_start_where_their_text_does() -> None:
    starts = [TEXT[unit.start :].split("\n", 1)[0] for unit in parse(TEXT)]
    assert starts[:5] == [
        "# Anaphylaxis",
        "Give **adrenaline 0.5 mg** into the outer thigh. Repeat after *5 minutes*.",
        "1. Call for help.",
        "1. Lay the patient **flat.**",
        "1. Oxygen 15 L/min",
    ]
