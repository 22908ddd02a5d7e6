"""The view of one answer: streamed Markdown with source chips, as high as its text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QMimeData, QRectF, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent, QResizeEvent, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QFrame, QMenu, QSizePolicy, QTextBrowser, QWidget

from app.i18n import tr
from app.widgets.answer_document import AnswerDocument, Mark
from app.widgets.chips import text_with_labels
from app.widgets.markdown_styles import AnswerColors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.theme import Theme

REPAINT_MS = 30


class AnswerView(QTextBrowser):
    """Shows an answer that may still be growing.

    activated: the href of a chip that was clicked or chosen with Tab and Enter.
    """

    activated = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = ""
        self._marks: Sequence[Mark] = ()
        self._streaming = False
        self._clock = QElapsedTimer()
        self._set_up_frame()
        self._answer = AnswerDocument(self.document(), self._colors(), self.font())
        self.document().documentLayout().documentSizeChanged.connect(self._follow_height)
        self._timer = QTimer(self, interval=REPAINT_MS, singleShot=True)
        self._timer.timeout.connect(self._refresh)
        self.anchorClicked.connect(lambda url: self.activated.emit(url.toString()))
        theme.changed.connect(self._restyle)

    def _set_up_frame(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName("answer")
        self.setAccessibleName(tr("Ask", "Answer"))
        self.setOpenLinks(False)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.document().setDocumentMargin(0)
        self.viewport().setAutoFillBackground(False)
        self.setFixedHeight(0)
        self.setCursorWidth(0)

    @property
    def text(self) -> str:
        """The Markdown shown or about to be."""
        return self._text

    def show_answer(self, text: str, marks: Sequence[Mark]) -> None:
        """Show a finished answer at once."""
        self._text, self._marks, self._streaming = text, marks, False
        self._timer.stop()
        self._refresh()

    def stream(self, text: str, marks: Sequence[Mark]) -> None:
        """Show a growing answer; repaints are coalesced to one in REPAINT_MS."""
        self._text, self._marks, self._streaming = text, marks, True
        if not self._clock.isValid() or self._clock.hasExpired(REPAINT_MS):
            self._refresh()
        elif not self._timer.isActive():
            self._timer.start()

    def _refresh(self) -> None:
        self._clock.start()
        self._answer.show(self._text, self._marks)
        self.viewport().update()

    def _restyle(self) -> None:
        self._answer.restyle(self._colors(), self.font())

    def _colors(self) -> AnswerColors:
        color = self._theme.color
        return AnswerColors(
            text=color("text"),
            muted=color("muted"),
            accent=color("accent"),
            accent_soft=color("accent_soft"),
            border=color("border"),
            code=color("sunken"),
        )

    def _follow_height(self) -> None:
        height = math.ceil(self.document().size().height()) if self._text else 0
        if height != self.height():
            self.setFixedHeight(height)

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copied text carries the chips as "[1]"."""
        mime = QMimeData()
        mime.setText(text_with_labels(self.textCursor()))
        return mime

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copy and select; the browser's own menu would also offer the address behind a chip."""
        menu = QMenu(self)
        copy = menu.addAction(tr("Ask", "Copy"), self.copy)
        copy.setEnabled(self.textCursor().hasSelection())
        menu.addAction(tr("Ask", "Select all"), self.selectAll)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def loadResource(self, type: int, name: QUrl | str) -> None:  # noqa: ARG002
        """Nothing in an answer is ever loaded."""
        return

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The page scrolls, not the answer."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow_height()

    def paintEvent(self, event: QPaintEvent) -> None:
        """While text streams, a caret stands at its end."""
        super().paintEvent(event)
        if self._streaming:
            end = QTextCursor(self.document())
            end.movePosition(QTextCursor.MoveOperation.End)
            place = QRectF(self.cursorRect(end))
            painter = QPainter(self.viewport())
            painter.fillRect(QRectF(place.x() + 2, place.y() + 2, 6, place.height() - 4), self._theme.color("accent"))
            painter.end()

    def sizeHint(self) -> QSize:
        return QSize(480, self.height())
