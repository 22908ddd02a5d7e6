"""Settings, "Updates": which version runs, an update file looked at, asked about once, put in, and the restart."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.context import AppContext
from app.i18n import day_text, size_text, tr
from app.operations import Operation
from app.widgets.buttons import push_button
from app.widgets.command_line import CommandLine
from app.widgets.feedback import ErrorPanel, ProgressLine
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, Card, row, show_if
from engine.errors import UserError
from engine.types import Copy, UpdateInfo, UpdateProgress, UpdateStage


class State(Enum):
    """What the card shows."""

    IDLE = "idle"
    CHECKING = "checking"
    FOUND = "found"
    RUNNING = "running"
    DONE = "done"


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
        self.install = push_button(tr("Updates", "Install"), self._install, role="primary")
        self.not_now = push_button(tr("Updates", "Not now"), self._reset)
        self.cancel = push_button(tr("Updates", "Cancel"), self._cancel)
        self.restart = push_button(tr("Updates", "Restart now"), self.restart_asked.emit, role="primary")
        self.later = push_button(tr("Updates", "Later"), self._later)
        self.body.setSpacing(SPACE_L)
        self.body.addWidget(label(tr("Updates", "Updates"), "heading"))
        for each in (self.headline, self.words, self.notes, self.command, self.progress, self.error):
            self.body.addWidget(each)
        self.buttons = (self.choose, self.install, self.not_now, self.cancel, self.restart, self.later)
        self.body.addLayout(row(*self.buttons, 1))
        self._show()

    def open(self, file: Path) -> None:
        """Look at a file; a running installation goes on and the file is left."""
        if self.state in (State.CHECKING, State.RUNNING, State.DONE):
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
            on_success=lambda _info: self._finish(),
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

    def _finish(self) -> None:
        self._turn(State.DONE)
        self.restart.setFocus()

    def _stopped(self) -> None:
        self.context.notices.toast(tr("Updates", "The update was stopped. Nothing was changed."))
        self._turn(State.FOUND)

    def _fail(self, error: UserError) -> None:
        self._found = None
        self._turn(State.IDLE)
        self.error.show_error(error)

    def _later(self) -> None:
        self.later.hide()
        self.restart.clearFocus()

    def _forget_error(self) -> None:
        self.error.hide()
        self.choose.setFocus()

    def _reset(self) -> None:
        self._found = None
        self._turn(State.IDLE)
        self.choose.setFocus()

    def _turn(self, state: State) -> None:
        self.state = state
        self._show()
        self.turned.emit()

    def _show(self) -> None:
        state, copy, found = self.state, self.copy, self._found
        by_hand = copy.administrator and not copy.asks
        self.headline.setText(_headline(state, copy, found))
        self.words.setText(_words(state, copy, found))
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
        show_if(self.install, state is State.FOUND and not by_hand)
        show_if(self.not_now, state is State.FOUND)
        show_if(self.cancel, state is State.RUNNING)
        self.cancel.setEnabled(True)
        for button in (self.restart, self.later):
            show_if(button, state is State.DONE)


def stage_words(progress: UpdateProgress) -> str:
    """What goes on, with what is counted."""
    words = {
        UpdateStage.CHECKING: tr("Updates", "checking the file"),
        UpdateStage.UNPACKING: tr("Updates", "unpacking"),
        UpdateStage.TRYING: tr("Updates", "trying whether it starts on this computer …"),
        UpdateStage.SAVING: tr("Updates", "keeping a copy of the workspace …"),
        UpdateStage.SWITCHING: tr("Updates", "switching over …"),
    }[progress.stage]
    if not progress.total:
        return words if words.endswith("…") else f"{words} …"
    return f"{words}: {size_text(progress.done)} / {size_text(progress.total)}"


def _headline(state: State, copy: Copy, found: UpdateInfo | None) -> str:
    if found is not None and state is State.DONE:
        return tr(
            "Updates", "Version {version} is installed. It is used from the next start on.", version=found.version
        )
    if found is not None and state in (State.FOUND, State.RUNNING):
        return tr("Updates", "Version {version} of {day}", version=found.version, day=day_text(found.created))
    if copy.built:
        return tr("Updates", "This is version {version} of {day}.", version=copy.version, day=day_text(copy.built))
    return tr("Updates", "This is version {version}.", version=copy.version)


def _words(state: State, copy: Copy, found: UpdateInfo | None) -> str:
    if state is State.IDLE:
        return copy.why_not or tr(
            "Updates",
            "Chartside never looks for updates by itself. Open an update file that you were given, or drop it here.",
        )
    if state is State.FOUND and found is not None:
        signed = tr("Updates", "Its signature is right. It takes {size}.", size=size_text(found.size))
        if not copy.administrator:
            rest = tr("Updates", "A copy of the workspace is kept first, and version {version} stays as the way back.")
        elif copy.asks:
            rest = tr("Updates", "An administrator's password is asked for. A copy of the workspace is kept first.")
        else:
            rest = tr("Updates", "Only an administrator may install it here. Have one run this in a terminal:")
        return f"{signed} {rest.format(version=copy.version)}"
    if state is State.DONE:
        return tr("Updates", "Restarting closes Chartside and opens it again; what you typed is kept as a draft.")
    return ""
