"""Who can open a workspace: its key file, and the operating system's keyring for convenience."""

from __future__ import annotations

import base64
import logging
import secrets
import uuid
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import msgspec

from engine.errors import UserError, WrongPassphrase
from engine.files import write_atomically
from engine.paths import private_folder
from engine.vault import failures, key_slots
from engine.vault.key_slots import KEY_BYTES, KeyRing, KeyringSlot, PassphraseSlot
from engine.vault.passphrase import check_passphrase

T = TypeVar("T")

_SERVICE = "Chartside"
_logger = logging.getLogger(__name__)


class Keys:
    """The key file of one workspace.

    A second copy is kept, since a lost key file is a lost workspace; it is rewritten whenever the first one is.
    """

    def __init__(self, file: Path, copy: Path, ring: KeyRing) -> None:
        """Use create or load."""
        self._file = file
        self._copy = copy
        self._ring = ring

    @classmethod
    def create(cls, file: Path, copy: Path, passphrase: str) -> tuple[Keys, bytearray]:
        """Make a random database key and wrap it under passphrase; returns it with the keys, which are not saved yet.

        Raises WeakPassphrase.
        """
        check_passphrase(passphrase)
        key = secrets.token_bytes(KEY_BYTES)
        workspace = str(uuid.uuid4())
        ring = KeyRing(workspace=workspace, slots=[key_slots.passphrase_slot(workspace, key, passphrase)])
        return cls(file, copy, ring), bytearray(key)

    @classmethod
    def load(cls, file: Path, copy: Path) -> Keys:
        """Read the key file, or its copy where the file is missing or damaged. Deletes and changes nothing.

        Raises VaultDamaged when neither can be used, UserError for a file of a later version.
        """
        reasons: list[str] = []
        for source in (file, copy):
            try:
                ring = key_slots.decode(source.read_bytes())
            except key_slots.NewerKeyFile as error:
                raise failures.newer_key_file(str(error)) from error
            except (OSError, ValueError) as error:
                reasons.append(f"{source.name}: {type(error).__name__}")
                continue
            if reasons:
                _logger.warning("key_file_copy_used")
            return cls(file, copy, ring)
        raise failures.key_file_damaged(file, "; ".join(reasons))

    def save(self) -> None:
        """Write the key file and its copy. Raises NotEnoughSpace, OSError; the file then is the old one or the new."""
        content = key_slots.encode(self._ring)
        for target in (self._file, self._copy):
            private_folder(target.parent)
            write_atomically(target, content)

    def unlock(self, passphrase: str) -> bytearray:
        """The database key; the caller wipes it. Takes about half a second. Raises WrongPassphrase."""
        for slot in self._ring.slots:
            if not isinstance(slot, PassphraseSlot):
                continue
            key = key_slots.unwrap(self._ring.workspace, slot, slot.kdf.derive(passphrase))
            if key is not None:
                return key
        raise WrongPassphrase(
            "This passphrase does not open the workspace.",
            "Check Caps Lock and the keyboard language, then type it again.",
        )

    def change_passphrase(self, old: str, new: str) -> None:
        """Let new open the workspace instead of old. Raises WrongPassphrase, WeakPassphrase, NotEnoughSpace."""
        check_passphrase(new)
        key = self.unlock(old)
        try:
            slot = key_slots.passphrase_slot(self._ring.workspace, bytes(key), new)
        finally:
            key[:] = bytes(len(key))
        others = [each for each in self._ring.slots if not isinstance(each, PassphraseSlot)]
        self._replace_slots([slot, *others])

    @property
    def remembered(self) -> bool:
        """Whether the operating system's keyring may open this workspace."""
        return any(isinstance(slot, KeyringSlot) for slot in self._ring.slots)

    def remember(self, passphrase: str) -> bool:
        """Let the operating system's keyring open the workspace too; false where there is no keyring to use."""
        key = self.unlock(passphrase)
        wrapping_key = secrets.token_bytes(KEY_BYTES)
        try:
            slot = key_slots.keyring_slot(self._ring.workspace, bytes(key), wrapping_key)
        finally:
            key[:] = bytes(len(key))
        if not _keyring_set(slot.account, wrapping_key):
            return False
        self._replace_slots([each for each in self._ring.slots if not isinstance(each, KeyringSlot)] + [slot])
        return True

    def unlock_with_keyring(self) -> bytearray | None:
        """The database key, or None where the keyring is not set up, not there, or locked."""
        for slot in self._ring.slots:
            if isinstance(slot, KeyringSlot) and (wrapping_key := _keyring_get(slot.account)) is not None:
                return key_slots.unwrap(self._ring.workspace, slot, wrapping_key)
        return None

    def forget(self) -> None:
        """Only the passphrase opens the workspace from now on."""
        dropped = [slot for slot in self._ring.slots if isinstance(slot, KeyringSlot)]
        if dropped:
            self._replace_slots([slot for slot in self._ring.slots if not isinstance(slot, KeyringSlot)])
        for slot in dropped:
            # Where this fails, what stays in the keyring opens nothing: its slot is gone from the key file.
            _ask_keyring(lambda keyring, account=slot.account: keyring.delete_password(_SERVICE, account))  # type: ignore[misc]

    def _replace_slots(self, slots: list[key_slots.Slot]) -> None:
        before = self._ring
        self._ring = msgspec.structs.replace(self._ring, slots=slots)
        try:
            self.save()
        except BaseException:
            self._ring = before
            raise

    def heal(self) -> None:
        """Bring the file and its copy in line after a crash between the two, or after one was damaged.

        To be called once the database has opened, which shows that these keys are its own. What cannot be read is kept
        beside.
        """
        content = key_slots.encode(self._ring)
        for target in (self._file, self._copy):
            try:
                if target.exists() and (found := target.read_bytes()) != content:
                    _keep_if_unreadable(target, found)
                if not target.exists() or found != content:
                    private_folder(target.parent)
                    write_atomically(target, content)
            except (OSError, UserError):
                # Unlocking must not fail because a second copy cannot be written now; the next unlock tries again.
                _logger.warning("key_file_copy_not_written")


def keyring_available() -> bool:
    """Whether this computer has a keyring that keeps secrets encrypted."""
    return bool(_ask_keyring(lambda _: True))


def _keyring_set(account: str, secret: bytes) -> bool:
    # 44 characters: far below the 2,560 bytes that Windows allows one secret.
    text = base64.b64encode(secret).decode()

    def store(keyring: ModuleType) -> bool:
        keyring.set_password(_SERVICE, account, text)
        return bool(keyring.get_password(_SERVICE, account) == text)

    return _ask_keyring(store) or False


def _keyring_get(account: str) -> bytes | None:
    def fetch(keyring: ModuleType) -> bytes:
        return base64.b64decode(keyring.get_password(_SERVICE, account) or "", validate=True)

    secret = _ask_keyring(fetch)
    return secret if secret is not None and len(secret) == KEY_BYTES else None


def _ask_keyring(action: Callable[[ModuleType], T]) -> T | None:
    """What action returns, or None where there is no usable keyring: the passphrase always works without one."""
    try:
        import keyring

        # Backends below 1 are stand-ins: none at all, or a file in the clear.
        return action(keyring) if float(keyring.get_keyring().priority) >= 1 else None
    except Exception as error:  # noqa: BLE001 - backends are plug-ins over the system's services and raise anything
        _logger.info("keyring_not_available", extra={"fields": {"error": type(error).__name__}})
        return None


def _keep_if_unreadable(file: Path, content: bytes) -> None:
    try:
        key_slots.decode(content)
    except ValueError:
        write_atomically(file.with_name(file.name + ".damaged"), content)
