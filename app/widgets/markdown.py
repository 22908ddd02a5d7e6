"""Markdown, parsed into units that can be written one at a time.

An answer grows while it streams. Writing it anew for every token would cost more with every word, so the text is cut
into units (a paragraph, a table, one item of a list ...) and only the units after the first change are written again.
Nothing in the text can load or run: raw HTML stays text, pictures become their description, links are not links.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MARKER_FIRST = 0xE000
MARKER_LAST = 0xF8FF
MARKERS = re.compile("([\ue000-\uf8ff])")
_CLOSING = "*_~|` \t\r\n"


@dataclass(frozen=True)
class ListItem:
    """Where an item stands: nesting depth from 0 and its number, None for a bullet."""

    depth: int
    number: int | None


@dataclass(frozen=True)
class Unit:
    """A run of block tokens that can be written on its own; start is its offset in the Markdown text."""

    start: int
    tokens: tuple[Token, ...]
    item: ListItem | None = None


def mark_sentences(text: str, ends: Iterable[tuple[int, int]]) -> str:
    """Put a private-use character for each (mark number, offset of a sentence's end) into text.

    The mark goes before closing Markdown punctuation: after it, "**word.**" would no longer be bold. Private-use
    characters of the text itself are replaced first.
    """
    clean = MARKERS.sub("\ufffd", text)
    places = []
    for number, end in ends:
        stripped = len(clean[:end].rstrip(_CLOSING))
        if stripped and MARKER_FIRST + number <= MARKER_LAST:
            places.append((stripped, chr(MARKER_FIRST + number)))
    pieces = []
    last = 0
    for place, mark in sorted(places):
        pieces += [clean[last:place], mark]
        last = place
    pieces.append(clean[last:])
    return "".join(pieces)


def mark_number(character: str) -> int:
    """The number that mark_sentences gave to this private-use character."""
    return ord(character) - MARKER_FIRST


def parse(text: str, start: int = 0, number: int | None = None) -> list[Unit]:
    """Cut text from offset start into units in order; start is 0 or the start of a unit of an earlier parse.

    number: what that unit was counted as if it is an item of a numbered list (models like to write "1." every time).
    """
    rest = text[start:]
    tokens = _parser().parse(rest)
    lines = [0, *(match.end() for match in re.finditer("\n", rest))]
    units: list[Unit] = []
    for group in _groups(tokens):
        units += _units(group, [start + line for line in lines], number)
        number = None
    return units


def warm_up() -> None:
    """Load the parser, which takes some 30 ms; off the GUI thread, before the first answer needs it."""
    _parser()


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable(["reference"])


def _groups(tokens: Sequence[Token]) -> list[list[Token]]:
    groups: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            groups.append([])
        groups[-1].append(token)
        depth += token.nesting
    return groups


def _units(group: list[Token], lines: list[int], continued: int | None) -> list[Unit]:
    head = group[0]
    if head.type not in ("bullet_list_open", "ordered_list_open"):
        return [Unit(_offset(head, lines), tuple(group))]
    number = None
    if head.type == "ordered_list_open":
        number = int(head.attrs.get("start", 1)) if continued is None else continued
    units = []
    for item in _groups(group[1:-1]):
        units.append(Unit(_offset(item[0], lines), tuple(item[1:-1]), ListItem(0, number)))
        number = None if number is None else number + 1
    return units


def _offset(token: Token, lines: list[int]) -> int:
    return lines[token.map[0]] if token.map else 0
