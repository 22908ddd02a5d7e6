"""The marks of a note's sentences where they stand in a text that is typed in, and the room that they take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from app.widgets.offsets import to_qt
from app.widgets.verdicts import LOOKS, PROBLEMS
from engine.types import NoteSection, NoteSentence, Verdict

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

    @property
    def underlined(self) -> list[tuple[int, int]]:
        """Where the words stand that differ; the whole sentence where nothing in it is found."""
        sentence, text = self.sentence, self.sentence.text
        found = []
        if self.verdict is not Verdict.NOT_FOUND:
            for each in sentence.findings:
                begin, end = each.finding.start - sentence.start, each.finding.end - sentence.start
                if 0 <= begin < end <= len(text):
                    found.append((self.start + to_qt(text, begin), self.start + to_qt(text, end)))
        return found or [(self.start, self.end)]


def marks_of(section: NoteSection) -> list[Mark]:
    """The marks of a section's sentences, in order."""
    text = section.text
    return [Mark(to_qt(text, each.start), to_qt(text, each.end), each) for each in section.sentences]


def sentence_at(marks: Sequence[Mark], position: int) -> int | None:
    """The number of the sentence at a position of the text."""
    return next((at for at, mark in enumerate(marks) if mark.start <= position <= mark.end), None)


def move_marks(marks: Sequence[Mark], document: QTextDocument, position: int, removed: int, added: int) -> None:
    """Marks move along with a text that was changed; the one that was typed in waits for the next check."""
    shift = added - removed
    # What is typed behind a sentence and begins with a space begins another one.
    character = document.characterAt(position)
    another = character.isspace() or character == "\u2029"
    for mark in marks:
        if mark.start >= position + removed:
            mark.start += shift
            mark.end += shift
        elif mark.end > position or (mark.end == position and not another):
            mark.stale = True
            mark.end = max(mark.end + shift, mark.start)


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
