from __future__ import annotations

from engine.speech.hinted import names_in
from engine.speech.messages import HeardWord
from engine.speech.plausibility import sift
from engine.speech.segments import Segment
from engine.speech.vocabulary import hint_with, inventions


def words(text: str, begin: float = 0.0, pace: float = 0.3) -> list[HeardWord]:
    return [
        HeardWord(f" {word}", begin + pace * number, begin + pace * (number + 0.9), 0.9)
        for number, word in enumerate(text.split())
    ]


def segment(text: str, *, sure: bool = True, silent: float = 0.05, pace: float = 0.3) -> Segment:
    return Segment(words(text, pace=pace), -0.3 if sure else -1.2, silent)


def sifted(*segments: Segment, hint: str = "") -> tuple[str, list[tuple[str, int]]]:
    kept, dropped = sift(segments, hint, inventions())
    return "".join(word.text for word in kept).strip(), [(each.kind, each.words) for each in dropped]


def test_what_was_said_stays() -> None:
    said = "No, no, no, no. It hurts. It hurts. Very very bad. I don't know. I don't know. I don't know."
    assert sifted(segment(said)) == (said, [])


def test_of_a_loop_the_first_time_stays() -> None:
    assert sifted(segment("Take it " + "twice a day " * 6 + "please.")) == (
        "Take it twice a day please.",
        [("loop", 15)],
    )
    assert sifted(segment("so " * 9)) == ("so", [("loop", 8)])


def test_a_loop_over_several_segments_is_one() -> None:
    assert sifted(*[segment("Thank you so much.")] * 5) == ("Thank you so much.", [("loop", 16)])


def test_text_out_of_noise_is_dropped() -> None:
    assert sifted(segment("Something like that.", sure=False, silent=0.8)) == ("", [("noise", 3)])
    assert sifted(segment("Something like that.", sure=True, silent=0.8))[0]


def test_learnt_sentences_are_dropped_where_the_recognizer_doubts_them() -> None:
    assert sifted(segment("Thanks for watching!", silent=0.5)) == ("", [("invention", 3)])
    assert sifted(segment("Thank you.")) == ("Thank you.", [])


def test_an_echo_of_the_hint_is_dropped_where_the_recognizer_doubts_it() -> None:
    hint = "metformin 500 mg, lisinopril, atorvastatin 40 mg"
    echo = segment("metformin 500 mg, lisinopril, atorvastatin", silent=0.5)
    assert sifted(echo, hint=hint) == ("", [("invention", 5)])


def test_words_faster_than_anybody_speaks_were_not_said() -> None:
    assert sifted(segment("one two three four five six seven", pace=0.02)) == ("", [("invention", 7)])


def test_the_hint_of_the_domain_pack_fits_what_the_model_reads() -> None:
    hint = hint_with("Mrs Okonkwo")
    assert hint.endswith("Mrs Okonkwo")
    # A drug's name takes at most six tokens: the model reads 223.
    assert len(hint_with().split()) <= 60
    assert len(names_in(hint_with())) >= 30
