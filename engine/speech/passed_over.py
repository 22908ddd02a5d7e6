"""Speech that the recognizer passed over: it stops now and then before the end, or leaves a sentence out."""

from __future__ import annotations

from collections.abc import Sequence

from engine.speech.excerpt import Excerpt
from engine.speech.messages import Stretch
from engine.speech.segments import Segment
from engine.speech.sound import RATE
from engine.speech.vocabulary import plain
from engine.speech.voice_activity import Run

# Shorter ones are a cough or an "mhm", and the times of words are no more exact.
_LEAST = RATE * 3 // 2
_COVERED = 0.2


def passed_over(runs: Sequence[Run], excerpt: Excerpt, segments: Sequence[Segment]) -> list[Run]:
    """The runs in which no words are; none where no words are at all, for another look would find no more."""
    spans = [
        (excerpt.original(word.begins_s) * RATE, excerpt.original(word.ends_s) * RATE)
        for segment in segments
        for word in segment.words
    ]
    if not spans:
        return []
    return [run for run in runs if run.end - run.begin >= _LEAST and _covered(run, spans) < _COVERED]


def with_more(stretches: Sequence[Stretch], more: Sequence[Stretch]) -> list[Stretch]:
    """Both in the order of their times, without those of more that say what is there already: a word's time is not
    exact, and nothing is to be written twice."""
    known = f" {' '.join(_said(each) for each in stretches)} "
    new = [each for each in more if f" {_said(each)} " not in known]
    return sorted([*stretches, *new], key=lambda each: each.words[0].begins_s)


def _covered(run: Run, spans: Sequence[tuple[float, float]]) -> float:
    inside = sum(max(0.0, min(end, run.end) - max(begin, run.begin)) for begin, end in spans)
    return inside / (run.end - run.begin)


def _said(stretch: Stretch) -> str:
    return plain("".join(word.text for word in stretch.words))
