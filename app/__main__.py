"""Entry of the program. Child processes import this module again when they start: nothing heavy may stand here."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command where one is given, the desktop program otherwise; returns the exit code.

    "--data DIR" alone opens the desktop program on another workspace folder.
    """
    multiprocessing.freeze_support()
    arguments = list(sys.argv[1:] if argv is None else argv)
    folder = arguments[1] if len(arguments) == 2 and arguments[0] == "--data" else None
    if arguments and folder is None:
        from engine.cli import main as command_line

        return command_line(arguments)
    from app.application import run
    from engine.paths import Paths

    return run(Paths.default(Path(folder) if folder else None))


if __name__ == "__main__":
    sys.exit(main())
