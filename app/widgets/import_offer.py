"""The offer to import a model file that was opened with Chartside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.i18n import size_text, tr
from app.theme import Theme
from app.widgets.buttons import push_button
from app.widgets.feedback import ThemedIcon
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, column, row, show_if


class ImportOffer(QFrame):
    """Asks about one file after the other. on_import gets the file that the person wants."""

    def __init__(self, theme: Theme, on_import: Callable[[Path], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._on_import = on_import
        self._files: list[Path] = []
        self.question = label("", "heading", wrap=True)
        self.explanation = label(
            tr(
                "ImportOffer",
                "The file is copied into Chartside’s models; yours stays where it is. Import models only from a source "
                "that you trust.",
            ),
            wrap=True,
        )
        self.accept = push_button(tr("ImportOffer", "Import"), self._import, role="primary")
        self.decline = push_button(tr("ImportOffer", "Not now"), self._next)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_M, SPACE_M)
        layout.setSpacing(SPACE_M)
        layout.addWidget(ThemedIcon(theme, "models", "accent", 20), 0, Qt.AlignmentFlag.AlignTop)
        buttons = row(self.accept, self.decline, 1)
        layout.addLayout(column(self.question, self.explanation, buttons, spacing=SPACE_S), 1)
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
            self.question.setText(tr("ImportOffer", "Import “{name}”{size}?", name=file.name, size=_size(file)))
            self.setAccessibleName(self.question.text())
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
