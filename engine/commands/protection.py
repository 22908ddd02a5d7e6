"""How a command's file leaves the workspace: --encrypt, or --reason why it may be plain."""

from __future__ import annotations

import argparse

from engine.commands.console import Session
from engine.exports import Protection

_WHAT = "passphrase for the file"
_OPTION = "--export-passphrase-file"


def protection_of(session: Session, args: argparse.Namespace) -> Protection:
    """What the options say. Raises UserError where a passphrase is needed and cannot be asked for."""
    passphrase = ""
    if args.encrypt or args.export_passphrase_file is not None:
        passphrase = session.secrets().read(_WHAT, _OPTION, args.export_passphrase_file, twice=True)
    return Protection(passphrase=passphrase, reason=session.reason)
