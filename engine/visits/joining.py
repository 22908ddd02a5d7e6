"""Transcripts joined: what is heard with what was there, and with what people made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from engine.types import Transcript, TranscriptOrigin, Utterance


def with_people_first(stored: Sequence[Utterance], said: Sequence[Utterance]) -> list[Utterance]:
    """What was heard, without what a person has corrected since."""
    edited = {each.id for each in stored if each.edited}
    return [each for each in said if each.id not in edited]


def joined(before: Transcript, said: Transcript, first_id: int, seconds: float) -> Transcript:
    """before, with what was said from utterance first_id on as it was heard in the end; corrections stay."""
    kept = {each.id: each for each in before.utterances if each.id < first_id or each.edited}
    heard = {each.id: each for each in said.utterances if each.id not in kept}
    both = {**heard, **kept}
    return replace(
        said,
        utterances=[both[each] for each in sorted(both)],
        seconds=seconds,
        marks=[*before.marks, *(each for each in said.marks if each not in before.marks)],
        dropped=[*before.dropped, *said.dropped],
        model=said.model or before.model,
    )


def appended(before: Transcript, added: Transcript) -> Transcript:
    """before, with another transcript behind it; nothing of either is lost.

    Times of what is added go on behind those of before; where before is recorded sound they would point into it, so
    they are left out.
    """
    if not before.utterances:
        return replace(added, marks=[*before.marks, *added.marks], seconds=max(before.seconds, added.seconds))
    recorded = before.origin in (TranscriptOrigin.RECORDED, TranscriptOrigin.SOUND_FILE)
    first = 1 + max(each.id for each in before.utterances)
    moved = [
        replace(
            each,
            id=first + number,
            words=[],
            begins_s=None if recorded or each.begins_s is None else each.begins_s + before.seconds,
            ends_s=None if recorded or each.ends_s is None else each.ends_s + before.seconds,
        )
        for number, each in enumerate(added.utterances)
    ]
    seconds = before.seconds if recorded else before.seconds + added.seconds
    return replace(before, utterances=[*before.utterances, *moved], seconds=seconds)


def without_times(said: Transcript, first_id: int) -> Transcript:
    """The same with the words alone of what came before utterance first_id: its sound is not there."""
    words = [
        replace(each, begins_s=None, ends_s=None, words=[]) if each.id < first_id else each for each in said.utterances
    ]
    return replace(said, utterances=words)


def renamed(said: Sequence[Utterance], names: Mapping[str, str]) -> list[Utterance]:
    return [replace(each, speaker=names.get(each.speaker, each.speaker)) for each in said]


def two_speakers(said: Sequence[Utterance]) -> tuple[str, str] | None:
    """The two who say the most; None where only one speaks."""
    counted = Counter(each.speaker for each in said if each.speaker)
    most = [speaker for speaker, _count in counted.most_common(2)]
    return (most[0], most[1]) if len(most) == 2 else None
