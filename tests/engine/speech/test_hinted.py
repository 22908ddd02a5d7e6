from __future__ import annotations

from pathlib import Path

import pytest

from engine.evidence.lexicons import Lexicons, load_lexicons
from engine.models.service import Models
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.speech.client import SpeechClient
from engine.speech.decoding import decode
from engine.speech.hinted import bettered, could_help, names_in
from engine.speech.messages import HeardWord
from engine.speech.segments import Segment
from engine.speech.sound import MemoryStore, samples_at
from engine.speech.vocabulary import hint_with
from engine.workers.client import WorkerClient
from tests.fixtures.sound import CONSULTATION

HINT = "Metformin 500 mg, lisinopril, ciprofloxacin, losartan, levothyroxine 75 mcg, prednisone, take"


@pytest.fixture(scope="module")
def lexicons() -> Lexicons:
    return load_lexicons()


def heard(text: str, probability: float = 0.5) -> list[Segment]:
    words = [HeardWord(f" {word}", at, at + 0.9, probability) for at, word in enumerate(text.split())]
    return [Segment(words, -0.3, 0.1)]


def said(segments: list[Segment]) -> str:
    return "".join(word.text for segment in segments for word in segment.words).strip()


def unsure(segments: list[Segment]) -> list[str]:
    return [word.text.strip(" ,.") for segment in segments for word in segment.words if word.probability < 0.4]


def test_names_of_a_hint_are_its_long_words() -> None:
    assert names_in("Metformin 500 mg, ciprofloxacin, take") == {"metformin", "ciprofloxacin"}


@pytest.mark.parametrize(
    ("bare", "hinted", "expected"),
    [
        ("start met for min 500 milligrams", "start metformin 500 mg,", "start metformin 500 milligrams"),
        (
            "start met for mid-five hundred milligrams",
            "start metformin 500 mg",
            "start metformin five hundred milligrams",
        ),
        (
            "She takes this in April every morning",
            "She takes lisinopril every morning",
            "She takes lisinopril every morning",
        ),
        ("and Predazone.", "and prednisone.", "and prednisone."),
    ],
)
def test_a_name_is_taken_that_sounds_like_what_was_heard(
    bare: str, hinted: str, expected: str, lexicons: Lexicons
) -> None:
    assert could_help(heard(bare), HINT, lexicons)
    assert said(bettered(heard(bare), heard(hinted), HINT, lexicons)) == expected


@pytest.mark.parametrize(
    ("bare", "hinted"),
    [
        ("The tonsils are red and swollen.", "10g, metonsulnare, and swollen."),
        ("start it twice a day", "start it twice a day ciprofloxacin, ciprofloxacin,"),
        ("we will give a plan for the fever", "we will give ciprofloxacin for the fever"),
        ("a prescription for vicodin and rest", "a prescription for Reveig it in and rest"),
        ("It was less in. A pril came.", "It was lisinopril came."),  # two sentences
        ("for his anemia today", "for hisenemia today"),
    ],
)
def test_nothing_else_of_the_hinted_text_is_taken(bare: str, hinted: str, lexicons: Lexicons) -> None:
    assert bettered(heard(bare), heard(hinted), HINT, lexicons) == heard(bare)


def test_what_was_clearly_heard_is_no_name(lexicons: Lexicons) -> None:
    bare = heard("I met for men 3 days", probability=0.9)
    assert not could_help(bare, HINT, lexicons)
    assert said(bettered(bare, heard("I metformin 3 days"), HINT, lexicons)) == "I met for men 3 days"


def test_a_drug_does_not_become_another(lexicons: Lexicons) -> None:
    bettered_text = bettered(heard("continue valsartan please"), heard("continue losartan please"), HINT, lexicons)
    assert said(bettered_text) == "continue valsartan please"
    assert unsure(bettered_text) == ["valsartan"]


@pytest.mark.parametrize(
    ("bare", "hinted", "expected"),
    [
        ("lower it to 15 milli drums from Monday", "lower it to 15 mg from Monday", "lower it to 15 mg from Monday"),
        ("give 5-militrems now", "give 5 mg, now", "give 5 mg now"),
        ("give 75 microgams now", "give 75 mcg now", "give 75 mcg now"),
        ("give 75 microgams now", "give 75 mg now", "give 75 microgams now"),  # the likeness says otherwise
        ("give 50 milli drums now", "give 15 mg now", "give 50 milli drums now"),
        ("give 50 more to them", "give 50 mg to them", "give 50 more to them"),
        ("give 50 milligrams now", "give 50 mg now", "give 50 milligrams now"),
    ],
)
def test_a_misheard_unit_is_mended_behind_a_number_that_both_have(
    bare: str, hinted: str, expected: str, lexicons: Lexicons
) -> None:
    assert said(bettered(heard(bare), heard(hinted), HINT, lexicons)) == expected


@pytest.mark.parametrize(
    ("bare", "hinted", "doubted"),
    [
        ("take 850mg once", "take 15 mg, once", ["850mg"]),
        ("MXI-800 and 75 milligrams", "amoxicillin 870 mg,", ["MXI-800", "75", "milligrams"]),
        ("take 25mm at night", "take 25 mg at night", ["25mm"]),
        ("take 10 micrograms daily", "take 10 mg daily", ["micrograms"]),
        ("a protein milligram daily", "a lisinopril 10 mg daily", ["milligram"]),
        ("she takes 1,000 milligrams", "she takes 1000 mg", []),
        ("one, two, three days", "1, 2, 3 days", []),
        ("for two hundred and fifty milligrams", "for 250 mg", []),
    ],
)
def test_a_number_or_unit_that_differs_stays_and_is_unsure(
    bare: str, hinted: str, doubted: list[str], lexicons: Lexicons
) -> None:
    found = bettered(heard(bare), heard(hinted), HINT, lexicons)
    assert said(found) == bare
    assert unsure(found) == doubted


def test_the_hint_is_tried_only_where_it_could_help(lexicons: Lexicons) -> None:
    assert not could_help(heard("He was there 3 days ago, at 38.5 degrees"), HINT, lexicons)
    assert not could_help(heard("He takes metformin"), HINT, lexicons)
    assert could_help(heard("He takes 20 milligrams", probability=0.95), HINT, lexicons)
    assert could_help(heard("He takes 20 milli drums"), HINT, lexicons)
    assert could_help(heard("He takes a million grams"), HINT, lexicons)
    assert not could_help([], HINT, lexicons)


@pytest.mark.model
@pytest.mark.parametrize(("begin_s", "end_s", "last"), [(13.248, 28.0, False), (16.0, 25.5, True)])
def test_the_hint_does_not_bend_plain_words(
    speech_worker: WorkerClient, tmp_path: Path, begin_s: float, end_s: float, *, last: bool
) -> None:
    """Where a recording of the consultation is cut, "the tonsils are red" became "10g, metonsulnare" by the hint."""
    store = MemoryStore()
    decode(CONSULTATION, lambda sound, _: store.append(sound))
    sound = store.read(samples_at(begin_s), samples_at(end_s))
    client = SpeechClient(speech_worker, Models(Paths.default(), SettingsStore(tmp_path / "settings.json")).speech_path)
    answer = client.hear(sound, soon=not last, last=last, language="en", hint=hint_with())
    text = "".join(word.text for stretch in answer.stretches for word in stretch.words)
    assert "The tonsil" in text
    assert "38.5 degrees" in text
    assert "10" not in text
