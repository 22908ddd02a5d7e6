"""The view of one answer: streamed Markdown with verdict marks and source chips, as high as its text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEvent, QMimeData, QPoint, QRect, QRectF, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QMenu, QSizePolicy, QTextBrowser, QTextEdit, QToolTip, QWidget

from app.i18n import tr
from app.widgets.answer_document import AnswerDocument, Mark, Sign
from app.widgets.chips import text_with_labels
from app.widgets.markdown_styles import AnswerColors
from app.widgets.rich import tip_html
from app.widgets.verdicts import LOOKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.theme import Theme

REPAINT_MS = 30


class AnswerView(QTextBrowser):
    """Shows an answer that may still be growing.

    activated: the href of a chip or mark that was clicked or chosen with Tab and Enter. Words in question can be
    clicked too. The sentence under the mouse and the one chosen with choose_sentence are lifted from the others.
    """

    activated = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = ""
        self._marks: Sequence[Mark] = ()
        self._streaming = False
        self._hovered: int | None = None
        self._chosen: int | None = None
        self._pressed = QPoint()
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

    @property
    def chosen_sentence(self) -> int | None:
        """The number of the sentence that Enter opens."""
        return self._chosen

    def choose_sentence(self, number: int) -> QRect | None:
        """Lift a checked sentence, read it aloud, let Enter open it. Returns where it stands, None if nowhere."""
        sentence, sign = self._answer.sentence(number), self._sign(number)
        if sentence is None or sign is None:
            return None
        self._chosen = number
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self._lift()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sign.spoken))
        first, last = QTextCursor(sentence), QTextCursor(sentence)
        first.setPosition(sentence.selectionStart())
        last.setPosition(sentence.selectionEnd())
        return self.cursorRect(first).united(self.cursorRect(last))

    def drop_choice(self) -> None:
        """No sentence is chosen any more."""
        self._chosen = None
        self._lift()

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
        self._lift()
        self.viewport().update()

    def _restyle(self) -> None:
        self._answer.restyle(self._colors(), self.font())
        self._lift()

    def _sign(self, number: int | None) -> Sign | None:
        return self._marks[number].sign if number is not None and number < len(self._marks) else None

    def _lift(self) -> None:
        """Give the hovered and the chosen sentence the soft colour of their verdict."""
        lifted = []
        for number in {each for each in (self._hovered, self._chosen) if each is not None}:
            sign, cursor = self._sign(number), self._answer.sentence(number)
            if sign is not None and cursor is not None:
                selection = QTextEdit.ExtraSelection()
                selection.cursor = cursor
                selection.format.setBackground(self._theme.color(LOOKS[sign.verdict].soft_role))
                lifted.append(selection)
        if lifted or self.extraSelections():
            self.setExtraSelections(lifted)

    def _hover(self, number: int | None) -> None:
        if number == self._hovered:
            return
        for each, loud in ((self._hovered, False), (number, True)):
            if each is not None:
                self._answer.set_loud(each, loud=loud)
        self._hovered = number
        self._lift()

    def _position_at(self, place: QPoint) -> int:
        """The position of the document under the mouse, -1 where no text is."""
        return self.document().documentLayout().hitTest(place.toPointF(), Qt.HitTestAccuracy.ExactHit)

    def _question_at(self, place: QPoint) -> Sign | None:
        """The verdict whose words in question stand under the mouse."""
        position = self._position_at(place)
        number = self._answer.sentence_at(position) if position >= 0 else None
        return self._sign(number) if number is not None and self._answer.words_at(number, position) else None

    def _colors(self) -> AnswerColors:
        color = self._theme.color
        return AnswerColors(
            text=color("text"),
            muted=color("muted"),
            accent=color("accent"),
            accent_soft=color("accent_soft"),
            border=color("border"),
            code=color("sunken"),
            verdicts={verdict: color(look.role) for verdict, look in LOOKS.items()},
        )

    def _follow_height(self) -> None:
        height = math.ceil(self.document().size().height()) if self._text else 0
        if height != self.height():
            self.setFixedHeight(height)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = event.position().toPoint()
        position = self._position_at(place)
        self._hover(self._answer.sentence_at(position) if position >= 0 else None)
        if self._question_at(place) is not None:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        elif not self.anchorAt(place):
            self.viewport().setCursor(Qt.CursorShape.IBeamCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on words in question opens their source; dragged over, they are selected like any others."""
        super().mouseReleaseEvent(event)
        place = event.position().toPoint()
        still = (place - self._pressed).manhattanLength() < QApplication.startDragDistance()
        if event.button() == Qt.MouseButton.LeftButton and still and not self.textCursor().hasSelection():
            sign = self._question_at(place) if not self.anchorAt(place) else None
            if sign is not None:
                self.activated.emit(sign.href)

    def viewportEvent(self, event: QEvent) -> bool:
        """The whole sentence shows its quote, not only its mark."""
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), tip_html(self.tip_at(event.pos())), self)
            return True
        return super().viewportEvent(event)

    def tip_at(self, place: QPoint) -> str:
        """What is told about the chip or sentence at a place of the view, "" where there is neither."""
        href = self.anchorAt(place)
        tips = {chip.href: chip.tip for mark in self._marks for chip in mark.chips}
        tips |= {mark.sign.href: mark.sign.tip for mark in self._marks if mark.sign is not None}
        if href in tips:
            return tips[href]
        position = self._position_at(place)
        sign = self._sign(self._answer.sentence_at(position)) if position >= 0 else None
        return sign.tip if sign is not None else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the chosen sentence; Tab leaves it for the marks and chips."""
        sign = self._sign(self._chosen)
        if sign is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated.emit(sign.href)
            return
        if sign is not None and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.drop_choice()
        super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        self.drop_choice()
        return super().focusNextPrevChild(next)

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
