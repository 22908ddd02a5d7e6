"""A question as keyword search sees it: its terms, and the full-text query they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.memory.terms import question_words, synonyms, term, topics, words

# More words than this make keyword search slow and no better: a pasted page is not a question.
_MOST_WORDS = 48


@dataclass(frozen=True)
class Question:
    """terms: all, in order. subject: the distinct ones that carry the question. words: the subject before stemming.

    synonyms, topics: for a term of the subject, words for the same thing, and looser ones for the same topic.
    """

    terms: tuple[str, ...]
    subject: tuple[str, ...]
    words: tuple[str, ...]
    synonyms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    topics: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def searched(self) -> list[str]:
        """The words to search for."""
        return list(dict.fromkeys([*self.words, *(word for group in self.synonyms.values() for word in group)]))


def analyse(text: str) -> Question:
    """The terms of a question. One made of nothing but question words keeps them all as its subject."""
    found = words(text)[:_MOST_WORDS]
    plain = question_words()
    carrying = [word for word in found if word not in plain and (len(word) > 1 or word.isdigit())] or found
    by_term = {term(word): word for word in reversed(carrying)}
    subject = tuple(dict.fromkeys(map(term, carrying)))
    return Question(
        terms=tuple(map(term, found)),
        subject=subject,
        words=tuple(by_term[key] for key in subject),
        synonyms={key: synonyms()[key] for key in subject if key in synonyms()},
        topics={key: topics()[key] for key in subject if key in topics()},
    )


def match_any(words_: Iterable[str]) -> str:
    """An FTS5 query for passages with any of the words; empty if there are none.

    Every word is quoted, so that nothing in it is read as query syntax.
    """
    return " OR ".join(f'"{word}"' for word in words_ if word.isalnum())
