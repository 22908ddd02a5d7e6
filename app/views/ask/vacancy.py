"""The place where an empty thread teaches, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.i18n import tr
from app.views.ask.readiness import Readiness, look_up, obstacle
from app.widgets.feedback import EmptyState
from app.widgets.layout import clear
from engine.types import Change, Permission, Topic

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.ask.composer import Composer


class Vacancy(QWidget):
    """Looks up whether a question can be asked and says what is missing. example_chosen: a question to try."""

    example_chosen = Signal(str)

    def __init__(self, context: AppContext, composer: Composer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._composer = composer
        self._readiness: Readiness | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        composer.help_chosen.connect(self._leave)
        context.changes.changed.connect(self._changed)

    def look(self) -> None:
        """Ask the engine what there is."""
        workspace = self._context.workspace
        self._context.operations.start(
            lambda _job: look_up(workspace),
            owner=self,
            on_success=self._take,
            on_failure=self._context.notices.error,
        )

    def _changed(self, change: Change) -> None:
        if change.topic in (Topic.LIBRARY, Topic.MODELS) and self._composer.isVisible():
            self.look()

    def _take(self, readiness: Readiness) -> None:
        words, button = obstacle(readiness)
        self._composer.set_obstacle(words, button if self._can_help(readiness) else "")
        if readiness != self._readiness:
            self._readiness = readiness
            clear(self._layout)
            self._layout.addWidget(self._state(readiness))

    def _can_help(self, readiness: Readiness) -> bool:
        """Whether who is signed in may add what is missing."""
        return self._context.may(Permission.ADD_DOCUMENTS if readiness.model else Permission.MANAGE_MODELS)

    def _state(self, readiness: Readiness) -> EmptyState:
        """One sentence, one button, one example for what is missing first."""
        if not (readiness.model and readiness.documents) and not self._can_help(readiness):
            words = tr("Ask", "Chartside is not set up yet: a model or documents are missing.")
            return EmptyState(
                self._context.theme, "info", words, example=tr("Ask", "A colleague who may add them can.")
            )
        if not readiness.model:
            return EmptyState(
                self._context.theme,
                "models",
                tr("Ask", "Chartside needs a model before it can answer."),
                button=tr("Ask", "Choose a model"),
                on_click=self._leave,
                example=tr("Ask", "It runs on this computer: what you ask never leaves it."),
            )
        if not readiness.documents:
            return EmptyState(
                self._context.theme,
                "library",
                tr("Ask", "Answers come from your clinic's own documents, and there are none yet."),
                button=tr("Ask", "Add documents or the sample library"),
                on_click=self._leave,
                example=tr("Ask", "Protocols, policies, leaflets: PDF, Word, web pages, text or scans."),
            )
        example = tr("Ask", "What is the adult dose of adrenaline in anaphylaxis?")
        return EmptyState(
            self._context.theme,
            "ask",
            tr("Ask", "Ask in your own words; every sentence of the answer shows its source."),
            button=tr("Ask", "Try the example"),
            on_click=lambda: self.example_chosen.emit(example),
            example=tr("Ask", "For example: “{question}”", question=example),
        )

    def _leave(self) -> None:
        missing_model = self._readiness is not None and not self._readiness.model
        self._context.navigation.open_page("models" if missing_model else "library")
