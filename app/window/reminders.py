"""What the window says by itself about the workspace: emergency access, recovery key, age of the backup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer

from app.context import AppContext, OpenVisit, ShowCard, ShowEntry
from app.dialogs.recovery_key import RecoveryKeyDialog
from app.i18n import moment_text, tr
from app.widgets.buttons import push_button
from app.widgets.feedback import Notice
from app.window.banners import Banners
from app.window.status_bar import StatusBar
from app.words.backup import age_words
from app.words.visits import clock_text, patient_words
from engine.types import BackupState, Change, CheckReport, Emergency, Permission, Topic, VisitInfo

# A backup grows old without anything happening.
_LOOK_AGAIN_MS = 10 * 60_000


@dataclass(frozen=True)
class _Found:
    emergencies: Sequence[Emergency]
    has_key: bool
    backup: BackupState
    check: CheckReport | None
    interrupted: Sequence[VisitInfo]


class Reminders(QObject):
    """Asks the workspace off the GUI thread, at the opening and whenever people or backups changed."""

    def __init__(self, context: AppContext, banners: Banners, bar: StatusBar, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._banners = banners
        self._bar = bar
        self._put_off = False
        self._interrupted: list[int] = []
        actor = context.workspace.actor
        self._manages = context.may(Permission.MANAGE_PEOPLE)
        self._writes = context.may(Permission.WRITE_NOTES)
        bar.show_person(actor.name if not actor.emergency else tr("Reminders", "Recovery key"))
        bar.backup.clicked.connect(self._open_backups)
        if actor.emergency:
            self._say_emergency()
        context.changes.changed.connect(self._on_change)
        timer = QTimer(self)
        timer.timeout.connect(self.look)
        timer.start(_LOOK_AGAIN_MS)
        self.look()

    def look(self) -> None:
        """Ask the workspace."""
        workspace, manages = self._context.workspace, self._manages

        def find() -> _Found:
            has_key = bool(workspace.people.recovery().made_at) if manages else True
            emergencies = workspace.people.emergencies() if manages else []
            interrupted = workspace.visits.interrupted() if self._writes else []
            return _Found(emergencies, has_key, workspace.backups.state(), workspace.integrity.last(), interrupted)

        self._context.operations.start(
            lambda _job: find(), owner=self, on_success=self._show, on_failure=self._context.notices.error
        )

    def _on_change(self, change: Change) -> None:
        if change.topic in (Topic.PEOPLE, Topic.POLICY, Topic.STATUS):
            self.look()

    def _show(self, found: _Found) -> None:
        self._show_emergency(found.emergencies[0] if found.emergencies else None)
        if found.has_key or self._put_off:
            self._banners.drop("recovery")
        elif self._banners.get("recovery") is None:
            self._ask_for_key()
        self._show_damage(found.check)
        self._show_interrupted(found.interrupted)
        late = found.backup.late
        self._bar.show_backup(age_words(found.backup) if late else "", self._context.may(Permission.BACK_UP))

    def _say_emergency(self) -> None:
        people = push_button(
            tr("Reminders", "Set new passphrases …"),
            lambda: self._context.navigation.open_page("settings", ShowCard("people")),
        )
        notice = Notice(
            self._context.theme,
            ("warning", "warn"),
            tr("Reminders", "You opened the workspace with the recovery key."),
            tr(
                "Reminders",
                "What you do is recorded as emergency access, and administrators are told. Give people new "
                "passphrases, then lock and sign in by name.",
            ),
            buttons=(people,),
            tone="warn",
        )
        self._banners.put("emergency session", notice)

    def _show_emergency(self, emergency: Emergency | None) -> None:
        if emergency is None:
            self._banners.drop("emergency")
            return
        seq = emergency.seq
        seen = push_button(tr("Reminders", "I have seen it"), lambda: self._seen(seq))
        show = push_button(
            tr("Reminders", "What was done"),
            lambda: self._context.navigation.open_page("activity", ShowEntry(seq)),
            role="link",
        )
        notice = Notice(
            self._context.theme,
            ("warning", "warn"),
            tr("Reminders", "The recovery key was used on {moment}.", moment=moment_text(emergency.at)),
            tr("Reminders", "Reason given: “{reason}”", reason=emergency.reason),
            buttons=(seen, show),
            tone="warn",
        )
        notice.show_button(show, self._context.navigation.has_page("activity"))
        self._banners.put("emergency", notice)

    def _show_damage(self, check: CheckReport | None) -> None:
        if check is None or not check.problems:
            self._banners.drop("damage")
        elif self._banners.get("damage") is None:
            words = tr("Reminders", "The workspace was found damaged on {moment}.", moment=moment_text(check.at))
            helps = self._context.may(Permission.BACK_UP)
            advice = check.advice if helps else tr("Reminders", "Tell an administrator.")
            way_out = push_button(tr("Reminders", "Restore a backup …"), self._open_backups)
            notice = Notice(self._context.theme, ("error", "bad"), words, advice, buttons=(way_out,), tone="bad")
            notice.show_button(way_out, helps)
            self._banners.put("damage", notice)

    def _show_interrupted(self, visits: Sequence[VisitInfo]) -> None:
        if not visits:
            self._banners.drop("recording")
            return
        first = visits[0]
        if self._interrupted == [each.id for each in visits] or not self._context.navigation.has_page("visits"):
            return
        self._interrupted = [each.id for each in visits]
        name, kept = patient_words(first), clock_text(first.seconds)
        open_it = push_button(tr("Reminders", "Open the visit"), lambda: self._open_visit(first.id))
        later = push_button(tr("Reminders", "Later"), lambda: self._banners.drop("recording"), role="link")
        notice = Notice(
            self._context.theme,
            ("microphone", "warn"),
            tr("Reminders", "The recording of “{name}” was interrupted.", name=name),
            tr("Reminders", "{time} of it are kept and can be written down.", time=kept),
            buttons=(open_it, later),
            tone="warn",
        )
        self._banners.put("recording", notice)

    def _open_visit(self, visit_id: int) -> None:
        self._banners.drop("recording")
        self._context.navigation.open_page("visits", OpenVisit(visit_id))

    def _seen(self, seq: int) -> None:
        people = self._context.workspace.people
        self._context.operations.start(
            lambda _job: people.emergency_seen(seq),
            owner=self,
            on_success=lambda _none: self.look(),
            on_failure=self._context.notices.error,
        )

    def _ask_for_key(self) -> None:
        make = push_button(tr("Reminders", "Make it now …"), self._make_key)
        later = push_button(tr("Reminders", "Later"), self._later, role="link")
        notice = Notice(
            self._context.theme,
            ("key", "warn"),
            tr("Reminders", "There is no recovery key yet."),
            tr("Reminders", "If the passphrase is forgotten, nobody can open the records, and no backup helps."),
            buttons=(make, later),
            tone="warn",
        )
        self._banners.put("recovery", notice)

    def _make_key(self) -> None:
        RecoveryKeyDialog(self._context, self._banners.window()).exec()
        self.look()

    def _later(self) -> None:
        self._put_off = True
        self._banners.drop("recovery")

    def _open_backups(self) -> None:
        self._context.navigation.open_page("settings", ShowCard("backup"))
