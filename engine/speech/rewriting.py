"""Heard words rewritten in places; their times and segments stay."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from engine.speech.messages import HeardWord
from engine.speech.segments import Segment

# As unsure as words that the recognizer guesses: they are shown to be (see engine.visits.hearing).
_DOUBTED = 0.2


class Span(NamedTuple):
    """From start to end of the text that the words of all segments make."""

    start: int
    end: int


class Change(NamedTuple):
    """Other text for a span."""

    span: Span
    text: str
    probability: float


class _Piece(NamedTuple):
    segment: int
    span: Span
    word: HeardWord


def rewritten(segments: Sequence[Segment], changes: Sequence[Change], doubted: Sequence[Span]) -> list[Segment]:
    """The segments with changes, of which none overlaps another, and with the words of some spans made unsure.

    A word that is changed in part is parted. No word becomes surer than what was heard in its place.
    """
    ordered = sorted(changes)
    words: list[list[HeardWord]] = [[] for _ in segments]
    written: Change | None = None  # whose text is the last word
    for piece in _pieces(segments, ordered):
        said, change = words[piece.segment], _change_at(piece.span.start, ordered)
        if change is None:
            is_doubted = any(piece.span.start < span.end and span.start < piece.span.end for span in doubted)
            word = _doubted(piece.word) if is_doubted else piece.word
            _append(said, word, behind_change=written is not None)
        elif change is not written:
            _part_from_hyphen(said)
            text, probability = f" {change.text}", min(change.probability, piece.word.probability)
            said.append(msgspec.structs.replace(piece.word, text=text, probability=probability))
        elif said:
            probability = min(said[-1].probability, piece.word.probability)
            said[-1] = msgspec.structs.replace(said[-1], ends_s=piece.word.ends_s, probability=probability)
        written = change
    return [msgspec.structs.replace(segment, words=said) for segment, said in zip(segments, words, strict=True)]


def _pieces(segments: Sequence[Segment], changes: Sequence[Change]) -> list[_Piece]:
    """The words, parted where changes begin and end within them."""
    places = [place for change in changes for place in change.span]
    pieces: list[_Piece] = []
    at = 0
    for number, segment in enumerate(segments):
        for word in segment.words:
            begin, end = at + len(word.text) - len(word.text.lstrip()), at + len(word.text)
            for first, last in pairwise([at, *(place for place in places if begin < place < end), end]):
                pieces.append(_Piece(number, Span(max(first, begin), last), _part(word, first - at, last - at)))
            at = end
    return pieces


def _part(word: HeardWord, first: int, last: int) -> HeardWord:
    """The letters [first, last) of a word, with their share of its time."""
    whole, took = len(word.text), word.ends_s - word.begins_s
    begins_s, ends_s = word.begins_s + took * first / whole, word.begins_s + took * last / whole
    return HeardWord(word.text[first:last], begins_s, ends_s, word.probability)


def _change_at(place: int, changes: Sequence[Change]) -> Change | None:
    number = bisect_right(changes, place, key=lambda change: change.span.start) - 1
    return changes[number] if number >= 0 and place < changes[number].span.end else None


def _part_from_hyphen(said: list[HeardWord]) -> None:
    """The hyphen between what stays and what is changed is not needed any more."""
    if said and said[-1].text.endswith("-"):
        last = said.pop()
        if text := last.text.rstrip("-"):
            said.append(msgspec.structs.replace(last, text=text))


def _append(said: list[HeardWord], word: HeardWord, *, behind_change: bool) -> None:
    """Punctuation that a change has parted from its word goes to the word before."""
    if behind_change and said:
        text = word.text
        if not any(letter.isalnum() for letter in text):
            said[-1] = msgspec.structs.replace(said[-1], text=said[-1].text + text.replace("-", ""))
            return
        if not text[0].isspace():
            word = msgspec.structs.replace(word, text=f" {text.lstrip('-')}")
    said.append(word)


def _doubted(word: HeardWord) -> HeardWord:
    return msgspec.structs.replace(word, probability=min(word.probability, _DOUBTED))
