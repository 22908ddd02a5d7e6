"""Bringing back a workspace from a backup: on a new computer, or in place of the one that is here."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QRadioButton, QWidget

from app.i18n import moment_text, size_text, tr
from app.theme import Theme
from app.views.start import StartPage
from app.widgets.buttons import push_button
from app.widgets.feedback import Notice, ProgressLine
from app.widgets.labels import ElidedLabel, label
from app.widgets.layout import SPACE_S, row, show_if
from app.widgets.passphrase import PassphraseField
from app.words.progress import backup_words
from engine.errors import UserError
from engine.types import BackupInfo, BackupProgress


class Secrets(Struct, frozen=True):
    """What opens a backup: a recovery key, or the passphrase of somebody (name: where several people may sign in)."""

    name: str = ""
    passphrase: str = ""
    recovery_key: str = ""


class RestorePage(StartPage):
    """file_chosen: a backup to look at. submitted: the file and the Secrets. cancel_wanted: stop what runs.

    left: back to the way in, restored or not.
    """

    file_chosen = Signal(object)
    submitted = Signal(object, object)
    cancel_wanted = Signal()
    left = Signal()

    def __init__(self, theme: Theme, *, in_place: bool, parent: QWidget | None = None) -> None:
        """in_place: there is a workspace here that the backup takes the place of."""
        super().__init__(
            theme,
            tr("Restore", "Restore from a backup"),
            tr("Restore", "Documents, conversations, people and the record of activity come back as they were then."),
            parent,
        )
        self._file: Path | None = None
        self._ready = False
        self._running = False
        self.file = ElidedLabel(tr("Restore", "No file chosen"), "muted")
        self.choose = push_button(tr("Restore", "Choose a backup …"), self._choose)
        self.found = label("", wrap=True)
        self.by_passphrase = QRadioButton(tr("Restore", "With a passphrase of that time"))
        self.by_key = QRadioButton(tr("Restore", "With the recovery key"))
        self.by_passphrase.setChecked(True)
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Restore", "Name"))
        self.name.setPlaceholderText(tr("Restore", "Name, where several people sign in"))
        self.passphrase = PassphraseField(theme, tr("Restore", "Passphrase"))
        self.passphrase.setPlaceholderText(tr("Restore", "Passphrase"))
        self.key = QLineEdit()
        self.key.setAccessibleName(tr("Restore", "Recovery key"))
        self.key.setPlaceholderText(tr("Restore", "Eight groups from the printed sheet"))
        self.aside = Notice(
            theme,
            ("info", "muted"),
            tr("Restore", "What is here now is kept."),
            tr("Restore", "The present workspace is set aside in a folder of its own. Nothing is deleted."),
        )
        self.progress = ProgressLine()
        self.button = push_button(tr("Restore", "Restore"), self._submit, role="primary")
        self.back = push_button(tr("Restore", "Back"), self._leave)
        self._lay_out(in_place)
        self._show()

    def _lay_out(self, in_place: bool) -> None:
        chosen = row(self.file, self.choose, widest=self.file)
        self.body.addLayout(chosen)
        self.body.addWidget(self.found)
        self.body.addSpacing(SPACE_S)
        for widget in (self.by_passphrase, self.name, self.passphrase, self.by_key, self.key):
            self.body.addWidget(widget)
        self.body.addWidget(self.aside)
        self.body.addWidget(self.progress)
        self.body.addLayout(row(self.back, 1, self.button))
        show_if(self.aside, in_place)
        show_if(self.progress, False)
        self.by_key.toggled.connect(self._choose_way)
        for field in (self.passphrase, self.key):
            field.textEdited.connect(self._show)
            field.returnPressed.connect(self._submit)
        self.name.returnPressed.connect(self.passphrase.setFocus)

    def open(self, file: Path) -> None:
        """Take a file; who shows the page looks at it and says what it found."""
        self._file, self._ready = file, False
        self.error.hide()
        self.file.setText(file.name)
        self.file.setToolTip(str(file))
        self.found.setText(tr("Restore", "Looking at the backup …"))
        self._show()
        self.file_chosen.emit(file)

    def show_found(self, info: BackupInfo) -> None:
        """The file is a backup."""
        self._ready = True
        words = tr(
            "Restore",
            "Made on {moment}, {size}, by version {version}.",
            moment=moment_text(info.made_at),
            size=size_text(info.size),
            version=info.version,
        )
        self.found.setText(words)
        self._show()
        (self.key if self.by_key.isChecked() else self.name).setFocus()

    def show_progress(self, progress: BackupProgress) -> None:
        self.progress.show_progress(progress.done, progress.total, backup_words(progress))

    def show_failure(self, error: UserError) -> None:
        """It is no backup, or it was not restored; what is here is as it was."""
        self.found.setText(self.found.text() if self._ready else "")
        self._run(False)
        self.error.show_error(error)

    def show_stopped(self) -> None:
        """The person stopped it."""
        self._run(False)

    def show_restored(self, kept: Path | None) -> None:
        """It is in place. kept: the folder of what was here before."""
        self._run(False)
        self.title.setText(tr("Restore", "The workspace is back."))
        words = tr("Restore", "Sign in as before.")
        if kept is not None:
            words = tr("Restore", "Sign in as then. What was here before is kept in {folder}.", folder=kept)
        self.sentence.setText(words)
        for at in range(self.body.count()):
            if (item := self.body.itemAt(at)) is not None and (widget := item.widget()) is not None:
                widget.hide()
        for each in (self.file, self.choose, self.back):
            each.hide()
        self.button.setText(tr("Restore", "Sign in"))
        self.button.clicked.disconnect()
        self.button.clicked.connect(lambda _checked=False: self.left.emit())
        self.button.setEnabled(True)
        self.button.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.choose.setFocus()

    def _choose(self) -> None:
        pattern = tr("Restore", "Chartside backups (*.chartside-backup)")
        name, _filter = QFileDialog.getOpenFileName(self, tr("Restore", "Choose a backup"), str(Path.home()), pattern)
        if name:
            self.open(Path(name))

    def _choose_way(self) -> None:
        self._show()
        (self.key if self.by_key.isChecked() else self.name).setFocus()

    def _show(self) -> None:
        by_key = self.by_key.isChecked()
        for widget in (self.name, self.passphrase):
            show_if(widget, not by_key)
        show_if(self.key, by_key)
        typed = self.key.text().strip() if by_key else self.passphrase.text()
        self.button.setEnabled(self._ready and bool(typed) and not self._running)

    def _run(self, running: bool) -> None:
        self._running = running
        for widget in (self.choose, self.by_passphrase, self.by_key, self.name, self.passphrase, self.key):
            widget.setEnabled(not running)
        self.back.setText(tr("Restore", "Cancel") if running else tr("Restore", "Back"))
        self.progress.show_progress(0, 0, tr("Restore", "Beginning …"))
        show_if(self.progress, running)
        self._show()

    def _submit(self) -> None:
        if not self.button.isEnabled() or self._file is None:
            return
        by_key = self.by_key.isChecked()
        secrets = (
            Secrets(recovery_key=self.key.text())
            if by_key
            else Secrets(name=self.name.text().strip(), passphrase=self.passphrase.text())
        )
        self.error.hide()
        self.passphrase.hide_text()
        self._run(True)
        self.submitted.emit(self._file, secrets)

    def _leave(self) -> None:
        (self.cancel_wanted if self._running else self.left).emit()
