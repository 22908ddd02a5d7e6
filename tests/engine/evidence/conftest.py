"""What the tests of evidence share: the lexicons, and checkers of made-up talk."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.documents.transcript import parse_transcript
from engine.evidence.checker import CheckedSentence, Checker
from engine.evidence.lexicons import Lexicons, load_lexicons


@pytest.fixture(scope="session")
def lexicons() -> Lexicons:
    return load_lexicons()


@pytest.fixture(scope="session")
def check_talk(lexicons: Lexicons) -> Callable[[str, str], CheckedSentence]:
    """Checks one sentence of a note against talk: lines of "doctor: words" and "patient: words"."""

    def check(talk: str, note: str) -> CheckedSentence:
        (sentence,) = Checker([parse_transcript("visit", talk)], lexicons).check(note)
        return sentence

    return check
