"""The answer that is being written: gathered from events, independent of what is on the screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.i18n import counted, tr
from engine.types import AskStage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.types import AskEvent, Hit, Sentence


@dataclass
class LiveAnswer:
    """Where one question stands. conversation_id is None until the engine has said which one it started."""

    question: str
    conversation_id: int | None
    replaces: int | None = None
    turn_id: int | None = None
    stage: AskStage = AskStage.SEARCHING
    text: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    done: int = 0
    total: int = 0
    tokens_per_s: float = 0.0
    stopping: bool = False

    def take(self, events: Iterable[AskEvent]) -> None:
        """Bring the answer up to date."""
        added = []
        for event in events:
            self.stage, self.turn_id = event.stage, event.turn_id
            self.done, self.total = event.done, event.total
            self.tokens_per_s = event.tokens_per_s or self.tokens_per_s
            added.append(event.text)
            if event.sentence is not None:
                self.sentences.append(event.sentence)
            if event.hits is not None:
                self.hits = event.hits
        self.text += "".join(added)

    def words(self) -> str:
        """What goes on, in the reader's words."""
        if self.stopping:
            return tr("Ask", "Stopping…")
        return {
            AskStage.SEARCHING: self._searching,
            AskStage.LOADING_MODEL: self._loading,
            AskStage.READING: self._reading,
            AskStage.WRITING: self._writing,
        }[self.stage]()

    def _searching(self) -> str:
        if self.total:
            return counted("Ask", "Searching 1 document…", "Searching {count} documents…", self.total)
        return tr("Ask", "Searching your documents…")

    def _loading(self) -> str:
        if self.total:
            return tr("Ask", "Starting the model · {share}%", share=round(100 * self.done / self.total))
        return tr("Ask", "Starting the model…")

    def _reading(self) -> str:
        if self.total:
            return tr("Ask", "Reading passage text {done} of {total}", done=self.done, total=self.total)
        return counted("Ask", "Reading 1 passage…", "Reading {count} passages…", len(self.hits))

    def _writing(self) -> str:
        if self.tokens_per_s:
            return tr("Ask", "Writing · {speed} tokens/s", speed=round(self.tokens_per_s))
        return tr("Ask", "Writing…")
