"""The Ask page: conversations, the thread, and the field a question is written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.context import AppContext, NewQuestion, OpenConversation
from app.i18n import tr
from app.views.ask.composer import Composer
from app.views.ask.conversations import ConversationList
from app.views.ask.readiness import Readiness, WaysOut, empty_state, example_question, look_up, obstacle
from app.views.ask.session import AskSession
from app.views.ask.shelf import ConversationShelf
from app.views.ask.thread import ThreadView
from app.views.page import Page
from app.widgets.buttons import IconButton
from app.widgets.document_pane import Span
from app.widgets.labels import ElidedLabel, line_width
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, SPACE_XL, row
from app.widgets.source_opener import SourceOpener
from engine.types import Change, Topic, TurnState

if TYPE_CHECKING:
    from app.views.ask.live import LiveAnswer
    from app.views.ask.turn import TurnView
    from engine.types import Conversation, Passage, Source, Turn

# Below this width (at normal text size) the list of conversations makes room for the thread.
_NARROW_PX = 640


class AskPage(Page):
    """Shows one conversation; an answer that is being written goes on when another one is shown."""

    key = "ask"
    icon = "ask"

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.conversation_id: int | None = None
        self._drafts: dict[int | None, str] = {}
        self._readiness = Readiness(1, True)
        self._list_wanted: bool | None = None
        self.session = AskSession(context, self)
        self.session.changed.connect(self._show_live)
        self.session.ended.connect(self._ended)
        self.shelf = ConversationShelf(context, self)
        self.opener = SourceOpener(context, self)
        self.list = ConversationList(context.theme)
        self.conversation = ThreadView(context.theme)
        self.composer = Composer(context.theme)
        self._empty: QWidget | None = None
        self._lay_out()
        self._connect()

    @classmethod
    def title(cls) -> str:
        return tr("Ask", "Ask")

    def _lay_out(self) -> None:
        theme = self.context.theme
        self.list_button = IconButton(theme, "sidebar", tr("Ask", "Show or hide questions"), self._toggle_list, size=16)
        self.heading = ElidedLabel("", "muted")
        self.new_button = IconButton(
            theme, "plus", tr("Ask", "New question"), self.start_new, size=16, shortcut="Ctrl+N"
        )
        header = row(self.list_button, self.heading, self.new_button)
        header.setContentsMargins(SPACE_M, SPACE_S, SPACE_L, SPACE_S)
        self._middle = QVBoxLayout()
        self._middle.addWidget(self.conversation, 1)
        below = QHBoxLayout()
        bar = self.conversation.verticalScrollBar().sizeHint().width()
        below.setContentsMargins(SPACE_XL, SPACE_M, SPACE_XL + bar, SPACE_M)
        below.addStretch(1)
        below.addWidget(self.composer, 100)
        below.addStretch(1)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addLayout(header)
        right.addLayout(self._middle, 1)
        right.addLayout(below)
        both = QHBoxLayout()
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addWidget(self.list)
        both.addLayout(right, 1)
        self.outer.addLayout(both)
        self.setFocusProxy(self.composer)
        self._fit()

    def _connect(self) -> None:
        self.context.theme.changed.connect(self._fit)
        self.context.changes.changed.connect(self._changed)
        self.conversation.turn_added.connect(self._connect_turn)
        self.composer.sent.connect(self._ask)
        self.composer.stopped.connect(self.session.stop)
        self.composer.help_chosen.connect(self._leave_obstacle)
        self.composer.field.paged.connect(self.conversation.page)
        self.list.chosen.connect(self.open_conversation)
        self.list.entered.connect(self.composer.setFocus)
        self.list.new_chosen.connect(self.start_new)
        self.list.searched.connect(lambda _words: self._refresh_list())
        self.list.renamed.connect(self.shelf.rename)
        self.list.delete_chosen.connect(self._delete)

    # the window's keys

    def activate(self, target: object | None) -> None:
        """Show a conversation or a new question; the field gets the focus."""
        self._refresh_list()
        self._check_readiness()
        if isinstance(target, OpenConversation):
            self.open_conversation(target.conversation_id)
        elif isinstance(target, NewQuestion):
            self.start_new()
            if target.text:
                self.composer.set_text(target.text)
        self.composer.setFocus()

    def start_new(self) -> bool:
        """An empty thread; its draft comes back."""
        self._show_conversation(None)
        self.conversation.clear()
        if self.session.live is not None and self.session.live.conversation_id is None:
            self._show_live(self.session.live)
        self._show_empty()
        self.composer.setFocus()
        return True

    def search_here(self) -> None:
        self._list_wanted = True
        self._fit()
        self.list.search.setFocus()
        self.list.search.selectAll()

    def send(self) -> None:
        """Sends the question that is being edited, else the new one."""
        edited = self.conversation.edited_question()
        if edited is not None:
            edited.send()
        else:
            self.composer.send()

    def escape(self) -> bool:
        """Gives up an edit, or stops the answer that is being written if the reader looks at it."""
        edited = self.conversation.edited_question()
        if edited is not None:
            edited.stop_edit()
            return True
        return self.session.live is not None and self._is_shown(self.session.live) and self.session.stop()

    def close_work(self) -> None:
        self.session.stop()
        self.opener.close()

    # conversations

    def open_conversation(self, conversation_id: int) -> None:
        """Show a conversation."""
        if conversation_id == self.conversation_id:
            return
        self._show_conversation(conversation_id)
        self.shelf.turns(conversation_id, self._show_turns)

    def _show_conversation(self, conversation_id: int | None) -> None:
        self._drafts[self.conversation_id] = self.composer.text
        self.conversation_id = conversation_id
        self.composer.set_text(self._drafts.get(conversation_id, ""))
        self.list.mark_current(conversation_id)
        self._show_heading()

    def _show_turns(self, conversation_id: int, turns: list[Turn]) -> None:
        if conversation_id != self.conversation_id:
            return
        live = self.session.live
        self.conversation.show_turns([turn for turn in turns if live is None or turn.id != live.turn_id])
        if live is not None and any(turn.id == live.turn_id for turn in turns):
            live.conversation_id = conversation_id
            self._show_live(live)
        self._show_empty()

    def _refresh_list(self) -> None:
        self.shelf.conversations(self.list.query, self._show_list)

    def _show_list(self, conversations: list[Conversation]) -> None:
        self.list.show_conversations(conversations, self.conversation_id)
        self._show_heading()

    def _show_heading(self) -> None:
        known = self.conversation_id is not None
        self.heading.setText(self.list.model.title_of(self.conversation_id or 0) if known else "")

    def _delete(self, conversation_id: int) -> None:
        live = self.session.live
        if live is not None and live.conversation_id == conversation_id:
            self.session.stop()
        self.shelf.delete(conversation_id, self.list.model.title_of(conversation_id))
        if conversation_id == self.conversation_id:
            self.start_new()

    def _changed(self, change: Change) -> None:
        if change.topic is Topic.CONVERSATIONS:
            self._refresh_list()
        elif change.topic in (Topic.LIBRARY, Topic.MODELS) and self.isVisible():
            self._check_readiness()

    # asking

    def _ask(self, question: str, replaces: int | None = None) -> None:
        if self.session.live is not None:
            self.composer.set_text(question)
            return
        self.session.ask(question, self.conversation_id, replaces)
        self._drafts.pop(self.conversation_id, None)

    def _is_shown(self, live: LiveAnswer) -> bool:
        return live.conversation_id == self.conversation_id

    def _show_live(self, live: LiveAnswer) -> None:
        self.composer.set_busy(True)
        if self._is_shown(live):
            self.conversation.show_live(live)
            self._show_empty()

    def _ended(self, live: LiveAnswer, turn: Turn) -> None:
        self.composer.set_busy(False)
        if self._is_shown(live):
            self.conversation.finish_live(turn)
            if self.conversation_id is None and turn.conversation_id:
                self._drafts.pop(None, None)
                self.conversation_id = turn.conversation_id
        elif turn.state is TurnState.DONE:
            self._tell_elsewhere(turn)
        self._refresh_list()

    def _tell_elsewhere(self, turn: Turn) -> None:
        question = turn.question if len(turn.question) <= 60 else turn.question[:57] + "…"
        self.context.notices.toast(tr("Ask", "The answer to “{question}” is ready.", question=question))

    def _connect_turn(self, view: TurnView) -> None:
        view.source_chosen.connect(self._open_source)
        view.passage_chosen.connect(self._open_passage)
        view.regenerate_chosen.connect(lambda: self._again(view, view.question.text))
        view.question_resent.connect(lambda text: self._again(view, text))
        view.edit_chosen.connect(lambda: self._edit(view))
        view.copied.connect(self._copy)

    def _edit(self, view: TurnView) -> None:
        """The newest question is edited in place; an older one is asked anew at the end, nothing below it is lost."""
        if view is self.conversation.views[-1]:
            view.question.start_edit()
        else:
            self.composer.set_text(view.question.text)
            self.composer.setFocus()

    def _again(self, view: TurnView, question: str) -> None:
        stored = view.turn.id if view.turn is not None and view.turn.id else None
        if stored is None and self.session.live is None:
            self.conversation.clear_last()
        self._ask(question, stored)
        self.composer.setFocus()

    def _open_source(self, source: Source) -> None:
        self.opener.open(source.document_id, source.document, Span(source.start, source.end))

    def _open_passage(self, passage: Passage) -> None:
        self.opener.open(passage.document_id, passage.document, Span(passage.start, passage.end))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.context.notices.toast(tr("Ask", "Copied with its sources."))

    # what is missing

    def _check_readiness(self) -> None:
        workspace = self.context.workspace
        self.context.operations.start(
            lambda _job: look_up(workspace),
            owner=self,
            on_success=self._take_readiness,
            on_failure=self.context.notices.error,
        )

    def _take_readiness(self, readiness: Readiness) -> None:
        self.composer.set_obstacle(*obstacle(readiness))
        changed = (bool(readiness.documents), readiness.model) != (
            bool(self._readiness.documents),
            self._readiness.model,
        )
        self._readiness = readiness
        if changed and self._empty is not None:
            self._drop_empty()
        self._show_empty()

    def _show_empty(self) -> None:
        empty = not self.conversation.views and self.conversation_id is None
        self.conversation.setVisible(not empty)
        if empty and self._empty is None:
            ways = WaysOut(self._choose_model, self._add_documents, self._try_example)
            self._empty = empty_state(self.context.theme, self._readiness, ways)
            self._middle.insertWidget(0, self._empty, 1)
        elif not empty:
            self._drop_empty()

    def _drop_empty(self) -> None:
        if self._empty is not None:
            self._middle.removeWidget(self._empty)
            self._empty.hide()
            self._empty.deleteLater()
            self._empty = None

    def _leave_obstacle(self) -> None:
        if self._readiness.model:
            self._add_documents()
        else:
            self._choose_model()

    def _choose_model(self) -> None:
        self.context.navigation.open_page("models")

    def _add_documents(self) -> None:
        self.context.navigation.open_page("library")

    def _try_example(self) -> None:
        self.composer.set_text(example_question())
        self.composer.setFocus()

    # room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _toggle_list(self) -> None:
        self._list_wanted = not self.list.isVisibleTo(self)
        self._fit()

    def _fit(self) -> None:
        roomy = self.width() >= self.context.theme.scaled(_NARROW_PX)
        self.list.setVisible(roomy if self._list_wanted is None else self._list_wanted)
        self.new_button.setVisible(not self.list.isVisibleTo(self))
        self.composer.setMaximumWidth(line_width(self.composer) + 2 * SPACE_L)
