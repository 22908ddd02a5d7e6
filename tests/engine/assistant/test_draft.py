"""Sentences close while an answer streams, each with the sources that were matched to it."""

from __future__ import annotations

from engine.assistant.draft import Draft
from engine.evidence.sentences import Span
from engine.types import Sentence, Source

TEXT = "Give adrenaline 0.5 mg at once. Repeat after 5 minutes if there is no improvement. Call an ambulance."


def source(span: Span) -> Sentence:
    return Sentence(span.text, span.start, span.end, [Source(1, "protocol.pdf", 2, span.text, 0, len(span.text))])


def test_sentences_close_as_text_arrives() -> None:
    draft = Draft(source)
    closed_early = [sentence for start in range(0, len(TEXT), 5) for sentence in draft.feed(TEXT[start : start + 5])]
    assert [sentence.text for sentence in closed_early] == ["Give adrenaline 0.5 mg at once."]
    draft.finish()
    assert len(draft.sentences) == 3
    assert draft.text == TEXT


def test_offsets_and_sources_belong_to_the_sentence() -> None:
    draft = Draft(source)
    draft.feed(TEXT)
    draft.finish()
    for sentence in draft.sentences:
        assert TEXT[sentence.start : sentence.end] == sentence.text
        assert sentence.sources[0].quote == sentence.text
