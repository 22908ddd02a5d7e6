"""Marks behind sentences: they move with the text, and never become part of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QTextCursor

from app.views.visits.note_editor import NoteEditor
from engine.types import NoteSection, NoteSentence, Verdict

TEXT = "😀 Knee swollen. Has gout. No fever."


def section(text: str = TEXT) -> NoteSection:
    found, at = [], 0
    for words, verdict in (
        ("Knee swollen.", Verdict.SUPPORTED),
        ("Has gout.", Verdict.NOT_FOUND),
        ("No fever.", Verdict.NO_CLAIM),
    ):
        start = text.find(words, at)
        if start >= 0:
            found.append(NoteSentence(words, start, start + len(words), verdict))
            at = start
    return NoteSection("history", "History", text, found)


@pytest.fixture
def editor(theme, qtbot):
    made = NoteEditor(theme, "History")
    qtbot.addWidget(made)
    made.resize(500, 200)
    made.show()
    qtbot.waitExposed(made)
    made.show_section(section())
    return made


def words_of(editor: NoteEditor, number: int) -> str:
    mark = editor.marks[number]
    cursor = QTextCursor(editor.document())
    cursor.setPosition(mark.start)
    cursor.setPosition(mark.end, QTextCursor.MoveMode.KeepAnchor)
    return cursor.selectedText()


def caret(editor: NoteEditor, words: str) -> None:
    cursor = editor.document().find(words)
    cursor.setPosition(cursor.selectionStart())
    editor.setTextCursor(cursor)


def test_marks_stand_behind_their_sentences_in_any_script(editor):
    assert [words_of(editor, number) for number in range(3)] == ["Knee swollen.", "Has gout.", "No fever."]
    first, second = (editor.sign_rect(editor.marks[number]) for number in (0, 1))
    assert first.right() <= second.left() or first.top() < second.top()
    assert editor.text == TEXT


def test_marks_move_with_the_text_and_the_sentence_typed_in_waits_for_its_check(editor, qtbot):
    caret(editor, "gout")
    qtbot.keyClicks(editor, "severe ")
    assert [mark.stale for mark in editor.marks] == [False, True, False]
    assert words_of(editor, 2) == "No fever."
    assert not editor.marks[1].is_problem


def test_a_new_sentence_behind_one_leaves_its_mark(editor, qtbot):
    cursor = editor.textCursor()
    cursor.setPosition(editor.marks[1].end)
    editor.setTextCursor(cursor)
    qtbot.keyClicks(editor, " New.")
    assert [mark.stale for mark in editor.marks] == [False, False, False]
    assert words_of(editor, 2) == "No fever."


def test_a_sentence_is_taken_out_with_the_space_behind_it(editor):
    texts = []
    editor.edited.connect(texts.append)
    editor.remove_sentence(1)
    assert texts == ["😀 Knee swollen. No fever."]


def test_what_is_typed_is_not_overwritten_by_an_older_check(editor, qtbot):
    caret(editor, "gout")
    qtbot.keyClicks(editor, "severe ")
    editor.show_section(section())
    assert "severe gout" in editor.text
    editor.flush()
    editor.show_section(section(editor.text))
    assert "severe gout" in editor.text
    assert not editor.unsaved


def test_undo_is_handed_on_where_nothing_typed_is_left(editor, qtbot):
    with qtbot.waitSignal(editor.undo_wanted, timeout=1000):
        qtbot.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(editor, "x")
    qtbot.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert editor.text == TEXT


def test_pasted_text_is_plain(editor):
    mime = QMimeData()
    mime.setHtml("<b>bold</b>")
    mime.setText("bold")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    editor.insertFromMimeData(mime)
    assert editor.text.endswith("No fever.bold")
