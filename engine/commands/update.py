"""chartside update: look at an update file, put it in, or go back to the version before."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path
from typing import TextIO

from engine.cancellation import Cancelled, CancelToken
from engine.commands.console import Console, Session
from engine.types import UpdateInfo, UpdateProgress, UpdateStage
from engine.updates.service import Updates
from engine.workspace import Workspace

_STOPPED = 130
_WORDS = {
    UpdateStage.CHECKING: "checking the file",
    UpdateStage.UNPACKING: "unpacking",
    UpdateStage.TRYING: "trying whether it starts here",
    UpdateStage.SAVING: "keeping a copy of the workspace",
    UpdateStage.SWITCHING: "switching over",
}


def check(session: Session, args: argparse.Namespace) -> int:
    """chartside update check: verify a file and say what it is; changes nothing."""
    info = Updates.of_this_program().inspect(Path(args.file))
    _tell(session.console, info, f"Version {info.version} of {info.created} is signed and can be put in.")
    return 0


def install(session: Session, args: argparse.Namespace) -> int:
    """chartside update install: put a file in; it is used from the next start on."""
    console, token = session.console, CancelToken()
    if args.while_stdin_open:
        threading.Thread(target=_cancel_at_end, args=(console.stdin, token), daemon=True).start()

    def report(progress: UpdateProgress) -> None:
        if console.json:
            console.print_json(progress)
        else:
            share = f" {100 * progress.done // progress.total}%" if progress.total else ""
            console.progress(f"{_WORDS[progress.stage]}{share} …")

    try:
        info = Updates.of_this_program().install(
            Path(args.file), report, token, lambda: Workspace.save_closed(session.paths)
        )
    except Cancelled:
        console.say("Stopped. Nothing was changed.")
        return _STOPPED
    console.end_progress()
    _tell(console, info, f"Version {info.version} is installed. It is used when Chartside is started again.")
    return 0


def roll_back(session: Session, args: argparse.Namespace) -> int:
    """chartside update --roll-back: the version before the last update is used from the next start on."""
    if not args.roll_back:
        args.wrong_usage("say check FILE, install FILE or --roll-back")
    version = Updates.of_this_program().roll_back()
    if session.console.json:
        session.console.print_json({"version": version})
    else:
        session.console.print(f"Chartside is back at version {version}. It is used when Chartside is started again.")
    return 0


def _tell(console: Console, info: UpdateInfo, words: str) -> None:
    if console.json:
        console.print_json(info)
        return
    console.print(words)
    if info.notes:
        console.print(info.notes)


def _cancel_at_end(stdin: TextIO, token: CancelToken) -> None:
    """The window that started this went away, or its person cancelled."""
    while stdin.read(1):
        pass
    token.cancel()
