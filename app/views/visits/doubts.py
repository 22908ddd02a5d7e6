"""Words that were not clearly heard: what the recognizer itself was not sure of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.types import NoteSentence, Utterance

# Of the words of a clear recording few are below this; of misheard drug names and doses most are.
_UNSURE = 0.4


def unclear_spans(utterance: Utterance) -> list[tuple[int, int]]:
    """Where words stand that were not clearly heard; words next to each other are one span.

    None where a person has corrected what was heard.
    """
    if utterance.edited:
        return []
    spans: list[tuple[int, int]] = []
    for word in utterance.words:
        if word.probability >= _UNSURE or not 0 <= word.start < word.end <= len(utterance.text):
            continue
        if spans and not utterance.text[spans[-1][1] : word.start].strip():
            spans[-1] = (spans[-1][0], word.end)
        else:
            spans.append((word.start, word.end))
    return [_trimmed(utterance.text, *span) for span in spans]


def unclear_words(sentence: NoteSentence, utterances: Iterable[Utterance]) -> list[str]:
    """Words of a sentence's evidence that were not clearly heard, each once."""
    by_id = {each.id: each for each in utterances}
    found: dict[str, None] = {}
    for said in sentence.evidence:
        utterance = by_id.get(said.utterance)
        for start, end in unclear_spans(utterance) if utterance is not None else ():
            if start < said.end and said.start < end and utterance is not None:
                found[utterance.text[start:end]] = None
    return list(found)


def is_unclear(sentence: NoteSentence, utterances: Iterable[Utterance]) -> bool:
    """Whether a supported sentence rests on words that were not clearly heard, and nobody has confirmed it."""
    supported = sentence.verdict is Verdict.SUPPORTED and not sentence.confirmed
    return supported and bool(unclear_words(sentence, utterances))


def any_unclear(utterances: Sequence[Utterance]) -> bool:
    return any(unclear_spans(each) for each in utterances)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
