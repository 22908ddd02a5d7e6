"""Tables in a document's text, as every reader writes them: one row a line, cells parted by bars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_ROW = re.compile(r"^\||\s\|(?:\s|$)", re.MULTILINE)
_LONGEST_LABEL = 60  # of a line without bars between rows, such as the name of a group of rows
_LONGEST_HEADER = 200
_LONGEST_NAME = 60  # of one column
_WORD = re.compile(r"[^\W\d_]{2,}")


class Table(NamedTuple):
    """text[start:end] is a table. rows: its rows, each with what stands above it and belongs to it, such as the name
    of a group; header: the names of its columns, "" for none."""

    start: int
    end: int
    rows: list[tuple[int, int]]
    header: str


def find_tables(text: str, start: int, end: int) -> Iterator[Table]:
    """The tables of text[start:end] in order. Two rows make one; a line without bars may stand between rows."""
    lines: list[tuple[int, int]] = []
    label: tuple[int, int] | None = None
    for line in _lines(text, start, end):
        if _ROW.search(text, *line):
            lines += [label, line] if label is not None else [line]
            label = None
        elif lines and label is None and 0 < line[1] - line[0] <= _LONGEST_LABEL:
            label = line
        else:
            yield from _table(text, lines)
            lines, label = [], None
    yield from _table(text, lines)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Lines without the white space around them, also empty ones."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        line = text[start:stop]
        left = start + len(line) - len(line.lstrip())
        yield left, max(left, start + len(line.rstrip()))
        start = stop + 1


def _table(text: str, lines: list[tuple[int, int]]) -> Iterator[Table]:
    if len(lines) < 2:
        return
    header = _header(text[slice(*lines[0])])
    rows: list[tuple[int, int]] = []
    above: int | None = None
    for start, end in lines:
        line = text[start:end]
        if (line == header or len(_cells(line)) < 2) and end - start <= _LONGEST_HEADER:
            above = start if above is None else above
        else:
            rows.append((start if above is None else above, end))
            above = None
    if above is not None:
        rows.append((above, lines[-1][1]))
    yield Table(lines[0][0], lines[-1][1], rows, header)


def _cells(line: str) -> list[str]:
    return [cell for cell in (part.strip() for part in line.split("|")) if cell]


def _header(line: str) -> str:
    """The first row where it names columns: short names, several of them in words, and no values or sentences."""
    names = _cells(line)
    in_words = sum(_WORD.search(name) is not None for name in names) > 1
    plain = all(len(name) <= _LONGEST_NAME and not name[0].isdigit() for name in names)
    ends_sentence = any(name.endswith((".", ";")) for name in names)
    return line if in_words and plain and not ends_sentence and len(line) <= _LONGEST_HEADER else ""
