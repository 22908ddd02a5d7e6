"""The quiet marks behind checked sentences: ● supported, ▲ differs, ■ not found. Pictures in the text, as chips are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextImageFormat,
)

from app.icons import render
from app.widgets.chips import COPIED, SHARPNESS, picture_format
from app.widgets.verdicts import LOOKS, PROBLEMS
from engine.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

# Nobody has to look at a supported sentence: its mark is almost invisible until the sentence is hovered.
_QUIET = 0.4


class SignPictures:
    """Draws a document's marks in one look; colors are by verdict."""

    def __init__(self, document: QTextDocument, font: QFont, colors: Mapping[Verdict, QColor]) -> None:
        self._document = document
        self._side = round(QFontMetricsF(font).height())
        self._colors = colors
        self._made: dict[str, QTextImageFormat] = {}

    def insert(self, cursor: QTextCursor, verdict: Verdict, href: str) -> None:
        """Put a mark at the cursor; href is what activating it reports."""
        style = QTextImageFormat(self._picture(verdict, loud=verdict in PROBLEMS))
        style.setAnchor(True)
        style.setAnchorHref(href)
        # What is copied into a letter or a record must carry its warning.
        style.setProperty(COPIED, f" {LOOKS[verdict].shape}" if verdict in PROBLEMS else "")
        cursor.insertImage(style)

    def set_loud(self, position: int, verdict: Verdict, *, loud: bool) -> None:
        """Show the mark at a position of the document plainly or quietly; marks of problems are always plain."""
        cursor = QTextCursor(self._document)
        cursor.setPosition(position)
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
        change = QTextCharFormat()
        change.setProperty(
            QTextCharFormat.Property.ImageName, self._picture(verdict, loud=loud or verdict in PROBLEMS).name()
        )
        cursor.mergeCharFormat(change)

    def _picture(self, verdict: Verdict, *, loud: bool) -> QTextImageFormat:
        name = f"sign-{verdict.value}-{'loud' if loud else 'quiet'}"
        if name not in self._made:
            self._made[name] = self._make(name, verdict, 1.0 if loud else _QUIET)
        return self._made[name]

    def _make(self, name: str, verdict: Verdict, opacity: float) -> QTextImageFormat:
        drawing = render(LOOKS[verdict].icon, self._colors[verdict].name(), self._side, SHARPNESS).toImage()
        # The drawing stands in the middle of an empty square; the mark takes only the room of the shape.
        margin = drawing.width() // 8
        drawing = drawing.copy(margin, 0, drawing.width() - 2 * margin, drawing.height())
        image = QImage(drawing.size(), QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        painter.setOpacity(opacity)
        drawing.setDevicePixelRatio(1)
        painter.drawImage(0, 0, drawing)
        painter.end()
        image.setDevicePixelRatio(SHARPNESS)
        return picture_format(self._document, name, image)
