"""What leaves through the clipboard: marked private, and taken back after a time and at the lock."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QClipboard

# Who keeps a history of copies leaves out what is marked so: Klipper; the history and the cloud of Windows (the names
# are those of its clipboard formats, the last two hold a DWORD).
_WINDOWS = 'application/x-qt-windows-mime;value="{name}"'
PRIVATE_MARKS = {
    "x-kde-passwordManagerHint": b"secret",
    _WINDOWS.format(name="ExcludeClipboardContentFromMonitorProcessing"): b"\0\0\0\0",
    _WINDOWS.format(name="CanIncludeInClipboardHistory"): b"\0\0\0\0",
    _WINDOWS.format(name="CanUploadToCloudClipboard"): b"\0\0\0\0",
}
_OURS = "application/x-chartside-copy"
_KEPT = ("text/plain", "text/html")


class ClipboardGuard(QObject):
    """Watches the clipboard while the program runs: every copy made in a window of ours gets the marks, wherever it was
    made (a button, Ctrl+C, a menu). seconds: how long such a copy may stay; 0 leaves it until the lock.

    owns: whether this program put in what a mode holds. mark: adds what the system wants beyond Qt's formats (macOS).
    """

    def __init__(
        self,
        clipboard: QClipboard,
        seconds: Callable[[], int],
        *,
        owns: Callable[[QClipboard.Mode], bool] | None = None,
        mark: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self._clipboard = clipboard
        self._seconds = seconds
        self._owns = owns or (
            lambda mode: clipboard.ownsClipboard() if mode == QClipboard.Mode.Clipboard else clipboard.ownsSelection()
        )
        self._mark = mark
        self._digest = b""
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        clipboard.changed.connect(self._changed)

    def clear(self) -> None:
        """Empty the clipboard and the selection where they hold a copy of ours; others' copies stay."""
        self._timer.stop()
        if self._is_ours():
            self._clipboard.clear(QClipboard.Mode.Clipboard)
        selection = QClipboard.Mode.Selection
        if self._clipboard.supportsSelection() and self._owns(selection):
            self._clipboard.clear(selection)
        self._digest = b""

    def close(self) -> None:
        """Take back what is ours and watch no more. Safe to call twice."""
        self.clear()
        if not self._closed:
            self._closed = True
            self._clipboard.changed.disconnect(self._changed)

    def _is_ours(self) -> bool:
        """A clipboard manager may have taken the copy over: then it is known by its text."""
        if not self._digest:
            return False
        return self._owns(QClipboard.Mode.Clipboard) or _digest(self._clipboard.text()) == self._digest

    def _changed(self, mode: QClipboard.Mode) -> None:
        if mode != QClipboard.Mode.Clipboard or not self._owns(mode):
            return
        copied = self._clipboard.mimeData()
        # None, or nothing in it: it was cleared.
        if copied is None or not copied.formats() or copied.hasFormat(_OURS):
            return
        self._digest = _digest(copied.text())
        self._clipboard.setMimeData(_marked(copied))
        if self._mark is not None:
            self._mark()
        seconds = self._seconds()
        if seconds:
            self._timer.start(1000 * seconds)


def _marked(copied: QMimeData) -> QMimeData:
    """The same text with the marks; pictures are left out of what is kept as nothing here copies any."""
    marked = QMimeData()
    for kind in _KEPT:
        if copied.hasFormat(kind):
            marked.setData(kind, copied.data(kind))
    for kind, value in PRIVATE_MARKS.items():
        marked.setData(kind, value)
    marked.setData(_OURS, b"1")
    return marked


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
