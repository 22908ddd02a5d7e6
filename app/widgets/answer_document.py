"""An answer's text document that grows with the stream and is rewritten only from the first change on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QFont, QTextCursor, QTextDocument

from app.widgets.chips import ChipPictures
from app.widgets.markdown import Unit, mark_sentences, parse
from app.widgets.markdown_styles import AnswerColors, MarkdownStyles
from app.widgets.markdown_writer import MarkdownWriter

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Chip:
    """A chip after a sentence: label as shown, href that activation reports, tip as hovered and read aloud."""

    label: str
    href: str
    tip: str


@dataclass(frozen=True)
class Mark:
    """The chips that follow the text at offset end of the answer."""

    end: int
    chips: tuple[Chip, ...]


@dataclass(frozen=True)
class _Written:
    unit: Unit
    position: int
    fresh_block: bool


class AnswerDocument:
    """Keeps a QTextDocument equal to a growing Markdown text with marks."""

    def __init__(self, document: QTextDocument, colors: AnswerColors, font: QFont) -> None:
        self._document = document
        self._colors = colors
        self._font = font
        self._marked = ""
        self._marks: Sequence[Mark] = ()
        self._written: list[_Written] = []
        document.setUndoRedoEnabled(False)
        self._chips = self._chip_pictures()

    def show(self, text: str, marks: Sequence[Mark]) -> None:
        """Make the document show text; marks are in the order of their ends, numbered by position."""
        marked = mark_sentences(text, [(number, mark.end) for number, mark in enumerate(marks) if mark.chips])
        self._marks = marks
        if marked == self._marked:
            return
        keep = self._unchanged(marked)
        self._marked = marked
        self._rewrite(keep)

    def restyle(self, colors: AnswerColors, font: QFont) -> None:
        """Write everything anew in another look."""
        self._colors, self._font = colors, font
        self._chips = self._chip_pictures()
        self._rewrite(0)

    def _chip_pictures(self) -> ChipPictures:
        return ChipPictures(self._document, self._font, self._colors.accent_soft, self._colors.accent)

    def _unchanged(self, marked: str) -> int:
        """How many written units stay as they are: all that end before the first difference, without the last."""
        if marked.startswith(self._marked):
            return max(len(self._written) - 1, 0)
        same = _common_prefix(self._marked, marked)
        reached = sum(1 for written in self._written if written.unit.start <= same)
        return max(reached - 1, 0)

    def _rewrite(self, keep: int) -> None:
        start, fresh, number, cursor = 0, True, None, QTextCursor(self._document)
        cursor.beginEditBlock()
        if keep < len(self._written):
            first = self._written[keep]
            start, fresh = first.unit.start, first.fresh_block
            number = first.unit.item.number if first.unit.item else None
            cursor.setPosition(first.position)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        del self._written[keep:]
        writer = MarkdownWriter(MarkdownStyles(self._colors), self._write_chips)
        for unit in parse(self._marked, start, number):
            self._written.append(_Written(unit, cursor.position(), fresh))
            fresh = writer.write(cursor, unit, fresh_block=fresh)
        cursor.endEditBlock()

    def _write_chips(self, cursor: QTextCursor, number: int) -> None:
        for chip in self._marks[number].chips:
            self._chips.insert(cursor, chip.label, chip.href, chip.tip)


def _common_prefix(one: str, other: str) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
