"""chartside audit: list, verify and export the record of who did what."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from engine.commands.console import Console, Session
from engine.commands.protection import protection_of
from engine.commands.users import named
from engine.errors import UserError
from engine.types import AuditEntry, AuditFilter, AuditKind, AuditVerdict
from engine.vault.audit import record_file, signing
from engine.workspace import Workspace

_DIFFERS = 3
_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z?)?")


def list_entries(session: Session, args: argparse.Namespace) -> int:
    """chartside audit list: the newest entries first."""
    with session.workspace() as workspace:
        entries = workspace.audit.entries(_filter(workspace, args), limit=max(args.limit, 1))
    if session.console.json:
        session.console.print_json({"entries": entries})
        return 0
    for entry in entries:
        session.console.print(_line(entry))
    return 0


def verify(session: Session, args: argparse.Namespace) -> int:
    """chartside audit verify: of the open workspace, or of an exported file by itself. Exit code 3 where it differs."""
    head = Path(args.head) if args.head else None
    if args.file:
        verdict = record_file.verify(Path(args.file), signing.read_head(head) if head else None)
    else:
        with session.workspace() as workspace:
            verdict = workspace.audit.verify(lambda done, total: _show(session.console, done, total), head=head)
    session.console.end_progress()
    _tell(session.console, verdict)
    return _DIFFERS if verdict.problem else 0


def export(session: Session, args: argparse.Namespace) -> int:
    """chartside audit export: the record as a file, encrypted or with a reason."""
    with session.workspace() as workspace:
        protection, wanted = protection_of(session, args), _filter(workspace, args)
        head = workspace.audit.export(
            Path(args.file), wanted, protection, lambda done, total: _show(session.console, done, total)
        )
    session.console.end_progress()
    if session.console.json:
        session.console.print_json({"file": args.file, "encrypted": bool(protection.passphrase), "head": head})
    session.console.say(f"Saved to {args.file}, up to entry {head.seq}.")
    return 0


def head(session: Session, args: argparse.Namespace) -> int:
    """chartside audit head: the signed head alone."""
    with session.workspace() as workspace:
        found = workspace.audit.save_head(Path(args.file))
    if session.console.json:
        session.console.print_json({"file": args.file, "head": found})
    session.console.say(f"Saved to {args.file}: the head at entry {found.seq}. Keep it away from this computer.")
    return 0


def _filter(workspace: Workspace, args: argparse.Namespace) -> AuditFilter:
    for time in (args.since, args.until):
        if time and not _TIME.fullmatch(time):
            raise UserError(f"“{time}” is not a time.", "Write it as 2026-11-21 or 2026-11-21T08:30Z.")
    kinds = frozenset(AuditKind(kind) for kind in args.kind) if args.kind else None
    who = named(workspace, args.person).id if args.person else ""
    return AuditFilter(who, kinds, args.subject, args.since, args.until)


def _line(entry: AuditEntry) -> str:
    details = " ".join(f"{name}={value}" for name, value in entry.details.items())
    who = entry.person or entry.user_id or "–"
    return f"{entry.seq:>7}  {entry.at}  {who:<20} {entry.kind:<22} {entry.subject} {details}".rstrip()


def _tell(console: Console, verdict: AuditVerdict) -> None:
    if console.json:
        console.print_json(verdict)
        return
    if verdict.problem:
        at = f"Entry {verdict.first_bad}: " if verdict.first_bad is not None else ""
        console.print(f"{at}{verdict.problem}")
        console.print(f"Entries that are as they were written: {verdict.entries}.")
        return
    console.print(f"All {verdict.entries} entries are as they were written.")
    if verdict.signed_by:
        console.print(f"Signed by the key {verdict.signed_by}; compare it with one you know.")


def _show(console: Console, done: int, total: int) -> None:
    console.progress(f"entry {done} of {total}")
