"""Settings, "Backup": how old the last one is, where they go and how often, and making one now."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from PySide6.QtWidgets import QFileDialog

from app.context import AppContext
from app.dialogs.backups import BackupsDialog
from app.i18n import size_text, tr, when_text
from app.operations import Operation
from app.views.settings.policy import change_policy
from app.views.settings.section import Choices, Section
from app.widgets.buttons import push_button
from app.widgets.feedback import Notice, ProgressLine
from app.widgets.labels import ElidedLabel, label, set_role
from app.widgets.layout import row, show_if
from app.words.backup import age_words
from app.words.progress import backup_words
from engine.types import BackupInfo, BackupProgress, BackupState, Change, Topic


class BackupCard(Section):
    """For administrators. Backups are encrypted: any folder or drive will do."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(tr("Backup", "Backup"))
        self._context = context
        self._making: Operation[BackupInfo] | None = None
        self.state = label("", "muted", wrap=True)
        self.beside = label(
            tr(
                "Backup",
                "This folder is beside the workspace: a broken disk takes both. Choose another, on a drive.",
            ),
            "warn",
            wrap=True,
        )
        self.problem = Notice(context.theme, ("error", "bad"), tone="bad")
        self.folder = ElidedLabel("", "muted")
        self.change_folder = push_button(tr("Backup", "Change …"), self._choose_folder)
        self.change_folder.setAccessibleName(tr("Backup", "Change the folder for backups"))
        self.make = push_button(tr("Backup", "Back up now"), self.make_now, role="primary")
        self.show_all = push_button(tr("Backup", "Show backups …"), self._show_all)
        self.cancel = push_button(tr("Backup", "Cancel"), self._cancel)
        self.progress = ProgressLine()
        self._add_choices()
        for widget in (self.beside, self.state, self.problem, self.progress):
            self.body.addWidget(widget)
        self.body.addLayout(row(self.make, self.cancel, self.show_all, 1))
        for hidden in (self.problem, self.progress, self.cancel):
            show_if(hidden, False)
        context.changes.changed.connect(self._on_change)
        self.load()

    def _add_choices(self) -> None:
        hours: Choices = [
            (tr("Backup", "Every 4 hours"), 4),
            (tr("Backup", "Every 12 hours"), 12),
            (tr("Backup", "Every day"), 24),
            (tr("Backup", "Every week"), 168),
            (tr("Backup", "Not by itself"), 0),
        ]
        keep: Choices = [(tr("Backup", "The last {count}", count=count), count) for count in (7, 14, 30, 90)]
        now = self._context.workspace.policy.get().backup
        self.choice("every_hours", tr("Backup", "Make one by itself"), hours, now.every_hours, self._set)
        self.choice("keep", tr("Backup", "Keep"), keep, now.keep, self._set)
        at = self.grid.rowCount()
        self.grid.addWidget(label(tr("Backup", "Folder")), at, 0)
        self.grid.addLayout(row(self.folder, self.change_folder, widest=self.folder), at, 1)

    def load(self) -> None:
        """Ask the workspace how it stands."""
        backups = self._context.workspace.backups
        self._context.operations.start(
            lambda _job: backups.state(),
            owner=self,
            on_success=self._show,
            on_failure=self._context.notices.error,
        )

    def make_now(self) -> None:
        """Make and verify a backup."""
        backups = self._context.workspace.backups
        self._run(True)
        self._making = self._context.operations.start(
            lambda job: backups.make(job.report, job.token),
            owner=self,
            on_success=self._made,
            on_progress=self._show_progress,
            # Why it failed is in the state, which is asked for at the end.
            on_failure=lambda _error: None,
            on_finished=lambda: self._run(False),
        )

    def _made(self, info: BackupInfo) -> None:
        words = tr("Backup", "Backed up and checked: {size}.", size=size_text(info.size))
        self._context.notices.toast(words)

    def _show(self, state: BackupState) -> None:
        words = age_words(state)
        if state.last is not None:
            made = when_text(state.last.made_at)
            words = tr("Backup", "{age} ({moment}, {size}).", age=words, moment=made, size=size_text(state.last.size))
        self.state.setText(words)
        set_role(self.state, "warn" if state.late else "muted")
        self.folder.setText(state.folder)
        show_if(self.beside, not self._context.workspace.policy.get().backup.folder)
        self.problem.say(state.problem, state.advice)
        show_if(self.problem, bool(state.problem))
        self.make.setEnabled(not state.running)

    def _show_progress(self, progress: BackupProgress) -> None:
        self.progress.show_progress(progress.done, progress.total, backup_words(progress))

    def _run(self, running: bool) -> None:
        self.make.setEnabled(not running)
        self.progress.show_progress(0, 0, tr("Backup", "Beginning …"))
        show_if(self.progress, running)
        show_if(self.cancel, running)
        if not running:
            self.load()

    def _cancel(self) -> None:
        if self._making is not None:
            self._making.cancel()

    def _set(self, name: str, value: Any) -> None:
        change_policy(
            self._context, self, lambda now: replace(now, backup=replace(now.backup, **{name: value})), self._refused
        )

    def _refused(self) -> None:
        now = self._context.workspace.policy.get().backup
        for name in self.choices:
            self.show_choice(name, getattr(now, name))

    def _choose_folder(self) -> None:
        words = tr("Backup", "Folder or drive for backups")
        chosen = QFileDialog.getExistingDirectory(self, words, self.folder.text())
        if chosen:
            self.use_folder(chosen)

    def use_folder(self, folder: str) -> None:
        """Let backups go to a folder from now on."""
        self._set("folder", folder)

    def _show_all(self) -> None:
        dialog = BackupsDialog(self._context, self.window())
        dialog.exec()
        if dialog.chosen is not None:
            self._context.navigation.restore(dialog.chosen)

    def _on_change(self, change: Change) -> None:
        if change.topic in (Topic.POLICY, Topic.STATUS):
            self._refused()
            self.load()
