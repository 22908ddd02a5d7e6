from __future__ import annotations

import numpy as np
import pytest

from engine.speech.cutting import cut
from engine.speech.excerpt import Excerpt
from engine.speech.sound import RATE
from engine.speech.voice_activity import Run


def runs(*stretches: tuple[float, float]) -> list[Run]:
    return [Run(int(begin * RATE), int(end * RATE)) for begin, end in stretches]


def window(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE), dtype=np.float32)


def test_the_last_window_is_taken_whole() -> None:
    taken = cut(window(5), runs((1, 2), (3, 5)), last=True, soon=False)
    assert taken == (runs((1, 2), (3, 5)), 5 * RATE)


def test_silence_is_done_with_but_for_what_may_be_an_onset() -> None:
    assert cut(window(5), [], last=False, soon=True) == ([], int(4.5 * RATE))
    assert cut(window(0.3), [], last=False, soon=True) == ([], 0)


def test_text_wanted_soon_is_cut_at_the_last_clear_pause_behind_enough_speech() -> None:
    taken = cut(window(14), runs((0, 5), (5.3, 9), (10, 13.9)), last=False, soon=True)
    assert taken.runs == runs((0, 5), (5.3, 9))
    assert taken.done == pytest.approx(9.5 * RATE)


def test_a_little_speech_waits_until_its_speaker_has_finished() -> None:
    assert cut(window(3), runs((1, 2.5)), last=False, soon=True) == ([], int(0.5 * RATE))
    assert cut(window(5.1), runs((1, 2.5)), last=False, soon=True).runs == runs((1, 2.5))


def test_without_haste_a_window_fills_up_and_is_cut_at_its_longest_late_pause() -> None:
    spoken = runs((0, 10), (12, 18), (18.4, 22), (22.9, 30))
    assert cut(window(20), spoken[:2], last=False, soon=False) == ([], 0)
    taken = cut(window(30), spoken, last=False, soon=False)
    assert taken.runs == spoken[:3]
    assert 22 * RATE < taken.done < 22.9 * RATE


def test_somebody_without_a_pause_is_cut_where_it_is_quietest() -> None:
    samples = np.ones(30 * RATE, dtype=np.float32)
    samples[25 * RATE : int(25.3 * RATE)] = 0.01
    taken = cut(samples, runs((0, 30)), last=False, soon=False)
    assert 25 * RATE <= taken.done <= 25.3 * RATE
    assert taken.runs == [Run(0, taken.done)]


def test_every_full_window_is_got_on_with() -> None:
    chance = np.random.default_rng(1)
    for _ in range(200):
        edges = np.sort(chance.uniform(0, 30, 2 * chance.integers(1, 9)))
        taken = cut(window(30), runs(*edges.reshape(-1, 2).tolist()), last=False, soon=bool(chance.integers(2)))
        assert taken.done > 0
        assert all(run.end <= taken.done for run in taken.runs)


def test_an_excerpt_leaves_long_pauses_out_and_knows_the_way_back() -> None:
    samples = np.arange(20 * RATE, dtype=np.float32)
    excerpt = Excerpt(samples, runs((1, 2), (2.2, 3), (10, 12)))
    assert len(excerpt.samples) == pytest.approx((2 + 0.6 + 2) * RATE, abs=2)
    assert excerpt.original(0.0) == 1.0
    assert excerpt.original(1.5) == pytest.approx(2.5)
    assert excerpt.original(3.6) == pytest.approx(11.0)
    for at in np.arange(0.0, 4.5, 0.1):
        if int(at * RATE) < len(excerpt.samples):
            assert excerpt.samples[int(at * RATE)] == pytest.approx(excerpt.original(at) * RATE, abs=2)
    assert [excerpt.run_at(*each) for each in ((1.1, 1.3), (2.1, 2.3), (5, 6), (9, 9.5))] == [0, 1, 1, 2]
