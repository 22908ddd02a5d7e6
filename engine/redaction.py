"""Taking out of a message whatever could be a patient's, before it is written outside the vault."""

from __future__ import annotations

import re
import traceback
from pathlib import PurePath

from engine.errors import UserError

_MAXIMUM_CHARACTERS = 300
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»|„[^“”]*[“”]|`[^`]*`|(?<!\w)'[^']*'(?!\w)|(?<!\w)‘[^’]*’(?!\w)")
# From a root to the next mark that ends a clause: a path may hold spaces, so too much is taken rather than too little.
_PATH = re.compile(r"(?<![\w<])(?:file:|[A-Za-z]:[\\/]|\\\\|~?/)[^,;:()<>|\n]+")
_ENDINGS = "pdf|docx?|html?|md|txt|rtf|png|jpe?g|tiff?|bmp|gif|webp|csv|json|xml|gguf|db"
# Capitalised words before a file name are taken for the beginning of it.
_FILE_NAME = re.compile(rf"(?:\b[A-Z][\w'’-]*,?\s+)*\S+\.(?i:{_ENDINGS})\b")
_ADDRESS = re.compile(r"\S+@\S+|\bhttps?://\S+", re.IGNORECASE)
_NUMBER = re.compile(r"\d[\d.,:/ -]*\d|\d")


def redact(text: str) -> str:
    """text without quotations, paths, file names, addresses and numbers, on one line, cut to 300 characters."""
    for pattern, name in (
        (_QUOTED, "<text>"),
        (_ADDRESS, "<address>"),
        (_PATH, "<path>"),
        (_FILE_NAME, "<file>"),
        (_NUMBER, "<n>"),
    ):
        text = pattern.sub(name, text)
    text = " ".join(text.split())
    return text if len(text) <= _MAXIMUM_CHARACTERS else text[:_MAXIMUM_CHARACTERS] + "…"


def describe(error: BaseException) -> str:
    """What kind of error it was. Its text only where it is one of ours: others quote what they choked on."""
    name = type(error).__name__
    return f"{name}: {redact(error.message)}" if isinstance(error, UserError) else name


def traceback_lines(error: BaseException) -> list[str]:
    """Where an error came from: functions and line numbers, causes first. No values, no source, no folders."""
    lines: list[str] = []
    seen: set[int] = set()
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        chain.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    for each in reversed(chain):
        frames = traceback.extract_tb(each.__traceback__)
        lines.extend(f"  {short_path(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames)
        lines.append(describe(each))
        if isinstance(each, BaseExceptionGroup):
            lines.extend(line for inner in each.exceptions for line in traceback_lines(inner))
    return lines


def short_path(filename: str) -> str:
    """The end of a module's path: without the folders that carry the person's name."""
    return "/".join(PurePath(filename.replace("\\", "/")).parts[-3:])
