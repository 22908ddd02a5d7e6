"""An answer's text document that grows with the stream and is rewritten only from the first change on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QFont, QTextCharFormat, QTextCursor, QTextDocument

from app.widgets.chips import ChipPictures
from app.widgets.markdown import MARKER_FIRST, Unit, mark_sentences, parse
from app.widgets.markdown_styles import AnswerColors, MarkdownStyles
from app.widgets.markdown_writer import MarkdownWriter
from app.widgets.signs import SignPictures
from app.widgets.written_words import select_words
from engine.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Chip:
    """A chip after a sentence: label as shown, href that activation reports, tip as hovered and read aloud."""

    label: str
    href: str
    tip: str


@dataclass(frozen=True)
class Sign:
    """The verdict on the sentence that begins at offset start: its mark, and the words in which it differs.

    href is what activation reports, tip is hovered over the sentence, spoken is read aloud.
    """

    verdict: Verdict
    start: int
    words: tuple[tuple[int, int], ...]
    href: str
    tip: str
    spoken: str


@dataclass(frozen=True)
class Mark:
    """What follows the text at offset end of the answer: the verdict's mark, then chips."""

    end: int
    chips: tuple[Chip, ...] = ()
    sign: Sign | None = None

    @property
    def shown(self) -> bool:
        return bool(self.chips) or self.sign is not None


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
        self._text = ""
        self._marked = ""
        self._marks: list[Mark] = []
        self._written: list[_Written] = []
        self._places: dict[int, int] = {}
        document.setUndoRedoEnabled(False)
        self._draw_pictures()

    def show(self, text: str, marks: Sequence[Mark]) -> None:
        """Make the document show text; marks are in the order of their ends, numbered by position."""
        marked = mark_sentences(text, [(number, mark.end) for number, mark in enumerate(marks) if mark.shown])
        changed = _first_change(self._marks, marks)
        if marked == self._marked and changed is None:
            return
        keep = self._unchanged(marked, changed)
        self._text, self._marked, self._marks = text, marked, list(marks)
        self._rewrite(keep)

    def restyle(self, colors: AnswerColors, font: QFont) -> None:
        """Write everything anew in another look."""
        self._colors, self._font = colors, font
        self._draw_pictures()
        self._rewrite(0)

    def sentence_at(self, position: int) -> int | None:
        """The number of the checked sentence that stands at a position of the document."""
        number = next((number for number, place in self._places.items() if place + 1 >= position), None)
        if number is None:
            return None
        sentence = self.sentence(number)
        return number if sentence is not None and sentence.selectionStart() <= position else None

    def sentence(self, number: int) -> QTextCursor | None:
        """The words of a checked sentence, selected; None where it has no verdict or is not written."""
        sign = self._marks[number].sign if number < len(self._marks) else None
        if sign is None or number not in self._places:
            return None
        return self._select(number, sign.start, self._marks[number].end)

    def words_at(self, number: int, position: int) -> bool:
        """Whether words in question stand at a position: those that differ, or a sentence that was not found."""
        sign, end = self._marks[number].sign, self._marks[number].end
        if sign is None or number not in self._places:
            return False
        spans = ((sign.start, end),) if sign.verdict is Verdict.NOT_FOUND else sign.words
        chosen = [self._select(number, *span) for span in spans]
        return any(cursor.selectionStart() <= position <= cursor.selectionEnd() for cursor in chosen)

    def set_loud(self, number: int, *, loud: bool) -> None:
        """Show the mark of a supported sentence plainly, or quietly again."""
        sign = self._marks[number].sign if number < len(self._marks) else None
        if sign is not None and number in self._places:
            self._signs.set_loud(self._places[number], sign.verdict, loud=loud)

    def _draw_pictures(self) -> None:
        self._chips = ChipPictures(self._document, self._font, self._colors.accent_soft, self._colors.accent)
        self._signs = SignPictures(self._document, self._font, self._colors.verdicts)

    def _unchanged(self, marked: str, changed: int | None) -> int:
        """How many written units stay as they are: all that end before the first difference, without the last."""
        if changed is None and marked.startswith(self._marked):
            return max(len(self._written) - 1, 0)
        same = _common_prefix(self._marked, marked)
        if changed is not None:
            marker = self._marked.find(chr(MARKER_FIRST + changed))
            same = min(same, marker) if marker >= 0 else same
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
            self._places = {each: place for each, place in self._places.items() if place < first.position}
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        del self._written[keep:]
        writer = MarkdownWriter(MarkdownStyles(self._colors), self._write_mark)
        for unit in parse(self._marked, start, number):
            self._written.append(_Written(unit, cursor.position(), fresh))
            fresh = writer.write(cursor, unit, fresh_block=fresh)
        cursor.endEditBlock()

    def _write_mark(self, cursor: QTextCursor, number: int) -> None:
        mark = self._marks[number]
        if mark.sign is not None:
            self._places[number] = cursor.position()
            self._underline(number, mark.sign)
            self._signs.insert(cursor, mark.sign.verdict, mark.sign.href)
        for chip in mark.chips:
            self._chips.insert(cursor, chip.label, chip.href, chip.tip)

    def _underline(self, number: int, sign: Sign) -> None:
        style = QTextCharFormat()
        style.setUnderlineColor(self._colors.verdicts[sign.verdict])
        if sign.verdict is Verdict.NOT_FOUND:
            style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
            self._select(number, sign.start, self._marks[number].end).mergeCharFormat(style)
        elif sign.verdict is Verdict.DIFFERS:
            style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
            for start, end in sign.words:
                self._select(number, start, end).mergeCharFormat(style)

    def _select(self, number: int, start: int, end: int) -> QTextCursor:
        """The words of text[start:end], which belong to a sentence whose mark is written."""
        behind = self._text[end : max(end, self._marks[number].end)]
        return select_words(self._document, self._places[number], self._text[start:end], behind)


def _first_change(before: Sequence[Mark], now: Sequence[Mark]) -> int | None:
    """The number of the first mark that is another one now; marks that were only added do not count."""
    return next((number for number, (old, new) in enumerate(zip(before, now, strict=False)) if old != new), None)


def _common_prefix(one: str, other: str) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
