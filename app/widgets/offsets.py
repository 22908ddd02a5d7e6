"""Between character offsets and the positions that Qt counts, which are UTF-16 units."""

from __future__ import annotations


def to_qt(text: str, offset: int) -> int:
    """The position of a character offset of text."""
    return len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2


def from_qt(text: str, position: int) -> int:
    """The character offset of a position of text."""
    if text.isascii():
        return position
    units = 0
    for offset, character in enumerate(text):
        if units >= position:
            return offset
        units += 2 if ord(character) > 0xFFFF else 1
    return len(text)
