"""Files that macOS hands to the running program; other systems start it anew with them as arguments."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from PySide6.QtGui import QFileOpenEvent


class OpenedFiles(QObject):
    """files: the person opened a file with this program; carries a list of one path."""

    files = Signal(object)

    def __init__(self, application: QCoreApplication) -> None:
        super().__init__(application)
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the system's request to open a file."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self.files.emit([Path(event.file())])
            return True
        return super().eventFilter(watched, event)
