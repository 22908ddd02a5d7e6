"""The keys of the window: one table for the shortcuts themselves and for the help that lists them."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import tr


@dataclass(frozen=True)
class Key:
    """A key sequence (Qt's notation), the action it starts, and what it does in words."""

    sequence: str
    action: str
    words: str


def window_keys() -> list[Key]:
    """The keys that work everywhere in the main window, in the order of the help."""
    return [
        Key("Ctrl+N", "new", tr("Keys", "New question")),
        Key("Ctrl+K", "go_to", tr("Keys", "Go to anything")),
        Key("Ctrl+F", "search", tr("Keys", "Search here")),
        Key("Ctrl+Return", "send", tr("Keys", "Send")),
        Key("Esc", "escape", tr("Keys", "Stop, or close the side panel")),
        Key("F8", "next_problem", tr("Keys", "Next problem")),
        Key("Shift+F8", "previous_problem", tr("Keys", "Previous problem")),
        Key("Ctrl+B", "sidebar", tr("Keys", "Show or hide the names in the sidebar")),
        Key("Ctrl+L", "lock", tr("Keys", "Lock")),
        Key("F1", "help", tr("Keys", "This list")),
    ]
