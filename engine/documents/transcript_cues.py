"""Subtitles as transcripts: WebVTT (https://www.w3.org/TR/webvtt1/) and SubRip.

A cue is one line of a screen, so that a sentence goes over several: cues of one speaker are joined until a sentence
ends. A speaker is told by a voice span ("<v Dr Bell>") or before a colon.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from engine.types import Utterance

_STAMP = r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMES = re.compile(rf"^\s*{_STAMP}\s+-->\s+{_STAMP}")
_VTT = re.compile(r"^\ufeff?WEBVTT(?:[ \t]|$)", re.MULTILINE)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_MARKUP = re.compile(r"<[^>]*>|\{\\an?\d\}")
_SAID_BY = re.compile(r"^(?:-\s*)?(?:>>\s*)?([^\W\d_][\w .'’()-]{0,39}?):\s+")
_ENDS = re.compile(r"[.?!…][\"”’)]*$")
_LONGEST_GAP_S = 2.0


def holds_cues(text: str) -> bool:
    """Whether a text is WebVTT or SubRip."""
    if _VTT.match(text):
        return True
    return any(_TIMES.match(line) for line in text.lstrip("\ufeff\r\n ").splitlines()[:3])


def cue_utterances(text: str) -> list[Utterance]:
    """What is said in the cues, joined to sentences; ids from 1."""
    joined: list[Utterance] = []
    for said in _cues(text):
        last = joined[-1] if joined else None
        if last is not None and _goes_on(last, said):
            joined[-1] = replace(last, text=f"{last.text} {said.text}", ends_s=said.ends_s)
        else:
            joined.append(replace(said, id=len(joined) + 1))
    return joined


def _goes_on(last: Utterance, said: Utterance) -> bool:
    gap = (said.begins_s or 0.0) - (last.ends_s or 0.0)
    return said.speaker == last.speaker and gap <= _LONGEST_GAP_S and not _ENDS.search(last.text)


def _cues(text: str) -> Iterator[Utterance]:
    lines = text.splitlines()
    times = [(number, match) for number, line in enumerate(lines) if (match := _TIMES.match(line))]
    ends = [number for number, _match in times][1:] + [len(lines)] * bool(times)
    speaker = ""
    for (number, match), end in zip(times, ends, strict=True):
        payload = _payload(lines[number + 1 : end])
        for voice, words in _voices(payload, speaker):
            speaker = voice
            if words:
                yield Utterance(0, speaker, words, _seconds(match.groups()[:4]), _seconds(match.groups()[4:]))


def _payload(lines: Sequence[str]) -> str:
    """A cue's own lines: up to the blank line that ends it."""
    taken: list[str] = []
    for line in lines:
        if not line.strip():
            break
        taken.append(line.strip())
    return "\n".join(taken)


def _voices(payload: str, before: str) -> Iterator[tuple[str, str]]:
    """Who says what in a cue. A cue that names nobody goes on with the speaker before it where its line has no dash."""
    spans = list(_VOICE.finditer(payload))
    if not spans:
        named = _SAID_BY.match(_plain(payload))
        if named:
            yield named[1].strip(), _plain(payload)[named.end() :].strip()
        else:
            yield before, _plain(payload)
        return
    if lead := _plain(payload[: spans[0].start()]):
        yield before, lead
    for span, following in pairwise([*spans, None]):
        if span is not None:
            yield html.unescape(span[1]).strip(), _plain(payload[span.end() : following.start() if following else None])


def _plain(payload: str) -> str:
    return " ".join(html.unescape(_MARKUP.sub("", payload)).split())


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction or 0}")
