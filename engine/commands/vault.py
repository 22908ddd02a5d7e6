"""chartside vault: what the encrypted store is, whether it is sound, and a new key for it."""

from __future__ import annotations

import argparse

from engine.cancellation import CancelToken
from engine.commands import backup
from engine.commands.console import Session
from engine.types import RekeyProgress, Role

_DAMAGED = 3


def info(session: Session, _args: argparse.Namespace) -> int:
    """chartside vault info: the workspace's place, size and schema, and who can open it."""
    with session.workspace() as workspace:
        people = [user for user in workspace.people.list() if not user.disabled_at]
        recovery = workspace.people.recovery()
        vault = workspace.vault()
        found = {
            "data": str(session.paths.data),
            "size": vault.size,
            "schema": vault.schema,
            "cipher": f"SQLCipher {vault.cipher}",
            "people": len(people),
            "administrators": sum(user.role is Role.ADMINISTRATOR for user in people),
            "recovery_key_made_at": recovery.made_at,
            "recovery_key_tested_at": recovery.tested_at,
            "rekey_advised": workspace.people.rekey_advised(),
        }
    if session.console.json:
        session.console.print_json(found)
    else:
        for name, value in found.items():
            session.console.print(f"{name.replace('_', ' '):<24} {value if value != '' else 'never'}")
    return 0


def rekey(session: Session, _args: argparse.Namespace) -> int:
    """chartside vault rekey: encrypt the workspace and its copies from before updates anew."""
    token = CancelToken()
    with session.workspace() as workspace:
        workspace.people.rekey(lambda progress: _show(session, progress), token)
        advised = workspace.people.rekey_advised()
    session.console.end_progress()
    if session.console.json:
        session.console.print_json({"rekeyed": True, "rekey_advised": advised})
    session.console.say(
        "The workspace has a new key. Backups made before keep the old one: make a new backup, and remove those."
    )
    return 0


def check(session: Session, _args: argparse.Namespace) -> int:
    """chartside vault check: every page, the structure, and the record. Exit code 3 where something is wrong."""
    with session.workspace() as workspace:
        report = workspace.integrity.check(lambda progress: backup.show(session.console, progress))
    session.console.end_progress()
    if session.console.json:
        session.console.print_json(report)
    elif not report.problems:
        session.console.print(f"The workspace is sound. Checked in {report.seconds:g} s.")
    for problem in report.problems if not session.console.json else []:
        session.console.print(problem)
    if report.advice:
        session.console.say(report.advice)
    return _DAMAGED if report.problems else 0


def _show(session: Session, progress: RekeyProgress) -> None:
    share = f" {100 * progress.done / progress.total:.0f}%" if progress.total else ""
    session.console.progress(f"{progress.step}{share}")
