"""What every page of the main window is."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.context import AppContext
from engine.types import Actor


class Page(QWidget):
    """A page: made when first shown, kept afterwards. Subclasses name themselves and answer the window's keys."""

    key = ""
    """Stable name used in links: "ask", "library"."""
    icon = ""
    """Name of a drawing in resources/icons."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.context = context
        self.setObjectName("page")
        self.setAccessibleName(self.title())
        self.outer = QVBoxLayout(self)
        self.outer.setContentsMargins(0, 0, 0, 0)
        self.outer.setSpacing(0)

    @classmethod
    def title(cls) -> str:
        """The page's name in the reader's language."""
        raise NotImplementedError

    @classmethod
    def is_for(cls, actor: Actor) -> bool:  # noqa: ARG003 - most are for everybody
        """Whether who is signed in has this page at all."""
        return True

    def activate(self, target: object | None) -> None:
        """Called each time the page comes to the front, with what to open there; sets the focus."""

    def leave(self) -> None:
        """Called when another page comes to the front."""

    def start_new(self) -> bool:
        """Ctrl+N. True if this page made something new; otherwise the window starts a new question."""
        return False

    def search_here(self) -> None:
        """Ctrl+F: put the focus into the page's search field."""

    def send(self) -> None:
        """Ctrl+Enter."""

    def escape(self) -> bool:
        """Esc. True if the page stopped or closed something; otherwise the window closes the side panel."""
        return False

    def next_problem(self, step: int) -> None:
        """F8 (step 1) and Shift+F8 (step -1)."""

    def reason_to_stay(self) -> str:
        """What would be cut off if the workspace were locked now, in words; "" for nothing."""
        return ""

    def close_work(self) -> None:
        """The workspace is about to be locked or the window closed: stop what can be stopped, keep what was typed."""
