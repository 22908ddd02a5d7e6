"""Words as search compares them: without case, accents and endings, as the vault's full-text index has them.

SQLite's "porter unicode61 remove_diacritics 2" tokenizer is followed, so that a term here is a term there.
https://www.sqlite.org/fts5.html#tokenizers
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from engine.domain_pack import lexicon_lines

_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile("[\u0300-\u036f]+")
_MOST_STEMS = 1 << 17
_SHORTEST, _LONGEST = 3, 64  # others the index leaves as they are


def terms(text: str) -> list[str]:
    """The terms of a text in order."""
    return [term(word) for word in words(text)]


@lru_cache(maxsize=_MOST_STEMS)
def term(word: str) -> str:
    """A word that words() gave without its ending, by Porter's algorithm."""
    if not word.isascii() or not _SHORTEST <= len(word) <= _LONGEST:
        return word
    import snowballstemmer

    # One for each new word: a stemmer keeps its work in itself, and several threads search.
    return str(snowballstemmer.stemmer("porter").stemWord(word))


def words(text: str) -> list[str]:
    """Runs of letters and digits, lower case, accents removed."""
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFD", text))
    return _WORD.findall(text.lower())


@cache
def question_words() -> frozenset[str]:
    """Words without a subject of their own, from the domain pack."""
    return frozenset(word for line in _lexicon("question_words.txt") for word in line)


@cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """By term, the words for the same thing, from the domain pack."""
    return _groups("synonyms.txt")


@cache
def topics() -> dict[str, tuple[str, ...]]:
    """By term, the words that documents and questions use for the same topic, from the domain pack."""
    return _groups("question_topics.txt")


def _groups(name: str) -> dict[str, tuple[str, ...]]:
    return {term(word): tuple(line) for line in _lexicon(name) for word in line}


def _lexicon(name: str) -> list[list[str]]:
    return [line.split() for line in lexicon_lines(name)]
