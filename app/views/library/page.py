"""The Library page: the clinic's documents, their states, and search in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QStackedWidget

from app.context import AppContext, OpenDocument
from app.i18n import tr
from app.views.library.acts import LibraryActs
from app.views.library.feed import LibraryFeed
from app.views.library.menus import LibraryMenus
from app.views.library.model import DocumentTable
from app.views.library.opening import Opening
from app.views.library.shelf_view import ShelfView
from app.views.page import Page
from app.widgets.buttons import push_button
from app.widgets.drop import DropTarget
from app.widgets.feedback import EmptyState
from engine.types import DocumentInfo, DocumentState, Permission

if TYPE_CHECKING:
    from engine.library.outcome import AddResult

_NARROW_PX = 560


class LibraryPage(Page):
    """Adds, lists, searches and removes documents."""

    key = "library"
    icon = "library"

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._wanted: OpenDocument | None = None
        self.table = DocumentTable(self)
        self.acts = LibraryActs(context, self)
        self.feed = LibraryFeed(context, self)
        self.opening = Opening(context, self.acts, self)
        self.menus = LibraryMenus(context, self.acts, self.opening, self)
        self.shelf = ShelfView(context, self.table, self.title())
        self.empty = self._make_empty()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.shelf)
        self.stack.addWidget(self.empty)
        self.outer.addWidget(self.stack)
        self.setFocusProxy(self.shelf.view)
        self._adds = context.may(Permission.ADD_DOCUMENTS)
        self._removes = context.may(Permission.REMOVE_DOCUMENTS)
        self.drop: DropTarget | None = None
        if self._adds:
            self.drop = DropTarget(context.theme, self, tr("Library", "Drop to add to the library"))
        self._connect()

    @classmethod
    def title(cls) -> str:
        return tr("Library", "Library")

    def _make_empty(self) -> EmptyState:
        if not self.context.may(Permission.ADD_DOCUMENTS):
            words = tr("Library", "There are no documents yet. Colleagues who may add them do so here.")
            self.samples_button = push_button("", role="link")
            return EmptyState(self.context.theme, "library", words)
        empty = EmptyState(
            self.context.theme,
            "library",
            tr("Library", "Add the documents that your clinic works by."),
            button=tr("Library", "Add files…"),
            on_click=self.choose_files,
            example=tr("Library", "Or drop files and folders here: PDF, Word, web pages, text, Markdown, scans."),
        )
        words = tr("Library", "Try it with the sample library")
        self.samples_button = push_button(words, self.acts.add_samples, role="link")
        empty.body.insertWidget(empty.body.count() - 1, self.samples_button, 0, Qt.AlignmentFlag.AlignHCenter)
        return empty

    def _connect(self) -> None:
        shelf = self.shelf
        self.feed.listed.connect(self._list)
        self.feed.updated.connect(self._update)
        self.feed.paused_changed.connect(shelf.strip.set_paused)
        self.acts.added.connect(self._took)
        self.acts.adding.connect(shelf.adding.setVisible)
        self.acts.changed.connect(self.feed.refresh)
        if self.drop is not None:
            self.drop.dropped.connect(self.acts.add)
        shelf.files_chosen.connect(self.choose_files)
        shelf.folder_chosen.connect(self.choose_folder)
        shelf.more_chosen.connect(self._more_menu)
        shelf.stop_adding_chosen.connect(self.acts.stop_adding)
        shelf.strip.pause_chosen.connect(self.acts.set_paused)
        shelf.refused.dismissed.connect(self._tell)
        shelf.content.chosen.connect(self.opening.passage)
        shelf.view.opened.connect(self.opening.document)
        if self._removes:
            shelf.view.remove_chosen.connect(lambda: self.acts.remove(shelf.view.selected()))
        shelf.view.menu_wanted.connect(self._row_menu)
        if not self._adds:
            return
        scope = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence("Ctrl+O"), self, self.choose_files, context=scope)
        QShortcut(QKeySequence("Ctrl+Shift+O"), self, self.choose_folder, context=scope)

    # the window's keys

    def activate(self, target: object | None) -> None:
        """Refresh; select the document that was asked for."""
        self._wanted = target if isinstance(target, OpenDocument) else None
        self.feed.refresh()
        self._take_focus()

    def search_here(self) -> None:
        self.shelf.field.setFocus()
        self.shelf.field.selectAll()

    def escape(self) -> bool:
        """Empties the search field, unless there is a side panel to close first."""
        if self.shelf.field.text() and not self.context.panel.is_open:
            self.shelf.field.clear()
            return True
        return False

    def next_problem(self, step: int) -> None:
        """Selects the next document that failed."""
        view = self.shelf.view
        failed = [row for row, document in enumerate(self.table.rows) if document.state is DocumentState.FAILED]
        if failed:
            here = view.currentIndex().row()
            after = [row for row in failed if (row > here if step > 0 else row < here)]
            view.selectRow((after or failed)[0 if step > 0 else -1])
            view.setFocus()

    def close_work(self) -> None:
        self.acts.stop_adding()
        self.opening.close()

    # documents

    def _list(self, documents: list[DocumentInfo]) -> None:
        self.table.show(documents)
        self._tell()
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self._show_wanted(wanted)

    def _update(self, documents: list[DocumentInfo]) -> None:
        self.table.update(documents)
        self._tell()

    def _tell(self) -> None:
        self.shelf.tell()
        empty = not self.table.documents and not self.shelf.refused.isVisibleTo(self.shelf)
        wanted = self.empty if empty else self.shelf
        if self.stack.currentWidget() is not wanted:
            focused = self.stack.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
            self.stack.setCurrentWidget(wanted)
            if focused:
                self._take_focus()

    def _take_focus(self) -> None:
        (self.empty.button if self.stack.currentWidget() is self.empty else self.shelf.view).setFocus()

    def _show_wanted(self, wanted: OpenDocument) -> None:
        self.shelf.field.clear()
        self.shelf.view.select(wanted.document_id)
        self.opening.target(self.table.document(wanted.document_id), wanted)

    # adding

    def choose_files(self) -> None:
        """Ask for files and take them in."""
        chosen, _ = QFileDialog.getOpenFileNames(self, tr("Library", "Add files"), str(Path.home()))
        if chosen:
            self.acts.add([Path(name) for name in chosen])

    def choose_folder(self) -> None:
        """Ask for a folder and take in what is in it."""
        chosen = QFileDialog.getExistingDirectory(self, tr("Library", "Add a folder"), str(Path.home()))
        if chosen:
            self.acts.add([Path(chosen)])

    def _took(self, result: AddResult) -> None:
        self.shelf.refused.hide()
        self.shelf.refused.show_refused(result.refused)

    # menus

    def _row_menu(self, place: QPoint) -> None:
        documents = self.shelf.view.selected()
        if documents:
            self.menus.of_documents(documents).popup(self.shelf.view.viewport().mapToGlobal(place))

    def _more_menu(self) -> None:
        button = self.shelf.more_button
        self.menus.of_library(self.table.documents).popup(button.mapToGlobal(QPoint(0, button.height())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.shelf.set_narrow(self.width() < self.context.theme.scaled(_NARROW_PX))
