"""The manual page, made from the grammar of the command line: python packaging/linux/manual.py > chartside.1

Format: man(7).
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from identity import COMMAND, FILE_TYPES, NAME, SENTENCES, SUMMARY, build_time, version

from linux import grammar
from linux.grammar import Command, Option, Value

_FILES = (
    ("~/.local/share/chartside/workspace.db", "the encrypted workspace: documents, questions, answers"),
    ("~/.local/share/chartside/workspace.keys", "the workspace's key, wrapped by the passphrase"),
    ("~/.local/share/chartside/settings.json", "settings; no patient data"),
    ("~/.local/share/chartside/models/", "language models and the search model"),
    ("~/.local/share/chartside/logs/, crashes/", "what happened, without patient text; sent nowhere"),
)
_ENVIRONMENT = (
    ("CHARTSIDE_DATA", "folder of the workspace, where --data does not name one"),
    ("CHARTSIDE_MODELS", "folder of the models"),
)
_EXITS = (
    ("0", "Done."),
    ("1", "A defect of the program; a report without patient text was written into the folder crashes."),
    ("2", "The command was not understood."),
    ("3", "The command failed as it can; what to do stands on standard error."),
    ("130", "Stopped with Ctrl+C."),
)


def page(when: int | None = None) -> str:
    """The manual page. when: seconds since 1970, for its date."""
    root = grammar.read()
    date = datetime.fromtimestamp(build_time() if when is None else when, UTC).strftime("%Y-%m-%d")
    lines = [
        f'.TH {COMMAND.upper()} 1 {date} "{NAME} {version()}" "User Commands"',
        ".SH NAME",
        f"{COMMAND} \\- {_text(SUMMARY[0].lower() + SUMMARY[1:])}",
        ".SH SYNOPSIS",
        *_synopsis(root),
        ".SH DESCRIPTION",
        *_paragraphs(SENTENCES),
        ".PP",
        _text("Without a command the desktop program opens. A file opens it, too, and is taken from there:"),
        *(line for each in FILE_TYPES for line in _item(f".I *.{each.extension}", each.name)),
        ".PP",
        _text("Where a window of the same workspace is open already, it comes to the front and takes the file."),
        ".SH OPTIONS",
        _text("These options may stand before or after a command."),
        *(line for option in root.options for line in _option(option)),
        ".SH COMMANDS",
        *(line for command in root.walk() if command.path[1:] and not command.commands for line in _section(command)),
        ".SH EXIT STATUS",
        *(line for code, words in _EXITS for line in _item(f".B {code}", words)),
        ".SH ENVIRONMENT",
        *(line for name, words in _ENVIRONMENT for line in _item(f".B {name}", words)),
        ".SH FILES",
        *(line for name, words in _FILES for line in _item(f".I {_text(name)}", words)),
        _text("No update of the program and no removal touches these files."),
    ]
    return "\n".join(lines) + "\n"


def _synopsis(root: Command) -> Iterator[str]:
    yield f".B {COMMAND}"
    yield "[\\fIOPTIONS\\fR] [\\fIFILE\\fR]"
    for command in root.walk():
        if command.path[1:] and not command.commands:
            yield ".br"
            yield _usage(command)


def _usage(command: Command) -> str:
    words = [f"\\fB{_text(' '.join(command.path))}\\fR"]
    words += [f"[{_form(option)}]" for option in command.own()]
    words += [_place(value) for value in command.values]
    return " ".join(words)


def _section(command: Command) -> Iterator[str]:
    yield f".SS {_text(' '.join(command.path[1:]))}"
    yield _text(_sentence(command.help))
    for value in command.values:
        if value.help:
            yield from _item(f".I {_text(value.name)}", value.help)
    for option in command.own():
        yield from _option(option)


def _option(option: Option) -> Iterator[str]:
    yield from _item(_form(option), option.help)


def _form(option: Option) -> str:
    names = ", ".join(f"\\fB{_text(name)}\\fR" for name in option.names)
    if option.value is None:
        return names
    again = " ..." if option.value.repeated else ""
    return f"{names} \\fI{_text(option.value.name)}\\fR{again}"


def _place(value: Value) -> str:
    form = f"\\fI{_text(value.name)}\\fR" + (" ..." if value.repeated else "")
    return f"[{form}]" if value.optional else form


def _item(head: str, words: str) -> Iterator[str]:
    yield ".TP"
    yield head
    yield _text(_sentence(words))


def _paragraphs(paragraphs: tuple[str, ...]) -> Iterator[str]:
    for number, paragraph in enumerate(paragraphs):
        if number:
            yield ".PP"
        yield _text(paragraph)


def _sentence(words: str) -> str:
    words = words[:1].upper() + words[1:]
    return words if words.endswith((".", ")")) else f"{words}."


def _text(words: str) -> str:
    """Words as man(7) takes them: nothing in them is a request or an escape."""
    safe = words.replace("\\", "\\e").replace("-", "\\-").replace("…", "...").replace("'", "\\(aq")
    lines = textwrap.wrap(safe, 78, break_long_words=False, break_on_hyphens=False) or [""]
    return "\n".join(f"\\&{line}" if line.startswith(".") else line for line in lines)


if __name__ == "__main__":
    sys.stdout.write(page())
