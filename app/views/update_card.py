"""Settings, "Updates": which version runs, an update file looked at, asked about once, put in, and the restart."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.context import AppContext
from app.dialogs.confirm import confirmed
from app.i18n import tr
from app.operations import Operation
from app.views.update_words import State, headline, stage_words, words
from app.widgets.buttons import push_button
from app.widgets.command_line import CommandLine
from app.widgets.feedback import ErrorPanel, ProgressLine
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, Card, row, show_if
from engine.errors import UserError
from engine.types import UpdateInfo, UpdateProgress, UpdateStage


class UpdateCard(Card):
    """restart_asked: everything is to be closed and the new version started. turned: it shows something else."""

    restart_asked = Signal()
    turned = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.state = State.IDLE
        self._file: Path | None = None
        self._found: UpdateInfo | None = None
        self._operation: Operation[UpdateInfo] | None = None
        self.copy = context.workspace.updates.copy()
        self.headline = label("", "", wrap=True)
        self.words = label("", "muted", wrap=True)
        self.notes = label("", "small", wrap=True)
        self.progress = ProgressLine()
        self.error = ErrorPanel(context.theme, on_dismiss=self._forget_error)
        self.command = CommandLine()
        self.choose = push_button(tr("Updates", "Open an update file …"), self._choose)
        self.back = push_button("", self._go_back, role="link")
        self.install = push_button(tr("Updates", "Install"), self._install, role="primary")
        self.not_now = push_button(tr("Updates", "Not now"), self._reset)
        self.cancel = push_button(tr("Updates", "Cancel"), self._cancel)
        self.restart = push_button(tr("Updates", "Restart now"), self.restart_asked.emit, role="primary")
        self.later = push_button(tr("Updates", "Later"), self._later)
        self.body.setSpacing(SPACE_L)
        self.body.addWidget(label(tr("Updates", "Updates"), "heading"))
        for each in (self.headline, self.words, self.notes, self.command, self.progress, self.error):
            self.body.addWidget(each)
        buttons = (self.choose, self.install, self.not_now, self.cancel, self.restart, self.later, self.back)
        self.body.addLayout(row(*buttons, 1))
        # One may have been put in before the workspace was locked, or by an administrator.
        self._waiting = self.copy.waiting
        self._rest()

    def open(self, file: Path) -> None:
        """Look at a file; a running installation goes on and the file is left."""
        if self.state in (State.CHECKING, State.RUNNING):
            self.context.notices.toast(tr("Updates", "An update is already under way."))
            return
        updates = self.context.workspace.updates
        self._file = file
        self._turn(State.CHECKING)
        self.context.operations.start(
            lambda _job: updates.inspect(file), owner=self, on_success=self._show_found, on_failure=self._fail
        )

    def _choose(self) -> None:
        pattern = tr("Updates", "Chartside updates (*.chartside-update)")
        name, _filter = QFileDialog.getOpenFileName(self, tr("Updates", "Open an update file"), "", pattern)
        if name:
            self.open(Path(name))

    def _show_found(self, found: UpdateInfo) -> None:
        self._found = found
        self._turn(State.FOUND)
        if self.install.isVisible():
            self.install.setFocus()

    def _install(self) -> None:
        file, workspace = self._file, self.context.workspace
        if file is None:
            return
        self._turn(State.RUNNING)
        self.cancel.setFocus()
        self._operation = self.context.operations.start(
            lambda job: workspace.update(file, job.report, job.token),
            owner=self,
            on_progress=self._show_progress,
            on_success=lambda info: self._finish(info.version),
            on_failure=self._fail,
            on_cancelled=self._stopped,
        )

    def _show_progress(self, progress: UpdateProgress) -> None:
        self.progress.show_progress(progress.done, progress.total, stage_words(progress))
        # From here on it is a matter of moments, and stopping would leave nothing to come back to.
        self.cancel.setEnabled(progress.stage is not UpdateStage.SWITCHING)

    def _cancel(self) -> None:
        if self._operation is not None:
            self._operation.cancel()
            self.cancel.setEnabled(False)

    def _finish(self, version: str) -> None:
        self._waiting = version
        self._rest()
        self.restart.setFocus()

    def _stopped(self) -> None:
        self.context.notices.toast(tr("Updates", "The update was stopped. Nothing was changed."))
        self._turn(State.FOUND)

    def _go_back(self) -> None:
        updates, version = self.context.workspace.updates, self.copy.previous
        question = tr("Updates", "Go back to version {version}?", version=version)
        consequence = tr(
            "Updates",
            "It is used from the next start on. Documents and settings stay. If it cannot open the workspace as this "
            "version left it, it offers the copy from before the update.",
        )
        if confirmed(question, consequence, tr("Updates", "Go back"), self.window()):
            self.context.operations.start(
                lambda _job: updates.roll_back(), owner=self, on_success=self._finish, on_failure=self._fail
            )

    def _fail(self, error: UserError) -> None:
        self._rest()
        self.error.show_error(error)

    def _later(self) -> None:
        self.later.hide()
        self.restart.clearFocus()

    def _forget_error(self) -> None:
        self.error.hide()
        self.choose.setFocus()

    def _reset(self) -> None:
        self._rest()
        self.choose.setFocus()

    def _rest(self) -> None:
        """Nothing is asked or goes on; what waits for the next start is named."""
        self._found = UpdateInfo(self._waiting, "", 0) if self._waiting else None
        self._turn(State.DONE if self._waiting else State.IDLE)

    def _turn(self, state: State) -> None:
        self.state = state
        self._show()
        self.turned.emit()

    def _show(self) -> None:
        state, copy, found = self.state, self.copy, self._found
        by_hand = copy.administrator and not copy.asks
        self.headline.setText(headline(state, copy, found))
        self.words.setText(words(state, copy, found))
        show_if(self.words, bool(self.words.text()))
        self.notes.setText(found.notes if found is not None else "")
        show_if(self.notes, state is State.FOUND and bool(self.notes.text()))
        show_if(self.command, state is State.FOUND and by_hand)
        if found is not None and self._file is not None and by_hand:
            self.command.show_command(self.context.workspace.updates.command(self._file))
        show_if(self.progress, state in (State.CHECKING, State.RUNNING))
        self.progress.show_progress(0, 0, tr("Updates", "checking the file …"))
        self.error.hide()
        show_if(self.choose, state is State.IDLE and copy.updates)
        show_if(self.back, state is State.IDLE and bool(copy.previous))
        self.back.setText(tr("Updates", "Go back to version {version} …", version=copy.previous))
        show_if(self.install, state is State.FOUND and not by_hand)
        show_if(self.not_now, state is State.FOUND)
        show_if(self.cancel, state is State.RUNNING)
        self.cancel.setEnabled(True)
        for button in (self.restart, self.later):
            show_if(button, state is State.DONE)
