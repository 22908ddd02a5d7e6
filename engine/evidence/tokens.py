"""Words of a text with their places, and phrases of a lexicon found among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from engine.memory.terms import term

T = TypeVar("T")

_TOKEN = re.compile(
    r"(?:[a-z]\.){2,}[a-z]?(?![a-z])"  # b.i.d.
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
    r"|[^\W\d_]+?(?=n['’]t\b)|n['’]t\b"  # do|n't
    r"|[^\W\d_]+|[°º%µμ]+[a-z]?|\S",
    re.IGNORECASE,
)
LIST_MARK = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s+")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ILLNESSES = ("itis", "ectomy", "osis", "oma", "pathy", "plasty", "otomy", "ostomy")
_SHORTEST_STEMMED = 5  # shorter words are often abbreviations, and "does" is not DOE


class Token(NamedTuple):
    """A word, number or sign: text is lower case and without dots, term its stem (see engine.memory.terms)."""

    start: int
    end: int
    text: str
    term: str

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()


def tokenize(text: str, offset: int = 0) -> list[Token]:
    """The tokens of a text; offset is added to their places."""
    tokens = []
    for match in _TOKEN.finditer(text):
        word = match.group().lower()
        if len(word) > 2 and "." in word and word[0].isalpha():
            word = word.replace(".", "")
        if word in ("n't", "n’t"):
            word = "not"
        tokens.append(Token(match.start() + offset, match.end() + offset, word, _stem(word)))
    return tokens


def _stem(word: str) -> str:
    """An illness is never its organ: a stemmer makes "tonsil" of tonsillitis and of tonsillectomy."""
    return word if word.endswith(_ILLNESSES) else term(word)


class PhraseMatch(NamedTuple, Generic[T]):
    """Tokens [first, last) are a phrase of the lexicon."""

    first: int
    last: int
    value: T


class Phrases(Generic[T]):
    """A lexicon of phrases; the longest one at a place counts. Compared by stem, or letter by letter if exact.

    as_written: words that are never compared by their stem.
    """

    def __init__(
        self, entries: Iterable[tuple[str, T]], *, exact: bool = False, as_written: frozenset[str] = frozenset()
    ) -> None:
        self._exact = exact
        self._as_written = as_written
        self._by_first: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        for phrase, value in entries:
            keys = tuple(self._key(token) for token in tokenize(phrase) if token.text not in "-'’")
            if keys:
                self._by_first.setdefault(keys[0], []).append((keys, value))
        for group in self._by_first.values():
            group.sort(key=lambda entry: -len(entry[0]))

    def _key(self, token: Token) -> str:
        if token.text in self._as_written:
            return f"{token.text}."  # no stem: "even" is also that of evenings
        return token.text if self._exact or len(token.text) < _SHORTEST_STEMMED else token.term

    def find(self, tokens: Sequence[Token]) -> list[PhraseMatch[T]]:
        """The phrases among tokens, from left to right, none overlapping another. Hyphens count as spaces."""
        kept = [index for index, token in enumerate(tokens) if token.text not in "-'’"]
        keys = [self._key(tokens[index]) for index in kept]
        found: list[PhraseMatch[T]] = []
        position = 0
        while position < len(keys):
            match = self._at(keys, position)
            if match is None:
                position += 1
                continue
            length, value = match
            found.append(PhraseMatch(kept[position], kept[position + length - 1] + 1, value))
            position += length
        return found

    def _at(self, keys: Sequence[str], position: int) -> tuple[int, T] | None:
        for phrase, value in self._by_first.get(keys[position], ()):
            if tuple(keys[position : position + len(phrase)]) == phrase:
                return len(phrase), value
        return None
