"""Source chips: small numbered pills that stand in running text and open a source.

They are pictures in the text, drawn once per label: a text object drawn by Python code would slow every repaint.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QRectF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextImageFormat,
)

COPIED = QTextFormat.Property.UserProperty.value + 1
"""What a picture in the text is copied as."""
OBJECT_CHARACTER = "\ufffc"
_GAP = 3.0
SHARPNESS = 3
"""Pixels drawn for each pixel of the text, so that pictures stay sharp on dense screens and in large text."""
# Paragraph and line separators, and what Qt puts where a table cell begins and a table ends.
_BREAKS = re.compile("[\u2028\u2029\ufdd0\ufdd1]")


class ChipPictures:
    """Draws the pictures of a document's chips in one look."""

    def __init__(self, document: QTextDocument, font: QFont, background: QColor, text: QColor) -> None:
        self._document = document
        self._font = QFont(font)
        self._font.setPointSizeF(font.pointSizeF() * 0.82)
        self._background = background
        self._text = text
        self._made: dict[str, QTextImageFormat] = {}

    def insert(self, cursor: QTextCursor, label: str, href: str, tip: str) -> None:
        """Put a chip at the cursor: label is shown and copied as "[label]", href is what activating it reports."""
        if label not in self._made:
            self._made[label] = self._make(label)
        style = QTextImageFormat(self._made[label])
        style.setAnchor(True)
        style.setAnchorHref(href)
        style.setToolTip(tip)
        style.setProperty(COPIED, f" [{label}]")
        cursor.insertImage(style)

    def _make(self, label: str) -> QTextImageFormat:
        metrics = QFontMetricsF(self._font)
        width = round(max(metrics.horizontalAdvance(label) + 8, metrics.height()) + _GAP)
        height = round(metrics.height())
        image = QImage(width * SHARPNESS, height * SHARPNESS, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(SHARPNESS)
        image.fill(Qt.GlobalColor.transparent)
        self._draw(image, QRectF(_GAP, 0, width - _GAP, height), label)
        return picture_format(self._document, f"chip-{label}", image)

    def _draw(self, image: QImage, pill: QRectF, label: str) -> None:
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._background)
        painter.drawRoundedRect(pill, 4, 4)
        painter.setPen(self._text)
        painter.setFont(self._font)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, label)
        painter.end()


def picture_format(document: QTextDocument, name: str, image: QImage) -> QTextImageFormat:
    """Make an image known to a document under a name; what it returns puts it into the text, in line with words."""
    document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name), image)
    size = image.deviceIndependentSize()
    style = QTextImageFormat()
    style.setName(name)
    style.setWidth(size.width())
    style.setHeight(size.height())
    style.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
    return style


def text_with_labels(cursor: QTextCursor) -> str:
    """The selected text as it is copied: chips become "[1]", marks of problems their shape, separators newlines."""
    text = cursor.selectedText()
    probe = QTextCursor(cursor.document())
    pieces = []
    position = cursor.selectionStart()
    for character in text:
        # Qt counts UTF-16 units.
        position += 2 if ord(character) > 0xFFFF else 1
        if character == OBJECT_CHARACTER:
            probe.setPosition(position)
            pieces.append(probe.charFormat().property(COPIED) or "")
        else:
            pieces.append(character)
    return _BREAKS.sub("\n", "".join(pieces))
