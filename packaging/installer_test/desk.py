"""A person at the desk: eyes that read the screen, and hands on a keyboard and a mouse.

Nothing of the program's inside is used. What is on the screen is read from a picture of it by text recognition; a
button is clicked where its words stand.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from installer_test.cleanroom import Room

SCREEN = "1366x768x24"
_LOOK_AGAIN_S = 0.5
_LOOK_SELDOM_S = 5.0  # reading the screen takes a processor, which the program that is waited for needs
_CLOSE_ENOUGH = 88  # of 100: what text recognition makes of small letters
_SHORT = 12  # characters


@dataclass(frozen=True)
class Word:
    """A line of text on the screen, and the middle of where it stands, in pixels."""

    text: str
    x: int
    y: int


class NotSeen(AssertionError):
    """What was waited for did not appear; the text says what was there instead."""


class Desk:
    """The one screen of a room. pictures: the folder that keeps them, numbered in order.

    patience: how many times longer than on an idle computer everything may take.
    """

    def __init__(self, room: Room, pictures: Path, patience: float = 1.0) -> None:
        self._room = room
        self._patience = patience
        self._pictures = pictures
        self._count = 0
        pictures.mkdir(parents=True, exist_ok=True)

    def switch_on(self) -> None:
        """Start the screen and a window manager, and wait until they are there."""
        self._room.start("Xvfb", ":9", "-screen", "0", SCREEN, "-nolisten", "tcp")
        for _ in range(100):
            if "dimensions" in self._room.run("xdpyinfo", check=False):
                break
            time.sleep(0.1)
        else:
            raise AssertionError("the screen did not come on")
        self._room.start("jwm", person=True)
        time.sleep(1)

    # eyes

    def picture(self, name: str) -> Path:
        """Keep a picture of the screen."""
        self._count += 1
        file = self._pictures / f"{self._count:02d}-{name}.png"
        file.write_bytes(self._screen())
        return file

    def words(self) -> list[Word]:
        """Every line of text that can be read on the screen."""
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            file.write(self._screen())
            file.flush()
            found = self._reader(file.name)
        if found.txts is None:
            return []
        return [
            Word(text, int(box[:, 0].mean()), int(box[:, 1].mean()))
            for text, box in zip(found.txts, found.boxes, strict=True)
        ]

    def see(self, text: str, within_s: float = 30) -> Word:
        """Wait until text can be read; returns where. Raises NotSeen."""
        until = time.monotonic() + within_s * self._patience
        pause = _LOOK_AGAIN_S
        while True:
            words = self.words()
            if (found := best_match(text, words)) is not None:
                return found
            if time.monotonic() > until:
                self.picture("not-seen")
                there = " | ".join(word.text for word in words)
                raise NotSeen(f"“{text}” did not appear within {within_s:.0f} s. On the screen: {there}")
            time.sleep(pause)
            pause = min(2 * pause, _LOOK_SELDOM_S)

    def gone(self, text: str, within_s: float = 60) -> None:
        """Wait until text cannot be read any more. Raises NotSeen."""
        until = time.monotonic() + within_s * self._patience
        while best_match(text, self.words()) is not None:
            if time.monotonic() > until:
                raise NotSeen(f"“{text}” was still on the screen after {within_s:.0f} s")
            time.sleep(_LOOK_AGAIN_S)

    # hands

    def click(self, text: str, within_s: float = 30) -> None:
        """Click on the middle of text once it is there."""
        place = self.see(text, within_s)
        self._hand("mousemove", str(place.x), str(place.y), "click", "1")

    def type(self, text: str) -> None:
        self._hand("type", "--delay", "15", text)

    def press(self, *keys: str) -> None:
        """Press keys one after the other, in X's names: Return, Tab, ctrl+2."""
        self._hand("key", "--delay", "60", *keys)

    def _hand(self, *words: str) -> None:
        self._room.run("xdotool", *words, person=True)
        time.sleep(0.2)

    def _screen(self) -> bytes:
        command = self._room.command("import", "-window", "root", "png:-", person=True)
        return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout

    @cached_property
    def _reader(self) -> Any:
        from rapidocr import RapidOCR

        return RapidOCR(params={"Global.log_level": "error"})


def best_match(text: str, words: list[Word]) -> Word | None:
    """The shortest line that holds text. A letter of a long text may be read wrongly, a digit or a short text not."""
    wanted = _plain(text)
    exact = len(wanted) < _SHORT or any(character.isdigit() for character in wanted)
    found = [word for word in words if _holds(_plain(word.text), wanted, exact=exact)]
    return min(found, key=lambda word: len(word.text), default=None)


def _holds(line: str, wanted: str, *, exact: bool) -> bool:
    from rapidfuzz import fuzz

    if exact or len(line) < len(wanted) - 2:
        return wanted in line
    return fuzz.partial_ratio(wanted, line) >= _CLOSE_ENOUGH


def _plain(text: str) -> str:
    """Without spaces and case: recognition joins and parts words as it likes."""
    return re.sub(r"[\s·•|]+", "", text).casefold()
