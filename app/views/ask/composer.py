"""The field a question is written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from app.i18n import tr
from app.widgets.buttons import IconButton, push_button
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, row, show_if

if TYPE_CHECKING:
    from app.theme import Theme

_MOST_LINES = 8


class QuestionField(QPlainTextEdit):
    """Grows with its text. Enter sends, Shift+Enter makes a new line, Page Up and Down scroll the thread."""

    sent = Signal()
    paged = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setPlaceholderText(tr("Ask", "Ask your clinic's documents"))
        self.setAccessibleName(tr("Ask", "Your question"))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.document().documentLayout().documentSizeChanged.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Take the height of the text, up to _MOST_LINES."""
        lines = min(max(round(self.document().size().height()), 1), _MOST_LINES)
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 2 * SPACE_M + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shift = event.key(), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not shift:
            self.sent.emit()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.paged.emit(-1 if key == Qt.Key.Key_PageUp else 1)
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Pasted text is plain."""
        self.insertPlainText(source.text())


class Composer(QWidget):
    """sent: a question to ask. stopped: the answer that is being written is to stop. A draft is never thrown away."""

    sent = Signal(str)
    stopped = Signal()
    help_chosen = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._busy = False
        self._obstacle = ""
        self.field = QuestionField()
        self.field.sent.connect(self.send)
        self.field.textChanged.connect(self._tell)
        self.field.installEventFilter(self)
        self.button = IconButton(theme, "send", tr("Ask", "Ask"), self._act, role="accent", size=20)
        self.hint = label("", "small")
        self.help_button = push_button("", self.help_chosen.emit, role="link")
        self._frame = QFrame()
        self._frame.setObjectName("composer")
        line = row(self.field, self.button, spacing=SPACE_S)
        line.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_S)
        line.setAlignment(self.button, Qt.AlignmentFlag.AlignBottom)
        self._frame.setLayout(line)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(SPACE_S)
        outer.addWidget(self._frame)
        below = row(self.hint, self.help_button, 1, spacing=SPACE_M)
        below.setContentsMargins(SPACE_L, 0, SPACE_L, 0)
        outer.addLayout(below)
        self.setFocusProxy(self.field)
        theme.changed.connect(self.field.fit)
        self._tell()

    @property
    def text(self) -> str:
        return self.field.toPlainText()

    def set_text(self, text: str) -> None:
        """Show a draft, the cursor behind it."""
        if text != self.text:
            self.field.setPlainText(text)
        cursor = self.field.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.field.setTextCursor(cursor)

    def set_busy(self, busy: bool) -> None:
        """While an answer is written the button stops it; the next question can be typed meanwhile."""
        self._busy = busy
        if busy:
            self.button.set_icon("stop", tr("Ask", "Stop (Esc)"))
        else:
            self.button.set_icon("send", tr("Ask", "Ask (Enter)"))
        self._tell()

    def set_obstacle(self, reason: str, way_out: str) -> None:
        """Why nothing can be asked now, and the words of the button that leads out of it; "" where all is well."""
        self._obstacle = reason
        self.help_button.setText(way_out)
        show_if(self.help_button, bool(way_out))
        self._tell()

    def send(self) -> None:
        """Send the question if there is one and nothing is in the way."""
        text = self.text.strip()
        if not text or self._obstacle:
            return
        if self._busy:
            self.hint.setText(tr("Ask", "One answer at a time: wait, or press Esc to stop this one, then Enter."))
            return
        self.field.clear()
        self.sent.emit(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The frame shows the focus of the field in it."""
        if watched is self.field and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._frame.setProperty("active", event.type() == QEvent.Type.FocusIn)
            self._frame.style().unpolish(self._frame)
            self._frame.style().polish(self._frame)
        return super().eventFilter(watched, event)

    def _act(self) -> None:
        if self._busy:
            self.stopped.emit()
        else:
            self.send()
            self.field.setFocus()

    def _tell(self) -> None:
        usual = tr("Ask", "Enter asks · Shift+Enter new line · hold F9 to talk")
        if self._busy:
            usual = tr("Ask", "Esc stops the answer")
        self.hint.setText(self._obstacle or usual)
        self.button.setEnabled(self._busy or (bool(self.text.strip()) and not self._obstacle))
