"""Hearing again what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from app.context import AppContext
    from app.operations import Job, Operation

# What is heard begins a little before the word and ends a little after.
_AROUND_S = 0.4


class Hearing(QObject):
    """Plays one stretch at a time."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._operation: Operation[None] | None = None

    def play(self, visit_id: int, begins_s: float | None, ends_s: float | None) -> None:
        """Play what was said from one second of a visit's sound to another."""
        if begins_s is None:
            return
        self.stop()
        visits, speech = self._context.workspace.visits, self._context.workspace.speech
        begin, end = max(begins_s - _AROUND_S, 0.0), (ends_s or begins_s + 5.0) + _AROUND_S

        def play(job: Job) -> None:
            sound = visits.sound(visit_id, begin, end)
            job.token.check()
            speech.play(sound, job.token)

        self._operation = self._context.operations.start(
            play, owner=self, on_failure=self._context.notices.error, on_finished=self._over
        )

    def stop(self) -> bool:
        """Play no more; false where nothing plays."""
        operation, self._operation = self._operation, None
        if operation is None:
            return False
        operation.detach()
        operation.cancel()
        return True

    def _over(self) -> None:
        self._operation = None
