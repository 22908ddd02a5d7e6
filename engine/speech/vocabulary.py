"""Words that the recognizer is told to expect, and sentences that it is known to invent: data of the domain pack."""

from __future__ import annotations

import functools
from importlib.resources import files

_FOLDER = "speech"


def hint_with(more: str = "") -> str:
    """The domain pack's hint, with the caller's own words at its end, where they weigh most."""
    return " ".join(part for part in (_text("hint.txt"), more.strip()) if part)


def inventions() -> frozenset[str]:
    """What the recognizer writes where nobody speaks, in lower case without punctuation."""
    return frozenset(plain(line) for line in _text("inventions.txt", "\n").splitlines() if line)


def plain(text: str) -> str:
    """A text's words in lower case, without punctuation."""
    kept = "".join(each if each.isalnum() or each.isspace() else " " for each in text.lower())
    return " ".join(kept.split())


@functools.cache
def _text(name: str, separator: str = " ") -> str:
    raw = files("resources").joinpath("domain", _FOLDER, name).read_text(encoding="utf-8")
    lines = (line.strip() for line in raw.splitlines())
    return separator.join(line for line in lines if line and not line.startswith("#"))
