"""The text of a section: written in like any text, with the marks of its sentences behind them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QToolTip, QWidget

from app.views.visits.mark_looks import MarkLooks
from app.views.visits.note_marks import Mark, marks_of, move_marks, sentence_at
from app.views.visits.note_words import tip_of
from app.widgets.offsets import from_qt, to_qt
from app.widgets.rich import tip_html
from engine.types import NoteSection

if TYPE_CHECKING:
    from app.theme import Theme

_PAUSE_MS = 600


class NoteEditor(QTextEdit):
    """edited: the text, after each pause in typing. chosen: the number of a sentence, or -1. undo_wanted, redo_wanted:
    nothing typed here is left to undo."""

    edited = Signal(str)
    chosen = Signal(int)
    undo_wanted = Signal()
    redo_wanted = Signal()

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("section")
        self.setAccessibleName(name)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.document().setDocumentMargin(2)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setMouseTracking(True)
        self._stored = ""
        self._typed = ""
        self._loading = False
        # Before the looks of the marks listen: they are to find the marks where the text has moved them.
        self.document().contentsChange.connect(self._moved)
        self._looks = MarkLooks(self, theme)
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self.flush)
        self.textChanged.connect(self._changed)
        self.cursorPositionChanged.connect(self._caret_moved)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        theme.changed.connect(self._restyle)
        self._restyle()

    # what is shown

    @property
    def text(self) -> str:
        return self.toPlainText()

    @property
    def marks(self) -> list[Mark]:
        return self._looks.marks

    @property
    def unsaved(self) -> bool:
        return self._pause.isActive()

    def show_section(self, section: NoteSection) -> None:
        """Show a stored section and its marks. What is being typed stays, and is stored later."""
        if self.unsaved:
            return
        self._stored = section.text
        if section.text != self.text:
            self._replace(section.text)
        self._looks.show(marks_of(section))

    def flush(self) -> None:
        """Hand over what was typed, now."""
        self._pause.stop()
        text = self.text
        if text != self._stored and not self.isReadOnly():
            self._stored = text
            self.edited.emit(text)

    def choose(self, number: int | None) -> QRectF | None:
        """Lift a sentence; returns where it stands."""
        return self._looks.lift(number)

    def sign_rect(self, mark: Mark) -> QRectF:
        """Where a mark is drawn, in the view."""
        return self._looks.sign_rect(mark)

    def go_to(self, number: int) -> None:
        """Put the caret at the end of a sentence."""
        cursor = self.textCursor()
        cursor.setPosition(self.marks[number].end)
        self.setTextCursor(cursor)

    def remove_sentence(self, number: int) -> None:
        """Take a sentence out, as if it were typed away."""
        mark = self.marks[number]
        cursor = QTextCursor(self.document())
        cursor.setPosition(mark.start)
        end = mark.end
        text = self.text
        if from_qt(text, end) < len(text) and text[from_qt(text, end)] == " ":
            end += 1
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        self.flush()

    def _replace(self, text: str) -> None:
        self._loading = True
        bar_free = self.textCursor().position()
        self.setPlainText(text)
        self._typed = text
        cursor = self.textCursor()
        cursor.setPosition(min(bar_free, to_qt(text, len(text))))
        self.setTextCursor(cursor)
        self._loading = False

    # typing

    def _moved(self, position: int, removed: int, added: int) -> None:
        if not self._loading and (removed != added or self.text != self._typed):
            move_marks(self.marks, self.document(), position, removed, added)

    def _changed(self) -> None:
        text = self.text
        if self._loading or text == self._typed:
            return
        self._typed = text
        # The block that was typed in has been marked anew by the highlighter.
        self._looks.refresh()
        self._pause.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo) and not self.document().isUndoAvailable():
            self.undo_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Redo) and not self.document().isRedoAvailable():
            self.redo_wanted.emit()
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Pasted text is plain."""
        self.insertPlainText(source.text())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.flush()

    def _caret_moved(self) -> None:
        if self.hasFocus() and not self._loading:
            number = sentence_at(self.marks, self.textCursor().position())
            self.chosen.emit(-1 if number is None else number)

    # marks

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._looks.paint(event.rect())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._looks.hover(self._looks.sentence_under(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        number = self._looks.sentence_under(event.position().toPoint())
        if number is not None and not self.textCursor().hasSelection():
            self.chosen.emit(number)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._looks.hover(None)
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            number = self._looks.sentence_under(event.pos())
            tip = tip_of(self.marks[number].sentence) if number is not None and self.marks[number].has_sign else ""
            QToolTip.showText(event.globalPos(), tip_html(tip), self)
            return True
        return super().viewportEvent(event)

    # size

    def _restyle(self) -> None:
        self._looks.restyle()
        self._fit()

    def _fit(self) -> None:
        frame = 2 * 6
        height = math.ceil(self.document().size().height()) + frame
        least = self.fontMetrics().lineSpacing() + frame + 4
        if max(height, least) != self.height():
            self.setFixedHeight(max(height, least))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The note scrolls, not the section."""
        event.ignore()

    def sizeHint(self) -> QSize:
        return QSize(320, self.height())
