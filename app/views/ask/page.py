"""The Ask page: conversations, the thread, and the field a question is written in."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.context import AppContext, NewQuestion, OpenConversation
from app.i18n import tr
from app.views.ask.composer import Composer
from app.views.ask.conversations import ConversationList
from app.views.ask.dialogue import Dialogue
from app.views.ask.problems import ProblemWalk
from app.views.ask.thread import ThreadView
from app.views.ask.vacancy import Vacancy
from app.views.page import Page
from app.widgets.buttons import IconButton
from app.widgets.labels import ElidedLabel, line_width
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, SPACE_XL, row, show_if
from app.widgets.markdown import warm_up
from app.widgets.source_opener import SourceOpener

# Below this width (at normal text size) the list of conversations makes room for the thread.
_NARROW_PX = 640


class AskPage(Page):
    """Lays out the parts and answers the window's keys; Dialogue does the work."""

    key = "ask"
    icon = "ask"

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        # What the person chose with the button; None follows the width.
        self._list_wanted: bool | None = None
        self.opener = SourceOpener(context, self)
        self.list = ConversationList(context.theme)
        self.conversation = ThreadView(context.theme)
        self.composer = Composer(context.theme)
        self.vacancy = Vacancy(context, self.composer)
        self.dialogue = Dialogue(
            context,
            self,
            conversations=self.list,
            thread=self.conversation,
            composer=self.composer,
            opener=self.opener,
        )
        self.problems = ProblemWalk(context, self.conversation)
        self._lay_out()
        self._connect()
        self._show()
        context.operations.start(lambda _job: warm_up(), owner=self)

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
        bar = self.conversation.verticalScrollBar().sizeHint().width()
        below = row(1, self.composer, 1)
        below.setStretchFactor(self.composer, 100)
        below.setContentsMargins(SPACE_XL, SPACE_M, SPACE_XL + bar, SPACE_M)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addLayout(header)
        right.addWidget(self.conversation, 1)
        right.addWidget(self.vacancy, 1)
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
        self.composer.field.paged.connect(self.conversation.page)
        self.list.entered.connect(self.composer.setFocus)
        self.list.new_chosen.connect(self.start_new)
        self.dialogue.shown.connect(self._show)
        self.vacancy.example_chosen.connect(self._try)

    # the window's keys

    def activate(self, target: object | None) -> None:
        """Show a conversation or a new question; the field gets the focus."""
        self.dialogue.refresh()
        self.vacancy.look()
        if isinstance(target, OpenConversation):
            self.dialogue.open(target.conversation_id)
        elif isinstance(target, NewQuestion):
            self.dialogue.start_new()
            if target.text:
                self.composer.set_text(target.text)
        self.composer.setFocus()

    def start_new(self) -> bool:
        """An empty thread; its draft comes back."""
        self.dialogue.start_new()
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
        """Gives up an edit, stops the answer that the reader sees being written, or goes back from a source."""
        edited = self.conversation.edited_question()
        if edited is not None:
            edited.stop_edit()
            return True
        if self.dialogue.live_is_shown and self.dialogue.session.stop():
            return True
        return self.problems.back()

    def next_problem(self, step: int) -> None:
        self.problems.step(step)

    def close_work(self) -> None:
        self.dialogue.close()
        self.opener.close()

    # what is shown

    def _show(self) -> None:
        empty = self.dialogue.empty
        show_if(self.conversation, not empty)
        show_if(self.vacancy, empty)
        self.heading.setText(self.dialogue.title)

    def _try(self, question: str) -> None:
        self.composer.set_text(question)
        self.composer.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _toggle_list(self) -> None:
        self._list_wanted = not self.list.isVisibleTo(self)
        self._fit()

    def _fit(self) -> None:
        roomy = self.width() >= self.context.theme.scaled(_NARROW_PX)
        show_if(self.list, roomy if self._list_wanted is None else self._list_wanted)
        show_if(self.new_button, not self.list.isVisibleTo(self))
        self.composer.setMaximumWidth(line_width(self.composer) + 2 * SPACE_L)
