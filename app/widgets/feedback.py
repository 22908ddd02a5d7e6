"""How the window says that something is empty, failed or goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.i18n import tr
from app.theme import Theme
from app.widgets.buttons import IconButton, push_button
from app.widgets.labels import label, set_role
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, SPACE_XL, column, row, show_if
from engine.errors import UserError


class ThemedIcon(QLabel):
    """A picture of an icon in a colour role."""

    def __init__(self, theme: Theme, icon: str, role: str, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._icon, self._icon_role, self._size = theme, icon, role, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._draw)
        self._draw()

    def set_icon(self, icon: str, role: str) -> None:
        self._icon, self._icon_role = icon, role
        self._draw()

    def _draw(self) -> None:
        self.setPixmap(self._theme.pixmap(self._icon, self._icon_role, self._size))


class EmptyState(QWidget):
    """An empty page that teaches: one sentence, one button, one example. body: their column, ending in a stretch."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        sentence: str,
        *,
        button: str = "",
        on_click: Callable[[], object] | None = None,
        example: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.sentence = label(sentence, "heading", wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.example = label(example, "muted", wrap=True)
        self.example.setAlignment(Qt.AlignmentFlag.AlignCenter)
        show_if(self.example, bool(example))
        self.button = push_button(button, on_click, role="primary")
        show_if(self.button, bool(button))
        picture = ThemedIcon(theme, icon, "accent", 40)
        middle = Qt.AlignmentFlag.AlignHCenter
        inner = column(1, spacing=SPACE_L)
        inner.addWidget(picture, 0, middle)
        inner.addWidget(self.sentence)
        inner.addWidget(self.button, 0, middle)
        inner.addWidget(self.example)
        inner.addStretch(2)
        self.body = inner
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        layout.addStretch(1)
        layout.addLayout(inner, 100)
        layout.addStretch(1)


class Notice(QFrame):
    """A framed message: its mark, what is the matter, what it means, and what can be done about it.

    tone: "bad", "warn", or "" for a quiet one. Its name for screen readers is the message.
    """

    def __init__(
        self,
        theme: Theme,
        icon: tuple[str, str],
        message: str = "",
        advice: str = "",
        *,
        buttons: Sequence[QPushButton] = (),
        tone: str = "",
        on_dismiss: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """icon: its name and colour role."""
        super().__init__(parent)
        self.setObjectName("notice")
        if tone:
            self.setProperty("role", tone)
        self._offered = set(buttons)
        self.message = label("", "heading", wrap=True)
        self.advice = label("", wrap=True)
        self._acts = QWidget()
        self._acts.setLayout(row(*buttons, 1))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_M, SPACE_M)
        layout.setSpacing(SPACE_M)
        layout.addWidget(ThemedIcon(theme, *icon, 20), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(column(self.message, self.advice, self._acts, spacing=SPACE_S), 100)
        # What is left beside lines that are as long as lines may be.
        layout.addStretch(1)
        if on_dismiss is not None:
            close = IconButton(theme, "cross", tr("Notice", "Dismiss"), on_dismiss, size=16)
            layout.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.say(message, advice)

    def say(self, message: str, advice: str = "") -> None:
        """Another message."""
        self.message.setText(message)
        self.advice.setText(advice)
        show_if(self.advice, bool(advice))
        self.setAccessibleName(f"{message} {advice}".strip())
        show_if(self._acts, bool(self._offered))

    def show_button(self, button: QPushButton, wanted: bool) -> None:
        """Show one of its buttons or not; without any there is no gap where they would stand."""
        if wanted:
            self._offered.add(button)
        else:
            self._offered.discard(button)
        show_if(button, wanted)
        show_if(self._acts, bool(self._offered))


class ErrorPanel(Notice):
    """What failed, what to do next, and the details behind a button; dismissible where on_dismiss is given."""

    def __init__(
        self,
        theme: Theme,
        error: UserError | None = None,
        *,
        on_retry: Callable[[], object] | None = None,
        on_dismiss: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._details = ""
        self.details_button = push_button(tr("ErrorPanel", "Details"), self._show_details, role="link")
        self.retry_button = push_button(tr("ErrorPanel", "Try again"), on_retry, role="link")
        buttons = (self.retry_button, self.details_button)
        super().__init__(theme, ("error", "bad"), buttons=buttons, tone="bad", on_dismiss=on_dismiss, parent=parent)
        self.show_button(self.retry_button, on_retry is not None)
        self.show_button(self.details_button, False)
        show_if(self, error is not None)
        if error is not None:
            self.show_error(error)

    def show_error(self, error: UserError) -> None:
        """Show another failure."""
        self._details = error.details
        self.show_button(self.details_button, bool(error.details))
        self.say(error.message, error.advice)
        show_if(self, True)

    def _show_details(self) -> None:
        from app.dialogs.details import DetailsDialog

        DetailsDialog(self.message.text(), self._details, self.window()).exec()


class ProgressLine(QWidget):
    """A thin line with words that say what is counted: "page 12 of 48"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.words = label("", "small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.bar)
        layout.addWidget(self.words)

    def show_progress(self, done: int, total: int, words: str, *, paused: bool = False) -> None:
        """done of total in any unit; total 0 means that work goes on without a known end."""
        # QProgressBar counts in 32 bits, a download in bytes does not fit.
        self.bar.setRange(0, 0 if total <= 0 and not paused else 1000)
        self.bar.setValue(round(1000 * done / total) if total > 0 else 0)
        self.bar.setAccessibleName(words)
        set_role(self.bar, "paused" if paused else "")
        self.words.setText(words)
