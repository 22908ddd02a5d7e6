"""The filled library: head, search field, what goes on, the table, and the passages found below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QSplitter, QVBoxLayout, QWidget

from app.i18n import tr
from app.views.library.columns import Column
from app.views.library.model import DocumentTable
from app.views.library.progress import ImportStrip
from app.views.library.refused import RefusedPanel
from app.views.library.search import ContentSearch
from app.views.library.table import DocumentView
from app.views.library.wording import library_counts
from app.widgets.buttons import IconButton, give_icon, push_button
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_XL, row, show_if
from engine.types import Permission

if TYPE_CHECKING:
    from app.context import AppContext


class ShelfView(QWidget):
    """Search filters the table by name and finds passages. The page acts on what is chosen."""

    files_chosen = Signal()
    folder_chosen = Signal()
    more_chosen = Signal()
    stop_adding_chosen = Signal()

    def __init__(self, context: AppContext, table: DocumentTable, title: str) -> None:
        super().__init__()
        self._table = table
        self.view = DocumentView(context.theme, table)
        self.strip = ImportStrip()
        self.refused = RefusedPanel(context.theme)
        self.content = ContentSearch(context)
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Library", "Search names and text"))
        self.field.setAccessibleName(tr("Library", "Search in names and text of the documents"))
        self.field.setClearButtonEnabled(True)
        self.nothing = label("", "muted", wrap=True)
        self.nothing.hide()
        self.adding = self._make_adding()
        self._parts = QSplitter(Qt.Orientation.Vertical)
        self._parts.setChildrenCollapsible(False)
        self._parts.setHandleWidth(1)
        for part, share in ((self.view, 3), (self.content, 2)):
            self._parts.addWidget(part)
            self._parts.setStretchFactor(self._parts.count() - 1, share)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self._make_head(context, title))
        for widget in (self.field, self.refused, self.adding, self.strip, self.nothing):
            layout.addWidget(widget)
        layout.addWidget(self._parts, 1)
        self._connect()

    def _make_head(self, context: AppContext, title: str) -> QWidget:
        self.counts = label("", "muted")
        self.add_button = push_button(tr("Library", "Add files…"), self.files_chosen.emit, role="primary")
        self.add_button.setToolTip(tr("Library", "Add files (Ctrl+O)"))
        self.folder_button = push_button(tr("Library", "Add folder…"), self.folder_chosen.emit)
        self.folder_button.setToolTip(tr("Library", "Add a folder (Ctrl+Shift+O)"))
        give_icon(self.folder_button, context.theme, "folder")
        self.more_button = IconButton(context.theme, "more", tr("Library", "More"), self.more_chosen.emit)
        self._adds = context.may(Permission.ADD_DOCUMENTS)
        for button in (self.folder_button, self.add_button, self.more_button):
            show_if(button, self._adds)
        head = QWidget()
        head.setLayout(
            row(label(title, "title"), self.counts, 1, self.folder_button, self.add_button, self.more_button)
        )
        return head

    def _make_adding(self) -> QWidget:
        words = label(tr("Library", "Taking in the files…"), "muted")
        stop = push_button(tr("Library", "Stop"), self.stop_adding_chosen.emit, role="link")
        made = QWidget()
        made.setLayout(row(words, stop, 1))
        made.hide()
        return made

    def _connect(self) -> None:
        self.field.textChanged.connect(self._search)
        self.field.returnPressed.connect(self.focus_results)
        self.content.found.connect(self._share_room)
        here = Qt.ShortcutContext.WidgetShortcut
        QShortcut(QKeySequence("Down"), self.field, self.focus_results, context=here)

    def tell(self) -> None:
        """Bring everything that counts documents up to date."""
        documents = self._table.documents
        self.counts.setText(library_counts(documents))
        self.strip.show_documents(documents)
        self._tell_nothing()

    def focus_results(self) -> None:
        """Into the table, or into the passages where no name fits."""
        if self._table.rows:
            self.view.focus_first()
        elif self.content.passages.count():
            self.content.passages.setCurrentIndex(self.content.passages.model().index(0, 0))
            self.content.passages.setFocus()

    def set_narrow(self, narrow: bool) -> None:
        """Leave out what a narrow page has no room for."""
        for column in (Column.PAGES, Column.SIZE, Column.ADDED):
            self.view.setColumnHidden(column, narrow)
        show_if(self.folder_button, self._adds and not narrow)

    def _search(self, text: str) -> None:
        self._table.set_words(text)
        self.content.search(text)
        self._tell_nothing()

    def _tell_nothing(self) -> None:
        text = self.field.text().strip()
        none = bool(text) and not self._table.rows
        self.nothing.setText(tr("Library", "No document is named like “{words}”.", words=text) if none else "")
        show_if(self.nothing, none)
        show_if(self.view, not none)

    def _share_room(self) -> None:
        """Few rows leave their room to the passages."""
        rows = self.view.verticalHeader().defaultSectionSize() * len(self._table.rows)
        height = self._parts.height()
        table = min(rows + self.view.horizontalHeader().height() + SPACE_M, height // 2)
        self._parts.setSizes([table, height - table])
