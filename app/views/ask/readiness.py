"""Whether a question can be asked now, and what the empty page says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.i18n import tr
from app.widgets.feedback import EmptyState

if TYPE_CHECKING:
    from app.theme import Theme
    from engine.workspace import Workspace


@dataclass(frozen=True)
class Readiness:
    """documents: how many are in the library. model: whether a chat model is in use."""

    documents: int
    model: bool


@dataclass(frozen=True)
class WaysOut:
    """What the buttons of the empty page do."""

    choose_model: Callable[[], object]
    add_documents: Callable[[], object]
    try_example: Callable[[], object]


def look_up(workspace: Workspace) -> Readiness:
    """Ask the engine; call it off the GUI thread."""
    return Readiness(len(workspace.library.documents()), workspace.models.in_use() is not None)


def example_question() -> str:
    """A question that the sample library answers."""
    return tr("Ask", "What is the adult dose of adrenaline in anaphylaxis?")


def empty_state(theme: Theme, readiness: Readiness, ways: WaysOut) -> EmptyState:
    """One sentence, one button, one example for what is missing first."""
    if not readiness.model:
        return EmptyState(
            theme,
            "models",
            tr("Ask", "Chartside needs a model before it can answer."),
            button=tr("Ask", "Choose a model"),
            on_click=ways.choose_model,
            example=tr("Ask", "It runs on this computer: what you ask never leaves it."),
        )
    if not readiness.documents:
        return EmptyState(
            theme,
            "library",
            tr("Ask", "Answers come from your clinic's own documents, and there are none yet."),
            button=tr("Ask", "Add documents"),
            on_click=ways.add_documents,
            example=tr("Ask", "Protocols, policies, leaflets: PDF, Word, web pages, text or scans."),
        )
    return EmptyState(
        theme,
        "ask",
        tr("Ask", "Ask in your own words; every sentence of the answer shows its source."),
        button=tr("Ask", "Try the example"),
        on_click=ways.try_example,
        example=tr("Ask", "For example: “{question}”", question=example_question()),
    )


def obstacle(readiness: Readiness) -> tuple[str, str]:
    """Why nothing can be asked, and the words of the button that leads out of it; both "" where all is well."""
    if not readiness.model:
        return tr("Ask", "No model is installed yet."), tr("Ask", "Choose a model")
    if not readiness.documents:
        return tr("Ask", "The library is empty."), tr("Ask", "Add documents")
    return "", ""
