"""What shows that a text field listens: over its lower edge, out of the way of keys and mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.i18n import tr
from app.widgets.feedback import ThemedIcon
from app.widgets.labels import label
from app.widgets.layout import SPACE_M, SPACE_S, row, show_if
from app.widgets.level_meter import LevelMeter

if TYPE_CHECKING:
    from app.theme import Theme

_WIDTH = 360
_SHOWN = 120


class DictationSign(QFrame):
    """Stands in the window of the field that is dictated into."""

    def __init__(self, theme: Theme, target: QWidget) -> None:
        super().__init__(target.window())
        self.setObjectName("dictation")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._target = target
        self.state = label(tr("Dictation", "Listening"), "heading")
        self.meter = LevelMeter(theme)
        self.words = label("", "muted", wrap=True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        outer.setSpacing(SPACE_S)
        head = row(ThemedIcon(theme, "microphone", "bad", 18), self.state, self.meter, widest=self.meter)
        outer.addLayout(head)
        outer.addWidget(self.words)
        self.hint = label(tr("Dictation", "Let go of F9, or press it again, to write it · Esc forgets it"), "small")
        outer.addWidget(self.hint)
        self.setFixedWidth(theme.scaled(_WIDTH))
        self.show_listening("", 0.0)
        self.show()

    def show_listening(self, text: str, level: float, problem: str = "") -> None:
        """What was heard so far, and how loud it is."""
        self.meter.show_level(level)
        self._say(problem or text)

    def show_finishing(self) -> None:
        """The key was let go; the rest is being written down."""
        self.setProperty("state", "finishing")
        self.style().unpolish(self)
        self.style().polish(self)
        self.state.setText(tr("Dictation", "Writing down …"))
        self.meter.show_level(0.0)
        show_if(self.hint, False)
        self._place()

    def _say(self, text: str) -> None:
        self.words.setText(text if len(text) <= _SHOWN else f"… {text[-_SHOWN:]}")
        show_if(self.words, bool(text))
        self.setAccessibleName(f"{self.state.text()}. {text}")
        self._place()

    def _place(self) -> None:
        """Below the field where there is room, else above it."""
        self.adjustSize()
        window, target = self._target.window(), self._target
        corner = target.mapTo(window, QPoint(0, target.height() + SPACE_S))
        top = corner.y()
        if top + self.height() > window.height():
            top = max(target.mapTo(window, QPoint(0, 0)).y() - self.height() - SPACE_S, SPACE_S)
        left = min(max(corner.x(), SPACE_S), max(window.width() - self.width() - SPACE_S, SPACE_S))
        self.move(left, min(top, max(window.height() - self.height() - SPACE_S, 0)))
        self.raise_()
