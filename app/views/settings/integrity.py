"""Settings, "Integrity": whether everything stored is still as it was written."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from app.context import AppContext
from app.i18n import moment_text, tr
from app.operations import Operation
from app.views.settings.policy import change_policy
from app.views.settings.section import Choices, Section
from app.widgets.buttons import push_button
from app.widgets.feedback import Notice, ProgressLine
from app.widgets.labels import label
from app.widgets.layout import row, show_if
from app.words.progress import backup_words
from engine.types import BackupProgress, Change, CheckReport, Topic


class IntegrityCard(Section):
    """The last check in plain words, with the way out where something is damaged."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(tr("Integrity", "Integrity"))
        self._context = context
        self._checking: Operation[CheckReport] | None = None
        days: Choices = [
            (tr("Integrity", "Every day"), 1),
            (tr("Integrity", "Every week"), 7),
            (tr("Integrity", "Every month"), 30),
        ]
        now = context.workspace.policy.get().check_days
        self.choice("check_days", tr("Integrity", "Check by itself"), days, now, self._set)
        self.state = label("", "muted", wrap=True)
        self.problem = Notice(context.theme, ("error", "bad"), tone="bad")
        self.progress = ProgressLine()
        self.check = push_button(tr("Integrity", "Check now"), self.check_now)
        self.cancel = push_button(tr("Integrity", "Cancel"), self._cancel)
        for widget in (self.state, self.problem, self.progress):
            self.body.addWidget(widget)
        self.body.addLayout(row(self.check, self.cancel, 1))
        for hidden in (self.problem, self.progress, self.cancel):
            show_if(hidden, False)
        context.changes.changed.connect(self._on_change)
        self.load()

    def load(self) -> None:
        """Ask for the last report."""
        integrity = self._context.workspace.integrity
        self._context.operations.start(
            lambda _job: integrity.last(),
            owner=self,
            on_success=self._show,
            on_failure=self._context.notices.error,
        )

    def check_now(self) -> None:
        """Check everything; work goes on meanwhile."""
        integrity = self._context.workspace.integrity
        self._run(True)
        self._checking = self._context.operations.start(
            lambda job: integrity.check(job.report, job.token),
            owner=self,
            on_success=self._show,
            on_failure=self._context.notices.error,
            on_progress=self._show_progress,
            on_finished=lambda: self._run(False),
        )

    def _show(self, report: CheckReport | None) -> None:
        if report is None:
            self.state.setText(tr("Integrity", "Not checked yet."))
        elif report.problems:
            self.state.setText(tr("Integrity", "Checked on {moment}.", moment=moment_text(report.at)))
            self.problem.say("\n".join(report.problems), report.advice)
        else:
            words = tr(
                "Integrity", "Checked on {moment}: everything is as it was written.", moment=moment_text(report.at)
            )
            self.state.setText(words)
        show_if(self.problem, report is not None and bool(report.problems))

    def _show_progress(self, progress: BackupProgress) -> None:
        self.progress.show_progress(progress.done, progress.total, backup_words(progress))

    def _run(self, running: bool) -> None:
        self.check.setEnabled(not running)
        self.progress.show_progress(0, 0, tr("Integrity", "Beginning …"))
        show_if(self.progress, running)
        show_if(self.cancel, running)

    def _cancel(self) -> None:
        if self._checking is not None:
            self._checking.cancel()

    def _set(self, name: str, value: Any) -> None:
        change_policy(self._context, self, lambda now: replace(now, **{name: value}), self._refused)

    def _refused(self) -> None:
        self.show_choice("check_days", self._context.workspace.policy.get().check_days)

    def _on_change(self, change: Change) -> None:
        if change.topic is Topic.STATUS:
            self.load()
