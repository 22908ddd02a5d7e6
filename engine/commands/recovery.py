"""chartside recovery: make and test the recovery key."""

from __future__ import annotations

import argparse

from engine.commands.console import Session
from engine.errors import UserError


def make(session: Session, _args: argparse.Namespace) -> int:
    """chartside recovery make: show a new key once; it replaces the old one when it was typed back."""
    if session.console.json:
        raise UserError("A recovery key is not printed as JSON.", "Leave --json out, and write the key down.")
    with session.workspace() as workspace:
        session.console.print(workspace.people.make_recovery_key())
        session.console.say("Write it down and keep it apart from this computer. It is not shown again.")
        file = None if session.console.stdin.isatty() else "-"
        typed = session.secrets().read("recovery key, typed back", "--key-file", file)
        workspace.people.confirm_recovery_key(typed)
    session.console.say("It opens the workspace from now on; an older one does no more.")
    return 0


def test(session: Session, args: argparse.Namespace) -> int:
    """chartside recovery test: whether a key opens the workspace; exit code 3 when it does not."""
    with session.workspace() as workspace:
        typed = session.secrets().read("recovery key", "--key-file", args.key_file)
        right = workspace.people.test_recovery_key(typed)
    if session.console.json:
        session.console.print_json({"right": right})
    elif right:
        session.console.print("This recovery key opens the workspace.")
    if not right:
        session.console.say("This recovery key does not open the workspace. Use the newest sheet, or make a new key.")
    return 0 if right else 3
