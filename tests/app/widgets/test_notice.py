"""The one frame of messages: no gap without buttons, and its words are its name."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from app.widgets.buttons import push_button
from app.widgets.feedback import ErrorPanel, Notice
from app.widgets.labels import label
from app.widgets.layout import column
from engine.errors import UserError


@pytest.fixture
def shown(qtbot):
    """Lays notices out below each other as a page does."""
    page = QWidget()
    qtbot.addWidget(page)

    def show(*notices: QWidget) -> None:
        page.setLayout(column(*notices, label("below"), 1))
        page.resize(600, 500)
        page.show()
        qtbot.waitExposed(page)

    yield show


def test_without_a_button_there_is_no_gap(theme, shown):
    plain = Notice(theme, ("info", "muted"), "What is here now is kept.", "Nothing is deleted.")
    hidden = Notice(
        theme, ("info", "muted"), "What is here now is kept.", "Nothing is deleted.", buttons=(push_button("x"),)
    )
    hidden.show_button(hidden._acts.layout().itemAt(0).widget(), False)
    error = ErrorPanel(theme, UserError("What is here now is kept.", "Nothing is deleted."))
    detailed = ErrorPanel(theme, UserError("What is here now is kept.", "Nothing is deleted.", "errno 28"))
    shown(plain, hidden, error, detailed)
    assert plain.height() == hidden.height() == error.height() < detailed.height()


def test_its_words_are_its_name(theme, qtbot):
    notice = Notice(theme, ("info", "muted"), "The copy is back.")
    qtbot.addWidget(notice)
    assert notice.accessibleName() == "The copy is back."
    notice.say("It failed.", "Try again.")
    assert notice.accessibleName() == "It failed. Try again."


def test_a_short_message_stands_beside_its_mark(theme, shown):
    notice = Notice(theme, ("check-circle", "ok"), "16 entries.", on_dismiss=lambda: None)
    shown(notice)
    assert notice.message.x() < 70
