"""The Library page: the clinic's documents, their states, and search in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.context import AppContext, OpenDocument
from app.i18n import tr
from app.views.library.acts import LibraryActs
from app.views.library.drop import DropHint, dropped_paths
from app.views.library.feed import LibraryFeed
from app.views.library.model import DOCUMENT, Column, DocumentTable
from app.views.library.password import PasswordDialog
from app.views.library.progress import ImportStrip
from app.views.library.refused import RefusedPanel
from app.views.library.search import ContentSearch
from app.views.library.table import DocumentView
from app.views.library.wording import library_counts
from app.views.page import Page
from app.widgets.buttons import IconButton, give_icon, push_button
from app.widgets.document_pane import Span
from app.widgets.feedback import EmptyState
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_XL, row
from app.widgets.source_opener import SourceOpener
from engine.errors import UserError
from engine.types import DocumentInfo, DocumentState

if TYPE_CHECKING:
    from engine.library.outcome import AddResult
    from engine.types import Passage

_NARROW_PX = 560


class LibraryPage(Page):
    """Adds, lists, searches and removes documents."""

    key = "library"
    icon = "library"

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.table = DocumentTable(self)
        self.acts = LibraryActs(context, self)
        self.feed = LibraryFeed(context, self)
        self.opener = SourceOpener(context, self)
        self.view = DocumentView(context.theme, self.table)
        self.strip = ImportStrip()
        self.refused = RefusedPanel(context.theme)
        self.content = ContentSearch(context)
        self._loaded = False
        self._wanted: OpenDocument | None = None
        self._lay_out()
        self.drop_hint = DropHint(context.theme, self)
        self.setAcceptDrops(True)
        self._connect()

    @classmethod
    def title(cls) -> str:
        return tr("Library", "Library")

    def _lay_out(self) -> None:
        theme = self.context.theme
        self.search_field = QLineEdit()
        self.search_field.setPlaceholderText(tr("Library", "Search names and text"))
        self.search_field.setAccessibleName(tr("Library", "Search in names and text of the documents"))
        self.search_field.setClearButtonEnabled(True)
        self.counts = label("", "muted")
        self.add_button = push_button(tr("Library", "Add files…"), self.choose_files, role="primary")
        self.add_button.setToolTip(tr("Library", "Add files (Ctrl+O)"))
        self.folder_button = push_button(tr("Library", "Add folder…"), self.choose_folder)
        give_icon(self.folder_button, theme, "folder")
        self.more_button = IconButton(theme, "more", tr("Library", "More"), self._more_menu)
        head = row(label(self.title(), "title"), self.counts, 1, self.folder_button, self.add_button, self.more_button)
        self.adding = label(tr("Library", "Taking in the files…"), "muted")
        self.adding.hide()
        self.nothing = label("", "muted", wrap=True)
        self.nothing.hide()
        self.parts = QSplitter(Qt.Orientation.Vertical)
        self.parts.setChildrenCollapsible(False)
        self.parts.setHandleWidth(1)
        self.parts.addWidget(self.view)
        self.parts.addWidget(self.content)
        self.parts.setStretchFactor(0, 3)
        self.parts.setStretchFactor(1, 2)
        self.full = QWidget()
        inner = QVBoxLayout(self.full)
        inner.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        inner.setSpacing(SPACE_M)
        inner.addLayout(head)
        for widget in (self.search_field, self.refused, self.adding, self.strip, self.nothing):
            inner.addWidget(widget)
        inner.addWidget(self.parts, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.full)
        self.empty = self._make_empty()
        self.stack.addWidget(self.empty)
        self.outer.addWidget(self.stack)
        self.setFocusProxy(self.view)

    def _make_empty(self) -> EmptyState:
        empty = EmptyState(
            self.context.theme,
            "library",
            tr("Library", "Add the documents that your clinic works by."),
            button=tr("Library", "Add files…"),
            on_click=self.choose_files,
            example=tr("Library", "Or drop files and folders here: PDF, Word, web pages, text, Markdown, scans."),
        )
        self.samples_button = push_button(
            tr("Library", "Try it with the sample library"), self._add_samples, role="link"
        )
        empty.body.insertWidget(empty.body.count() - 1, self.samples_button, 0, Qt.AlignmentFlag.AlignHCenter)
        return empty

    def _connect(self) -> None:
        self.feed.listed.connect(self._list)
        self.feed.updated.connect(self._update)
        self.feed.paused_changed.connect(self.strip.set_paused)
        self.strip.pause_chosen.connect(self.acts.set_paused)
        self.acts.added.connect(self._took)
        self.acts.adding.connect(self.adding.setVisible)
        self.acts.changed.connect(self.feed.refresh)
        self.search_field.textChanged.connect(self._search)
        self.search_field.returnPressed.connect(self._into_results)
        self.content.chosen.connect(self._open_passage)
        self.content.found.connect(self._share_room)
        self.view.opened.connect(self.open_document)
        self.view.remove_chosen.connect(lambda: self.acts.remove(self.view.selected()))
        self.view.menu_wanted.connect(self._row_menu)
        scope = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence("Ctrl+O"), self, self.choose_files, context=scope)
        QShortcut(QKeySequence("Ctrl+Shift+O"), self, self.choose_folder, context=scope)
        QShortcut(
            QKeySequence("Down"), self.search_field, self._into_results, context=Qt.ShortcutContext.WidgetShortcut
        )

    # the window's keys

    def activate(self, target: object | None) -> None:
        """Refresh; select the document that was asked for."""
        self._wanted = target if isinstance(target, OpenDocument) else None
        self.feed.refresh()
        (self.empty.button if self.stack.currentWidget() is self.empty else self.view).setFocus()

    def search_here(self) -> None:
        self.search_field.setFocus()
        self.search_field.selectAll()

    def start_new(self) -> bool:
        return False

    def escape(self) -> bool:
        """Empties the search field."""
        if self.search_field.text() and not self.context.panel.is_open:
            self.search_field.clear()
            return True
        return False

    def next_problem(self, step: int) -> None:
        """Selects the next document that failed."""
        failed = [
            index
            for index in range(self.view.filter.rowCount())
            if self.view.filter.index(index, Column.STATE).data(DOCUMENT).state is DocumentState.FAILED
        ]
        if not failed:
            return
        here = self.view.currentIndex().row()
        after = [index for index in failed if (index > here if step > 0 else index < here)]
        self.view.selectRow((after or failed)[0 if step > 0 else -1])
        self.view.setFocus()

    def close_work(self) -> None:
        self.acts.stop_adding()
        self.opener.close()

    # documents

    def _list(self, documents: list[DocumentInfo]) -> None:
        self.table.show(documents)
        self._loaded = True
        self._tell()
        if self._wanted is not None:
            self._open_wanted(self._wanted)

    def _update(self, documents: list[DocumentInfo]) -> None:
        self.table.update(documents)
        self._tell()

    def _tell(self) -> None:
        documents = self.table.documents
        self.counts.setText(library_counts(documents))
        self.strip.show_documents(documents)
        empty = not documents and not self.refused.isVisibleTo(self.full)
        self.stack.setCurrentWidget(self.empty if empty else self.full)
        self._tell_nothing()

    def _open_wanted(self, wanted: OpenDocument) -> None:
        self._wanted = None
        document = self.table.document(wanted.document_id)
        if document is None:
            self.context.notices.error(
                UserError(
                    tr("Library", "This document is not in the library any more."),
                    tr("Library", "Add the file again to look into it."),
                )
            )
            return
        self.search_field.clear()
        self.view.select(document.id)
        span = Span(wanted.start, wanted.end) if wanted.start is not None and wanted.end is not None else None
        self.opener.open(document.id, document.name, span)

    def open_document(self, document: DocumentInfo) -> None:
        """Show a document; ask for its password, or say why it cannot be shown."""
        if document.needs_password:
            self.enter_password(document)
        elif document.state is DocumentState.FAILED and document.error is not None:
            problem = document.error
            self.opener.show_error(document.name, UserError(problem.message, problem.advice, problem.details))
        else:
            self.opener.open(document.id, document.name, None)

    def enter_password(self, document: DocumentInfo) -> None:
        """Ask for the password of a protected document and read it again."""
        dialog = PasswordDialog(document.name, self.window())
        dialog.accepted.connect(lambda: self.acts.retry([document], dialog.password))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _open_passage(self, passage: Passage) -> None:
        self.opener.open(passage.document_id, passage.document, Span(passage.start, passage.end))

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

    def _add_samples(self) -> None:
        self.acts.add_samples()

    def _took(self, result: AddResult) -> None:
        self.refused.hide()
        self.refused.show_refused(result.refused)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()
            self.drop_hint.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: ARG002 - Qt's signature
        self.drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.drop_hint.hide()
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.acts.add(paths)

    # searching

    def _search(self, text: str) -> None:
        self.view.filter.set_words(text)
        self.content.search(text)
        self._tell_nothing()

    def _tell_nothing(self) -> None:
        text = self.search_field.text().strip()
        none = bool(text) and not self.view.filter.rowCount()
        self.nothing.setText(tr("Library", "No document is named like “{words}”.", words=text) if none else "")
        self.nothing.setVisible(none)
        self.view.setVisible(not none)

    def _share_room(self) -> None:
        """Few rows leave their room to the passages."""
        rows = self.view.verticalHeader().defaultSectionSize() * self.view.filter.rowCount()
        height = self.parts.height()
        table = min(rows + self.view.horizontalHeader().height() + SPACE_M, height // 2)
        self.parts.setSizes([table, height - table])

    def _into_results(self) -> None:
        if self.view.filter.rowCount():
            self.view.focus_first()
        elif self.content.passages.count():
            self.content.passages.setCurrentIndex(self.content.passages.model().index(0, 0))
            self.content.passages.setFocus()

    # menus

    def _row_menu(self, place: QPoint) -> None:
        documents = self.view.selected()
        if not documents:
            return
        first, theme = documents[0], self.context.theme
        menu = QMenu(self)
        menu.addAction(theme.icon("eye"), tr("Library", "Open"), lambda: self.open_document(first))
        if first.state is not DocumentState.FAILED:
            viewer = tr("Library", "Open in viewer")
            menu.addAction(
                theme.icon("external"), viewer, lambda: self.opener.open(first.id, first.name, None, in_viewer=True)
            )
        if first.needs_password:
            menu.addAction(theme.icon("key"), tr("Library", "Enter password…"), lambda: self.enter_password(first))
        failed = [document for document in documents if document.state is DocumentState.FAILED]
        if failed:
            menu.addAction(theme.icon("retry"), tr("Library", "Try again"), lambda: self.acts.retry(failed))
        menu.addSeparator()
        menu.addAction(theme.icon("book"), tr("Library", "Read again"), lambda: self.acts.reindex(documents))
        menu.addAction(theme.icon("trash"), tr("Library", "Remove"), lambda: self.acts.remove(documents))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.view.viewport().mapToGlobal(place))

    def _more_menu(self) -> None:
        theme = self.context.theme
        menu = QMenu(self)
        failed = [document for document in self.table.documents if document.state is DocumentState.FAILED]
        again = [document for document in failed if not document.needs_password]
        retry = menu.addAction(
            theme.icon("retry"), tr("Library", "Try all failed again"), lambda: self.acts.retry(again)
        )
        retry.setEnabled(bool(again))
        menu.addAction(theme.icon("book"), tr("Library", "Read all documents again"), lambda: self.acts.reindex(None))
        menu.addAction(theme.icon("plus"), tr("Library", "Add the sample library"), self._add_samples)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.more_button.mapToGlobal(QPoint(0, self.more_button.height())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < self.context.theme.scaled(_NARROW_PX)
        for column in (Column.PAGES, Column.SIZE, Column.ADDED):
            self.view.setColumnHidden(column, narrow)
        self.folder_button.setVisible(not narrow)
        if self.drop_hint.isVisible():
            self.drop_hint.cover()
