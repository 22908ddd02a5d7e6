"""What is in front beside the list of visits: how to begin, a visit, or the workshop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from app.i18n import tr
from app.views.visits.workshop import Workshop
from app.widgets.feedback import EmptyState

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.visits.consultation import Consultation
    from app.views.visits.visit_view import VisitView


class Front(QStackedWidget):
    """left: the reader is done in the workshop, which is made when it is first wanted."""

    left = Signal()

    def __init__(
        self, context: AppContext, consultation: Consultation, view: VisitView, start_new: Callable[[], object]
    ) -> None:
        super().__init__()
        self._context = context
        self._consultation = consultation
        self._view = view
        self.workshop: Workshop | None = None
        self.empty = EmptyState(
            context.theme,
            "visit",
            tr("Visits", "Talk to the patient; the note is written meanwhile."),
            button=tr("Visits", "New visit"),
            on_click=start_new,
            example=tr("Visits", "Record the visit, paste what was said, or take a recording from a file."),
        )
        for widget in (self.empty, view):
            self.addWidget(widget)

    @property
    def shows_workshop(self) -> bool:
        return self.workshop is not None and self.currentWidget() is self.workshop

    @property
    def shows_visit(self) -> bool:
        return self.currentWidget() is self._view

    def show_visit(self) -> None:
        """Show the visit, or how to begin one where none is open."""
        self.setCurrentWidget(self._view if self._consultation.visit is not None else self.empty)

    def open_workshop(self, *, style: bool) -> None:
        """Show the templates, or the examples of style."""
        if self.workshop is None:
            self.workshop = Workshop(self._context, self._consultation.calls)
            self.workshop.left.connect(self.left)
            self.addWidget(self.workshop)
        self.setCurrentWidget(self.workshop)
        self.workshop.open(style=style)
