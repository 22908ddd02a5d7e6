"""The grammar of the command line as plain values, read from the parser that the program itself uses."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from identity import ROOT, version

FILE, FOLDER, WORDS, TEXT = "file", "folder", "words", "text"
_KINDS = {"FILE": FILE, "FILE.jsonl": FILE, "PATH": FILE, "DIR": FOLDER}


@dataclass(frozen=True)
class Value:
    """What stands after an option or in a place of its own. kind: FILE, FOLDER, WORDS (one of words) or TEXT."""

    name: str
    kind: str
    words: tuple[str, ...] = ()
    optional: bool = False
    repeated: bool = False
    help: str = ""


@dataclass(frozen=True)
class Option:
    """An option with its value, None for a switch."""

    names: tuple[str, ...]
    value: Value | None
    help: str


@dataclass(frozen=True)
class Command:
    """The program itself (path of one word), a group of commands or a command."""

    path: tuple[str, ...]
    help: str
    options: tuple[Option, ...]
    values: tuple[Value, ...]
    commands: tuple[Command, ...]

    def own(self) -> tuple[Option, ...]:
        """Its options without those that every command takes."""
        shared = {option.names for option in read().options}
        return tuple(option for option in self.options if option.names not in shared)

    @property
    def name(self) -> str:
        return self.path[-1]

    def walk(self) -> Iterator[Command]:
        """This command and all below it, in the order of the help."""
        yield self
        for command in self.commands:
            yield from command.walk()


@lru_cache(maxsize=1)
def read() -> Command:
    """The program's grammar."""
    version()  # puts the program on the import path where a script runs from its own folder
    from engine.cli import build_parser

    parser = build_parser()
    return _command(parser, (parser.prog,), parser.description or "")


def _command(parser: argparse.ArgumentParser, path: tuple[str, ...], text: str) -> Command:
    options: list[Option] = []
    values: list[Value] = []
    commands: list[Command] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            texts = {choice.dest: choice.help or "" for choice in action._choices_actions}
            commands = [_command(each, (*path, name), texts.get(name, "")) for name, each in action.choices.items()]
        elif action.help == argparse.SUPPRESS:
            continue
        elif action.option_strings:
            value = None if action.nargs == 0 else _value(action, path)
            options.append(Option(tuple(action.option_strings), value, action.help or ""))
        else:
            values.append(_value(action, path))
    return Command(path, text, tuple(options), tuple(values), tuple(commands))


def _value(action: argparse.Action, path: tuple[str, ...]) -> Value:
    name = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    kind, words = _KINDS.get(name, TEXT), tuple(str(choice) for choice in action.choices or ())
    if action.dest == "model" or path[1:2] == ("models",):
        words = words or (_model_ids() if name == "ID" else ())
    if words:
        kind = WORDS
    return Value(
        name=name,
        kind=kind,
        words=words,
        optional=action.nargs in {"?", "*"},
        repeated=action.nargs in {"+", "*"},
        help=action.help or "",
    )


def _model_ids() -> tuple[str, ...]:
    catalogue = json.loads((ROOT / "resources" / "domain" / "models.json").read_text("utf-8"))
    return tuple(model["id"] for model in catalogue["models"])
