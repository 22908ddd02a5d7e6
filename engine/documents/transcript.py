"""Transcripts of visits: lines with their speaker, and Praat TextGrid.

"Doctor: How are you?" and "[doctor] how are you ?" are one turn a line; a line without a speaker goes on with the turn
above it. TextGrid is read in its long and its short form by the rule that its manual gives: only free-standing
numbers, texts in double quotes and flags in angle brackets count, everything else is comment
(https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html). Times are seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.documents.text import decode
from engine.errors import UserError
from engine.evidence.sources import SourceText, SpeakerTurn

LABEL = re.compile(r"^[ \t]*(?:\[(?P<marked>[^\]\n]{1,40})\]|(?P<named>[^\W\d_][\w .'’()-]{0,39}?)[ \t]*:)[ \t]*")
_LEAST_TURNS = 2
_LEAST_SHARE = 0.6
_GRID = re.compile(r'^\ufeff?\s*(?:File type\s*=\s*)?"ooTextFile"', re.IGNORECASE)
_VALUE = re.compile(r'"((?:[^"]|"")*)"|<(\w+)>|(?<!\S)([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?!\S)')
# Transcribers mark what they could not hear well: "<UNSURE>words</UNSURE>", "<UNIN/>". The words stay.
_TAG = re.compile(r"</?[A-Za-z_]+/?>")
_UNNAMED = frozenset({"", "speaker", "words", "text", "utterances", "sentences", "transcript"})


class BrokenTranscript(UserError):
    """A file that says it is a transcript but cannot be read as one."""


@dataclass(frozen=True)
class Utterance:
    """What one speaker said without a break; times are seconds, None where the format has none."""

    speaker: str
    text: str
    begins_s: float | None = None
    ends_s: float | None = None


def is_grid(text: str) -> bool:
    """Whether a text says that it is a TextGrid."""
    return bool(_GRID.match(text))


def is_transcript(text: str) -> bool:
    """Whether a text is a TextGrid, or lines most of which begin with their speaker."""
    if is_grid(text):
        return True
    lines = [line for line in text.splitlines() if line.strip()]
    matches = [match for match in map(LABEL.match, lines) if match]
    speakers = [(match["marked"] or match["named"]).strip().lower() for match in matches]
    # A list of labels ("Age: 40", "Sex: male") has a new label on every line; speakers come back.
    return len(matches) >= max(_LEAST_TURNS, _LEAST_SHARE * len(lines)) and len(set(speakers)) <= max(
        2, len(speakers) // 2
    )


def read_transcript(path: Path) -> SourceText:
    """The transcript in a file of any encoding (Praat writes UTF-16 as soon as a letter is not ASCII).

    Raises BrokenTranscript where it is not one, UnreadableDocument where it is no text, OSError from reading the file.
    """
    return parse_transcript(path.name, decode(path.read_bytes()))


def parse_transcript(name: str, text: str) -> SourceText:
    """The transcript in a text; name is what the reader knows it by. Raises BrokenTranscript."""
    if is_grid(text):
        return source_of(name, textgrid_utterances(text))
    turns = _line_turns(text)
    if not turns:
        raise BrokenTranscript(
            f"{name} holds no line that begins with its speaker.",
            "Write each turn as “Doctor: words” or “[doctor] words” on its own line, or save it as a TextGrid.",
        )
    return SourceText(name=name, text=text, turns=turns)


def _line_turns(text: str) -> list[SpeakerTurn]:
    """Turns of a text with speakers before their words; a line without a speaker continues the turn above it."""
    turns: list[SpeakerTurn] = []
    position = 0
    for line in text.splitlines(keepends=True):
        match = LABEL.match(line)
        start = position + (match.end() if match else 0)
        end = position + len(line.rstrip())
        position += len(line)
        if match:
            turns.append(SpeakerTurn((match["marked"] or match["named"]).strip(), start, max(start, end), None, None))
        elif line.strip() and turns:
            turns[-1] = SpeakerTurn(turns[-1].speaker, turns[-1].start, end, None, None)
    return [turn for turn in turns if turn.end > turn.start]


def source_of(name: str, utterances: Sequence[Utterance]) -> SourceText:
    """A source of these turns, one line each with its speaker; a turn's offsets enclose its words only."""
    parts: list[str] = []
    turns: list[SpeakerTurn] = []
    position = 0
    for said in utterances:
        label = f"{said.speaker}: " if said.speaker else ""
        start = position + len(label)
        turns.append(SpeakerTurn(said.speaker, start, start + len(said.text), said.begins_s, said.ends_s))
        parts.append(label + said.text)
        position = start + len(said.text) + 1
    return SourceText(name=name, text="\n".join(parts), turns=turns)


def textgrid_utterances(text: str) -> list[Utterance]:
    """What is said in the interval tiers, by time; a tier's name is its speaker. Raises BrokenTranscript."""
    values = _Values(text)
    values.skip_header()
    said: list[Utterance] = []
    for _ in range(values.count("number of tiers")):
        kind, speaker = values.text("class of a tier"), values.text("name of a tier")
        values.number("start of a tier"), values.number("end of a tier")
        count = values.count("number of intervals")
        if kind == "IntervalTier":
            said += [*_intervals(values, "" if speaker.strip().lower() in _UNNAMED else speaker.strip(), count)]
        else:
            for _ in range(count):
                values.number("time of a point"), values.text("mark of a point")
    return sorted(said, key=lambda turn: turn.begins_s or 0.0)


def _intervals(values: _Values, speaker: str, count: int) -> Iterator[Utterance]:
    for _ in range(count):
        begins, ends = values.number("start of an interval"), values.number("end of an interval")
        words = " ".join(_TAG.sub(" ", values.text("text of an interval")).split())
        if ends < begins:
            raise _broken(f"an interval ends at {ends} s before it begins at {begins} s")
        if words:
            yield Utterance(speaker, words, begins, ends)


class _Values:
    """The values of a TextGrid one after the other."""

    def __init__(self, text: str) -> None:
        self._found = _VALUE.finditer(text)

    def skip_header(self) -> None:
        if self.text("file type") != "ooTextFile" or self.text("object class") != "TextGrid":
            raise _broken("it holds another kind of Praat object")
        self.number("start"), self.number("end")
        if self._next("mark that there are tiers")[2] != "exists":
            raise _broken("it has no tiers")

    def text(self, what: str) -> str:
        match = self._next(what)
        if match[1] is None:
            raise _broken(f"the {what} is missing")
        return str(match[1]).replace('""', '"')

    def number(self, what: str) -> float:
        match = self._next(what)
        if match[3] is None:
            raise _broken(f"the {what} is missing")
        return float(match[3])

    def count(self, what: str) -> int:
        number = self.number(what)
        if number < 0 or number != int(number):
            raise _broken(f"the {what} is {number}")
        return int(number)

    def _next(self, what: str) -> re.Match[str]:
        match = next(self._found, None)
        if match is None:
            raise _broken(f"it ends before the {what}")
        return match


def _broken(details: str) -> BrokenTranscript:
    return BrokenTranscript(
        "The TextGrid file is damaged or cut short.",
        "Open it in Praat and save it again as a text file, or use a transcript with “Speaker: words” lines.",
        details,
    )
