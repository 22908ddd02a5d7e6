"""Passages found by a search, each with its document, place and first lines; Enter or a click opens one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.theme import Theme
    from engine.types import Passage

Index = QModelIndex | QPersistentModelIndex
PASSAGE = Qt.ItemDataRole.UserRole + 1
SNIPPET_LINES = 2
_PAD_X, _PAD_Y = 12, 8


def passage_place(passage: Passage) -> str:
    """ "Anaphylaxis protocol.pdf, p. 3 · 2 Treatment"."""
    name = passage.document
    if passage.page is not None:
        name = tr("Passages", "{document}, p. {page}", document=name, page=passage.page)
    return f"{name} · {passage.section}" if passage.section else name


class PassageModel(QAbstractListModel):
    """The passages in order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._passages: list[Passage] = []

    def show(self, passages: Sequence[Passage]) -> None:
        self.beginResetModel()
        self._passages = list(passages)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._passages)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        passage = self._passages[index.row()]
        if role == PASSAGE:
            return passage
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return passage_place(passage)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{passage_place(passage)}: {passage.text}"
        return None


class PassageDelegate(QStyledItemDelegate):
    """Paints place and snippet."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        return QSize(100, option.fontMetrics.lineSpacing() * (1 + SNIPPET_LINES) + 2 * _PAD_Y + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        passage: Passage = index.data(PASSAGE)
        painter.save()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if selected or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("selection" if selected else "hover"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(option.rect, 4, 4)
        inner = option.rect.adjusted(_PAD_X, _PAD_Y, -_PAD_X, -_PAD_Y)
        line = option.fontMetrics.lineSpacing()
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(self._theme.color("on_selection" if selected else "text"))
        place = painter.fontMetrics().elidedText(passage_place(passage), Qt.TextElideMode.ElideMiddle, inner.width())
        painter.drawText(QRect(inner.x(), inner.y(), inner.width(), line), int(Qt.AlignmentFlag.AlignVCenter), place)
        painter.setFont(option.font)
        painter.setPen(self._theme.color("on_selection" if selected else "muted"))
        _draw_snippet(painter, passage.text, inner.adjusted(0, line + 2, 0, 0), option)
        painter.restore()


def _draw_snippet(painter: QPainter, text: str, area: QRect, option: QStyleOptionViewItem) -> None:
    """At most SNIPPET_LINES lines, the last one elided."""
    # Enough for the lines shown on a very wide window; laying out a whole passage would cost for nothing.
    flat = " ".join(text[:600].split())
    layout = QTextLayout(flat, option.font)
    layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
    layout.beginLayout()
    for number in range(SNIPPET_LINES):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(area.width())
        shown = flat[line.textStart() : line.textStart() + line.textLength()]
        if number == SNIPPET_LINES - 1:
            shown = option.fontMetrics.elidedText(flat[line.textStart() :], Qt.TextElideMode.ElideRight, area.width())
        baseline = area.y() + number * option.fontMetrics.lineSpacing() + option.fontMetrics.ascent()
        painter.drawText(area.x(), baseline, shown)
    layout.endLayout()


class PassageList(QListView):
    """chosen: a passage was clicked or Enter was pressed on it. all_visible: as high as all of its passages."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, *, all_visible: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all_visible = all_visible
        self._passages = PassageModel(self)
        self.setModel(self._passages)
        self.setItemDelegate(PassageDelegate(theme, self))
        self.setProperty("role", "plain")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setAccessibleName(tr("Passages", "Passages found"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if all_visible:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._choose)
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def show_passages(self, passages: Sequence[Passage]) -> None:
        """Show these, none selected."""
        self._passages.show(passages)
        self.updateGeometry()

    def count(self) -> int:
        return self._passages.rowCount()

    def sizeHint(self) -> QSize:
        if not self._all_visible:
            return super().sizeHint()
        return QSize(300, self.count() * (self.sizeHintForRow(0) if self.count() else 0) + 8)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _choose(self, index: Index) -> None:
        self.chosen.emit(index.data(PASSAGE))
