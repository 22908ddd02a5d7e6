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
        Key("Ctrl+N", "new", tr("Keys", "New question, or visit")),
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


def held_keys() -> list[Key]:
    """Keys that are held, which shortcuts cannot tell: app.dictation watches them."""
    return [Key("F9", "dictate", tr("Keys", "Hold and talk: dictate into the text field"))]


def visit_keys() -> list[Key]:
    """The keys of the Visits page, beside those of the window."""
    return [
        Key("Space", "space", tr("Keys", "Record, pause, go on (outside of text fields)")),
        Key("Ctrl+R", "record", tr("Keys", "The same everywhere, and record more")),
        Key("Ctrl+M", "mark", tr("Keys", "Mark this moment of the recording")),
        Key("Ctrl+E", "end", tr("Keys", "End the recording")),
        Key("Ctrl+D", "draft", tr("Keys", "Write the note")),
        Key("Ctrl+Shift+Return", "review", tr("Keys", "Review and sign")),
        Key("Ctrl+Z", "undo", tr("Keys", "Undo")),
        Key("Ctrl+Shift+Z", "redo", tr("Keys", "Do it again")),
        Key("Ctrl+O", "file", tr("Keys", "A recording or transcript from a file")),
        Key("Ctrl+Shift+C", "copy", tr("Keys", "Copy the note")),
        Key("Ctrl+P", "print", tr("Keys", "Print the note")),
        Key("Ctrl+Shift+M", "more", tr("Keys", "More: save, versions, templates, discard")),
    ]
