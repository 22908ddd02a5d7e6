"""Verifying the record and saving it, with what was found and how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.context import AppContext
from app.i18n import counted, tr
from app.operations import Job, Operation
from app.widgets.feedback import ErrorPanel, Notice, ProgressLine
from app.widgets.layout import SPACE_M, show_if
from engine.exports import Protection
from engine.types import AuditFilter, AuditVerdict


class RecordChecks(QWidget):
    """Takes no room while nothing goes on and nothing was found. running: whether something goes on."""

    running = Signal(bool)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._operation: Operation[Any] | None = None
        self.good = Notice(context.theme, ("check-circle", "ok"), on_dismiss=self._forget)
        self.bad = Notice(context.theme, ("error", "bad"), tone="bad", on_dismiss=self._forget)
        self.error = ErrorPanel(context.theme, on_dismiss=self._forget)
        self.progress = ProgressLine()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        for widget in (self.good, self.bad, self.error, self.progress):
            layout.addWidget(widget)
        self._forget()
        show_if(self.progress, False)
        self._show()

    def verify(self, head: Path | None) -> None:
        """Go through the whole record. head: a backup or a saved record to compare with."""
        audit = self._context.workspace.audit
        self._forget()
        self._run(
            tr("Activity", "Verifying …"), lambda job: audit.verify(_counting(job), job.token, head=head), self._tell
        )

    def save(self, file: Path, wanted: AuditFilter, protection: Protection) -> None:
        """Save what the filter lets through; the rest stands in the file by its hash alone."""
        audit, notices = self._context.workspace.audit, self._context.notices
        self._forget()
        self._run(
            tr("Activity", "Saving …"),
            lambda job: audit.export(file, wanted, protection, _counting(job), job.token),
            lambda _head: notices.toast(tr("Activity", "Saved as “{name}”.", name=file.name)),
        )

    def stop(self) -> None:
        """Give up what goes on."""
        if self._operation is not None:
            self._operation.cancel()

    def _run(self, words: str, work: Callable[[Job], Any], then: Callable[[Any], None]) -> None:
        self._set_running(words)
        self._operation = self._context.operations.start(
            work,
            owner=self,
            on_success=then,
            on_failure=self.error.show_error,
            on_progress=lambda at: self._count(*at),
            on_finished=lambda: self._set_running(""),
        )

    def _tell(self, verdict: AuditVerdict) -> None:
        if not verdict.problem:
            many = "{count} entries, and every one is as it was written."
            self.good.say(counted("Activity", "1 entry, and it is as it was written.", many, verdict.entries))
            show_if(self.good, True)
            return
        words = tr("Activity", "The record was changed from outside.")
        if verdict.first_bad is not None:
            words = tr("Activity", "The record was changed from outside, from entry {seq} on.", seq=verdict.first_bad)
        advice = tr("Activity", "Tell whoever answers for data protection, and keep the newest backup apart.")
        self.bad.say(words, f"{verdict.problem} {advice}")
        show_if(self.bad, True)

    def _forget(self) -> None:
        for notice in (self.good, self.bad, self.error):
            show_if(notice, False)
        self._show()

    def _count(self, done: int, total: int) -> None:
        self.progress.show_progress(done, total, tr("Activity", "Entry {done} of {total}", done=done, total=total))

    def _set_running(self, words: str) -> None:
        self.progress.show_progress(0, 0, words)
        show_if(self.progress, bool(words))
        self._show()
        self.running.emit(bool(words))

    def _show(self) -> None:
        show_if(self, any(not each.isHidden() for each in (self.good, self.bad, self.error, self.progress)))


def _counting(job: Job) -> Callable[[int, int], None]:
    return lambda done, total: job.report((done, total))
