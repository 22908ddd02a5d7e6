"""The view of the document table: icons of kind and state, progress in the row, keys and menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.i18n import tr
from app.views.library.columns import Column
from app.views.library.model import DOCUMENT, DocumentTable, Index
from engine.types import DocumentInfo, DocumentState

if TYPE_CHECKING:
    from app.theme import Theme

_KIND_ICONS = {
    "pdf": "file-pdf",
    "docx": "file-doc",
    "html": "file-web",
    "markdown": "file-text",
    "text": "file-text",
    "image": "file-image",
}
_ICON = 16
_PAD = 8
_BUSY = (DocumentState.READING, DocumentState.INDEXING)


class CellDelegate(QStyledItemDelegate):
    """Draws a cell as one line, elided in the middle for names, with an icon where the column has one."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        return QSize(60, option.fontMetrics.lineSpacing() + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        document: DocumentInfo = index.data(DOCUMENT)
        column = Column(index.column())
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if selected:
            painter.fillRect(option.rect, self._theme.color("selection"))
        area = option.rect.adjusted(_PAD, 0, -_PAD, 0)
        icon = self._icon(document, column)
        if icon:
            size = self._theme.scaled(_ICON)
            name, role = icon
            place = QPoint(area.x(), area.y() + (area.height() - size) // 2)
            self._theme.icon(name, role, role).paint(painter, place.x(), place.y(), size, size)
            area.setLeft(area.x() + size + _PAD)
        painter.setPen(self._theme.color(self._text_role(document, column, selected)))
        elide = Qt.TextElideMode.ElideMiddle if column is Column.NAME else Qt.TextElideMode.ElideRight
        text = option.fontMetrics.elidedText(str(index.data()), elide, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)
        if column is Column.STATE and document.total and (document.state in _BUSY or document.keyword_only):
            self._draw_progress(painter, QRectF(area), document.done / document.total)
        painter.restore()

    def _icon(self, document: DocumentInfo, column: Column) -> tuple[str, str] | None:
        if column is Column.NAME:
            return _KIND_ICONS.get(document.kind, "file"), "muted"
        if column is not Column.STATE:
            return None
        if document.state is DocumentState.FAILED:
            return ("key", "warn") if document.needs_password else ("error", "bad")
        if document.state is DocumentState.READY and not document.keyword_only:
            return ("warning", "warn") if document.warnings else ("check", "ok")
        return "clock", "muted"

    def _text_role(self, document: DocumentInfo, column: Column, selected: bool) -> str:
        if selected:
            return "on_selection"
        if column is Column.NAME:
            return "text"
        if column is Column.STATE and document.state is DocumentState.FAILED:
            return "warn" if document.needs_password else "bad"
        return "muted"

    def _draw_progress(self, painter: QPainter, area: QRectF, share: float) -> None:
        line = QRectF(area.x(), area.bottom() - 4, area.width(), 2)
        painter.fillRect(line, self._theme.color("border"))
        line.setWidth(line.width() * min(share, 1.0))
        painter.fillRect(line, self._theme.color("accent"))


class DocumentView(QTableView):
    """opened: a document was double-clicked or Enter pressed on it. remove_chosen: Delete was pressed."""

    opened = Signal(object)
    remove_chosen = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, theme: Theme, table: DocumentTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._table = table
        self.setModel(table)
        self.setItemDelegate(CellDelegate(theme, self))
        self.setAccessibleName(tr("Library", "Documents"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSortingEnabled(True)
        self.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(Column.STATE, QHeaderView.ResizeMode.Stretch)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self.menu_wanted)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.data(DOCUMENT)))
        theme.changed.connect(self._fit)
        self._fit()

    def selected(self) -> list[DocumentInfo]:
        """The selected documents, in the order shown."""
        rows = sorted(self.selectionModel().selectedRows(), key=lambda index: index.row())
        return [index.data(DOCUMENT) for index in rows]

    def select(self, document_id: int) -> bool:
        """Select a document and bring it into view; false where it is not in the table."""
        row = self._table.row_of(document_id)
        if row is None:
            return False
        index = self._table.index(row, 0)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)
        return True

    def focus_first(self) -> None:
        """Take the focus, with a row to stand on."""
        if not self.currentIndex().isValid() and self._table.rows:
            self.selectRow(0)
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        chosen = self.selected()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and chosen:
            self.opened.emit(chosen[0])
        elif event.key() == Qt.Key.Key_Delete and chosen:
            self.remove_chosen.emit()
        elif event.key() == Qt.Key.Key_Menu and self.currentIndex().isValid():
            self.menu_wanted.emit(self.visualRect(self.currentIndex()).bottomLeft())
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().lineSpacing() + 14)
        wide = self.fontMetrics().averageCharWidth()
        for column, characters in ((Column.PAGES, 9), (Column.SIZE, 13), (Column.ADDED, 15)):
            self.setColumnWidth(column, wide * characters)
        self.viewport().update()
