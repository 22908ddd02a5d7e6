"""The marks of a note's sentences where they stand in a text that is typed in, and the room that they take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from app.widgets.verdicts import LOOKS, PROBLEMS
from engine.types import NoteSentence, Verdict

ROOM_PX = 18
"""Behind a sentence, in pixels at normal text size."""


@dataclass
class Mark:
    """A checked sentence where it stands now, in Qt's positions. stale: it was typed in since it was checked."""

    start: int
    end: int
    sentence: NoteSentence
    stale: bool = False

    @property
    def verdict(self) -> Verdict:
        return self.sentence.verdict

    @property
    def is_problem(self) -> bool:
        return self.verdict in PROBLEMS and not self.sentence.confirmed and not self.stale

    @property
    def has_sign(self) -> bool:
        return self.verdict in LOOKS and not self.stale


class MarkRoom(QSyntaxHighlighter):
    """Makes room behind sentences without a character of its own: the text stays what the clinician writes."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.marks: Sequence[Mark] = ()
        self.width = ROOM_PX

    def highlightBlock(self, text: str) -> None:
        begin, length = self.currentBlock().position(), len(text)
        style = QTextCharFormat()
        style.setFontLetterSpacingType(QFont.SpacingType.AbsoluteSpacing)
        style.setFontLetterSpacing(self.width)
        for mark in self.marks:
            last = mark.end - 1 - begin
            if 0 <= last < length and mark.has_sign:
                self.setFormat(last, 1, style)
