from __future__ import annotations

import random

from engine.speech.messages import HeardWord, Stretch
from engine.speech.turns import Turns
from engine.types import Utterance

HIGH, LOW = [45.0] + [0.0] * 12, [39.0] + [2.0] * 12


def stretch(text: str, begin: float, voice: list[float] | None = None, seed: int = 0) -> Stretch:
    words = [HeardWord(f" {word}", begin + 0.3 * n, begin + 0.3 * n + 0.25, 0.8) for n, word in enumerate(text.split())]
    chance = random.Random(seed)
    return Stretch(words, [each + chance.gauss(0, 0.3) for each in voice] if voice else [])


CONSULTATION = [
    ("What brings you in today?", HIGH),
    ("I have had a sore throat and my ears hurt.", LOW),
    ("Do you have a cough?", HIGH),
    ("No.", None),
    ("Are you allergic to anything?", HIGH),
    ("Yes, I think I am, to penicillin.", LOW),
    ("I'll prescribe you something else then.", HIGH),
]


def consultation() -> list[Stretch]:
    return [stretch(text, 4.0 * n, voice, n) for n, (text, voice) in enumerate(CONSULTATION)]


def spoken(utterances: list[Utterance]) -> list[str]:
    return [each.speaker[0] for each in utterances]


def test_two_voices_are_told_apart_and_named_by_what_they_say() -> None:
    turns = Turns()
    turns.add(consultation(), 0.0)
    assert spoken(turns.utterances) == list("CPCPCPC")
    assert [each.text for each in turns.utterances] == [text for text, _ in CONSULTATION]


def test_it_comes_to_the_same_when_it_comes_bit_by_bit() -> None:
    turns = Turns()
    seen: dict[int, Utterance] = {}
    for each in consultation():
        seen |= {changed.id: changed for changed in turns.add([each], 0.0)}
    assert spoken(turns.utterances) == list("CPCPCPC")
    assert list(seen.values()) == turns.utterances


def test_one_voice_is_one_person() -> None:
    turns = Turns()
    turns.add([stretch(f"This is sentence {n} of a letter.", 4.0 * n, HIGH, n) for n in range(12)], 0.0)
    assert set(spoken(turns.utterances)) == {"C"}


def test_words_of_one_person_without_a_pause_are_one_utterance() -> None:
    turns = Turns()
    first = turns.add([stretch("It began", 0.0), stretch("on Monday.", 0.8)], 10.0)
    assert [(each.text, each.begins_s) for each in first] == [("It began on Monday.", 10.0)]
    grown = turns.add([stretch("And it hurts.", 1.6)], 10.0)
    assert [(each.id, each.text) for each in grown] == [(1, "It began on Monday. And it hurts.")]
    later = turns.add([stretch("Still.", 9.0)], 10.0)
    assert [each.id for each in later] == [2]


def test_words_know_their_places() -> None:
    turns = Turns()
    turns.add([stretch("It began", 0.0), stretch("on Monday.", 0.8)], 0.0)
    said = turns.utterances[0]
    assert [said.text[word.start : word.end] for word in said.words] == ["It", "began", "on", "Monday."]
    assert [word.begins_s for word in said.words] == sorted(word.begins_s for word in said.words)
    assert said.heard == said.text


def test_a_long_story_is_parted_where_a_sentence_ends() -> None:
    turns = Turns()
    for number in range(30):
        turns.add([stretch("and then it went on and on." if number % 5 else "It went on.", 2.0 * number)], 0.0)
    assert len(turns.utterances) > 1
    assert all(each.text.endswith(".") for each in turns.utterances)


def test_nobody_changes_places_within_a_sentence() -> None:
    turns = Turns()
    turns.add([stretch("Ask not what", 0.0, HIGH), stretch("your country can do.", 1.3, LOW, 1)], 0.0)
    assert len(turns.utterances) == 1


def test_what_may_still_change_has_the_next_id() -> None:
    turns = Turns(first_id=4)
    assert turns.tentative([], 0.0) == []
    assert [each.id for each in turns.tentative([stretch("Maybe this", 0.0)], 2.0)] == [4]
    assert turns.utterances == []
    turns.add([stretch("Surely this.", 0.0)], 2.0)
    assert [each.id for each in turns.tentative([stretch("and that", 3.0)], 2.0)] == [5]
