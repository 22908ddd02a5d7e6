"""Giving an open workspace a new data key, for the day when somebody who could have kept the old one has left."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from pathlib import Path

from engine.cancellation import CancelToken
from engine.errors import UserError
from engine.people.open_vault import OpenVault
from engine.types import AuditKind
from engine.vault import rekey
from engine.vault.connection import Connection
from engine.vault.rekey import Report
from engine.vault.repositories import meta
from engine.vault.session_keys import KEY_BYTES, wipe

# In meta: "1" where somebody who could have kept the data key was disabled after the workspace got it.
REKEY_DUE = "rekey_due"
_logger = logging.getLogger(__name__)


class Rekeying:
    """Not thread-safe: People holds its lock around each call."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault

    def advised(self) -> bool:
        """Whether somebody who had signed in was disabled since the workspace got its present key."""
        return self._vault.database.read(lambda connection: meta.get(connection, REKEY_DUE)) == "1"

    def run(self, report: Report, token: CancelToken) -> None:
        """Encrypt the database and its copies from before updates anew; the workspace stays open and waits meanwhile.

        Nobody's passphrase changes. Takes as long as copying and checking the database, and twice its room on the
        disk. Backup files made before keep the old key, and whoever could open them still can. A kill at any moment
        is finished or undone by the next unlock. Raises NotEnoughSpace, VaultDamaged, Cancelled; nothing has changed
        then.
        """
        old = bytearray(self._vault.session.data)
        new = bytearray(secrets.token_bytes(KEY_BYTES))
        try:
            self._exchange(old, new, report, token)
            _later(lambda: rekey.finish(self._vault.paths, self._vault.keys, old, new, report))
        finally:
            wipe(old)
            wipe(new)

    def _exchange(self, old: bytearray, new: bytearray, report: Report, token: CancelToken) -> None:
        self._vault.keys.begin_rekeying(old, new)
        done = False

        def change(connection: Connection) -> None:
            self._vault.journal.append(connection, AuditKind.REKEYED)
            rekey.carry_over(connection, old, new)
            meta.put(connection, REKEY_DUE, "")

        def key_after() -> bytearray:
            # Asked of the file itself: the very last step may have failed after the exchange.
            nonlocal done
            done = rekey.fits(self._vault.paths.vault_file, new)
            if done:
                # Before anybody gets at the file again: a backup takes the keys with it.
                self._vault.session.replace(bytearray(new))
            return bytearray(new if done else old)

        def work(file: Path) -> None:
            rekey.exchange(file, (old, new), change, report, token)

        try:
            self._vault.database.exchange(work, key_after)
        finally:
            if not done:
                _later(self._vault.keys.undo_rekeying)


def _later(step: Callable[[], None]) -> None:
    """Carry out a step that the next unlock repeats where it fails now."""
    try:
        step()
    except (OSError, UserError) as error:
        _logger.warning("rekeying_not_settled", extra={"fields": {"error": type(error).__name__}})
