"""A transcript as a source of evidence, and evidence as moments of the transcript."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from engine.evidence.lexicons import Lexicons
from engine.evidence.source_index import SourceIndex
from engine.evidence.sources import SourceText, SpeakerTurn
from engine.types import SaidAt, Transcript, Utterance


class Spoken:
    """What was said, as one text with a line for each utterance. Reading it is done once, when it is first needed."""

    def __init__(self, transcript: Transcript, lexicons: Lexicons) -> None:
        self.transcript = transcript
        self.lexicons = lexicons
        self.utterances = [each for each in transcript.utterances if each.text.strip()]
        self._starts: list[int] = []
        turns, at = [], 0
        for utterance in self.utterances:
            self._starts.append(at)
            end = at + len(utterance.text)
            # A turn without a speaker would be read as written text.
            turns.append(SpeakerTurn(utterance.speaker or "speaker", at, end, utterance.begins_s, utterance.ends_s))
            at = end + 1
        self.source = SourceText("transcript", "\n".join(each.text for each in self.utterances), turns=turns)

    @cached_property
    def index(self) -> SourceIndex:
        return SourceIndex([self.source], self.lexicons)

    def utterance_at(self, offset: int) -> tuple[Utterance, int]:
        """The utterance that holds a place of the text, and the place in its own text."""
        number = max(0, bisect_right(self._starts, offset) - 1)
        return self.utterances[number], offset - self._starts[number]

    def offset_of(self, utterance_id: int, start: int) -> int | None:
        """Where a place of an utterance stands in the text; None where there is no such utterance."""
        for number, utterance in enumerate(self.utterances):
            if utterance.id == utterance_id:
                return self._starts[number] + start
        return None

    def said_at(self, start: int, end: int, score: float = 0.0) -> SaidAt:
        """The words at [start, end) of the text, as a moment of the utterance in which they begin."""
        utterance, first = self.utterance_at(start)
        last = min(len(utterance.text), first + end - start)
        heard = [word for word in utterance.words if word.start < last and word.end > first]
        return SaidAt(
            utterance=utterance.id,
            speaker=utterance.speaker,
            quote=utterance.text[first:last],
            start=first,
            end=last,
            begins_s=heard[0].begins_s if heard else utterance.begins_s,
            ends_s=heard[-1].ends_s if heard else utterance.ends_s,
            score=score,
        )
