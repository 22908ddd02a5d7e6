"""Words broken at line ends: is the hyphen the word's own (evidence-based) or the typesetter's (hyper-tension)?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.documents.blocks import PageContent

_ENDS_BROKEN = re.compile(r"([^\W\d_]+)[-‐\u00ad]$")
_STARTS_LOWER = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
# First halves of compounds that keep their hyphen when the document itself gives no hint.
_COMPOUND_HEADS = (
    "all anti co cross decision drug early end evidence ex face first follow four full half health high home ill in "
    "inter intra large late life long low medium mid mild moderate multi non off on one open over part patient peer "
    "place post pre problem quality re risk second self semi short side single six small state sub system term third "
    "three time to twice two ultra under up well whole"
)
_COMPOUND = frozenset(_COMPOUND_HEADS.split())


class Hyphenation:
    """Decides by the document's own vocabulary first: the form that stands unbroken elsewhere is the right one."""

    def __init__(self, words: frozenset[str]) -> None:
        self._words = words

    @classmethod
    def of(cls, pages: Iterable[PageContent]) -> Hyphenation:
        flowing = [block for page in pages for block in page.blocks if block.flows]
        if not any(_ENDS_BROKEN.search(piece.text) for block in flowing for piece in block.pieces):
            return cls(frozenset())
        words: set[str] = set()
        for block in flowing:
            for piece in block.pieces:
                words.update(_WORD.findall(piece.text.lower()))
        return cls(frozenset(words))

    def breaks_word(self, before: str, after: str) -> bool:
        """True where a line ends inside a word or compound: letters, a hyphen, then a lower-case word."""
        found = _STARTS_LOWER.match(after)
        return bool(found and found[0][0].islower() and _ENDS_BROKEN.search(before))

    def is_soft(self, before: str, after: str) -> bool:
        """True where the hyphen was only put in to break the line, so the word reads on without it."""
        head_match, tail_match = _ENDS_BROKEN.search(before), _WORD.match(after)
        if head_match is None or tail_match is None:
            return False
        head, tail = head_match[1].lower(), tail_match[0].lower()
        if head + tail in self._words:
            return True
        if f"{head}-{tail}" in self._words:
            return False
        return head not in _COMPOUND and len(head) > 1
