"""Questions that are typed and not asked yet, by conversation: kept in the vault, so no lock or crash loses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.ask.composer import Composer

_PAUSE_MS = 1500


class Drafts(QObject):
    """What stands in the composer belongs to the conversation that is shown; None is a new one."""

    def __init__(self, context: AppContext, composer: Composer, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._composer = composer
        self._shown: int | None = None
        self._texts: dict[int | None, str] = {}
        self._kept: dict[int | None, str] = {}
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._keep)
        composer.field.textChanged.connect(self._pause.start)
        assistant = context.workspace.assistant
        context.operations.start(
            lambda _job: assistant.drafts(), owner=self, on_success=self._arrived, on_failure=context.notices.error
        )

    def show(self, conversation_id: int | None) -> None:
        """Put the draft of another conversation into the composer; the one that stands there is remembered."""
        self._note()
        self._shown = conversation_id
        self._composer.set_text(self._texts.get(conversation_id, ""))

    def belongs_to(self, conversation_id: int) -> None:
        """What is shown has become a conversation: a new one got its number."""
        self._texts.pop(self._shown, None)
        self._shown = conversation_id

    def close(self) -> None:
        """Keep what stands there: the workspace is about to be locked."""
        self._pause.stop()
        if self._changed():
            self._context.workspace.assistant.keep_drafts(self._texts)
            self._kept = dict(self._texts)

    def _arrived(self, drafts: dict[int | None, str]) -> None:
        """What was typed before they came stays."""
        self._kept = dict(drafts)
        self._note()
        self._texts = drafts | self._texts
        if not self._composer.text:
            self._composer.set_text(self._texts.get(self._shown, ""))

    def _note(self) -> None:
        text = self._composer.text
        if text.strip():
            self._texts[self._shown] = text
        else:
            self._texts.pop(self._shown, None)

    def _changed(self) -> bool:
        self._note()
        return self._texts != self._kept

    def _keep(self) -> None:
        if not self._changed():
            return
        assistant, texts = self._context.workspace.assistant, dict(self._texts)
        self._kept = texts
        self._context.operations.start(
            lambda _job: assistant.keep_drafts(texts), owner=self, on_failure=self._context.notices.error
        )
