"""The backups of a folder: check one, or restore one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from app.context import AppContext
from app.dialogs.base import Dialog
from app.dialogs.confirm import confirmed
from app.i18n import moment_text, size_text, tr, when_text
from app.operations import Operation
from app.widgets.buttons import push_button
from app.widgets.feedback import ErrorPanel, ProgressLine
from app.widgets.labels import label
from app.widgets.layout import show_if
from app.words.progress import backup_words
from engine.errors import UserError
from engine.types import BackupInfo, BackupProgress


class BackupsDialog(Dialog):
    """chosen: the backup that is to be restored once the dialog is closed, None for none."""

    def __init__(self, context: AppContext, parent: QWidget | None) -> None:
        super().__init__(tr("Backups", "Backups"), parent, width=640)
        self._context = context
        self._checking: Operation[BackupInfo] | None = None
        self._found: list[BackupInfo] = []
        self.chosen: Path | None = None
        self.error = ErrorPanel(context.theme)
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setAccessibleName(tr("Backups", "Backups, the newest first"))
        self.list.setHeaderLabels([tr("Backups", "Made"), tr("Backups", "Size"), tr("Backups", "State")])
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.list.setMinimumHeight(context.theme.scaled(220))
        self.empty = label(tr("Backups", "There is none in this folder yet."), "muted")
        self.progress = ProgressLine()
        self.outcome = label("", "small", wrap=True)
        for widget in (self.error, self.list, self.empty, self.progress, self.outcome):
            self.body.addWidget(widget)
        self.check = self.add_button(push_button(tr("Backups", "Check"), self.check_selected))
        self.restore = self.add_button(push_button(tr("Backups", "Restore …"), self.restore_selected))
        self.add_button(push_button(tr("Backups", "Close"), self.reject), default=True)
        for widget in (self.empty, self.progress):
            show_if(widget, False)
        self.list.currentItemChanged.connect(lambda _now, _before: self._enable())
        self.finished.connect(lambda _code: self._stop())
        self._enable()
        self.load()

    def load(self) -> None:
        """Ask for the backups of the folder that they go to."""
        backups = self._context.workspace.backups
        self._context.operations.start(
            lambda _job: backups.list(), owner=self, on_success=self._show, on_failure=self.error.show_error
        )

    def check_selected(self) -> None:
        """Unpack one and check all of it."""
        info = self._selected()
        if info is None:
            return
        backups, file = self._context.workspace.backups, Path(info.file)
        self.error.hide()
        self.outcome.setText("")
        show_if(self.progress, True)
        self.progress.show_progress(0, 0, tr("Backups", "Beginning …"))
        self._checking = self._context.operations.start(
            lambda job: backups.verify(file, job.report, job.token),
            owner=self,
            on_success=self._checked,
            on_failure=self._failed,
            on_progress=self._show_progress,
            on_finished=self._ended,
        )
        self._enable()

    def restore_selected(self) -> None:
        """Lock the workspace and go to where a backup is restored; that asks again."""
        info = self._selected()
        if info is not None and confirmed(
            tr("Backups", "Restore the backup of {moment}?", moment=moment_text(info.made_at)),
            tr(
                "Backups",
                "The workspace is locked first. What was added since then is not in the backup; the present workspace "
                "is set aside, not deleted.",
            ),
            tr("Backups", "Lock and go on"),
            self,
        ):
            self.chosen = Path(info.file)
            self.accept()

    def _show(self, found: list[BackupInfo]) -> None:
        self._found = found
        self.list.clear()
        for info in found:
            state = info.problem or tr("Backups", "Checked when it was made")
            made = when_text(info.made_at) if info.made_at else Path(info.file).name
            item = QTreeWidgetItem([made, size_text(info.size), state])
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(0, info.file)
            self.list.addTopLevelItem(item)
        show_if(self.empty, not found)
        if found:
            self.list.setCurrentIndex(self.list.model().index(0, 0))
            self.list.setFocus()
        self._enable()

    def _selected(self) -> BackupInfo | None:
        at = self.list.currentIndex().row()
        return self._found[at] if 0 <= at < len(self._found) else None

    def _enable(self) -> None:
        info = self._selected()
        running = self._checking is not None and self._checking.running
        self.check.setEnabled(info is not None and not running)
        self.restore.setEnabled(info is not None and not info.problem and not running)

    def _show_progress(self, progress: BackupProgress) -> None:
        self.progress.show_progress(progress.done, progress.total, backup_words(progress))

    def _checked(self, info: BackupInfo) -> None:
        words = tr("Backups", "The backup of {moment} is sound.", moment=moment_text(info.made_at))
        self.outcome.setText(words)
        self.outcome.setAccessibleName(words)

    def _failed(self, error: UserError) -> None:
        self.error.show_error(error)

    def _ended(self) -> None:
        show_if(self.progress, False)
        self._checking = None
        self._enable()

    def _stop(self) -> None:
        if self._checking is not None:
            self._checking.cancel()
