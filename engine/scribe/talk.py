"""Which words of a visit a section of a note is written from: windows of talk, each small enough for one look."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from msgspec import structs

from engine.evidence.segments import Segment
from engine.scribe.parts import Part, SectionRule, VisitWords, clinicians_among, parts_of
from engine.scribe.spoken import Spoken

# Words in a window. Small models lose facts in longer ones, and write the same twice in shorter ones; measured by
# tests/benchmarks/notes_aci.py.
WINDOW_WORDS = 160
_SMALLEST, _LARGEST = 0.35, 1.7
_CLOSED_BY = 130  # words
_REPLY_WITHIN = 2  # segments
_FILLER = re.compile(r"\b(?:um+|uh+|uhm|er|erm|ah|hm+|you know|i mean)\b[\s,.]*", re.IGNORECASE)
_BACK_CHANNEL = re.compile(
    r"\W*(?:(?:mm-hmm|uh-huh|mhm|okay|ok|alright|all right|right|sure|yeah|yes|oh|great|good|perfect|wow|absolutely"
    r"|sounds good|thank you|thanks|got it|i see|no problem|gotcha)\b\W*)+",
    re.IGNORECASE,
)
_STAMMER = re.compile(r"\b(\w+(?: \w+)?)(?:\s*[,-]+\s*\1\b)+", re.IGNORECASE)
_SPLIT_WORDS = (
    (re.compile(r"\b(do|does|did|is|are|was|were|have|has|had|ca|could|would|should|wo|ai) n['’]t\b", re.I), r"\1n't"),
    (re.compile(r"\b(gon|wan|got) (na|ta)\b", re.IGNORECASE), r"\1\2"),
    (re.compile(r"\s+([,.?!;:])"), r"\1"),
    (re.compile(r"([,.])(?:\s*[,.])+"), r"\1"),
    (re.compile(r"\s{2,}"), " "),
)


@dataclass(frozen=True)
class Window:
    """A stretch of the talk for one section, as the model reads it. segments: numbers of those in it."""

    segments: tuple[int, ...]
    said: str


class Talk:
    """A transcript as its sections' sources: each segment with its part of the visit."""

    def __init__(self, spoken: Spoken, words: VisitWords) -> None:
        self._spoken = spoken
        self._words = words

    @property
    def segments(self) -> Sequence[Segment]:
        return self._spoken.index.segments

    @cached_property
    def clinicians(self) -> frozenset[str]:
        return clinicians_among(self.segments, self._words)

    @cached_property
    def parts(self) -> list[Part]:
        return parts_of(self.segments, self.clinicians, self._words)

    def windows(self, rule: SectionRule, *, alone: bool = False) -> list[Window]:
        """All that a section is written from, in order; nothing of it is left out. alone: the note has no other."""
        found = []
        for numbers in self._grouped(self._chosen_alone(rule) if alone else self._chosen(rule)):
            words = self.text(numbers).split(" ")
            # Speech without a stop may be one segment, however long.
            pieces = max(1, round(len(words) / (_LARGEST * WINDOW_WORDS)))
            size = -(-len(words) // pieces)
            parts = [" ".join(words[at : at + size]) for at in range(0, len(words), size)]
            found += [Window(tuple(numbers), said) for said in parts if said]
        return found

    def number_at(self, utterance: int, start: int) -> int | None:
        """The segment that holds a place of an utterance."""
        at = self._spoken.offset_of(utterance, start)
        return next((each.number for each in self.segments if at is not None and each.start <= at < each.end), None)

    def closed(self, window: Window) -> bool:
        """Whether what is said later will not change a window: enough was said after it."""
        return self._length(range(window.segments[-1] + 1, len(self.segments))) >= _CLOSED_BY

    def text(self, numbers: Sequence[int]) -> str:
        """Segments as lines with their speakers, without fillers and without listeners' okays."""
        lines: list[tuple[str, list[str]]] = []
        for number in numbers:
            segment = self.segments[number]
            said = tidy(segment.text)
            if not said or (_BACK_CHANNEL.fullmatch(said) and not self._answers(number)):
                continue
            if lines and lines[-1][0] == segment.speaker:
                lines[-1][1].append(said)
            else:
                lines.append((segment.speaker, [said]))
        return "\n".join(f"{self.name_of(speaker)}: {' '.join(said)}" for speaker, said in lines)

    def name_of(self, speaker: str) -> str:
        """How a speaker is called in what the model reads."""
        if speaker in self.clinicians:
            return "Clinician"
        others = {segment.speaker for segment in self.segments} - self.clinicians
        return "Patient" if len(others) == 1 or self._words.patient.search(speaker) else speaker

    def _answers(self, number: int) -> bool:
        """Whether a short saying answers a question of another."""
        before = self.segments[max(0, number - _REPLY_WITHIN) : number]
        speaker = self.segments[number].speaker
        return any(each.statements.is_question and each.speaker != speaker for each in before)

    def _chosen_alone(self, rule: SectionRule) -> list[int]:
        """What is said for a note's only section belongs nowhere else; a short talk about it is read whole."""
        found = self._chosen(structs.replace(rule, parts=list(Part)))
        everything = range(len(self.segments))
        short = self._length(everything) <= _LARGEST * WINDOW_WORDS
        return list(everything) if found and short else found

    def _chosen(self, rule: SectionRule) -> list[int]:
        inside = {number for number, part in enumerate(self.parts) if part in rule.parts}
        if not rule.words and not rule.kinds:
            return sorted(inside)
        wanted = re.compile(rule.words, re.IGNORECASE) if rule.words else None
        found = {number for number in inside if self._tells(self.segments[number], wanted, rule)}
        return sorted(found | self._beside(found))

    def _tells(self, segment: Segment, wanted: re.Pattern[str] | None, rule: SectionRule) -> bool:
        if wanted is not None and wanted.search(segment.text):
            return True
        return any(mention.kind in rule.kinds for mention in segment.statements.mentions)

    def _beside(self, found: set[int]) -> set[int]:
        """The question before an answer, and the answer to a question."""
        beside: set[int] = set()
        for number in found:
            segment = self.segments[number]
            if segment.statements.is_question:
                beside.update(self._reply_to(number))
            elif number and self.segments[number - 1].statements.is_question:
                beside.add(number - 1)
        return beside

    def _reply_to(self, number: int) -> Iterator[int]:
        """The segments after a question until who asked speaks again."""
        asker = self.segments[number].speaker
        behind = range(number + 1, min(number + 1 + _REPLY_WITHIN, len(self.segments)))
        return takewhile(lambda at: self.segments[at].speaker != asker, behind)

    def _grouped(self, numbers: Sequence[int]) -> Iterator[list[int]]:
        """Numbers in windows, cut where the clinician takes up something new.

        Later talk never moves an earlier border, so that what was written of a window while the visit went on holds.
        """
        groups: list[list[int]] = [[]]
        filled = 0
        for number in numbers:
            length = self._length([number])
            full = filled >= WINDOW_WORDS and self._begins_something(number)
            if groups[-1] and (full or filled + length > _LARGEST * WINDOW_WORDS):
                groups.append([])
                filled = 0
            groups[-1].append(number)
            filled += length
        if len(groups) > 1 and self._length(groups[-1]) < _SMALLEST * WINDOW_WORDS:
            rest = groups.pop()
            groups[-1] += rest
        yield from (group for group in groups if group)

    def _length(self, numbers: Sequence[int]) -> int:
        return sum(self.segments[number].text.count(" ") + 1 for number in numbers)

    def _begins_something(self, number: int) -> bool:
        segment = self.segments[number]
        before = self.segments[number - 1] if number else None
        return segment.speaker in self.clinicians and (before is None or before.speaker != segment.speaker)


def tidy(text: str) -> str:
    """Spoken words as one would write them down: without fillers and stammering, with signs at their words."""
    text = _FILLER.sub("", text)
    for pattern, written in _SPLIT_WORDS:
        text = pattern.sub(written, text)
    text = _STAMMER.sub(r"\1", text)
    return text.strip(" ,-")
