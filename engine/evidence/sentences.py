"""Where sentences begin and end, with exact offsets, in finished text and in text that is still being written.

Rules instead of a model: the same text must give the same sentences in every process, a megabyte must take well under
a second, and text that arrives in pieces must be cut as the whole would be. Headings, bullets and table rows are
sentences of their own; a single line break inside a paragraph is a soft wrap and is not a border.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple


class Span(NamedTuple):
    """A sentence: text == source[start:end], no white space at either end."""

    start: int
    end: int
    text: str


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A full stop after one of these does not end a sentence.
_NEVER = _words(
    "dr mr mrs ms prof st vs cf eg ie e.g i.e approx fig figs tab eq ref refs vol pp sec dept inc ltd jr sr resp ca"
    " incl excl max min avg temp wt ht dx hx rx tx sx fx nos gen capt lt col sgt rev hon viz al"
)
# After one of these it does when the next word is one that starts sentences.
_SELDOM = _words(
    "etc no a.m p.m b.i.d t.i.d q.i.d b.d t.d.s q.d.s q.d o.d p.o p.r.n i.v i.m s.c u.s u.k d.c m.d ph.d r.n"
    " bid tid qid prn po tab tabs cap caps inj sol susp jan feb mar apr jun jul aug sep sept oct nov dec"
)
_STARTERS = _words(
    "the a an this that these those it its they there he she we you i if in on at for from by with to as and but or"
    " when while after before during since although because however therefore thus also then do does not no all any"
    " each most many some patients patient clinicians clinician repeat stop start give take use consider check avoid"
    " refer call see ask tell continue review advise what which who how why where"
)
_END = re.compile(
    r"[.!?…]+(?:\[\d+(?:[,–-]\s?\d+)*\]|\(\d{1,3}(?:[,–-]\s?\d{1,3})*\))?"  # western, and a citation: .[12] or .(12)
    r"[\"'”’»)\]*_]*(?=\s)"  # closing quotes
    r"|[。！？]+[」』”’）]*"  # no space follows in Chinese and Japanese
    r"|[؟۔।॥]+(?=\s)"
)
_BLOCK = re.compile(
    r"\n[ \t]*(?:"
    r"\n"  # an empty line
    r"|(?=[-*+•◦▪‣●○■–—][ \t])"  # a bullet
    r"|(?=\(?(?:\d{1,2}|[a-zA-Z])[.)][ \t])"  # a numbered item
    r"|(?=#{1,6}[ \t])"  # a Markdown heading
    r"|(?=\|)"  # a table row
    r"|(?=>)"
    r"|(?=```)"
    r")"
)
_WORD_BEFORE = re.compile(r"([^\W_][\w.&/-]*)$")
_WORD_AFTER = re.compile(r"[\s\"'“‘«(\[*_]*([^\W_][^\s.,;:!?]*)")
_MARKER = re.compile(r"(?:[-*+•◦▪‣●○■–—]|\(?(?:\d{1,2}|[a-zA-Z])[.)])[ \t]*$")
_WORD = re.compile(r"[^\W_]")
_INDENT = re.compile(r"\s*")
# How much text must follow a border before it is sure, in a text that still grows: the longest look ahead is a word.
_LOOK_AHEAD = 40


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of text[start:end], offsets into text. Rules and markers without words are left out."""
    stop = len(text) if end is None else end
    spans: list[Span] = []
    for block_start, block_end in _blocks(text, start, stop):
        spans += _sentences_of_block(text, block_start, block_end)
    return spans


def _blocks(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Paragraphs, list items, table rows and headings."""
    blocks = []
    begin = start
    for match in _BLOCK.finditer(text, start, end):
        blocks.append((begin, match.start()))
        begin = match.end()
    blocks.append((begin, end))
    pieces = []
    for block_start, block_end in blocks:
        # A heading, a table row and a rule end with their line.
        position = block_start
        while position < block_end:
            line_end = text.find("\n", position, block_end)
            if line_end < 0 or not _line_starts_with(text, position, ("#", "|")):
                break
            pieces.append((position, line_end))
            position = line_end + 1
        pieces.append((position, block_end))
    return pieces


def _sentences_of_block(text: str, start: int, end: int) -> list[Span]:
    spans: list[Span] = []
    begin = start
    if not _line_starts_with(text, start, ("|",)):
        for match in _END.finditer(text, start, end):
            if _ends_sentence(text, begin, match.start(), match.end(), end):
                _append(spans, text, begin, match.end())
                begin = match.end()
    _append(spans, text, begin, end)
    return spans


def _line_starts_with(text: str, position: int, marks: tuple[str, ...]) -> bool:
    """Whether a line starts at position (white space aside) with one of the marks."""
    before = text[text.rfind("\n", 0, position) + 1 : position]
    first = _INDENT.match(text, position)
    return not before.strip() and first is not None and text.startswith(marks, first.end())


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if not _WORD.search(stripped):
        return
    left = start + len(piece) - len(piece.lstrip())
    spans.append(Span(left, left + len(stripped), stripped))


def _ends_sentence(text: str, begin: int, mark: int, after: int, end: int) -> bool:
    if text[mark] not in ".…":
        return True
    following = _WORD_AFTER.match(text, after, min(end, after + _LOOK_AHEAD))
    next_word = following.group(1) if following else ""
    if next_word and next_word[0].islower():
        return False
    if _MARKER.match(text, _line_start(text, begin, mark), mark + 1):
        return False
    before = _WORD_BEFORE.search(text, max(begin, mark - 24), mark)
    if before is None or text[mark : mark + 2] == "..":
        return True
    return _word_may_end(before.group(1).lower(), next_word.lower())


def _word_may_end(word: str, next_word: str) -> bool:
    if word in _NEVER:
        return False
    # "vitamin D. The dose", "500 mg t.i.d. The course": they end a sentence only before a usual first word.
    if word in _SELDOM or re.fullmatch(r"(?:[a-z]\.)*[a-z]", word):
        return not next_word or next_word in _STARTERS
    return True


def _line_start(text: str, begin: int, mark: int) -> int:
    newline = text.rfind("\n", begin, mark)
    position = begin if newline < 0 else newline + 1
    while position < mark and text[position].isspace():
        position += 1
    return position


class SentenceStream:
    """Cuts text that arrives in pieces. The sentences are those that split_sentences finds in the whole text."""

    def __init__(self) -> None:
        self._text = ""
        self._closed_to = 0

    @property
    def text(self) -> str:
        return self._text

    def feed(self, delta: str) -> list[Span]:
        """Add text; returns the sentences that no later text can change any more."""
        self._text += delta
        if not delta or len(self._text) - self._closed_to < _LOOK_AHEAD:
            return []
        return self._close(len(self._text) - _LOOK_AHEAD)

    def finish(self) -> list[Span]:
        """The sentences that are left once the text is complete."""
        return self._close(None)

    def _close(self, sure_to: int | None) -> list[Span]:
        spans = split_sentences(self._text, self._closed_to)
        if sure_to is None:
            self._closed_to = len(self._text)
            return spans
        closed = []
        for span, following in pairwise(spans):
            if following.start > sure_to:
                break
            closed.append(span)
            self._closed_to = following.start
        return closed
