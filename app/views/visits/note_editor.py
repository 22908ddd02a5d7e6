"""The text of a section: written in like any text, with the marks of its sentences behind them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QToolTip, QWidget

from app.views.visits.note_marks import ROOM_PX, Mark, MarkRoom
from app.views.visits.note_words import tip_of
from app.widgets.offsets import from_qt, to_qt
from app.widgets.rich import tip_html
from app.widgets.verdicts import LOOKS
from engine.types import NoteSection, Verdict

if TYPE_CHECKING:
    from app.theme import Theme

_PAUSE_MS = 600
_MARK_PX = 14
# Nobody has to look at a supported sentence: its mark is almost invisible until the sentence is under the mouse.
_QUIET = 0.4


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
        self._theme = theme
        self._stored = ""
        self._typed = ""
        self.marks: list[Mark] = []
        self._hovered: int | None = None
        self._lifted: int | None = None
        self._loading = False
        self._pictures: dict[tuple[str, str], QPixmap] = {}
        # Before the highlighter listens: it is to find the marks where the text has moved them.
        self.document().contentsChange.connect(self._moved)
        self._room = MarkRoom(self.document())
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
    def unsaved(self) -> bool:
        return self._pause.isActive()

    def show_section(self, section: NoteSection) -> None:
        """Show a stored section and its marks. What is being typed stays, and is stored later."""
        if self.unsaved:
            return
        self._stored = section.text
        if section.text != self.text:
            self._replace(section.text)
        text = section.text
        self.marks = [Mark(to_qt(text, each.start), to_qt(text, each.end), each) for each in section.sentences]
        self._show_marks()

    def flush(self) -> None:
        """Hand over what was typed, now."""
        self._pause.stop()
        text = self.text
        if text != self._stored and not self.isReadOnly():
            self._stored = text
            self.edited.emit(text)

    def choose(self, number: int | None) -> QRectF | None:
        """Lift a sentence; returns where it stands."""
        self._lifted = number if number is not None and number < len(self.marks) else None
        self._select()
        if self._lifted is None:
            return None
        mark = self.marks[self._lifted]
        first, last = QTextCursor(self.document()), QTextCursor(self.document())
        first.setPosition(mark.start)
        last.setPosition(mark.end)
        return QRectF(self.cursorRect(first).united(self.cursorRect(last)))

    @property
    def chosen_sentence(self) -> int | None:
        return self._lifted

    def go_to(self, number: int) -> None:
        """Put the caret at the end of a sentence."""
        cursor = self.textCursor()
        cursor.setPosition(self.marks[number].end)
        self.setTextCursor(cursor)

    def sentence_at(self, position: int) -> int | None:
        """The number of the sentence at a position of the text."""
        return next((at for at, mark in enumerate(self.marks) if mark.start <= position <= mark.end), None)

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
        """Marks move along with the text; the one that is typed in waits for the next check."""
        if self._loading or (removed == added and self.text == self._typed):
            return
        shift = added - removed
        for mark in self.marks:
            if mark.start >= position + removed:
                mark.start += shift
                mark.end += shift
            elif mark.end > position or (mark.end == position and not self._space_at(position)):
                mark.stale = True
                mark.end = max(mark.end + shift, mark.start)

    def _space_at(self, position: int) -> bool:
        """Whether what was typed behind a sentence begins another one."""
        character = self.document().characterAt(position)
        return character.isspace() or character == "\u2029"

    def _changed(self) -> None:
        text = self.text
        if self._loading or text == self._typed:
            return
        self._typed = text
        # The block that was typed in has been marked anew by the highlighter.
        self._select()
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
            number = self.sentence_at(self.textCursor().position())
            self.chosen.emit(-1 if number is None else number)

    # marks

    def _show_marks(self) -> None:
        self._room.marks = self.marks
        self._room.rehighlight()
        self._select()
        self.viewport().update()

    def _select(self) -> None:
        """Underline what differs and what is not found; give the chosen sentence the soft colour of its verdict."""
        chosen: list[QTextEdit.ExtraSelection] = []
        for number, mark in enumerate(self.marks):
            look = LOOKS.get(mark.verdict)
            if mark.stale or look is None:
                continue
            if number in (self._lifted, self._hovered):
                chosen.append(self._selection(mark.start, mark.end, background=look.soft_role))
            if mark.is_problem:
                spans = self._words(mark)
                dotted = mark.verdict is Verdict.NOT_FOUND
                chosen += [self._selection(*span, underline=look.role, dotted=dotted) for span in spans]
        self.setExtraSelections(chosen)

    def _words(self, mark: Mark) -> list[tuple[int, int]]:
        if mark.verdict is Verdict.NOT_FOUND:
            return [(mark.start, mark.end)]
        sentence, text = mark.sentence, mark.sentence.text
        found = []
        for each in sentence.findings:
            begin, end = each.finding.start - sentence.start, each.finding.end - sentence.start
            if 0 <= begin < end <= len(text):
                found.append((mark.start + to_qt(text, begin), mark.start + to_qt(text, end)))
        return found or [(mark.start, mark.end)]

    def _selection(
        self, start: int, end: int, *, background: str = "", underline: str = "", dotted: bool = False
    ) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        limit = max(self.document().characterCount() - 1, 0)
        cursor.setPosition(min(start, limit))
        cursor.setPosition(min(end, limit), QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        if background:
            selection.format.setBackground(self._theme.color(background))
        if underline:
            styles = QTextCharFormat.UnderlineStyle
            selection.format.setUnderlineStyle(styles.DotLine if dotted else styles.SingleUnderline)
            selection.format.setUnderlineColor(self._theme.color(underline))
        return selection

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        for number, mark in enumerate(self.marks):
            if mark.has_sign:
                look = LOOKS[mark.verdict]
                role = look.role if mark.is_problem or mark.verdict is Verdict.SUPPORTED else "muted"
                loud = mark.is_problem or number in (self._hovered, self._lifted)
                place = self.sign_rect(mark)
                if place.intersects(QRectF(event.rect())):
                    painter.setOpacity(1.0 if loud else _QUIET)
                    painter.drawPixmap(place.topLeft(), self._picture(look.icon, role))
        painter.end()

    def _picture(self, icon: str, role: str) -> QPixmap:
        if (icon, role) not in self._pictures:
            self._pictures[icon, role] = self._theme.pixmap(icon, role, _MARK_PX)
        return self._pictures[icon, role]

    def sign_rect(self, mark: Mark) -> QRectF:
        """Where a mark is drawn, in the view."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(mark.end, max(self.document().characterCount() - 1, 0)))
        line = self.cursorRect(cursor)
        side = self._theme.scaled(_MARK_PX)
        room = self._room.width
        return QRectF(line.left() - room + (room - side) / 2, line.center().y() - side / 2 + 1, side, side)

    def _sentence_under(self, place: QPoint) -> int | None:
        for number, mark in enumerate(self.marks):
            if mark.has_sign and self.sign_rect(mark).adjusted(-3, -3, 3, 3).contains(place.toPointF()):
                return number
        layout = self.document().documentLayout()
        position = layout.hitTest(place.toPointF(), Qt.HitTestAccuracy.ExactHit)
        return self.sentence_at(position) if position >= 0 else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self._sentence_under(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        number = self._sentence_under(event.position().toPoint())
        if number is not None and not self.textCursor().hasSelection():
            self.chosen.emit(number)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            number = self._sentence_under(event.pos())
            tip = tip_of(self.marks[number].sentence) if number is not None and self.marks[number].has_sign else ""
            QToolTip.showText(event.globalPos(), tip_html(tip), self)
            return True
        return super().viewportEvent(event)

    def _hover(self, number: int | None) -> None:
        if number != self._hovered:
            self._hovered = number
            self._select()
            self.viewport().update()

    # size

    def _restyle(self) -> None:
        self._room.width = self._theme.scaled(ROOM_PX)
        self._pictures.clear()
        self._show_marks()
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
