"""Keeps the list of visits as the engine knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from engine.types import Change, Topic, VisitInfo

if TYPE_CHECKING:
    from app.context import AppContext
    from app.operations import Operation
    from app.views.visits.consultation import Consultation
    from app.views.visits.visit_list import VisitList

# What is heard changes a visit every second; the list needs no more than this.
_LATER_MS = 200


class ListReading(QObject):
    """Reads what the list's filter finds, and again after a change."""

    def __init__(self, context: AppContext, consultation: Consultation, view: VisitList) -> None:
        super().__init__(view)
        self._visits = context.workspace.visits
        self._consultation = consultation
        self._view = view
        self._running: Operation[list[VisitInfo]] | None = None
        self._later = QTimer(self, interval=_LATER_MS, singleShot=True)
        self._later.timeout.connect(self.read)
        view.filtered.connect(self.read)
        context.changes.changed.connect(self._changed)

    def read(self) -> None:
        """Ask which visits there are."""
        visits, wanted = self._visits, self._view.filter
        if self._running is not None:
            # What an earlier filter finds may come after what this one finds.
            self._running.detach()
        self._running = self._consultation.calls.read(
            lambda: visits.list(wanted), lambda found: self._view.show_visits(found, self._consultation.visit_id)
        )

    def _changed(self, change: Change) -> None:
        if change.topic is Topic.VISITS and not self._later.isActive():
            self._later.start()
