"""Opening the key file of a backup, whose people and passphrases are those of its day."""

from __future__ import annotations

from pathlib import Path

from engine.errors import UserError
from engine.paths import Paths
from engine.people.recovery_key import secret_of
from engine.vault import failures, opening
from engine.vault.backup.restoring import Unlock, Unlocked
from engine.vault.kdf import passphrase_bytes
from engine.vault.key_slots import Kind
from engine.vault.keys import Keys
from engine.vault.session_keys import SessionKeys


def with_passphrase(paths: Paths, passphrase: str, name: str) -> Unlock:
    """Raises, when it is called, WrongPassphrase (for a wrong name too), NameNeeded, TooManyAttempts."""

    def unlock(key_file: Path) -> Unlocked:
        keys = _load(key_file)
        slots = keys.candidates(name)
        if len(slots) > 1 and not name.strip():
            raise failures.name_needed()
        found = opening.verified(paths, keys, slots, passphrase_bytes(passphrase))
        if found is None:
            raise failures.wrong_passphrase()
        return found.slot.user, [SessionKeys(key) for key in found.keys]

    return unlock


def with_recovery_key(paths: Paths, recovery_key: str) -> Unlock:
    """Raises, when it is called, UserError (mistyped, wrong, none was made), TooManyAttempts."""

    def unlock(key_file: Path) -> Unlocked:
        keys = _load(key_file)
        slots = keys.of(Kind.RECOVERY)
        if not slots:
            raise UserError(
                "No recovery key had been made when this backup was.", "Restore it with a name and passphrase."
            )
        found = opening.verified(paths, keys, slots, secret_of(recovery_key))
        if found is None:
            raise failures.wrong_recovery_key()
        return found.slot.user, [SessionKeys(key) for key in found.keys]

    return unlock


def _load(key_file: Path) -> Keys:
    # A backup holds one key file; there are no other generations of it.
    return Keys.load(key_file, key_file.with_suffix(".copy"))
