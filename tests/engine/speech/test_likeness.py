from __future__ import annotations

import pytest

from engine.speech.likeness import ALIKE, Found, likeness, most_alike, sound


@pytest.mark.parametrize(
    ("one", "other"),
    [("azithromycin", "asitromisin"), ("phenytoin", "fenitoin"), ("cillin", "silin"), ("xanax", "ksanaks")],
)
def test_what_sounds_the_same_is_the_same(one: str, other: str) -> None:
    assert sound(one) == sound(other)


def test_likeness_is_by_sound() -> None:
    assert likeness("predazone", "prednisone") >= ALIKE
    assert likeness("asitremisein", "azithromycin") >= ALIKE
    assert likeness("brightness", "prednisone") < ALIKE
    assert likeness("lessthan", "lisinopril") < ALIKE


def test_a_name_may_have_fallen_apart_into_words() -> None:
    heard = "start met for mid now".split()
    assert most_alike(heard, [False] * 5, "metformin") == Found(1, 4, 16 / 18)
    assert most_alike(heard, [False] * 5, "lisinopril") is None
    assert most_alike([], [], "metformin") is None


def test_what_was_clearly_heard_is_no_misheard_name() -> None:
    heard = "the patient is in".split()
    assert most_alike(heard, [True, True, True, False], "penicillin") is not None
    assert most_alike(heard, [True] * 4, "penicillin") is None
