"""The Activity page: filter the record, open an entry, verify all of it, save it with a signed end."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QHeaderView, QTreeView

from app.context import AppContext, ShowEntry
from app.dialogs.export import asked_export
from app.i18n import tr
from app.operations import Operation
from app.views.activity.checking import RecordChecks
from app.views.activity.entry import EntryView
from app.views.activity.filters import Filters
from app.views.activity.model import WHAT, WHEN, WHO, EntryTable
from app.views.page import Page
from app.widgets.buttons import push_button
from app.widgets.feedback import ErrorPanel
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_XL, column, row, show_if
from engine.errors import UserError
from engine.types import Actor, AuditEntry, DocumentInfo, Permission, User

_PIECE = 100
_Found = tuple[list[AuditEntry], list[User], list[DocumentInfo]]


class ActivityPage(Page):
    """For who may read the record."""

    key = "activity"
    icon = "activity"

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._shown: int | None = None
        self._loading: Operation[_Found] | None = None
        self.table = EntryTable(self)
        self.filters = Filters()
        self.error = ErrorPanel(context.theme, on_retry=self.load)
        self.checks = RecordChecks(context)
        self.verify_button = push_button(tr("Activity", "Verify"), self.verify)
        self.verify_button.setToolTip(tr("Activity", "Check that no entry was changed, removed or added afterwards"))
        self.compare_button = push_button(tr("Activity", "Compare with a file …"), self._choose_head)
        self.compare_button.setToolTip(
            tr("Activity", "Check that everything an earlier backup or saved record knew of is still there")
        )
        self.export_button = push_button(tr("Activity", "Save …"), self.export)
        self.empty = label(tr("Activity", "Nothing of this kind was recorded in this time."), "muted")
        self.view = self._make_view()
        self._lay_out()
        self.filters.changed.connect(self.load)
        self.table.more_wanted.connect(self._load_more)
        self.checks.running.connect(self._set_running)
        self.view.verticalScrollBar().valueChanged.connect(self._scrolled)

    @classmethod
    def title(cls) -> str:
        return tr("Activity", "Activity")

    @classmethod
    def is_for(cls, actor: Actor) -> bool:
        return Permission.READ_AUDIT in actor.permissions

    def _make_view(self) -> QTreeView:
        view = QTreeView()
        view.setModel(self.table)
        view.setRootIsDecorated(False)
        view.setUniformRowHeights(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setAccessibleName(tr("Activity", "Record, the newest first"))
        view.activated.connect(self._open)
        header = view.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(WHEN, QHeaderView.ResizeMode.ResizeToContents)
        width = view.fontMetrics().averageCharWidth()
        for section, characters in ((WHO, 24), (WHAT, 40)):
            header.resizeSection(section, width * characters)
        header.setMinimumSectionSize(width * 8)
        return view

    def _lay_out(self) -> None:
        heads = row(label(self.title(), "title"), 1, self.compare_button, self.verify_button, self.export_button)
        inner = column(heads, self.filters, self.error, spacing=SPACE_L)
        inner.addWidget(self.checks)
        inner.addWidget(self.empty)
        show_if(self.empty, False)
        inner.addWidget(self.view, 1)
        inner.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_L)
        self.outer.addLayout(inner)
        self.setFocusProxy(self.view)

    # the window's keys

    def activate(self, target: object | None) -> None:
        """Show the newest entries; open the one that was asked for."""
        self._shown = target.seq if isinstance(target, ShowEntry) else None
        if self._shown is not None:
            self.filters.clear()
        self.load()
        self.view.setFocus()

    def search_here(self) -> None:
        self.filters.person.setFocus()

    def close_work(self) -> None:
        self.checks.stop()

    # entries

    def load(self) -> None:
        """Ask for the newest entries that the filter lets through, and for the names of what they are about."""
        workspace, wanted = self.context.workspace, self.filters.value()
        before = None if self._shown is None else self._shown + 1
        self.error.hide()
        if self._loading is not None:
            # What an earlier filter finds may come after what this one finds.
            self._loading.detach()

        def find() -> _Found:
            entries = workspace.audit.entries(wanted, before_seq=before, limit=_PIECE)
            return entries, workspace.people.list(), workspace.library.documents()

        self._loading = self.context.operations.start(
            lambda _job: find(), owner=self, on_success=lambda found: self._show(*found), on_failure=self._fail
        )

    def _show(self, entries: list[AuditEntry], people: list[User], documents: list[DocumentInfo]) -> None:
        self.filters.offer(people, documents)
        names = {f"user:{user.id}": user.name for user in people}
        names |= {f"document:{each.id}": each.title or each.name for each in documents}
        self.table.show(entries, names, more=len(entries) == _PIECE)
        show_if(self.empty, not entries)
        if entries:
            self.view.setCurrentIndex(self.table.index(0, WHO))
            if self._shown == entries[0].seq:
                self._open(self.table.index(0, WHO))
        self._shown = None

    def _scrolled(self, value: int) -> None:
        bar = self.view.verticalScrollBar()
        if value >= bar.maximum() - bar.pageStep():
            self.table.ask_for_more()

    def _load_more(self) -> None:
        audit, wanted, last = self.context.workspace.audit, self.filters.value(), self.table.entries[-1].seq

        def add(entries: list[AuditEntry]) -> None:
            # Another filter may have been chosen meanwhile.
            if self.table.entries and self.table.entries[-1].seq == last:
                self.table.append(entries, more=len(entries) == _PIECE)

        self.context.operations.start(
            lambda _job: audit.entries(wanted, before_seq=last, limit=_PIECE),
            owner=self,
            on_success=add,
            on_failure=self._fail,
        )

    def _open(self, index: QModelIndex) -> None:
        entry = self.table.entries[index.row()]
        view = EntryView(self.context, entry, self.table.names)
        self.context.panel.show_widget(view, tr("Activity", "Entry {seq}", seq=entry.seq))

    def _fail(self, error: UserError) -> None:
        self.error.show_error(error)

    # verifying and saving

    def verify(self, head: Path | None = None) -> None:
        """Go through the whole record. head: a backup or a saved record to compare with."""
        self.checks.verify(head)

    def export(self) -> None:
        """Ask how and where to, and save what the filter lets through."""
        title, name = tr("Activity", "Save the record"), "chartside-activity"
        asked = asked_export(self.context, title, f"{name}.jsonl", name, self.window())
        if asked is not None:
            file, protection = asked
            self.checks.save(file, self.filters.value(), protection)

    def _choose_head(self) -> None:
        words = tr("Activity", "A backup or a saved record")
        name, _ = QFileDialog.getOpenFileName(self, words, str(Path.home()))
        if name:
            self.verify(Path(name))

    def _set_running(self, running: bool) -> None:
        for button in (self.verify_button, self.compare_button, self.export_button):
            button.setEnabled(not running)
