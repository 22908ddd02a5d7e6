"""chartside doctor: is everything that Chartside needs here, and does it work on this computer?"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

from msgspec import Struct

from engine.cancellation import Cancelled
from engine.commands.console import Session
from engine.diagnosis import checks
from engine.errors import ChartsideError, UserError


class Finding(Struct, frozen=True):
    """One check: its name, whether it passed, what was found, and what to do when it did not."""

    name: str
    ok: bool
    detail: str
    advice: str = ""


def run(session: Session, args: argparse.Namespace) -> int:
    """Run every check, print each as it ends; exit code 3 when one failed."""
    if args.offline_proof:
        from engine.commands import offline_proof

        return offline_proof.run(session)
    findings = []
    for finding in _findings(session):
        findings.append(finding)
        if not session.console.json:
            session.console.end_progress()
            session.console.print(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.name}: {finding.detail}")
            if finding.advice:
                session.console.print(f"      {finding.advice}")
    ok = all(finding.ok for finding in findings)
    if session.console.json:
        session.console.print_json({"ok": ok, "checks": findings})
    return 0 if ok else 3


def _findings(session: Session) -> Iterator[Finding]:
    for name, check in checks(session.paths, session.model_id).items():
        session.console.progress(f"checking {name} …")
        yield _examine(name, check)


def _examine(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, check())
    except UserError as error:
        return Finding(name, False, error.message, error.advice)
    except (ChartsideError, Cancelled, ImportError, OSError) as error:
        return Finding(name, False, f"{type(error).__name__}: {error}", "Install Chartside again, then run this again.")
