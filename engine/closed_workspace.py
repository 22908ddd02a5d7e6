"""What can be asked of, and done with, the workspace of a data folder while nobody has opened it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from engine import __version__
from engine.cancellation import CancelToken
from engine.paths import Paths
from engine.types import BackupInfo, BackupProgress, EarlierCopy
from engine.vault import migrations, opening, os_keyring, snapshots
from engine.vault.backup import restoring, unlocking
from engine.vault.failures import VaultBusy


class ClosedWorkspace:
    """Functions on a folder; needs no key."""

    @staticmethod
    def exists(paths: Paths) -> bool:
        """Whether the folder holds a workspace, even a damaged one."""
        with suppress(VaultBusy):  # it is being restored right now
            restoring.finish_interrupted(paths)
        return opening.exists(paths)

    @staticmethod
    def keyring_available() -> bool:
        """Whether this computer has a keychain that could open the workspace without the passphrase."""
        return os_keyring.available()

    @staticmethod
    def names_needed(paths: Paths) -> bool:
        """Whether several people may open the workspace, so that a passphrase alone does not say who signs in."""
        return opening.names_needed(paths)

    @staticmethod
    def known_name(paths: Paths, name: str) -> bool:
        """Whether somebody may have this name: good enough to fill a field with, and no more."""
        return opening.known_name(paths, name)

    @staticmethod
    def has_recovery_key(paths: Paths) -> bool:
        """Whether a recovery key was made that emergency() would take."""
        return opening.has_recovery_key(paths)

    @staticmethod
    def earlier_copies(paths: Paths) -> list[EarlierCopy]:
        """Copies of a workspace that this version can open, newest first: the way back from a later version."""
        return snapshots.readable(paths, __version__, migrations.latest(migrations.MIGRATIONS))

    @staticmethod
    def put_back(paths: Paths, copy: EarlierCopy) -> Path:
        """Make a copy the workspace again; returns where the later database is kept. Raises UserError, VaultBusy."""
        return snapshots.put_back(paths, copy)

    @staticmethod
    def save_closed(paths: Paths) -> Path | None:
        """Keep a copy of a workspace that is not open; None where there is none. Raises VaultBusy, NotEnoughSpace."""
        return snapshots.take_closed(paths, __version__)

    @staticmethod
    def look_at_backup(file: Path) -> BackupInfo:
        """What anybody may read of a backup. Raises UserError for a file that is none."""
        return restoring.look(file)

    @staticmethod
    def restore(
        file: Path,
        paths: Paths,
        *,
        name: str = "",
        passphrase: str = "",
        recovery_key: str = "",
        report: Callable[[BackupProgress], None] = lambda _progress: None,
        token: CancelToken | None = None,
    ) -> Path | None:
        """Make a backup the workspace of these paths, which must not be open; blocks.

        It is opened with a passphrase or the recovery key of the day it was made, checked, and only then put in place;
        what was there is kept in the folder that is returned. Raises WrongPassphrase, NameNeeded, TooManyAttempts,
        VaultBusy, NotEnoughSpace, UserError (damaged, none at all, unreadable), Cancelled; nothing has changed then.
        """
        unlock = (
            unlocking.with_recovery_key(paths, recovery_key)
            if recovery_key
            else unlocking.with_passphrase(paths, passphrase, name)
        )
        return restoring.restore(file, paths, unlock, report, token or CancelToken())
