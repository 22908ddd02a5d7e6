"""Write parsed Markdown into a QTextDocument, with a chip after every sentence that has a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QFont, QTextBlockFormat, QTextCharFormat, QTextCursor

from app.widgets.markdown import MARKERS, ListItem, Unit, mark_number
from app.widgets.markdown_styles import MarkdownStyles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token

BULLETS = ("•", "◦", "▪")
LINE_BREAK = "\u2028"
# Stands in blocks without text: Qt lets an empty block take the format of the one behind it when that is rewritten.
NOTHING = "\u200b"


class MarkdownWriter:
    """Appends units at the end of a document.

    write_mark is called where a sentence mark stands, with the cursor and the mark's number.
    """

    def __init__(self, styles: MarkdownStyles, write_mark: Callable[[QTextCursor, int], None]) -> None:
        self._styles = styles
        self._write_mark = write_mark
        self._fresh_block = True
        self._prefix = ""

    def write(self, cursor: QTextCursor, unit: Unit, *, fresh_block: bool) -> bool:
        """Write one unit; fresh_block says that the cursor stands in an empty block to use.

        Returns whether it left such a block behind (as a table does).
        """
        self._fresh_block = fresh_block
        self._prefix = ""
        if unit.item:
            self._item(cursor, unit.tokens, unit.item, quote=0)
        else:
            self._blocks(cursor, unit.tokens, depth=0, quote=0)
        return self._fresh_block

    def _blocks(self, cursor: QTextCursor, tokens: Sequence[Token], depth: int, quote: int) -> None:
        index = 0
        while index < len(tokens):
            token = tokens[index]
            end = _closing(tokens, index)
            inner = tokens[index + 1 : end]
            if token.type in ("bullet_list_open", "ordered_list_open"):
                self._list(cursor, token, inner, depth, quote)
            elif token.type == "blockquote_open":
                self._blocks(cursor, inner, depth, quote + 1)
            elif token.type == "table_open":
                self._table(cursor, inner)
            elif token.type in ("paragraph_open", "heading_open"):
                bold = token.type == "heading_open"
                self._start_block(cursor, depth + quote, above=14 if bold else 8)
                self._inline(cursor, inner[0].children or [], self._styles.text(bold=bold, muted=quote > 0))
            elif token.type in ("fence", "code_block"):
                self._code(cursor, token.content, depth)
            elif token.type == "hr":
                self._next_block(cursor, self._styles.rule())
                cursor.insertText(NOTHING, self._styles.text())
            index = end + 1

    def _list(self, cursor: QTextCursor, head: Token, tokens: Sequence[Token], depth: int, quote: int) -> None:
        number = int(head.attrs.get("start", 1)) if head.type == "ordered_list_open" else None
        index = 0
        while index < len(tokens):
            end = _closing(tokens, index)
            self._item(cursor, tokens[index + 1 : end], ListItem(depth, number), quote)
            number = None if number is None else number + 1
            index = end + 1

    def _item(self, cursor: QTextCursor, tokens: Sequence[Token], item: ListItem, quote: int) -> None:
        bullet = BULLETS[min(item.depth, len(BULLETS) - 1)] if item.number is None else f"{item.number}."
        self._prefix = bullet + "\t"
        if not tokens or tokens[0].type not in ("paragraph_open", "heading_open"):
            self._start_block(cursor, item.depth + 1 + quote, above=4)
        self._blocks(cursor, tokens, item.depth + 1, quote)

    def _start_block(self, cursor: QTextCursor, indent: int, above: int) -> None:
        hanging = bool(self._prefix)
        self._next_block(cursor, self._styles.paragraph(indent, 4 if hanging else above, hanging=hanging))
        if hanging:
            cursor.insertText(self._prefix, self._styles.text(muted=True))
            self._prefix = ""

    def _next_block(self, cursor: QTextCursor, layout: QTextBlockFormat) -> None:
        if self._fresh_block:
            cursor.setBlockFormat(layout)
            cursor.setBlockCharFormat(self._styles.text())
        else:
            cursor.insertBlock(layout, self._styles.text())
        self._fresh_block = False

    def _inline(self, cursor: QTextCursor, tokens: Sequence[Token], base: QTextCharFormat) -> None:
        style = QTextCharFormat(base)
        links: list[str] = []
        for token in tokens:
            if token.type in ("strong_open", "strong_close"):
                bold = token.nesting > 0 or base.fontWeight() == QFont.Weight.DemiBold
                style.setFontWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
            elif token.type in ("em_open", "em_close"):
                style.setFontItalic(token.nesting > 0)
            elif token.type in ("s_open", "s_close"):
                style.setFontStrikeOut(token.nesting > 0)
            elif token.type == "link_open":
                links.append(str(token.attrs.get("href", "")))
            elif token.type == "link_close":
                self._text(cursor, f" ({links.pop()})", self._styles.text(muted=True))
            elif token.type == "code_inline":
                self._text(cursor, token.content, self._styles.mono(shaded=True))
            elif token.type in ("softbreak", "hardbreak"):
                cursor.insertText(LINE_BREAK, style)
            else:
                self._text(cursor, token.content, style)

    def _text(self, cursor: QTextCursor, text: str, style: QTextCharFormat) -> None:
        for piece in MARKERS.split(text):
            if MARKERS.match(piece):
                self._write_mark(cursor, mark_number(piece))
            elif piece:
                cursor.insertText(piece, style)

    def _code(self, cursor: QTextCursor, content: str, depth: int) -> None:
        self._next_block(cursor, self._styles.code(depth))
        self._prefix = ""
        text = content.rstrip("\n").replace("\n", LINE_BREAK)
        self._text(cursor, text or NOTHING, self._styles.mono())

    def _table(self, cursor: QTextCursor, tokens: Sequence[Token]) -> None:
        rows = _rows(tokens)
        table = cursor.insertTable(len(rows), max(len(row) for row in rows), self._styles.table())
        for row_number, row in enumerate(rows):
            for column, inline in enumerate(row):
                cell = table.cellAt(row_number, column).firstCursorPosition()
                self._inline(cell, inline.children or [], self._styles.text(bold=row_number == 0))
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.setBlockFormat(QTextBlockFormat())
        self._fresh_block = True


def _closing(tokens: Sequence[Token], index: int) -> int:
    depth = 0
    for position in range(index, len(tokens)):
        depth += tokens[position].nesting
        if depth <= 0:
            return position
    return len(tokens) - 1


def _rows(tokens: Sequence[Token]) -> list[list[Token]]:
    rows: list[list[Token]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token)
    return rows
