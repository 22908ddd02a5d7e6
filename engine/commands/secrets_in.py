"""Secrets for a command: typed without being shown, from a file, or from standard input. Never from an argument."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TextIO

from engine.errors import UserError

STDIN = "-"


class SecretSource:
    """Where the secrets of a command come from."""

    def __init__(self, stdin: TextIO) -> None:
        self._stdin = stdin

    def read(self, what: str, option: str, file: str | None, *, twice: bool = False) -> str:
        """A secret: the first line of file, the next line of standard input ("-"), or typed on the terminal.

        what: its name in a sentence ("passphrase"). option: what names its file. twice: typed again where it is new.
        Raises UserError where there is no terminal to ask on.
        """
        if file == STDIN:
            return self._stdin.readline().rstrip("\r\n")
        if file is not None:
            return _first_line(Path(file), what)
        if not self._stdin.isatty():
            raise UserError(
                f"The {what} is needed and there is no terminal to ask on.",
                f"Give it with {option} FILE, or {option} - to read it from standard input.",
            )
        secret = getpass.getpass(f"{what.capitalize()}: ")
        if twice and getpass.getpass("The same again: ") != secret:
            raise UserError("The two differ.", "Start again and type the same twice.")
        return secret

    def ask(self, what: str) -> str | None:
        """Something that may be seen, typed on the terminal; None without one."""
        if not self._stdin.isatty():
            return None
        return input(f"{what}: ")


def _first_line(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"The file {path} with the {what} could not be read.", "Check its name and rights.") from error
