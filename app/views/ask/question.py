"""A question of the thread, which can be edited and sent again."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from app.i18n import tr
from app.theme import Theme
from app.widgets.buttons import IconButton, push_button
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, row, show_if

# A label breaks lines between words only; a longer run of characters would widen the whole page.
_LONG_WORD = re.compile(r"\S{25,}")
_ZERO_WIDTH_SPACE = "\u200b"


class QuestionEdit(QPlainTextEdit):
    """Enter sends, Shift+Enter makes a new line, Esc gives up."""

    sent = Signal()
    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)


class QuestionView(QFrame):
    """resent: the edited text is to be asked again. edit_requested: the pencil was chosen."""

    resent = Signal(str)
    edit_requested = Signal()

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("question")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._theme = theme
        self._text = text
        self.words = label(_LONG_WORD.sub(_with_breaks, text), wrap=True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setAccessibleName(tr("Ask", "Question: {question}", question=text))
        self.edit_button = IconButton(theme, "edit", tr("Ask", "Edit this question"), self.edit_requested.emit, size=16)
        policy = self.edit_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.edit_button.setSizePolicy(policy)
        shown = QWidget()
        line = QHBoxLayout(shown)
        line.setContentsMargins(SPACE_L, SPACE_M, SPACE_S, SPACE_M)
        line.addWidget(self.words, 1)
        line.addWidget(self.edit_button, 0, Qt.AlignmentFlag.AlignTop)
        self._shown = shown
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.addWidget(shown)
        self._editor: QWidget | None = None

    @property
    def text(self) -> str:
        return self._text

    @property
    def editing(self) -> bool:
        return self._editor is not None

    def set_editable(self, editable: bool) -> None:
        """Whether the pencil is offered."""
        show_if(self.edit_button, editable)

    def start_edit(self) -> None:
        """Turn into a text field with the question in it."""
        if self._editor is not None:
            return
        self.field = QuestionEdit(self.text)
        self.field.setAccessibleName(tr("Ask", "Edit the question"))
        self.field.setTabChangesFocus(True)
        self.field.setFixedHeight(self.field.fontMetrics().lineSpacing() * 4 + 16)
        self.field.sent.connect(self.send)
        self.field.given_up.connect(self.stop_edit)
        buttons = row(
            1,
            push_button(tr("Ask", "Cancel"), self.stop_edit),
            push_button(tr("Ask", "Ask again"), self.send, role="primary"),
        )
        self._editor = QWidget()
        inner = QVBoxLayout(self._editor)
        inner.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        inner.addWidget(self.field)
        inner.addLayout(buttons)
        self._outer.addWidget(self._editor)
        self._shown.hide()
        self.field.setFocus()
        self.field.selectAll()

    def stop_edit(self) -> None:
        """Show the question as it was asked."""
        if self._editor is not None:
            had_focus = self._editor.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
            self._editor.hide()
            self._editor.deleteLater()
            self._editor = None
            self._shown.show()
            if had_focus:
                self.edit_button.setFocus()

    def send(self) -> None:
        """Ask the edited question."""
        text = self.field.toPlainText().strip()
        if text:
            self.stop_edit()
            self.resent.emit(text)


def _with_breaks(match: re.Match[str]) -> str:
    word = match.group()
    return _ZERO_WIDTH_SPACE.join(word[at : at + 12] for at in range(0, len(word), 12))
