"""Which conversation is shown, what was typed in each, and the answer that is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.i18n import tr
from app.views.ask.drafts import Drafts
from app.views.ask.session import AskSession
from app.views.ask.shelf import ConversationShelf
from app.views.ask.turn_actions import TurnActions
from engine.types import Change, Topic, TurnState

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.ask.composer import Composer
    from app.views.ask.conversations import ConversationList
    from app.views.ask.live import LiveAnswer
    from app.views.ask.thread import ThreadView
    from app.views.ask.turn import TurnView
    from app.widgets.source_opener import SourceOpener
    from engine.types import Conversation, Turn


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
        self._shelf = ConversationShelf(context, self)
        self._drafts = Drafts(context, composer, self)
        self._actions = TurnActions(context, self, thread=thread, composer=composer, opener=opener)
        self._actions.asked_again.connect(self._ask_again)
        self._connect()

    def _connect(self) -> None:
        self.session.changed.connect(self._show_live)
        self.session.ended.connect(self._ended)
        self._context.changes.changed.connect(self._changed)
        self._thread.turn_added.connect(self._actions.connect_turn)
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

    def close(self) -> None:
        """Stop the answer and keep what was typed: the workspace is about to be locked."""
        self.session.stop()
        self._drafts.close()

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
        self.conversation_id = conversation_id
        self._drafts.show(conversation_id)
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
                self._drafts.belongs_to(ids[0])

    # asking

    def _ask(self, question: str, replaces: int | None = None) -> None:
        if self.session.live is not None:
            self._composer.set_text(question)
            return
        self.session.ask(question, self.conversation_id, replaces)

    def _ask_again(self, view: TurnView, question: str) -> None:
        stored = view.turn.id if view.turn is not None and view.turn.id else None
        if stored is None and self.session.live is None:
            self._thread.clear_last()
        self._ask(question, stored)
        self._composer.setFocus()

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
            if self.conversation_id is None and turn.conversation_id:
                self.conversation_id = turn.conversation_id
                self._drafts.belongs_to(turn.conversation_id)
        elif turn.state is TurnState.DONE:
            question = turn.question if len(turn.question) <= 60 else turn.question[:57] + "…"
            self._context.notices.toast(tr("Ask", "The answer to “{question}” is ready.", question=question))
        self.refresh()
