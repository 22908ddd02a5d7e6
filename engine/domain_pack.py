"""Files of the domain pack: the words and lists that the program knows its field by."""

from __future__ import annotations

from importlib.resources import files


def lexicon_lines(name: str) -> list[str]:
    """The lines of a lexicon without white space around them; empty lines and comments (#) are left out."""
    text = files("resources").joinpath("domain", "lexicons", name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
