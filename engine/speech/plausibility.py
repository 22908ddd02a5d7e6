"""What the recognizer wrote although nobody said it: loops, text out of noise, sentences it has learnt by heart."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from engine.speech.messages import Dropped, HeardWord
from engine.speech.segments import Segment
from engine.speech.vocabulary import plain

# Whisper's own measure of silence (Radford et al. 2022, section 4.5).
_NO_SPEECH, _DOUBTFUL = 0.6, -1.0
_UNSURE_SPEECH, _UNSURE_TEXT = 0.3, -0.7
# Nobody speaks so many words a second; invented text is squeezed into no time.
_WORDS_PER_S, _SQUEEZED_WORDS = 9.0, 6
_ECHO_WORDS = 5
_LONGEST_UNIT = 16
# By the words of what repeats: how often people say it themselves. "No, no, no, no."
_USUAL_TIMES = {1: 5, 2: 4}
_USUAL_TIMES_LONG = 3


def sift(segments: Sequence[Segment], hint: str, inventions: Collection[str]) -> tuple[list[HeardWord], list[Dropped]]:
    """The words that were said, and what was left out."""
    kept: list[HeardWord] = []
    dropped: list[Dropped] = []
    echo = f" {plain(hint)} "
    for segment in segments:
        if not segment.words:
            continue
        kind = _judged(segment, echo, inventions)
        if kind:
            dropped.append(Dropped(kind, len(segment.words), segment.words[0].begins_s))
        else:
            kept += segment.words
    kept, loops = _without_loops(kept)
    return kept, [*dropped, *loops]


def _judged(segment: Segment, echo: str, inventions: Collection[str]) -> str:
    """Why a segment is left out, "" for one that is kept."""
    words = segment.words
    text = plain("".join(word.text for word in words))
    if not text or (segment.no_speech > _NO_SPEECH and segment.log_probability < _DOUBTFUL):
        return "noise"
    unsure = segment.no_speech > _UNSURE_SPEECH or segment.log_probability < _UNSURE_TEXT
    if unsure and text in inventions:
        return "invention"
    if unsure and len(words) >= _ECHO_WORDS and f" {text} " in echo:
        return "invention"
    took = words[-1].ends_s - words[0].begins_s
    if len(words) >= _SQUEEZED_WORDS and len(words) > _WORDS_PER_S * took:
        return "invention"
    return ""


def _without_loops(words: list[HeardWord]) -> tuple[list[HeardWord], list[Dropped]]:
    """Of what is repeated more often than people do, the first time stays."""
    said = [plain(word.text) for word in words]
    kept: list[HeardWord] = []
    dropped: list[Dropped] = []
    at = 0
    while at < len(words):
        unit, times = _loop_at(said, at)
        kept += words[at : at + unit]
        at += unit
        if times > 1:
            over = unit * (times - 1)
            dropped.append(Dropped("loop", over, words[at].begins_s))
            at += over
    return kept, dropped


def _loop_at(said: Sequence[str], at: int) -> tuple[int, int]:
    """How many words from here on are repeated right away, and how often they come; (1, 1) for no loop."""
    for unit in range(1, min(_LONGEST_UNIT, (len(said) - at) // 2) + 1):
        times = 1
        while said[at + times * unit : at + (times + 1) * unit] == said[at : at + unit]:
            times += 1
        if times > _USUAL_TIMES.get(unit, _USUAL_TIMES_LONG):
            return unit, times
    return 1, 1
