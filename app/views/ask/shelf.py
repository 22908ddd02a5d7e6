"""The stored conversations: read, renamed and deleted off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.i18n import tr

if TYPE_CHECKING:
    from app.context import AppContext
    from engine.types import Conversation, Turn


class ConversationShelf(QObject):
    """Failures are told through the window's notices; what is shown is refreshed by the engine's changes."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._asked = 0

    def conversations(self, query: str, take: Callable[[list[Conversation]], None]) -> None:
        """Fetch the list; an older request that ends late is not taken any more."""
        self._asked += 1
        number, assistant = self._asked, self._context.workspace.assistant
        self._context.operations.start(
            lambda _job: assistant.conversations(query),
            owner=self,
            on_success=lambda found: take(found) if number == self._asked else None,
            on_failure=self._context.notices.error,
        )

    def turns(self, conversation_id: int, take: Callable[[int, list[Turn]], None]) -> None:
        """Fetch a conversation's questions and answers."""
        assistant = self._context.workspace.assistant
        self._context.operations.start(
            lambda _job: assistant.turns(conversation_id),
            owner=self,
            on_success=lambda turns: take(conversation_id, turns),
            on_failure=self._context.notices.error,
        )

    def rename(self, conversation_id: int, title: str) -> None:
        """Give a conversation another title."""
        assistant = self._context.workspace.assistant
        self._context.operations.start(
            lambda _job: assistant.rename(conversation_id, title),
            owner=self,
            on_failure=self._context.notices.error,
        )

    def delete(self, conversation_id: int, title: str) -> None:
        """Delete a conversation and offer the way back."""
        assistant = self._context.workspace.assistant
        self._context.operations.start(
            lambda _job: assistant.delete(conversation_id),
            owner=self,
            on_success=lambda _none: self._context.notices.toast(
                tr("Ask", "Deleted “{title}”.", title=title if len(title) <= 60 else title[:57] + "…"),
                lambda: self._restore(conversation_id),
            ),
            on_failure=self._context.notices.error,
        )

    def _restore(self, conversation_id: int) -> None:
        assistant = self._context.workspace.assistant
        self._context.operations.start(
            lambda _job: assistant.restore(conversation_id),
            owner=self,
            on_failure=self._context.notices.error,
        )
