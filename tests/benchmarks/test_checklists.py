"""The rule by which a note tells an item of a checklist."""

from __future__ import annotations

import pytest

from engine.evidence.lexicons import Lexicons, load_lexicons
from tests.benchmarks.primock_checklists import Item, recall, sentences_of

NOTE = "The patient reports ringing in the left ear for six weeks. She denies palpitations. She is allergic to latex."


@pytest.fixture(scope="module")
def lexicons() -> Lexicons:
    return load_lexicons()


@pytest.mark.parametrize("item", ["ringing in left ear", "6 weeks", "No palpitation", "latex allergy"])
def test_what_a_note_says_in_other_words_is_told(item: str, lexicons: Lexicons) -> None:
    assert recall([(sentences_of(NOTE, lexicons), [Item(item, True)])], lexicons) == (1, 1, 1, 1)


@pytest.mark.parametrize("item", ["right ear is fine", "2 weeks", "palpitations", "peanut allergy", "No fever"])
def test_what_it_denies_or_does_not_say_is_not(item: str, lexicons: Lexicons) -> None:
    assert recall([(sentences_of(NOTE, lexicons), [Item(item, False)])], lexicons) == (0, 0, 0, 1)


def test_an_item_without_a_term_is_not_asked_for(lexicons: Lexicons) -> None:
    assert recall([(sentences_of(NOTE, lexicons), [Item("not physical", True)])], lexicons).asked == 0
