"""What every page receives: the workspace, the look, the runner of engine calls, and ways to the rest of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QWidget

from app.changes import Changes
from app.fetches import Fetches
from app.operations import Operations
from app.theme import Theme
from engine.errors import UserError
from engine.settings import SettingsStore
from engine.types import Permission

if TYPE_CHECKING:
    from engine.workspace import Workspace


@dataclass(frozen=True)
class OpenConversation:
    """Target of the Ask page: show this conversation."""

    conversation_id: int


@dataclass(frozen=True)
class OpenDocument:
    """Target of the Library page: select this document, and show the text at start where given."""

    document_id: int
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class ImportModel:
    """Target of the Models page: offer to import this file."""

    file: Path


@dataclass(frozen=True)
class OpenUpdate:
    """Target of the Settings page: look at this update file and offer to install it."""

    file: Path


@dataclass(frozen=True)
class ShowCard:
    """Target of the Settings page: bring this card into view ("people", "backup")."""

    card: str


@dataclass(frozen=True)
class ShowEntry:
    """Target of the Activity page: show this entry."""

    seq: int


@dataclass(frozen=True)
class OpenVisit:
    """Target of the Visits page: show this visit."""

    visit_id: int


@dataclass(frozen=True)
class NewVisit:
    """Target of the Visits page: an empty visit."""


@dataclass(frozen=True)
class OpenTemplates:
    """Target of the Visits page: the note templates, or the examples of style."""

    style: bool = False


@dataclass(frozen=True)
class NewQuestion:
    """Target of the Ask page: an empty question, or one with this text."""

    text: str = ""


class Navigation(Protocol):
    """Ways through the window."""

    def open_page(self, key: str, target: object | None = None) -> None:
        """Show a page by its key ("ask", "library", "models", "settings") and hand it a target."""

    def lock(self) -> None:
        """Close the workspace and show the unlock page."""

    def restore(self, file: Path | None) -> None:
        """Close the workspace and show the page that brings back a backup; file: which one."""

    def somebody_is_here(self) -> None:
        """Somebody speaks: as good as a key press to the lock that waits for nobody to be there."""

    def has_page(self, key: str) -> bool:
        """Whether who is signed in has this page."""

    def restart(self) -> None:
        """Close the program and start it again: the version that was installed last."""


class SidePanel(Protocol):
    """The area right of the page."""

    def show_widget(self, widget: QWidget, title: str) -> None:
        """Open the panel with widget, replacing (and deleting) the one that is there."""

    def close_panel(self) -> None:
        """Close the panel and delete its widget; the page gets the focus back."""

    @property
    def is_open(self) -> bool: ...


class Notices(Protocol):
    """Short messages at the lower edge of the page."""

    def toast(self, message: str, undo: Callable[[], None] | None = None) -> None:
        """Say what was done, for some seconds; with undo it stays longer and offers an Undo button."""

    def error(self, error: UserError) -> None:
        """Say what failed, what to do next, and offer the details; stays until dismissed."""


class Status(Protocol):
    """The parts of the status bar that pages feed."""

    def show_speed(self, tokens_per_s: float) -> None:
        """Tokens per second of the answer being written; 0 clears it."""

    def show_work(self, text: str) -> None:
        """What goes on in the background ("import: 3 of 12"); "" clears it."""

    def show_recording(self, text: str) -> None:
        """That sound is being recorded, and for how long; "" clears it."""


@dataclass(frozen=True)
class AppContext:
    """Handed to every page; nothing in the window is reached through a global."""

    workspace: Workspace
    settings: SettingsStore
    theme: Theme
    operations: Operations
    changes: Changes
    fetches: Fetches
    navigation: Navigation
    panel: SidePanel
    notices: Notices
    status: Status

    def may(self, permission: Permission) -> bool:
        """Whether who is signed in may do this. The engine asks again: this only decides what is shown."""
        return permission in self.workspace.actor.permissions
