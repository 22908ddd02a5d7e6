"""Text in the window's few sizes and colours."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

# UI.md: running text is at most 75 characters wide.
LINE_CHARACTERS = 75


class WrappedLabel(QLabel):
    """Tells a layout the height of the lines it really breaks into: those within its greatest width."""

    def heightForWidth(self, width: int) -> int:
        return super().heightForWidth(min(width, self.maximumWidth()))


def label(text: str, role: str = "", *, wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """A label of a style sheet role: title, heading, muted, small, ok, warn, bad, chip, chip-ok, chip-bad, key ...

    Text is shown as it is, never read as HTML. wrap: breaks lines, and grows no wider than 75 characters.
    """
    made = WrappedLabel(text, parent) if wrap else QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    if wrap:
        made.setWordWrap(True)
        made.setMaximumWidth(line_width(made))
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    return made


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget another style sheet role and have it drawn so."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def line_width(widget: QWidget) -> int:
    """Pixels of a line of running text in the widget's font."""
    return widget.fontMetrics().averageCharWidth() * LINE_CHARACTERS


class ElidedLabel(QLabel):
    """One line of text that is shortened where it does not fit, in the middle unless told otherwise; the tool tip then
    holds all of it."""

    def __init__(
        self,
        text: str = "",
        role: str = "",
        parent: QWidget | None = None,
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
    ) -> None:
        super().__init__(text, parent)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if role:
            self.setProperty("role", role)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 6, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        painter = QPainter(self)
        inner = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), self._mode, inner.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(inner, int(self.alignment()), shown)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            fits = self.fontMetrics().horizontalAdvance(self.text()) <= self.contentsRect().width()
            self.setToolTip("" if fits else self.text())
        return super().event(event)
