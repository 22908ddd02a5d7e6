"""How a visit looks in the list: whose and when, how far it is, and its first words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.i18n import counted, tr
from app.views.visits.visit_model import VISIT, Index, time_of_day
from app.widgets.verdicts import LOOKS
from app.words.visits import patient_words, state_words
from engine.types import SoundState, Verdict, VisitInfo, VisitState

if TYPE_CHECKING:
    from app.theme import Theme

_ELIDE = Qt.TextElideMode.ElideRight
_SMALL = 0.9


def standing(info: VisitInfo) -> tuple[str, str]:
    """How far a visit is, in words, and their colour role."""
    if info.sound is SoundState.RECORDING:
        return tr("Visits", "● Recording"), "bad"
    if info.sound is SoundState.INTERRUPTED:
        return tr("Visits", "Recording was interrupted"), "warn"
    if info.state is VisitState.DRAFT and info.problems:
        shape = LOOKS[Verdict.DIFFERS].shape
        words = counted("Visits", "1 sentence to look at", "{count} sentences to look at", info.problems)
        return f"{shape} {words}", "warn"
    return state_words(info.state), "ok" if info.state in (VisitState.SIGNED, VisitState.AMENDED) else "muted"


class VisitDelegate(QStyledItemDelegate):
    """Headings are small and quiet; a visit has two lines."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = option.fontMetrics.lineSpacing()
        return QSize(80, line + 14 if index.data(VISIT) is None else 2 * line + 16)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        visit = index.data(VISIT)
        painter.save()
        if isinstance(visit, VisitInfo):
            self._paint_visit(painter, option, visit)
        else:
            painter.setFont(_small(option.font))
            painter.setPen(self._theme.color("muted"))
            area = option.rect.adjusted(8, 4, -8, -2)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft), str(index.data()))
        painter.restore()

    def _paint_visit(self, painter: QPainter, option: QStyleOptionViewItem, visit: VisitInfo) -> None:
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        area = option.rect.adjusted(10, 7, -10, -7)
        line = option.fontMetrics.lineSpacing()
        upper = QRect(area.left(), area.top(), area.width(), line)
        lower = QRect(area.left(), area.top() + line + 2, area.width(), line)
        palette = option.palette
        text = palette.color(QPalette.ColorRole.HighlightedText) if chosen else self._theme.color("text")
        when = time_of_day(visit, datetime.now().astimezone().date())
        small = _small(option.font)
        painter.setPen(text if chosen else self._theme.color("muted"))
        painter.setFont(small)
        width = QFontMetrics(small).horizontalAdvance(when) + 8
        painter.drawText(upper, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), when)
        words, role = standing(visit)
        self._line(painter, lower, words, small, text if chosen else self._theme.color(role))
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold if visit.patient else QFont.Weight.Normal)
        name = visit.patient or visit.preview or patient_words(visit)
        self._line(painter, upper.adjusted(0, 0, -width, 0), name, bold, text)

    def _line(self, painter: QPainter, area: QRect, words: str, font: QFont, color: QColor) -> None:
        painter.setFont(font)
        painter.setPen(color)
        shown = QFontMetrics(font).elidedText(words, _ELIDE, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)


def _small(font: QFont) -> QFont:
    small = QFont(font)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * _SMALL)
    else:
        small.setPixelSize(round(font.pixelSize() * _SMALL))
    return small
