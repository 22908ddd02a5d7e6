"""Sentences of a note that rest on words which the recognizer itself was not sure of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.types import Note, NoteSentence, UnclearSentence, Utterance
from engine.visits.text import is_marked

# Of the words of a clear recording few are below this; of misheard drug names and doses most are.
_UNSURE = 0.4


def unclear(note: Note, utterances: Sequence[Utterance]) -> Iterator[UnclearSentence]:
    """Those that are neither marked already nor confirmed, with the words that were not clearly heard."""
    by_id = {each.id: each for each in utterances}
    for section in note.sections:
        for sentence in section.sentences:
            if sentence.confirmed or is_marked(sentence):
                continue
            if words := _unclear_words(sentence, by_id):
                yield UnclearSentence(section.key, sentence, words)


def _unclear_words(sentence: NoteSentence, by_id: dict[int, Utterance]) -> list[str]:
    """Each once. What a person has corrected is clear."""
    found: dict[str, None] = {}
    for said in sentence.evidence:
        utterance = by_id.get(said.utterance)
        if utterance is None or utterance.edited:
            continue
        for word in utterance.words:
            if word.probability < _UNSURE and word.start < said.end and said.start < word.end:
                found[utterance.text[word.start : word.end].strip(" ,.;:?!")] = None
    return [word for word in found if word]
