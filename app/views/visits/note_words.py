"""What is said about the sentences of a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.i18n import tr
from app.widgets.verdicts import PROBLEMS, kind_words
from app.words.visits import clock_text
from engine.types import Verdict

if TYPE_CHECKING:
    from engine.types import NoteFinding, NoteSentence, SaidAt


def needs_a_look(sentence: NoteSentence) -> bool:
    """Whether the clinician has to look at this sentence still."""
    return sentence.verdict in PROBLEMS and not sentence.confirmed


def verdict_words(sentence: NoteSentence) -> str:
    """What the transcript says of a sentence, as a heading."""
    if sentence.confirmed:
        return tr("Note", "Confirmed by the clinician")
    return {
        Verdict.SUPPORTED: tr("Note", "Said in the visit"),
        Verdict.DIFFERS: tr("Note", "Differs from what was said"),
        Verdict.NOT_FOUND: tr("Note", "Not said in the visit"),
        Verdict.NO_CLAIM: tr("Note", "Claims nothing"),
    }[sentence.verdict]


def finding_words(finding: NoteFinding) -> str:
    """Word against word: "Dose: “10 mg” in the note, “5 mg” in the visit"."""
    found = finding.finding
    said, source = " ".join(found.said.split()), " ".join(found.source.split())
    if said and source:
        words = tr("Note", "“{said}” in the note, “{source}” in the visit", said=said, source=source)
    elif said:
        words = tr("Note", "“{said}” in the note, nothing like it in the visit", said=said)
    else:
        words = tr("Note", "nothing in the note, “{source}” in the visit", source=source)
    note = f" ({found.note})" if found.note else ""
    return f"{kind_words(found.kind)}: {words}{note}"


def said_words(said: SaidAt) -> str:
    """Who said it, and when: "Patient, 3:05"."""
    speaker = said.speaker or tr("Note", "Somebody")
    return f"{speaker}, {clock_text(said.begins_s)}" if said.begins_s is not None else speaker


def tip_of(sentence: NoteSentence) -> str:
    """What is told of a sentence under the mouse."""
    lines = [verdict_words(sentence), *(finding_words(each) for each in sentence.findings)]
    lines += [f"{said_words(each)}: “{each.quote}”" for each in sentence.evidence[:2]]
    return "\n".join(lines)


def spoken(sentence: NoteSentence) -> str:
    """A sentence's verdict and differences as they are read aloud."""
    return ". ".join([sentence.text, verdict_words(sentence), *(finding_words(each) for each in sentence.findings)])
