from __future__ import annotations

import numpy as np

from engine.speech.excerpt import Excerpt
from engine.speech.messages import HeardWord, Stretch
from engine.speech.passed_over import passed_over, with_more
from engine.speech.segments import Segment
from engine.speech.sound import RATE
from engine.speech.voice_activity import Run

# Two sentences with a long pause between them, which the excerpt shortens: the second one is at 3.6 s of it.
RUNS = [Run(0, 3 * RATE), Run(8 * RATE, 11 * RATE)]


def excerpt(runs: list[Run]) -> Excerpt:
    return Excerpt(np.zeros(12 * RATE, np.float32), runs)


def segment(*spans: tuple[float, float]) -> Segment:
    return Segment([HeardWord(" word", begin, end, 0.9) for begin, end in spans], -0.3, 0.1)


def stretch(text: str, begin: float) -> Stretch:
    return Stretch([HeardWord(f" {word}", begin + at, begin + at + 0.9, 0.9) for at, word in enumerate(text.split())])


def test_speech_without_words_is_found() -> None:
    assert passed_over(RUNS, excerpt(RUNS), [segment((0.0, 1.4), (1.4, 2.9))]) == [RUNS[1]]
    assert passed_over(RUNS, excerpt(RUNS), [segment((0.0, 1.4)), segment((4.0, 6.0))]) == []


def test_a_word_that_reaches_over_from_the_sentence_before_is_not_enough() -> None:
    assert passed_over(RUNS, excerpt(RUNS), [segment((0.0, 1.4), (1.4, 4.0))]) == [RUNS[1]]


def test_a_cough_and_a_window_without_any_words_are_not_looked_at_again() -> None:
    runs = [RUNS[0], Run(8 * RATE, 9 * RATE)]
    assert passed_over(runs, excerpt(runs), [segment((0.0, 2.9))]) == []
    assert passed_over(RUNS, excerpt(RUNS), []) == []


def test_what_is_found_goes_where_it_was_said_and_nothing_is_written_twice() -> None:
    first, last, between = stretch("It hurts.", 0.0), stretch("Since Monday.", 12.0), stretch("When I swallow.", 8.0)
    assert with_more([first, last], [between]) == [first, between, last]
    assert with_more([first, last], [stretch("since monday", 8.0)]) == [first, last]
