"""The recorder: a state that can be read from a metre away, how loud it is, and four buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.i18n import tr
from app.widgets.buttons import give_icon, push_button
from app.widgets.feedback import ProgressLine
from app.widgets.labels import label, set_role
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, row, show_if
from app.widgets.level_meter import LevelMeter
from app.words.visits import clock_text
from engine.types import RecordingEvent, RecordingState

if TYPE_CHECKING:
    from app.theme import Theme

S = RecordingState


class Recorder(QFrame):
    """toggled: record, pause or go on. marked: this moment. finished: end the recording."""

    toggled = Signal()
    marked = Signal()
    finished = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recorder")
        self._theme = theme
        self.state = label("", "state")
        self.clock = label("", "state")
        self.meter = LevelMeter(theme)
        self.problem = label("", "warn", wrap=True)
        self.main = push_button("", self.toggled.emit, role="primary")
        self.mark = push_button(tr("Recorder", "Mark"), self.marked.emit)
        self.mark.setToolTip(tr("Recorder", "Remember this moment (Ctrl+M)"))
        self.end = push_button(tr("Recorder", "End"), self.finished.emit)
        self.end.setToolTip(tr("Recorder", "End the recording (Ctrl+E)"))
        give_icon(self.end, theme, "stop")
        self.progress = ProgressLine()
        line = row(self.state, self.clock, self.meter, 1, self.main, self.mark, self.end, spacing=SPACE_M)
        line.setStretchFactor(self.meter, 100)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        outer.setSpacing(SPACE_S)
        outer.addLayout(line)
        outer.addWidget(self.problem)
        outer.addWidget(self.progress)
        self.setFocusProxy(self.main)
        self.show_idle(recorded_s=0.0, obstacle="")

    def show_idle(self, recorded_s: float, obstacle: str, *, has_words: bool = False) -> None:
        """Nothing is recorded. obstacle: why nothing can be, "" where it can. has_words: there is a transcript, so that
        recording is no longer what comes next."""
        set_role(self.main, "" if has_words else "primary")
        self._show("", tr("Recorder", "Recorded") if recorded_s else tr("Recorder", "Not recording"), "heading")
        self.clock.setText(clock_text(recorded_s) if recorded_s else "")
        words = tr("Recorder", "Record more") if recorded_s else tr("Recorder", "Record")
        more = has_words or recorded_s
        self._say_main(words, tr("Recorder", "Record more (Ctrl+R)") if more else tr("Recorder", "Record (Space)"))
        self.main.setEnabled(not obstacle)
        self._parts(main=True, running=False, progress=False)
        self._say(obstacle)

    def show_event(self, event: RecordingEvent) -> None:
        """The newest of a recording that goes on."""
        self.clock.setText(clock_text(event.seconds))
        self.meter.show_level(event.level if event.state is S.RECORDING else 0.0)
        self.main.setEnabled(True)
        set_role(self.main, "primary")
        if event.state is S.RECORDING:
            self._show("recording", tr("Recorder", "● Recording"), "state-bad")
            self._say_main(tr("Recorder", "Pause"), tr("Recorder", "Pause (Space)"))
        elif event.state is S.PAUSED:
            self._show("paused", tr("Recorder", "Paused"), "state-warn")
            self._say_main(tr("Recorder", "Go on"), tr("Recorder", "Go on (Space)"))
        else:
            self._show("", tr("Recorder", "Finishing"), "state")
            words = tr(
                "Recorder",
                "writing down {done} of {total}",
                done=clock_text(event.heard_s),
                total=clock_text(event.seconds),
            )
            self.progress.show_progress(round(event.heard_s), round(event.seconds), words)
        running = event.state in (S.RECORDING, S.PAUSED)
        self._parts(main=running, running=running, progress=not running)
        self._say(f"{event.problem} {event.advice}".strip())

    def show_transcribing(self, done_s: float, total_s: float) -> None:
        """A file, or what was recorded before, is being turned into words."""
        self._show("", tr("Recorder", "Writing down"), "state")
        self.clock.setText("")
        done, total = clock_text(done_s), clock_text(total_s)
        words = tr("Recorder", "{done} of {total} · Esc stops", done=done, total=total) if total_s else ""
        self.progress.show_progress(round(done_s), round(total_s), words)
        self._parts(main=False, running=False, progress=True)
        self._say("")

    def _show(self, state: str, words: str, role: str) -> None:
        if self.property("state") != state:
            self.setProperty("state", state)
            self.style().unpolish(self)
            self.style().polish(self)
        self.state.setText(words)
        self.setAccessibleName(words)
        for each in (self.state, self.clock):
            set_role(each, role)

    def _say_main(self, words: str, tip: str) -> None:
        self.main.setText(words)
        self.main.setToolTip(tip)

    def _parts(self, *, main: bool, running: bool, progress: bool) -> None:
        show_if(self.main, main)
        for each in (self.mark, self.end, self.meter):
            show_if(each, running)
        show_if(self.progress, progress)

    def _say(self, words: str) -> None:
        self.problem.setText(words)
        show_if(self.problem, bool(words))
