"""The recovery key as people write it down and type it back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.people.recovery_key import MistypedRecoveryKey, generate, secret_of, shown

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # pragma: allowlist secret
KEY = generate()


def test_it_stands_in_eight_groups_of_characters_that_cannot_be_confused() -> None:
    groups = generate().split(" ")
    assert [len(group) for group in groups] == [4] * 8
    assert set("".join(groups)) <= set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)


def test_it_holds_140_random_bits() -> None:
    keys = {generate() for _ in range(200)}
    assert len(keys) == 200
    # 28 random characters of 5 bits: each place takes many values.
    places = zip(*(secret_of(key).decode() for key in keys), strict=True)
    assert all(len(set(place)) > 20 for place in places)


@pytest.mark.parametrize(
    "typed",
    [
        KEY.lower(),
        KEY.replace(" ", ""),
        KEY.replace(" ", "-"),
        KEY.replace(" ", " – "),
        f"\n  {KEY}\t\n",
        KEY.replace("0", "O").replace("1", "I"),
        KEY.lower().replace("0", "o").replace("1", "l"),
        KEY.replace(" ", "\u00a0"),
    ],
)
def test_what_people_type_for_it_is_the_same_key(typed: str) -> None:
    assert secret_of(typed) == secret_of(KEY)


def test_one_wrong_character_is_told_as_a_slip() -> None:
    missed = 0
    plain = KEY.replace(" ", "")
    for place, right in enumerate(plain):
        for wrong in ALPHABET.replace(right, ""):
            typed = plain[:place] + wrong + plain[place + 1 :]
            try:
                secret_of(typed)
            except MistypedRecoveryKey:
                continue
            missed += 1
    assert missed <= 1  # a checksum of 20 bits misses one in a million


@given(st.integers(0, 30))
@settings(deadline=None)
def test_two_characters_the_wrong_way_round_are_told(place: int) -> None:
    plain = KEY.replace(" ", "")
    swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    if swapped != plain:
        with pytest.raises(MistypedRecoveryKey):
            secret_of(swapped)


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_other_text_is_told_with_advice(text: str) -> None:
    with pytest.raises(MistypedRecoveryKey) as told:
        secret_of(text)
    assert "sheet" in told.value.advice


def test_a_missing_character_says_how_many_there_are() -> None:
    with pytest.raises(MistypedRecoveryKey, match="this has 31"):
        secret_of(KEY[:-1])


def test_a_character_that_never_occurs_is_named() -> None:
    with pytest.raises(MistypedRecoveryKey, match="“U”"):
        secret_of("u" + KEY[1:])


def test_shown_groups_any_key() -> None:
    assert shown("A" * 32) == " ".join(["AAAA"] * 8)
