"""What the words after the program's name ask for: a window, or a command. Nothing heavy may be imported here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

OPENED_ENDINGS = (".gguf", ".chartside-backup", ".chartside-update")
"""Files that open the window. packaging/identity.py tells the operating systems the same."""


@dataclass(frozen=True)
class WindowRequest:
    """Open the window: of which workspace folder (None: the person's own), and with which files."""

    folder: Path | None = None
    files: tuple[Path, ...] = ()


def window_request(arguments: Sequence[str]) -> WindowRequest | None:
    """The window that is asked for, None where the words are a command.

    The window is asked for by nothing at all, by files whose ending says that Chartside opens them, and by "--data DIR"
    with or without such files.
    """
    folder: Path | None = None
    files: list[Path] = []
    words = iter(arguments)
    for word in words:
        if word == "--data":
            value = next(words, None)
            if value is None:
                return None
            folder = Path(value)
        elif word.startswith("--data="):
            folder = Path(word.removeprefix("--data="))
        elif word.lower().endswith(OPENED_ENDINGS) and not word.startswith("-"):
            # Absolute: a window that is open already stands in another folder.
            files.append(Path(word).absolute())
        else:
            return None
    return WindowRequest(folder, tuple(files))
