"""Asking whether the patient agreed to be recorded: before the first second, and not in the way of anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.i18n import tr
from app.widgets.buttons import push_button
from app.widgets.feedback import Notice
from app.widgets.layout import show_if

if TYPE_CHECKING:
    from app.theme import Theme


class ConsentAsked(Notice):
    """given: how ("spoken", "written") and what was to follow."""

    given = Signal(str, object)
    refused = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self.spoken = push_button(tr("Visits", "Yes, said so"), lambda: self._give("spoken"), role="primary")
        self.written = push_button(tr("Visits", "Yes, in writing"), lambda: self._give("written"))
        self.no = push_button(tr("Visits", "No"), self._refuse)
        super().__init__(
            theme,
            ("microphone", "accent"),
            tr("Visits", "Has the patient agreed to be recorded?"),
            tr("Visits", "The answer is kept with the visit, with the time and your name."),
            buttons=(self.spoken, self.written, self.no),
            parent=parent,
        )
        self._then: Callable[[], object] = lambda: None
        show_if(self, False)

    def ask(self, then: Callable[[], object]) -> None:
        """Ask, and remember what is to follow."""
        self._then = then
        show_if(self, True)
        self.spoken.setFocus()

    def _give(self, how: str) -> None:
        self.hide()
        self.given.emit(how, self._then)

    def _refuse(self) -> None:
        self.hide()
        self.refused.emit()
