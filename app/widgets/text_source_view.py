"""The text of a document without pages, with a marked passage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QFont, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from app.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.theme import Theme
    from engine.types import DocumentText


class TextSourceView(QPlainTextEdit):
    """Shows a document's text; headings are bold, [start, end) is marked, words of it are underlined."""

    def __init__(
        self,
        theme: Theme,
        document: DocumentText,
        start: int | None,
        end: int | None,
        *,
        words: Sequence[tuple[int, int]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = document.text
        self._span = (start, end) if start is not None and end is not None else None
        self._words = words
        self.setObjectName("sourcetext")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName(tr("Source", "Text of the document"))
        self.setPlainText(document.text)
        self._embolden(document)
        theme.changed.connect(self._mark)
        self._mark()

    def show_marks(self) -> None:
        """Scroll so that the marked passage stands in the upper third."""
        if self._span:
            cursor = self._cursor(*self._span)
            top = QTextCursor(cursor)
            top.setPosition(cursor.selectionStart())
            self.setTextCursor(top)
            self.centerCursor()

    def _embolden(self, document: DocumentText) -> None:
        bold = QTextCharFormat()
        bold.setFontWeight(QFont.Weight.DemiBold)
        for heading in document.headings:
            self._cursor(heading.start, heading.end).mergeCharFormat(bold)

    def _mark(self) -> None:
        if not self._span:
            return
        mark = QTextEdit.ExtraSelection()
        mark.cursor = self._cursor(*self._span)
        mark.format.setBackground(self._theme.color("mark"))
        mark.format.setForeground(self._theme.color("text"))
        marks = [mark]
        for start, end in self._words:
            word = QTextEdit.ExtraSelection()
            word.cursor = self._cursor(start, end)
            word.format.setBackground(self._theme.color("mark"))
            word.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
            word.format.setUnderlineColor(self._theme.color("warn"))
            word.format.setFontWeight(QFont.Weight.Bold)
            marks.append(word)
        self.setExtraSelections(marks)

    def _cursor(self, start: int, end: int) -> QTextCursor:
        cursor = QTextCursor(self.document())
        cursor.setPosition(_utf16(self._text, start))
        cursor.setPosition(_utf16(self._text, end), QTextCursor.MoveMode.KeepAnchor)
        return cursor


def _utf16(text: str, offset: int) -> int:
    """The position that Qt gives to a character offset: it counts UTF-16 units."""
    return len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2
