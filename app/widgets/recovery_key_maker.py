"""Making a recovery key: shown once, kept on paper, typed back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QLineEdit, QVBoxLayout, QWidget

from app.context import AppContext
from app.i18n import day_text, tr
from app.recovery_sheet import print_sheet, printers, save_pdf
from app.widgets.buttons import push_button
from app.widgets.feedback import ErrorPanel
from app.widgets.labels import label, set_role
from app.widgets.layout import SPACE_M, column, row, show_if
from engine.errors import UserError


class RecoveryKeyMaker(QWidget):
    """confirmed: the key was typed back and opens the workspace from now on. later: the person puts it off."""

    confirmed = Signal()
    later = Signal()

    def __init__(self, context: AppContext, later: str, parent: QWidget | None = None) -> None:
        """later: the words of the button that puts it off."""
        super().__init__(parent)
        self._context = context
        self._text = ""
        self.error = ErrorPanel(context.theme)
        self.key = label("", "recoverykey", wrap=True)
        self.saved = label("", "small", wrap=True)
        self.print_button = push_button(tr("RecoveryKey", "Print …"), self._print)
        self.pdf_button = push_button(tr("RecoveryKey", "Save as PDF …"), self._save)
        self.later_button = push_button(later, self.later.emit)
        self.next_button = push_button(tr("RecoveryKey", "Type it back"), self._type, role="primary")
        self.field = QLineEdit()
        self.field.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.field.setAccessibleName(tr("RecoveryKey", "Recovery key from the sheet"))
        self.field.returnPressed.connect(self._confirm)
        self.field.textEdited.connect(self._edited)
        self.hint = label("", "bad", wrap=True)
        self.back_button = push_button(tr("RecoveryKey", "Show it again"), self._show_again)
        self.confirm_button = push_button(tr("RecoveryKey", "Check and finish"), self._confirm, role="primary")
        self._steps = (self._shown_step(), self._typed_step())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self.error)
        for step in self._steps:
            layout.addWidget(step)
        self._show_step(0)
        self._set_ready(False)
        self._make()

    def _shown_step(self) -> QWidget:
        words = tr(
            "RecoveryKey",
            "It is shown this once. Print it or write it down, and keep the sheet where the clinic keeps its keys: "
            "whoever has it can open the records.",
        )
        step = QWidget()
        buttons = row(self.later_button, 1, self.next_button)
        keep = row(self.print_button, self.pdf_button, 1)
        step.setLayout(column(label(words, wrap=True), self.key, keep, self.saved, 1, buttons))
        show_if(self.saved, False)
        return step

    def _typed_step(self) -> QWidget:
        words = tr("RecoveryKey", "Type it from the sheet, so that it is sure to be right on the day it is needed.")
        step = QWidget()
        buttons = row(self.back_button, 1, self.confirm_button)
        step.setLayout(column(label(words, wrap=True), self.field, self.hint, 1, buttons))
        return step

    def _show_step(self, number: int) -> None:
        for at, step in enumerate(self._steps):
            show_if(step, at == number)

    def _make(self) -> None:
        people = self._context.workspace.people
        self._context.operations.start(
            lambda _job: people.make_recovery_key(),
            owner=self,
            on_success=self._made,
            on_failure=self.error.show_error,
        )

    def _made(self, key: str) -> None:
        groups = key.split()
        half = (len(groups) + 1) // 2
        self._text = key
        self.key.setText("\n".join("  ".join(part) for part in (groups[:half], groups[half:])))
        self.key.setAccessibleName(tr("RecoveryKey", "Recovery key: {key}", key=key))
        self._set_ready(True)
        self.print_button.setFocus()

    def _set_ready(self, ready: bool) -> None:
        for button in (self.print_button, self.pdf_button, self.next_button):
            button.setEnabled(ready)

    def _today(self) -> str:
        return day_text(datetime.now().astimezone().date().isoformat())

    def _print(self) -> None:
        """Look for printers only now that one is wanted: the system may look for them in the network."""
        self.print_button.setEnabled(False)
        self._context.operations.start(
            lambda _job: printers(), owner=self, on_success=self._choose_printer, on_failure=self.error.show_error
        )

    def _choose_printer(self, any_known: bool) -> None:
        self.print_button.setEnabled(True)
        if not any_known:
            words = tr(
                "RecoveryKey",
                "This computer knows no printer. Write the key down, or save the sheet and print it elsewhere.",
            )
            self._say_saved(words)
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self.window()).exec() == QPrintDialog.DialogCode.Accepted:
            print_sheet(printer, self._text, self._today())
            self._say_saved(tr("RecoveryKey", "Sent to the printer. Take the sheet out before somebody else does."))

    def _save(self) -> None:
        suggested = str(Path.home() / tr("RecoveryKey", "Chartside recovery key.pdf"))
        name, _ = QFileDialog.getSaveFileName(self, tr("RecoveryKey", "Save as PDF"), suggested, "PDF (*.pdf)")
        if name:
            self.save_to(Path(name))

    def save_to(self, file: Path) -> None:
        """Write the sheet, and say what to do with the file."""
        try:
            save_pdf(file, self._text, self._today())
        except UserError as error:
            self.error.show_error(error)
            return
        self.error.hide()
        words = tr("RecoveryKey", "Saved as {file}. Print it, then delete the file.", file=file.name)
        self._say_saved(words)

    def _say_saved(self, words: str) -> None:
        self.saved.setText(words)
        show_if(self.saved, True)

    def _type(self) -> None:
        self._show_step(1)
        self.field.setFocus()

    def _show_again(self) -> None:
        self._show_step(0)
        self.next_button.setFocus()

    def _edited(self) -> None:
        self.hint.setText("")

    def _confirm(self) -> None:
        typed, people = self.field.text(), self._context.workspace.people
        if not typed.strip() or not self.confirm_button.isEnabled():
            return
        self.confirm_button.setEnabled(False)
        self.hint.setText(tr("RecoveryKey", "Checking …"))
        set_role(self.hint, "small")
        self._context.operations.start(
            lambda _job: people.confirm_recovery_key(typed),
            owner=self,
            on_success=lambda _none: self._confirmed(),
            on_failure=self._refused,
        )

    def _confirmed(self) -> None:
        self._text = ""
        for widget in (self.field, self.key):
            widget.clear()
        self.confirmed.emit()

    def _refused(self, error: UserError) -> None:
        self.confirm_button.setEnabled(True)
        self.hint.setText(str(error))
        set_role(self.hint, "bad")
        self.field.setFocus()
