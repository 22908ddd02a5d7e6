"""Adding commands to the command line's grammar. Imports no command: they are imported when they run."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

Group = argparse._SubParsersAction


@dataclass(frozen=True)
class Builder:
    """Adds subcommands that all accept the global options after their own name, too."""

    common: argparse.ArgumentParser

    def add(
        self,
        group: Group[argparse.ArgumentParser],
        name: str,
        command: tuple[str, str],
        help_text: str,
    ) -> argparse.ArgumentParser:
        """command: the module of engine.commands and its function."""
        parser = group.add_parser(name, help=help_text, description=help_text, parents=[self.common])
        parser.set_defaults(command=command)
        return parser

    def group(self, commands: Group[argparse.ArgumentParser], name: str, text: str) -> Group[argparse.ArgumentParser]:
        """A command that has subcommands of its own."""
        return commands.add_parser(name, help=text).add_subparsers(metavar="ACTION", required=True)
