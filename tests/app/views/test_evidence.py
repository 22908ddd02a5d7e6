"""Marks, proof and differences of a checked answer."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCharFormat, QTextCursor
from pytestqt.qtbot import QtBot

from app.views.ask import AskPage
from app.widgets.source_panel import SourcePanel
from engine.types import Finding, FindingKind, Sentence, Verdict
from tests.app.views.desk import Desk
from tests.app.views.test_ask import ask, words

Make = Callable[[], AskPage]
TEXT = "Give **adrenaline 5 mg** into the outer thigh at once. The clinic opens on Sundays. Skin changes are common."


def check(desk: Desk) -> None:
    """The first sentence differs in its dose, the second is not found, the others are supported."""
    assistant = desk.workspace.assistant
    assistant.answer_text = TEXT

    def verdict(sentence: Sentence) -> Sentence:
        if "5 mg" in sentence.text:
            source = sentence.sources[0]
            at, place = TEXT.index("5 mg"), source.start + source.quote.index("0.5 mg")
            finding = Finding(
                FindingKind.DOSE,
                "5 mg",
                "0.5 mg",
                at,
                at + 4,
                source.document_id,
                place,
                place + 6,
                "ten times as much",
            )
            return msgspec.structs.replace(sentence, verdict=Verdict.DIFFERS, findings=[finding])
        if "Sundays" in sentence.text:
            return msgspec.structs.replace(sentence, verdict=Verdict.NOT_FOUND, sources=[])
        return msgspec.structs.replace(sentence, verdict=Verdict.SUPPORTED)

    assistant.check = verdict


def underlined(page: AskPage) -> list[tuple[str, QTextCharFormat.UnderlineStyle]]:
    found = []
    block = page.conversation.views[-1].answer.document().begin()
    while block.isValid():
        for placed in block:
            style = placed.fragment().charFormat()
            if style.underlineStyle() != QTextCharFormat.UnderlineStyle.NoUnderline:
                found.append((placed.fragment().text(), style.underlineStyle()))
        block = block.next()
    return found


def test_problems_are_underlined_and_every_claim_is_marked(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    check(desk)
    page = ask_page()
    ask(page, qtbot)
    lines = QTextCharFormat.UnderlineStyle
    assert underlined(page) == [
        ("5 mg", lines.SingleUnderline),
        ("The clinic opens on Sundays.", lines.DotLine),
    ]
    html = page.conversation.views[-1].answer.document().toHtml()
    assert html.count("sign-differs-loud") == html.count("sign-not_found-loud") == 1
    assert html.count("sign-supported-quiet") == 1


def test_unchecked_answers_have_no_marks(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    ask(page, qtbot)
    assert "sign-" not in page.conversation.views[-1].answer.document().toHtml()


def test_hovering_a_sentence_tells_its_quote_and_shows_its_mark(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    check(desk)
    page = ask_page()
    ask(page, qtbot)
    answer = page.conversation.views[-1].answer
    cursor = QTextCursor(answer.document())
    cursor.setPosition(answer.toPlainText().index("Skin") + 2)
    place = answer.cursorRect(cursor).center()
    assert "Supported by the source" in answer.tip_at(place)
    assert "“Skin changes are common but may be absent.”" in answer.tip_at(place)
    qtbot.mouseMove(answer.viewport(), place + QPoint(1, 0))
    qtbot.waitUntil(lambda: "sign-supported-loud" in answer.document().toHtml())


def test_words_that_differ_open_the_source_word_against_word(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    check(desk)
    page = ask_page()
    ask(page, qtbot)
    answer = page.conversation.views[-1].answer
    cursor = QTextCursor(answer.document())
    cursor.setPosition(answer.toPlainText().index("5 mg") + 1)
    qtbot.mouseClick(answer.viewport(), Qt.MouseButton.LeftButton, pos=answer.cursorRect(cursor).center())
    qtbot.waitUntil(lambda: isinstance(desk.panel.widget, SourcePanel) and desk.panel.widget.pane is not None)
    proof = desk.panel.widget.proof
    assert proof.verdict.text() == "Differs from the source"
    assert [each.text() for each in proof.findings] == [
        "Dose: “5 mg” in the answer, “0.5 mg” in the source (ten times as much)"
    ]
    assert proof.limit.text() == "A match shows that the source says it, not that it is right."


def test_a_sentence_not_found_shows_what_was_read(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    check(desk)
    page = ask_page()
    ask(page, qtbot)
    answer = page.conversation.views[-1].answer
    assert answer.choose_sentence(1) is not None
    answer.setFocus()
    qtbot.keyClick(answer, Qt.Key.Key_Return)
    proof = desk.panel.widget.proof
    assert proof.verdict.text() == "Not found in the passages read"
    assert proof.passages.count() == 3


def test_the_line_below_counts_and_filters_to_the_problems(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    check(desk)
    page = ask_page()
    ask(page, qtbot)
    view = page.conversation.views[-1]
    said = "3 sentences: 1 supported, 1 differs, 1 not found · 3 passages read"
    assert view.summary.words.accessibleName() == said
    assert "not that it is right" in view.summary.words.toolTip()
    assert said in view.answer.accessibleDescription()
    qtbot.keyClick(view.summary.filter_button, Qt.Key.Key_Space)
    assert not view.answer.isVisibleTo(page)
    assert [each.split(" ", 1)[0] for each in view.summary.listed] == ["▲", "■"]
    qtbot.keyClick(view.summary.filter_button, Qt.Key.Key_Space)
    assert view.answer.isVisibleTo(page)
    assert view.summary.listed == []


def test_f8_goes_round_the_problems_enter_opens_and_escape_returns(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    check(desk)
    page = ask_page()
    ask(page, qtbot)
    answer = page.conversation.views[-1].answer
    chosen = []
    for step in (1, 1, 1, -1):
        page.next_problem(step)
        chosen.append(answer.chosen_sentence)
    assert chosen == [0, 1, 0, 1]
    assert page.focusWidget() is answer
    page.next_problem(-1)
    qtbot.keyClick(answer, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(desk.panel.widget, SourcePanel) and desk.panel.widget.pane is not None)
    assert page.escape()
    assert not desk.panel.is_open
    assert page.focusWidget() is answer
    assert not page.escape()
    assert answer.chosen_sentence is None


def test_f8_without_problems_says_so(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    page = ask_page()
    ask(page, qtbot)
    page.next_problem(1)
    assert "No checked sentence differs" in desk.told.toasts[-1][0]


def test_an_answer_that_nothing_supports_gives_way_to_the_passages(desk: Desk, ask_page: Make, qtbot: QtBot) -> None:
    desk.workspace.assistant.check = lambda sentence: msgspec.structs.replace(sentence, verdict=Verdict.NOT_FOUND)
    page = ask_page()
    ask(page, qtbot)
    view = page.conversation.views[-1]
    assert "do not support the answer" in words(page)
    assert view.quotes.isVisibleTo(page)
    assert not view.answer.isVisibleTo(page)
    qtbot.keyClick(view.unfold_button, Qt.Key.Key_Space)
    assert view.answer.isVisibleTo(page)
