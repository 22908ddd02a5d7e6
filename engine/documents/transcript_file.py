"""Transcripts of visits as people have them: lines with speakers, subtitles, TextGrid, or plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from msgspec.structs import replace

from engine.documents.text import decode
from engine.documents.transcript import LABEL, BrokenTranscript, is_grid, is_transcript, textgrid_utterances
from engine.documents.transcript_cues import cue_utterances, holds_cues
from engine.types import CELL_MARK, Transcript, TranscriptOrigin, Utterance

WORD_FILES = frozenset({".docx", ".docm"})
LARGEST_BYTES = 20 << 20
_CLOCK = r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?:[.,]\d+)?"
# "[00:12] Doctor: words", "00:12 Doctor: words"
_TIMED = re.compile(rf"^\s*[\[(]?{_CLOCK}[\])]?\s*(?:-\s+)?(?=\S)")
# A line of its own above the words, as meeting programs write it: "Dr Bell   0:12".
_HEADED = re.compile(rf"^\s*([^\W\d_][\w .'’()-]{{0,39}}?)\s{{1,8}}[\[(]?{_CLOCK}[\])]?\s*$")
_ROLE = r"(?:doctor|dr|clinician|physician|gp|nurse|patient|pt|mother|father|parent|carer|caregiver|interviewer)\b"
_KNOWN = re.compile(rf"^\W*{_ROLE}", re.IGNORECASE)
# "[doctor] any pain? [patient] no": where a turn begins within a line, as text is that lost its lines on the way.
_WITHIN = re.compile(
    rf"[ \t]+(?=\[{_ROLE}[^\]\n]{{0,30}}\])|(?<=[.?!…\"”])[ \t]+(?={_ROLE}(?: [A-Z][\w.'’]*){{0,2}}:)", re.IGNORECASE
)


def parse(name: str, text: str, origin: TranscriptOrigin = TranscriptOrigin.TEXT_FILE) -> Transcript:
    """The transcript in a text of any of these forms; utterances are numbered from 1.

    Where no line names a speaker each paragraph is an utterance of nobody's. Raises BrokenTranscript for a damaged
    TextGrid and a text without words; name is what the reader knows it by.
    """
    if is_grid(text):
        said = [
            Utterance(n, each.speaker, each.text, each.begins_s, each.ends_s)
            for n, each in enumerate(textgrid_utterances(text), 1)
        ]
    elif holds_cues(text):
        said = cue_utterances(text)
    else:
        lines = _WITHIN.sub("\n", text)
        said = list(_numbered(_turns(lines) if _is_labelled(lines) else _paragraphs(text)))
    if not said:
        raise BrokenTranscript(f"{name} holds no words.", "Check that this is the file you meant.")
    return Transcript(said, origin, seconds=max((each.ends_s or each.begins_s or 0.0 for each in said), default=0.0))


def parse_bytes(name: str, content: bytes) -> Transcript:
    """As parse(), from a text file of any encoding. Raises UnreadableDocument where it is no text."""
    if len(content) > LARGEST_BYTES:
        raise BrokenTranscript(
            f"{name} is larger than a transcript ({len(content) // 2**20} MB).",
            "Choose the file with what was said.",
        )
    return parse(name, decode(content))


def is_word_file(name: str) -> bool:
    return PurePath(name).suffix.lower() in WORD_FILES


def from_word(name: str, text: str) -> Transcript:
    """The transcript in the text of a Word document; rows of a table are "speaker, words", with a time or without."""
    return parse(name, "\n".join(_row(line) for line in text.splitlines()))


def _row(line: str) -> str:
    cells = [cell.strip() for cell in line.strip().strip("|").split(CELL_MARK.strip())]
    if len(cells) == 2 and cells[0] and len(cells[0]) <= 40:
        return f"{cells[0].rstrip(':')}: {cells[1]}"
    if len(cells) == 3 and (timed := next((c for c in cells[:2] if re.fullmatch(_CLOCK, c)), "")):
        speaker = cells[0] if cells[1] == timed else cells[1]
        return f"[{timed}] {speaker.rstrip(':')}: {cells[2]}"
    return line


def _is_labelled(text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip()]
    if sum(bool(_HEADED.match(line)) for line in lines) >= 2:
        return True
    untimed = [line[match.end() :] if (match := _TIMED.match(line)) else line for line in lines]
    if is_transcript("\n".join(untimed)):
        return True
    return any(LABEL.match(line) and _KNOWN.match(line) for line in untimed)


def _turns(text: str) -> Iterator[Utterance]:
    """A line without a speaker goes on with the turn above it; what stands above the first is nobody's."""
    turn: Utterance | None = None
    for line in text.splitlines():
        if not line.strip():
            continue
        begun = _begun(line)
        if begun is None:
            turn = (
                Utterance(0, "", line.strip())
                if turn is None
                else replace(turn, text=f"{turn.text} {line.strip()}".strip())
            )
            continue
        if turn is not None:
            yield turn
        turn = begun
    if turn is not None:
        yield turn


def _begun(line: str) -> Utterance | None:
    if headed := _HEADED.match(line):
        return Utterance(0, headed[1].strip(), "", _clock(headed, 2))
    timed = _TIMED.match(line)
    rest = line[timed.end() :] if timed else line
    label = LABEL.match(rest)
    if label is None:
        return None
    speaker = (label["marked"] or label["named"]).strip()
    return Utterance(0, speaker, " ".join(rest[label.end() :].split()), _clock(timed, 1) if timed else None)


def _paragraphs(text: str) -> Iterator[Utterance]:
    """Blank lines part paragraphs; without any, each line is one."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    for block in blocks if len(blocks) > 1 else text.splitlines():
        yield Utterance(0, "", " ".join(block.split()))


def _numbered(said: Iterator[Utterance]) -> Iterator[Utterance]:
    """Utterances with words, numbered; each ends where the next begins, where that is known."""
    kept = [each for each in said if each.text.strip()]
    for number, each in enumerate(kept, 1):
        following = kept[number].begins_s if number < len(kept) else None
        ends = following if each.begins_s is not None else None
        yield replace(each, id=number, ends_s=ends)


def _clock(match: re.Match[str], first: int) -> float:
    hours, minutes, seconds = match[first], match[first + 1], match[first + 2]
    return float(int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds))
