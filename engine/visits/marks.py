"""The marks of a note's sentences where it leaves the program: the same shapes as in the window."""

from __future__ import annotations

from collections.abc import Iterator

from engine.types import NoteSection, NoteSentence, Verdict

MARKS = {Verdict.SUPPORTED: "●", Verdict.DIFFERS: "▲", Verdict.NOT_FOUND: "■", Verdict.NO_CLAIM: ""}
CONFIRMED = "✓"
LEGEND = (
    "● said in the visit   ▲ said otherwise in the visit   ■ not said in the visit   "
    "✓ confirmed by the clinician. The marks tell whether the transcript says the same, not whether it is right."
)


def mark(sentence: NoteSentence) -> str:
    """The sign behind a sentence; empty for one that claims nothing."""
    sign = MARKS[sentence.verdict]
    return CONFIRMED if sentence.confirmed and sign and sentence.verdict is not Verdict.SUPPORTED else sign


def pieces(section: NoteSection) -> Iterator[tuple[str, NoteSentence | None]]:
    """The section's text in order: its sentences, and what stands between them."""
    position = 0
    for sentence in sorted(section.sentences, key=lambda each: each.start):
        if sentence.start < position or sentence.end > len(section.text):
            continue
        if sentence.start > position:
            yield section.text[position : sentence.start], None
        yield section.text[sentence.start : sentence.end], sentence
        position = sentence.end
    if position < len(section.text):
        yield section.text[position:], None


def marked_text(section: NoteSection) -> str:
    """The section's text with a mark behind each sentence."""
    parts = []
    for text, sentence in pieces(section):
        sign = mark(sentence) if sentence is not None else ""
        parts.append(f"{text} {sign}" if sign else text)
    return "".join(parts).strip()
