"""chartside backup: make, list, verify and restore backups."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.commands.console import Console, Session
from engine.types import BackupInfo, BackupProgress
from engine.workspace import Workspace


def create(session: Session, args: argparse.Namespace) -> int:
    """chartside backup create: one that was verified when this ends."""
    with session.workspace() as workspace:
        folder = Path(args.folder) if args.folder else None
        info = workspace.backups.make(lambda progress: show(session.console, progress), folder=folder)
    session.console.end_progress()
    return _done(session.console, info, "was made and verified.")


def list_backups(session: Session, args: argparse.Namespace) -> int:
    """chartside backup list: the backups of a folder, and whether the last one is too old."""
    with session.workspace() as workspace:
        found, state = workspace.backups.list(args.folder or ""), workspace.backups.state()
    if session.console.json:
        session.console.print_json({"backups": found, "late": state.late})
        return 0
    for info in found:
        mark = "✗" if info.problem else "✓"
        session.console.print(f"{mark} {info.made_at or '–':<20} {info.size / 1e6:>9.1f} MB  {info.file}")
        if info.problem:
            session.console.print(f"    {info.problem}")
    if state.late:
        session.console.say("The last backup is more than two days old, or there is none.")
    return 0


def verify(session: Session, args: argparse.Namespace) -> int:
    """chartside backup verify: every page, the rows of every table, and the record."""
    with session.workspace() as workspace:
        info = workspace.backups.verify(Path(args.file), lambda progress: show(session.console, progress))
    session.console.end_progress()
    return _done(session.console, info, "is sound.")


def restore(session: Session, args: argparse.Namespace) -> int:
    """chartside backup restore: into the folder of --data, or the usual one; needs no workspace to be there."""
    file, paths = Path(args.file), session.paths
    Workspace.look_at_backup(file)
    recovery_key = passphrase = ""
    if session.recovery_key_file is not None:
        recovery_key = session.secrets().read("recovery key", "--recovery-key-file", session.recovery_key_file)
    else:
        passphrase = session.passphrase()
    aside = Workspace.restore(
        file,
        paths,
        name=session.user,
        passphrase=passphrase,
        recovery_key=recovery_key,
        report=lambda progress: show(session.console, progress),
    )
    session.console.end_progress()
    if session.console.json:
        session.console.print_json({"restored": str(paths.data), "kept": str(aside) if aside else None})
    session.console.say(f"The backup is the workspace in {paths.data} now.")
    if aside is not None:
        session.console.say(f"What was there before is kept in {aside}.")
    return 0


def show(console: Console, progress: BackupProgress) -> None:
    share = f" {100 * progress.done / progress.total:.0f}%" if progress.total else ""
    console.progress(f"{progress.stage}{share}")


def _done(console: Console, info: BackupInfo, what: str) -> int:
    if console.json:
        console.print_json(info)
    else:
        console.print(f"{info.file} {what}")
    return 0
