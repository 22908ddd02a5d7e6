"""A message about what was done, with the way back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from app.i18n import tr
from app.theme import Theme
from app.widgets.buttons import IconButton, push_button
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_S, show_if

_TOAST_MS = 4_000
_UNDO_MS = 10_000


class Toast(QFrame):
    """A message that goes by itself; with undo it stays longer and offers the way back."""

    def __init__(
        self,
        theme: Theme,
        message: str,
        undo: Callable[[], None] | None,
        parent: QWidget,
        lifetime_ms: int | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setAccessibleName(message)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.message = label(message)
        self.message.setWordWrap(True)
        self.message.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.undo_button = push_button(tr("Toast", "Undo"), lambda: self._undo(undo), role="link")
        show_if(self.undo_button, undo is not None)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_S, SPACE_S, SPACE_S)
        layout.addWidget(self.message, 1)
        layout.addWidget(self.undo_button)
        layout.addWidget(IconButton(theme, "cross", tr("Toast", "Dismiss"), self.dismiss, size=16))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(lifetime_ms or (_UNDO_MS if undo else _TOAST_MS))
        self._timer.timeout.connect(self.dismiss)
        self._timer.start()

    def dismiss(self) -> None:
        """Go away now."""
        self._timer.stop()
        self.hide()
        self.deleteLater()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start()
        super().leaveEvent(event)

    def _undo(self, undo: Callable[[], None] | None) -> None:
        self.dismiss()
        if undo is not None:
            undo()
