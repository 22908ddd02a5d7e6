"""What happens to an answer between the token and the reader: whole characters, stop texts, loops."""

from __future__ import annotations

import codecs
import re
from collections import Counter

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\(?\d+[.)])\s*")
_SHORTEST_SENTENCE = 12
_MOST_REPEATS = 3
_TAIL_CHARS = 400
_LEAST_LOOP_CHARS = 90
_LONGEST_UNIT = 130


class TextStream:
    """Turns token bytes into text: a character is passed on when it is whole, a stop text never."""

    def __init__(self, stop: list[str]) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stop = [text for text in stop if text]
        self._held = ""
        self.stopped = False

    def feed(self, data: bytes) -> str:
        """Text that is certain now; sets stopped when a stop text was completed."""
        return self._release(self._decoder.decode(data))

    def finish(self) -> str:
        """What was held back, at the end of the answer."""
        text = self._release(self._decoder.decode(b"", final=True))
        held, self._held = self._held, ""
        return text if self.stopped else text + held

    def _release(self, text: str) -> str:
        if self.stopped:
            return ""
        self._held += text
        ends = [at for at in (self._held.find(stop) for stop in self._stop) if at >= 0]
        if ends:
            self.stopped = True
            text, self._held = self._held[: min(ends)], ""
            return text
        keep = self._possible_start()
        text, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return text

    def _possible_start(self) -> int:
        """How many characters at the end may be the beginning of a stop text."""
        longest = max(map(len, self._stop), default=1) - 1
        for size in range(min(longest, len(self._held)), 0, -1):
            if any(stop.startswith(self._held[-size:]) for stop in self._stop):
                return size
        return 0


class LoopGuard:
    """Notices that a small model says the same over and over: a sentence or line for the third time, or a tail that
    consists of one piece repeated."""

    def __init__(self) -> None:
        self._open = ""
        self._tail = ""
        self._seen: Counter[str] = Counter()

    def loops(self, text: str) -> bool:
        """Add new text; true when it has become a loop."""
        self._open += text
        self._tail = (self._tail + text)[-_TAIL_CHARS:]
        *closed, self._open = _SENTENCE_END.split(self._open)
        for sentence in closed:
            key = _LIST_MARK.sub("", sentence).strip().casefold()
            if len(key) >= _SHORTEST_SENTENCE:
                self._seen[key] += 1
                if self._seen[key] >= _MOST_REPEATS:
                    return True
        return self._tail_loops()

    def _tail_loops(self) -> bool:
        for size in range(2, _LONGEST_UNIT):
            times = max(_MOST_REPEATS, -(-_LEAST_LOOP_CHARS // size))
            length = size * times
            if length > len(self._tail):
                continue
            tail = self._tail[-length:]
            if tail == tail[:size] * times and tail.strip(" \n-_=|.*#\t"):
                return True
        return False
