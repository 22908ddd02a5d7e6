"""Whether a question can be asked now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.i18n import tr

if TYPE_CHECKING:
    from engine.workspace import Workspace


@dataclass(frozen=True)
class Readiness:
    """documents: whether the library holds any. model: whether a chat model is in use."""

    documents: bool
    model: bool


def look_up(workspace: Workspace) -> Readiness:
    """Ask the engine; call it off the GUI thread."""
    return Readiness(bool(workspace.library.documents()), workspace.models.in_use() is not None)


def obstacle(readiness: Readiness) -> tuple[str, str]:
    """Why nothing can be asked, and the words of the button that leads out of it; both "" where all is well."""
    if not readiness.model:
        return tr("Ask", "No model is installed yet."), tr("Ask", "Choose a model")
    if not readiness.documents:
        return tr("Ask", "The library is empty."), tr("Ask", "Add documents")
    return "", ""
