"""Find words of a Markdown text in the document it was written into."""

from __future__ import annotations

import re

from PySide6.QtGui import QTextCursor, QTextDocument

# What Markdown writes around words and the document does not show.
_MARKUP = re.compile(r"[*_~`|]+")
_ROOM = 80


def select_words(document: QTextDocument, position: int, words: str, behind: str) -> QTextCursor:
    """Select words, whose text is followed by the text behind up to a position of the document.

    Markdown's signs are not in the document, so letters and digits are counted back from the position.
    """
    reach = min(position, 2 * (len(words) + len(behind)) + _ROOM)
    window = QTextCursor(document)
    window.setPosition(position - reach)
    window.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
    written = window.selectedText()
    end = _back(written, len(written), _count(behind))
    start = _back(written, end, _count(words))
    end = _with_tail(written, end, start, words)
    chosen = QTextCursor(document)
    chosen.setPosition(position - _units(written[start:]))
    chosen.setPosition(position - _units(written[end:]), QTextCursor.MoveMode.KeepAnchor)
    return chosen


def _count(text: str) -> int:
    return sum(map(str.isalnum, text))


def _back(text: str, place: int, count: int) -> int:
    """The place so many letters and digits before another one."""
    while count > 0 and place > 0:
        place -= 1
        count -= text[place].isalnum()
    return place


def _with_tail(written: str, end: int, start: int, words: str) -> int:
    """End behind the last letter of the words, and behind "%" or a full stop where they end so."""
    while end > start and not written[end - 1].isalnum():
        end -= 1
    shown = _MARKUP.sub("", words).rstrip()
    tail = shown[_last_letter(shown) :]
    for character in tail:
        if written[end : end + 1] != character:
            break
        end += 1
    return end


def _last_letter(text: str) -> int:
    return next((place + 1 for place in range(len(text) - 1, -1, -1) if text[place].isalnum()), len(text))


def _units(text: str) -> int:
    """Qt counts UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
