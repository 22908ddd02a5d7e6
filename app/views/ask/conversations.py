"""The side list of conversations: new, search, rename in place, delete."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.i18n import tr
from app.views.ask.conversation_model import CONVERSATION_ID, ConversationModel, Index
from app.widgets.buttons import give_icon, push_button
from app.widgets.labels import label
from app.widgets.layout import SPACE_M, show_if
from app.widgets.quiet_selection import select_quietly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.theme import Theme
    from engine.types import Conversation

_SEARCH_PAUSE_MS = 200


class ConversationDelegate(QStyledItemDelegate):
    """Headings are small and quiet; titles are one line."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        return QSize(80, option.fontMetrics.lineSpacing() + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if index.data(CONVERSATION_ID) is not None:
            super().paint(painter, option, index)
            return
        painter.save()
        font = QFont(option.font)
        font.setPointSizeF(font.pointSizeF() * 0.9)
        painter.setFont(font)
        painter.setPen(self._theme.color("muted"))
        area = option.rect.adjusted(8, 4, -8, -2)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft), str(index.data()))
        painter.restore()


class ConversationView(QListView):
    """Delete asks to delete, F2 renames, Enter goes into the conversation."""

    delete_chosen = Signal(int)
    entered_by_key = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.state() == QAbstractItemView.State.EditingState
        chosen = self.currentIndex().data(CONVERSATION_ID)
        if not editing and chosen is not None and event.key() == Qt.Key.Key_Delete:
            self.delete_chosen.emit(chosen)
        elif not editing and chosen is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_by_key.emit()
        else:
            super().keyPressEvent(event)


class ConversationList(QWidget):
    """chosen: a conversation to show. searched: words to look for, "" for all of them."""

    chosen = Signal(int)
    new_chosen = Signal()
    searched = Signal(str)
    renamed = Signal(int, str)
    delete_chosen = Signal(int)
    entered = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("conversations")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self.new_button = push_button(tr("Ask", "New question"), self.new_chosen.emit)
        give_icon(self.new_button, theme, "plus")
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Ask", "Search questions"))
        self.search.setAccessibleName(tr("Ask", "Search in questions and answers"))
        self.search.setClearButtonEnabled(True)
        self._pause = QTimer(self, interval=_SEARCH_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(lambda: self.searched.emit(self.search.text().strip()))
        self.search.textChanged.connect(lambda _text: self._pause.start())
        self.model = ConversationModel(self)
        self.model.renamed.connect(self.renamed)
        self.view = self._make_view()
        self.nothing = label("", "muted", wrap=True)
        self.nothing.hide()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        outer.setSpacing(SPACE_M)
        for widget in (self.new_button, self.search, self.nothing):
            outer.addWidget(widget)
        outer.addWidget(self.view, 1)
        theme.changed.connect(self._fit)
        self._fit()

    def _make_view(self) -> ConversationView:
        view = ConversationView()
        view.setModel(self.model)
        view.setItemDelegate(ConversationDelegate(self._theme, view))
        view.setProperty("role", "plain")
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setAccessibleName(tr("Ask", "Conversations"))
        view.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._menu)
        view.delete_chosen.connect(self.delete_chosen)
        view.entered_by_key.connect(self.entered)
        view.selectionModel().currentChanged.connect(self._current_changed)
        view.clicked.connect(self._current_changed)
        return view

    @property
    def query(self) -> str:
        return self.search.text().strip()

    @property
    def renaming(self) -> bool:
        return self.view.state() == QAbstractItemView.State.EditingState

    def show_conversations(self, conversations: Sequence[Conversation], current: int | None) -> None:
        """Show the list; the selection and the scroll position stay. Nothing changes under a title being edited."""
        if self.renaming:
            return
        scroll = self.view.verticalScrollBar().value()
        selection = self.view.selectionModel()
        selection.blockSignals(True)
        self.model.show(conversations, datetime.now().astimezone().date())
        self.view.setCurrentIndex(self.model.index_of(current))
        selection.blockSignals(False)
        self.view.verticalScrollBar().setValue(scroll)
        self.view.viewport().update()
        show_if(self.nothing, not conversations and bool(self.query))
        self.nothing.setText(tr("Ask", "No question or answer holds “{query}”.", query=self.query))

    def mark_current(self, conversation_id: int | None) -> None:
        """Select a conversation without opening it."""
        select_quietly(self.view, self.model.index_of(conversation_id))

    def rename(self, conversation_id: int) -> None:
        """Edit a title in place."""
        self.view.setFocus()
        self.mark_current(conversation_id)
        self.view.edit(self.model.index_of(conversation_id))

    def _current_changed(self, index: Index) -> None:
        chosen = index.data(CONVERSATION_ID)
        if chosen is not None:
            self.chosen.emit(chosen)

    def _menu(self, place: QPoint) -> None:
        index = self.view.indexAt(place)
        chosen = index.data(CONVERSATION_ID)
        if chosen is None:
            return
        menu = QMenu(self)
        menu.addAction(self._theme.icon("edit"), tr("Ask", "Rename"), lambda: self.rename(chosen))
        menu.addAction(self._theme.icon("trash"), tr("Ask", "Delete"), lambda: self.delete_chosen.emit(chosen))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.view.viewport().mapToGlobal(place))

    def _fit(self) -> None:
        self.setFixedWidth(min(self._theme.scaled(216), 300))
