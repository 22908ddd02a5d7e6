"""A window of its own for one document: all pages, large, and a plain copy for who wants one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QIODevice, QSaveFile, QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from app.dialogs.confirm import confirmed
from app.i18n import tr
from app.widgets.buttons import give_icon, push_button
from app.widgets.document_pane import DocumentPane, LoadedDocument, Span
from app.widgets.labels import ElidedLabel
from app.widgets.layout import SPACE_L, SPACE_M, row
from engine.errors import UserError

if TYPE_CHECKING:
    from app.theme import Theme


class DocumentViewer(QWidget):
    """Opens beside the main window and closes with Esc. save(path, content) is called for a plain copy."""

    def __init__(
        self,
        theme: Theme,
        loaded: LoadedDocument,
        span: Span | None,
        save: Callable[[Path, bytes], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("page")
        # The task bar, the window switcher and other programs read titles: none says what is open.
        self.setWindowTitle("Chartside")
        self.setAccessibleName(loaded.info.name)
        self._loaded = loaded
        self._save = save
        self.pane = DocumentPane(theme, loaded, span)
        self.save_button = push_button(tr("Viewer", "Save a copy…"), self.save_copy)
        give_icon(self.save_button, theme, "download")
        name = ElidedLabel(loaded.info.name, "heading")
        header = row(name, self.save_button)
        header.setStretchFactor(name, 1)
        header.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(header)
        outer.addWidget(self.pane, 1)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        self.resize(self._comfortable())
        self.pane.setFocus()

    def save_copy(self) -> None:
        """Say that the copy is plain, ask where it goes, and hand it over."""
        question = tr("Viewer", "Save an unencrypted copy of “{name}”?", name=_short(self._loaded.info.name))
        consequence = tr(
            "Viewer",
            "Inside Chartside this document is encrypted. The copy is not: anyone who can open its folder can read it.",
        )
        if not confirmed(question, consequence, tr("Viewer", "Choose a place…"), self):
            return
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Viewer", "Save a copy"), self._loaded.info.name)
        if chosen:
            self._save(Path(chosen), self._loaded.content)

    def _comfortable(self) -> QSize:
        available = self.screen().availableSize()
        return QSize(min(980, available.width()), min(1100, available.height() - 40))


def write_copy(path: Path, content: bytes) -> None:
    """Write a whole file or none. Raises UserError where that fails; call it off the GUI thread."""
    file = QSaveFile(str(path))
    if file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(content) == len(content) and file.commit():
        return
    raise UserError(
        tr("Viewer", "The copy could not be saved."),
        tr("Viewer", "Choose another folder, or check that the disk has space."),
        file.errorString(),
    )


def _short(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:40]}…{name[-15:]}"
