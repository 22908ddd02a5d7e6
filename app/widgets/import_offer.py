"""The offer to import a model file that was opened with Chartside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.i18n import size_text, tr
from app.theme import Theme
from app.widgets.buttons import push_button
from app.widgets.feedback import Notice
from app.widgets.layout import show_if


class ImportOffer(Notice):
    """Asks about one file after the other. on_import gets the file that the person wants."""

    def __init__(self, theme: Theme, on_import: Callable[[Path], object], parent: QWidget | None = None) -> None:
        self._on_import = on_import
        self._files: list[Path] = []
        self.accept = push_button(tr("ImportOffer", "Import"), self._import, role="primary")
        self.decline = push_button(tr("ImportOffer", "Not now"), self._next)
        super().__init__(theme, ("models", "accent"), buttons=(self.accept, self.decline), parent=parent)
        show_if(self, False)

    def offer(self, file: Path) -> None:
        """Ask about a file, after those that were not decided yet."""
        if file not in self._files:
            self._files.append(file)
        self._show()

    def set_busy(self, busy: bool) -> None:
        """One import goes on at a time: the next is asked about, and can begin when the first ended."""
        self.accept.setEnabled(not busy)

    @property
    def file(self) -> Path | None:
        """The file that is asked about."""
        return self._files[0] if self._files else None

    def _show(self) -> None:
        show_if(self, bool(self._files))
        if self._files:
            file = self._files[0]
            explanation = tr(
                "ImportOffer",
                "The file is copied into Chartside’s models; yours stays where it is. Import models only from a source "
                "that you trust.",
            )
            self.say(tr("ImportOffer", "Import “{name}”{size}?", name=file.name, size=_size(file)), explanation)
            self.accept.setFocus()

    def _import(self) -> None:
        file = self._files[0]
        self._next()
        self._on_import(file)

    def _next(self) -> None:
        self._files.pop(0)
        self._show()


def _size(file: Path) -> str:
    """The file's size in brackets; nothing where it cannot be told, which the import then explains."""
    try:
        return f" ({size_text(file.stat().st_size)})"
    except OSError:
        return ""
