"""The Visits page: the list, and the visit that is worked on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout

from app.context import AppContext, NewVisit, OpenTemplates, OpenVisit
from app.i18n import tr
from app.keys import visit_keys
from app.views.page import Page
from app.views.visits.consultation import Consultation
from app.views.visits.desk import Desk
from app.views.visits.front import Front
from app.views.visits.list_reading import ListReading
from app.views.visits.more_menu import MoreMenu
from app.views.visits.visit_list import VisitList
from app.views.visits.visit_view import VisitView
from app.widgets.drop import DropTarget
from app.widgets.layout import show_if
from app.words.visits import recording_words
from engine.types import Actor, Permission

# Below this width (at normal text size) the list of visits makes room for the visit.
_NARROW_PX = 1000


class VisitsPage(Page):
    """Lays out the parts and answers the window's keys; Consultation and Desk do the work."""

    key = "visits"
    icon = "visit"

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        # What the person chose with the button; None follows the width.
        self._list_wanted: bool | None = None
        self.list = VisitList(context.theme)
        self.view = VisitView(context.theme, may_fetch=context.may(Permission.MANAGE_MODELS))
        self.consultation = Consultation(context, self)
        self.desk = Desk(context, self.consultation, self.view)
        self.reading = ListReading(context, self.consultation, self.list)
        self.front = Front(context, self.consultation, self.view, self.start_new)
        self.more = MoreMenu(context, self.desk, lambda style: self.open_workshop(style=style))
        self._lay_out()
        self._connect()
        self._bind_keys()

    @classmethod
    def title(cls) -> str:
        return tr("Visits", "Visits")

    @classmethod
    def is_for(cls, actor: Actor) -> bool:
        return Permission.WRITE_NOTES in actor.permissions

    def _lay_out(self) -> None:
        both = QHBoxLayout()
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addWidget(self.list)
        both.addWidget(self.front, 1)
        self.outer.addLayout(both)
        self.drop = DropTarget(self.context.theme, self, tr("Visits", "Drop a recording or a transcript here"))
        self._fit()

    def _connect(self) -> None:
        self.context.theme.changed.connect(self._fit)
        self.list.chosen.connect(self.consultation.open)
        self.list.new_chosen.connect(self.start_new)
        self.list.entered.connect(self.view.transcript.setFocus)
        self.view.list_wanted.connect(self._toggle_list)
        self.front.left.connect(self.close_workshop)
        self.drop.dropped.connect(self._dropped)
        self.consultation.shown.connect(self._show)
        self.consultation.begun.connect(self.view.patient.setFocus)
        self.consultation.recording.changed.connect(self._tell_status)
        self.consultation.recording.heard.connect(lambda *_heard: self.context.navigation.somebody_is_here())

    def _bind_keys(self) -> None:
        acts = {
            "record": self._if_seen(self.consultation.record),
            "mark": self.desk.acts.mark,
            "end": self.consultation.recording.finish,
            "draft": self._if_seen(self.desk.acts.draft),
            "review": self._if_seen(self.desk.acts.review),
            "undo": self._if_seen(lambda: self.desk.acts.step_back(undo=True)),
            "redo": self._if_seen(lambda: self.desk.acts.step_back(undo=False)),
            "file": self._if_seen(self.desk.acts.choose_file),
            "copy": self._if_seen(self.desk.acts.copy),
            "print": self._if_seen(self.more.print),
            "more": self._if_seen(self.more.open),
        }
        for key in visit_keys():
            if key.action in acts:
                # Of the window, as long as this page is in front: the focus may be in the sidebar or a banner.
                shortcut = QShortcut(QKeySequence(key.sequence), self)
                shortcut.activated.connect(acts[key.action])

    def _if_seen(self, act: Callable[[], object]) -> Callable[[], None]:
        """Do it only to a visit that is in front."""

        def run() -> None:
            if self.front.shows_visit:
                act()

        return run

    # the window's keys

    def activate(self, target: object | None) -> None:
        """Show a visit; the list has the focus where none is open."""
        self.reading.read()
        self.desk.recorder.look_at_speech()
        if isinstance(target, OpenTemplates):
            self.open_workshop(style=target.style)
            return
        if isinstance(target, NewVisit):
            self.start_new()
            return
        if isinstance(target, OpenVisit):
            self.close_workshop()
            self.consultation.open(target.visit_id)
        if self.consultation.visit_id is None:
            self.front.empty.button.setFocus()
        elif self.consultation.recording_here:
            self.view.recorder.setFocus()
        else:
            self.view.transcript.setFocus()

    def open_workshop(self, *, style: bool = False) -> None:
        """Show the templates, or the examples of style."""
        self.view.note.flush()
        self.front.open_workshop(style=style)
        self._fit()

    def close_workshop(self) -> None:
        """Back to the visits."""
        if self.front.shows_workshop:
            self.front.show_visit()
            self._show()

    def start_new(self) -> bool:
        """A new visit."""
        self.close_workshop()
        self.view.note.flush()
        self.consultation.begin()
        return True

    def search_here(self) -> None:
        self._list_wanted = True
        self._fit()
        self.list.search.setFocus()
        self.list.search.selectAll()

    def send(self) -> None:
        """What comes next: the note is written, or reviewed and signed."""
        visit = self.consultation.visit
        if self.consultation.recording_here:
            self.consultation.recording.finish()
        elif visit is not None and visit.note is None:
            self.desk.acts.draft()
        else:
            self.desk.acts.review()

    def escape(self) -> bool:
        """Gives up a correction, stops what plays or is written, closes the proof."""
        if self.front.shows_workshop:
            self.close_workshop()
            return True
        if self.view.transcript.stop_editing() or self.desk.transcript.hearing.stop():
            return True
        if self.view.consent.isVisible():
            self.view.consent.no.click()
            return True
        return self.desk.sentences.clear() or self.consultation.work.stop(self.consultation.visit_id)

    def next_problem(self, step: int) -> None:
        self.desk.sentences.walk.step(step)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space records and pauses wherever nothing else wants it, and begins no second recording.

        Whoever presses it after the end may want to scroll; the patient may have left.
        """
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat() and self.consultation.visit is not None:
            if self.consultation.is_recorded:
                self.context.notices.toast(tr("Visits", "To record more, press Ctrl+R."))
            else:
                self.consultation.record()
            return
        super().keyPressEvent(event)

    def reason_to_stay(self) -> str:
        return tr("Visits", "A visit is being recorded.") if self.consultation.recording.runs else ""

    def leave(self) -> None:
        self.view.note.flush()

    def close_work(self) -> None:
        self.desk.keep()
        self.desk.transcript.hearing.stop()
        self.consultation.close()

    def _dropped(self, files: list[Path]) -> None:
        """Into the visit that is in front, or into a new one."""
        self.close_workshop()
        if self.consultation.visit is None:
            take = partial(self.consultation.import_file, files[0])
            self.consultation.begun.connect(take, Qt.ConnectionType.SingleShotConnection)
            self.consultation.begin()
        else:
            self.consultation.import_file(files[0])

    # the list

    def _show(self) -> None:
        if self.front.shows_workshop:
            return
        self.front.show_visit()
        self.list.mark_current(self.consultation.visit_id)
        self._fit()

    def _tell_status(self) -> None:
        recording = self.consultation.recording
        self.context.status.show_recording(recording_words(recording.latest) if recording.active else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _toggle_list(self) -> None:
        self._list_wanted = not self.list.isVisibleTo(self)
        self._fit()

    def _fit(self) -> None:
        if self.front.shows_workshop:
            show_if(self.list, False)
            return
        roomy = self.width() >= self.context.theme.scaled(_NARROW_PX) or not self.front.shows_visit
        show_if(self.list, roomy if self._list_wanted is None else self._list_wanted)
