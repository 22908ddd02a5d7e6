"""Entry of the program. Child processes import this module again when they start: nothing heavy may stand here."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence

from app.arguments import window_request


def main(argv: Sequence[str] | None = None) -> int:
    """Open the desktop program where a window is asked for, run a command otherwise; returns the exit code."""
    multiprocessing.freeze_support()
    from engine.hardening import harden

    harden()
    arguments = list(sys.argv[1:] if argv is None else argv)
    window = window_request(arguments)
    if window is None:
        from engine.cli import main as command_line

        return command_line(arguments)
    from app.application import run
    from engine.paths import Paths

    return run(Paths.default(window.folder), window.files)


if __name__ == "__main__":
    sys.exit(main())
