"""The marks of a note's sentences where it leaves the program: the same shapes as in the window."""

from __future__ import annotations

from collections.abc import Iterator

from engine.types import NoteSection, NoteSentence, Verdict

SUPPORTED, DIFFERS, NOT_FOUND, CONFIRMED = "●", "▲", "■", "✓"
_SIGNS = {Verdict.SUPPORTED: SUPPORTED, Verdict.DIFFERS: DIFFERS, Verdict.NOT_FOUND: NOT_FOUND, Verdict.NO_CLAIM: ""}
LEGEND = (
    (SUPPORTED, "said in the visit"),
    (DIFFERS, "said otherwise in the visit"),
    (NOT_FOUND, "not said in the visit"),
    (CONFIRMED, "confirmed by the clinician"),
)
LIMITS = "The marks tell whether the transcript says the same, not whether it is right."

Run = tuple[str, str]
"""Words, and the mark behind them: "" for none."""


def mark(sentence: NoteSentence) -> str:
    """The sign behind a sentence; empty for one that claims nothing."""
    sign = _SIGNS[sentence.verdict]
    return CONFIRMED if sentence.confirmed and sign in (DIFFERS, NOT_FOUND) else sign


def lines(section: NoteSection) -> Iterator[list[Run]]:
    """The section line by line, blank ones left out: words with the mark of the sentence that ends behind them."""
    line: list[Run] = []
    for text, sign in _runs(section):
        *whole, rest = text.split("\n")
        for words in whole:
            line.append((words, ""))
            if any(words.strip() for words, _sign in line):
                yield line
            line = []
        line.append((rest, sign))
    if any(words.strip() for words, _sign in line):
        yield line


def marked_text(section: NoteSection) -> str:
    """The section's text with a mark behind each sentence."""
    return "\n".join("".join(f"{text} {sign}" if sign else text for text, sign in line) for line in lines(section))


def _runs(section: NoteSection) -> Iterator[Run]:
    """The section's text in order: its sentences with their marks, and what stands between them."""
    position = 0
    for sentence in sorted(section.sentences, key=lambda each: each.start):
        if sentence.start < position or sentence.end > len(section.text):
            continue
        if sentence.start > position:
            yield section.text[position : sentence.start], ""
        yield section.text[sentence.start : sentence.end].rstrip(), mark(sentence)
        position = sentence.start + len(section.text[sentence.start : sentence.end].rstrip())
    if position < len(section.text):
        yield section.text[position:], ""
