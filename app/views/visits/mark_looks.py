"""How the marks of a section are seen: signs behind sentences, underlined words, the sentence that is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from app.views.visits.note_marks import ROOM_PX, Mark, MarkRoom, sentence_at
from app.widgets.verdicts import LOOKS
from engine.types import Verdict

if TYPE_CHECKING:
    from app.theme import Theme

_SIGN_PX = 14
# Nobody has to look at a supported sentence: its mark is almost invisible until the sentence is under the mouse.
_QUIET = 0.4


class MarkLooks:
    """Draws into a text. hovered, lifted: the numbers of the sentences under the mouse and looked at."""

    def __init__(self, view: QTextEdit, theme: Theme) -> None:
        self._view = view
        self._theme = theme
        self._room = MarkRoom(view.document())
        self._pictures: dict[tuple[str, str], QPixmap] = {}
        self.marks: list[Mark] = []
        self.hovered: int | None = None
        self.lifted: int | None = None

    def show(self, marks: list[Mark]) -> None:
        """Show these instead of those before."""
        self.marks = self._room.marks = marks
        self._room.rehighlight()
        self.refresh()
        self._view.viewport().update()

    def restyle(self) -> None:
        """Colours and sizes of the theme are others now."""
        self._room.width = self._theme.scaled(ROOM_PX)
        self._pictures.clear()
        self.show(self.marks)

    def refresh(self) -> None:
        """Underline what differs and what is not found; give the chosen sentence the soft colour of its verdict."""
        chosen: list[QTextEdit.ExtraSelection] = []
        for number, mark in enumerate(self.marks):
            look = LOOKS.get(mark.verdict)
            if mark.stale or look is None:
                continue
            if number in (self.lifted, self.hovered):
                chosen.append(self._selection(mark.start, mark.end, background=look.soft_role))
            if mark.is_problem:
                dotted = mark.verdict is Verdict.NOT_FOUND
                chosen += [self._selection(*span, underline=look.role, dotted=dotted) for span in mark.underlined]
        self._view.setExtraSelections(chosen)

    def hover(self, number: int | None) -> None:
        """The mouse is over another sentence."""
        if number != self.hovered:
            self.hovered = number
            self.refresh()
            self._view.viewport().update()

    def lift(self, number: int | None) -> QRectF | None:
        """Lift a sentence; returns where it stands."""
        self.lifted = number if number is not None and number < len(self.marks) else None
        self.refresh()
        if self.lifted is None:
            return None
        mark = self.marks[self.lifted]
        first, last = QTextCursor(self._view.document()), QTextCursor(self._view.document())
        first.setPosition(mark.start)
        last.setPosition(mark.end)
        return QRectF(self._view.cursorRect(first).united(self._view.cursorRect(last)))

    def _selection(
        self, start: int, end: int, *, background: str = "", underline: str = "", dotted: bool = False
    ) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self._view.document())
        cursor.setPosition(min(start, self._limit))
        cursor.setPosition(min(end, self._limit), QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        if background:
            selection.format.setBackground(self._theme.color(background))
        if underline:
            styles = QTextCharFormat.UnderlineStyle
            selection.format.setUnderlineStyle(styles.DotLine if dotted else styles.SingleUnderline)
            selection.format.setUnderlineColor(self._theme.color(underline))
        return selection

    @property
    def _limit(self) -> int:
        """The last position: the text may be shorter than it was when its sentences were checked."""
        return max(self._view.document().characterCount() - 1, 0)

    # signs

    def paint(self, area: QRect) -> None:
        """Draw the signs within an area of the viewport."""
        painter = QPainter(self._view.viewport())
        for number, mark in enumerate(self.marks):
            if mark.has_sign:
                look = LOOKS[mark.verdict]
                role = look.role if mark.is_problem or mark.verdict is Verdict.SUPPORTED else "muted"
                loud = mark.is_problem or number in (self.hovered, self.lifted)
                place = self.sign_rect(mark)
                if place.intersects(QRectF(area)):
                    painter.setOpacity(1.0 if loud else _QUIET)
                    painter.drawPixmap(place.topLeft(), self._picture(look.icon, role))
        painter.end()

    def _picture(self, icon: str, role: str) -> QPixmap:
        if (icon, role) not in self._pictures:
            self._pictures[icon, role] = self._theme.pixmap(icon, role, _SIGN_PX)
        return self._pictures[icon, role]

    def sign_rect(self, mark: Mark) -> QRectF:
        """Where a mark is drawn, in the view."""
        cursor = QTextCursor(self._view.document())
        cursor.setPosition(min(mark.end, self._limit))
        line = self._view.cursorRect(cursor)
        side = self._theme.scaled(_SIGN_PX)
        room = self._room.width
        return QRectF(line.left() - room + (room - side) / 2, line.center().y() - side / 2 + 1, side, side)

    def sentence_under(self, place: QPoint) -> int | None:
        """The number of the sentence whose sign or words are at a place of the viewport."""
        for number, mark in enumerate(self.marks):
            if mark.has_sign and self.sign_rect(mark).adjusted(-3, -3, 3, 3).contains(place.toPointF()):
                return number
        layout = self._view.document().documentLayout()
        position = layout.hitTest(place.toPointF(), Qt.HitTestAccuracy.ExactHit)
        return sentence_at(self.marks, position) if position >= 0 else None
