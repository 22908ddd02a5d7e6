"""What a reader does with a question and its answer: open sources, ask again, copy, ask why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from app.dialogs.why import WhyDialog
from app.i18n import tr
from app.widgets.document_pane import Span

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.ask.composer import Composer
    from app.views.ask.thread import ThreadView
    from app.views.ask.turn import TurnView
    from app.widgets.source_opener import SourceOpener
    from engine.types import Passage, Source


class TurnActions(QObject):
    """asked_again: a view's question, or other words in its place, is to be answered anew."""

    asked_again = Signal(object, str)

    def __init__(
        self, context: AppContext, parent: QObject, *, thread: ThreadView, composer: Composer, opener: SourceOpener
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._thread = thread
        self._composer = composer
        self._opener = opener

    def connect_turn(self, view: TurnView) -> None:
        """Do what this view asks for from now on."""
        view.source_chosen.connect(self._open_source)
        view.proof_chosen.connect(self._opener.open_proof)
        view.passage_chosen.connect(self._open_passage)
        view.regenerate_chosen.connect(lambda: self.asked_again.emit(view, view.question.text))
        view.question_resent.connect(lambda text: self.asked_again.emit(view, text))
        view.edit_chosen.connect(lambda: self._edit(view))
        view.copied.connect(self._copy)
        view.why_chosen.connect(lambda: self._explain(view))

    def _edit(self, view: TurnView) -> None:
        """The newest question is edited in place; an older one is asked anew at the end, nothing below it is lost."""
        if view is self._thread.views[-1]:
            view.question.start_edit()
            self._thread.show_place(view.question)
        else:
            self._composer.set_text(view.question.text)
            self._composer.setFocus()

    def _open_source(self, source: Source) -> None:
        self._opener.open(source.document_id, source.document, Span(source.start, source.end))

    def _explain(self, view: TurnView) -> None:
        """Fetch what made an answer and show it; the page's window is the dialog's parent."""
        if view.turn is None:
            return
        turn_id, assistant = view.turn.id, self._context.workspace.assistant
        self._context.operations.start(
            lambda _job: assistant.why(turn_id),
            owner=view,
            on_success=lambda record: WhyDialog(self._context, record, view.window()).open(),
            on_failure=self._context.notices.error,
        )

    def _open_passage(self, passage: Passage) -> None:
        self._opener.open(passage.document_id, passage.document, Span(passage.start, passage.end))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._context.notices.toast(tr("Ask", "Copied with its sources."))
