"""Which conversation is shown, what was typed in each, and the answer that is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from app.dialogs.why import WhyDialog
from app.i18n import tr
from app.views.ask.session import AskSession
from app.views.ask.shelf import ConversationShelf
from app.widgets.document_pane import Span
from engine.types import Change, Topic, TurnState

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.ask.composer import Composer
    from app.views.ask.conversations import ConversationList
    from app.views.ask.live import LiveAnswer
    from app.views.ask.thread import ThreadView
    from app.views.ask.turn import TurnView
    from app.widgets.proof import Proof
    from app.widgets.source_opener import SourceOpener
    from engine.types import Conversation, Passage, Source, Turn


class Dialogue(QObject):
    """Moves turns between the engine and the views. An answer goes on when another conversation is shown.

    shown: what stands in the thread is another thing now.
    """

    shown = Signal()

    def __init__(
        self,
        context: AppContext,
        parent: QObject,
        *,
        conversations: ConversationList,
        thread: ThreadView,
        composer: Composer,
        opener: SourceOpener,
    ) -> None:
        super().__init__(parent)
        self.conversation_id: int | None = None
        self.session = AskSession(context, self)
        self._context = context
        self._list = conversations
        self._thread = thread
        self._composer = composer
        self._opener = opener
        self._shelf = ConversationShelf(context, self)
        self._drafts: dict[int | None, str] = {}
        self._connect()

    def _connect(self) -> None:
        self.session.changed.connect(self._show_live)
        self.session.ended.connect(self._ended)
        self._context.changes.changed.connect(self._changed)
        self._thread.turn_added.connect(self._connect_turn)
        self._composer.sent.connect(self._ask)
        self._composer.stopped.connect(self.session.stop)
        self._list.chosen.connect(self.open)
        self._list.searched.connect(lambda _words: self.refresh())
        self._list.renamed.connect(self._shelf.rename)
        self._list.delete_chosen.connect(self._delete)

    @property
    def title(self) -> str:
        """The title of the conversation shown, "" for a new one."""
        return "" if self.conversation_id is None else self._list.model.title_of(self.conversation_id)

    @property
    def empty(self) -> bool:
        """Whether nothing has been asked yet in what is shown."""
        return self.conversation_id is None and not self._thread.views

    @property
    def live_is_shown(self) -> bool:
        """Whether the reader looks at the answer that is being written."""
        return self.session.live is not None and self.session.live.conversation_id == self.conversation_id

    def refresh(self) -> None:
        """Fetch the list of conversations."""
        self._shelf.conversations(self._list.query, self._show_list)

    def start_new(self) -> None:
        """An empty thread; its draft comes back."""
        self._switch(None)
        self._thread.clear()
        if self.live_is_shown and self.session.live is not None:
            self._show_live(self.session.live)
        self.shown.emit()

    def open(self, conversation_id: int) -> None:
        """Show a conversation."""
        if conversation_id != self.conversation_id:
            self._switch(conversation_id)
            self._shelf.turns(conversation_id, self._show_turns)

    def _switch(self, conversation_id: int | None) -> None:
        self._drafts[self.conversation_id] = self._composer.text
        self.conversation_id = conversation_id
        self._composer.set_text(self._drafts.get(conversation_id, ""))
        self._list.mark_current(conversation_id)

    def _show_turns(self, conversation_id: int, turns: list[Turn]) -> None:
        if conversation_id != self.conversation_id:
            return
        live = self.session.live
        self._thread.show_turns([turn for turn in turns if live is None or turn.id != live.turn_id])
        if live is not None and any(turn.id == live.turn_id for turn in turns):
            live.conversation_id = conversation_id
            self._show_live(live)
        self.shown.emit()

    def _show_list(self, conversations: list[Conversation]) -> None:
        self._list.show_conversations(conversations, self.conversation_id)
        self.shown.emit()

    def _delete(self, conversation_id: int) -> None:
        live = self.session.live
        if live is not None and live.conversation_id == conversation_id:
            self.session.stop()
        self._shelf.delete(conversation_id, self._list.model.title_of(conversation_id))
        if conversation_id == self.conversation_id:
            self.start_new()

    def _changed(self, change: Change) -> None:
        if change.topic is Topic.CONVERSATIONS:
            self._name_live(change.ids)
            self.refresh()

    def _name_live(self, ids: list[int]) -> None:
        """A first question begins a conversation: the only changed one that the whole list does not know."""
        live = self.session.live
        if live is None or live.conversation_id is not None or len(ids) != 1 or self._list.query:
            return
        if not self._list.model.index_of(ids[0]).isValid():
            shown = self.live_is_shown
            live.conversation_id = ids[0]
            if shown:
                self.conversation_id = ids[0]

    # asking

    def _ask(self, question: str, replaces: int | None = None) -> None:
        if self.session.live is not None:
            self._composer.set_text(question)
            return
        self._drafts.pop(self.conversation_id, None)
        self.session.ask(question, self.conversation_id, replaces)

    def _show_live(self, live: LiveAnswer) -> None:
        self._composer.set_busy(True)
        if self.live_is_shown:
            self._thread.show_live(live)
            self.shown.emit()

    def _ended(self, live: LiveAnswer, turn: Turn) -> None:
        self._composer.set_busy(False)
        self._context.status.show_speed(turn.answer.timings.tokens_per_s if turn.answer is not None else 0)
        if live.conversation_id == self.conversation_id:
            self._thread.finish_live(turn)
            self.conversation_id = self.conversation_id or turn.conversation_id or None
        elif turn.state is TurnState.DONE:
            question = turn.question if len(turn.question) <= 60 else turn.question[:57] + "…"
            self._context.notices.toast(tr("Ask", "The answer to “{question}” is ready.", question=question))
        self.refresh()

    def _connect_turn(self, view: TurnView) -> None:
        view.source_chosen.connect(self._open_source)
        view.proof_chosen.connect(self._open_proof)
        view.passage_chosen.connect(self._open_passage)
        view.regenerate_chosen.connect(lambda: self._again(view, view.question.text))
        view.question_resent.connect(lambda text: self._again(view, text))
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

    def _again(self, view: TurnView, question: str) -> None:
        stored = view.turn.id if view.turn is not None and view.turn.id else None
        if stored is None and self.session.live is None:
            self._thread.clear_last()
        self._ask(question, stored)
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

    def _open_proof(self, proof: Proof) -> None:
        self._opener.open_proof(proof)

    def _open_passage(self, passage: Passage) -> None:
        self._opener.open(passage.document_id, passage.document, Span(passage.start, passage.end))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._context.notices.toast(tr("Ask", "Copied with its sources."))
