"""The line below an answer: what goes on while it is written, what can be done with it afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from app.i18n import counted, tr
from app.widgets.buttons import IconButton, push_button
from app.widgets.labels import ElidedLabel, label
from app.widgets.layout import SPACE_M, SPACE_S, row, show_if
from engine.types import AskStage

if TYPE_CHECKING:
    from app.theme import Theme
    from app.views.ask.live import LiveAnswer
    from engine.types import Turn


class TurnFoot(QStackedWidget):
    """Both lines have one height, so that nothing moves when the answer is complete."""

    copy_chosen = Signal()
    regenerate_chosen = Signal()
    passages_toggled = Signal(bool)
    why_chosen = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._work = QWidget()
        self.words = label("", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Ask", "Progress of the answer"))
        inner = QVBoxLayout(self._work)
        inner.setContentsMargins(10, 0, 0, 0)
        inner.setSpacing(SPACE_S)
        inner.addWidget(self.bar)
        inner.addWidget(self.words)
        self._done = QWidget()
        self.copy_button = IconButton(theme, "copy", tr("Ask", "Copy with sources"), self.copy_chosen.emit, size=16)
        self.regenerate_button = IconButton(
            theme, "retry", tr("Ask", "Answer again"), self.regenerate_chosen.emit, size=16
        )
        self.passages_button = push_button("", role="link")
        self.passages_button.setCheckable(True)
        self.passages_button.toggled.connect(self.passages_toggled)
        self.why_button = push_button(tr("Ask", "Why?"), self.why_chosen.emit, role="link")
        self.why_button.setToolTip(tr("Ask", "Everything that made this answer"))
        self.made_by = ElidedLabel("", "small")
        self.made_by.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line = row(self.copy_button, self.regenerate_button, self.passages_button, self.why_button, spacing=SPACE_S)
        line.addWidget(self.made_by)
        line.setStretchFactor(self.made_by, 1)
        line.setContentsMargins(SPACE_S, 0, SPACE_M, 0)
        self._done.setLayout(line)
        self.addWidget(self._work)
        self.addWidget(self._done)
        self._fit()
        theme.changed.connect(self._fit)

    def show_work(self, live: LiveAnswer) -> None:
        """Say what goes on."""
        self.words.setText(live.words())
        counted_work = live.stage in (AskStage.READING, AskStage.LOADING_MODEL) and live.total > 0
        # A bar that runs without a count is motion for its own sake where the system asks for less of it.
        busy = live.stage is not AskStage.WRITING and (counted_work or self._theme.animated)
        show_if(self.bar, busy)
        self.bar.setRange(0, live.total if counted_work else 0)
        self.bar.setValue(live.done)
        self.setCurrentWidget(self._work)

    def show_turn(self, turn: Turn, *, last: bool) -> None:
        """Offer what can be done with a finished answer."""
        answer = turn.answer
        show_if(self.copy_button, bool(answer and answer.text))
        show_if(self.regenerate_button, last)
        show_if(self.why_button, answer is not None and turn.id > 0)
        count = len(answer.hits) if answer else 0
        show_if(self.passages_button, count > 0)
        words = counted("Ask", "1 passage found", "{count} passages found", count)
        if answer and answer.left_out:
            words += counted("Ask", ", 1 left out", ", {count} left out", len(answer.left_out))
            self.passages_button.setToolTip(
                tr("Ask", "There was no room to read:\n{names}", names="\n".join(answer.left_out))
            )
        self.passages_button.setText(words)
        self.made_by.setText(_made_by(turn))
        self.setCurrentWidget(self._done)

    def _fit(self) -> None:
        self.setFixedHeight(self._theme.scaled(34))


def _made_by(turn: Turn) -> str:
    answer = turn.answer
    if answer is None or not answer.timings.tokens:
        return ""
    speed = tr("Ask", "{speed} tokens/s", speed=round(answer.timings.tokens_per_s))
    return " · ".join(part for part in (answer.model.name or answer.model.id, speed) if part)
