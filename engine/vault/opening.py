"""Making and unlocking the workspace of a data folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.errors import UserError, WrongPassphrase
from engine.paths import Paths
from engine.people import sign_in
from engine.people.recovery_key import secret_of
from engine.people.sign_in import FIRST_NAME, Failures, SignedIn
from engine.people.throttle import Throttle
from engine.types import AuditKind
from engine.vault import failures
from engine.vault.audit import chain
from engine.vault.audit.journal import Journal
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.kdf import passphrase_bytes
from engine.vault.key_files import KeyFiles
from engine.vault.key_slots import Kind, Person, Slot
from engine.vault.keys import Found, Keys, new_user_id
from engine.vault.legacy_keys import LegacyRing
from engine.vault.opened import Opened, open_slot, open_with, quietly
from engine.vault.session_keys import SessionKeys
from engine.vault.set_aside import set_aside

MINIMUM_REASON = 10


def exists(paths: Paths) -> bool:
    """Whether the folder holds a workspace, even a damaged one: then none may be made over it."""
    return _files(paths).exist()


def create(paths: Paths, passphrase: str, *, name: str = "", remember: bool = False) -> Opened:
    """Make a new workspace with its first administrator. The key file is written last: with it the workspace exists.

    name: "" is "Administrator". Raises UserError when there is one already or for a name that nobody could type,
    WeakPassphrase, VaultBusy, NotEnoughSpace.
    """
    if exists(paths):
        raise UserError(
            "This folder already holds a workspace.",
            "Unlock it with its passphrase, or choose another folder for a new one.",
        )
    paths.prepare()
    shown = sign_in.clean_name(name) if name.strip() else FIRST_NAME
    keys, key = Keys.create(paths.keys_file, _key_copy(paths), passphrase, shown)
    set_aside(paths.vault_file)
    session, user = SessionKeys(key), keys.slots[0].user
    database = Database.open(paths.vault_file, bytearray(session.data), backups=paths.backup_dir, create=True)

    def begin(connection: Connection) -> SignedIn | None:
        chain.begin(connection, session.audit)
        Journal().append(connection, AuditKind.BEGUN, by=user)
        sign_in.add_first(connection, user, shown)
        return sign_in.sign_in(connection, Person(user, shown), Failures({}, {}), "passphrase")

    try:
        signed = database.transaction(begin)
        if signed is None:
            raise failures.wrong_passphrase()
        keys.save()
        if remember:
            keys.allow_keyring(user, session.data)
    except BaseException:
        database.close()
        session.wipe()
        if not exists(paths):
            paths.vault_file.unlink()
        raise
    return Opened(database, session, signed.actor, keys, signed.known)


def names_needed(paths: Paths) -> bool:
    """Whether a passphrase alone does not say who signs in. Raises VaultDamaged, NewerSchema."""
    return len(_load(paths).of(Kind.USER)) > 1


def known_name(paths: Paths, name: str) -> bool:
    """Whether somebody may have this name; true for one in 65,536 that nobody has. Raises as names_needed."""
    return bool(name.strip() and _load(paths).candidates(name))


def has_recovery_key(paths: Paths) -> bool:
    """Whether a recovery key was made for this workspace. Raises as names_needed."""
    return bool(_load(paths).of(Kind.RECOVERY))


def unlock(paths: Paths, passphrase: str, name: str = "") -> Opened:
    """Raises WrongPassphrase (for a wrong name too), NameNeeded, TooManyAttempts, VaultDamaged, VaultBusy,
    NewerSchema, NotEnoughSpace."""
    keys = _load(paths)
    if keys.legacy is not None:
        return _unlock_legacy(paths, keys, keys.legacy, passphrase)
    slots = keys.candidates(name)
    if len(slots) > 1 and not name.strip():
        raise failures.name_needed()
    found = verified(paths, keys, slots, passphrase_bytes(passphrase))
    if found is None:
        raise failures.wrong_passphrase()
    person = Person(found.slot.user, name, found.slot.administrator)
    opened = open_slot(paths, keys, found, lambda c, told: sign_in.sign_in(c, person, told, "passphrase"))
    quietly(lambda: keys.raise_cost(found.slot, opened.actor.name, passphrase, opened.keys.data))
    return opened


def unlock_with_keyring(paths: Paths) -> Opened | None:
    """As unlock(), by the operating system's keyring and as who allowed it; None where that cannot open this
    workspace."""
    keys = _load(paths)
    found = keys.open_with_keyring()
    if found is None:
        return None
    person = Person(found.slot.user, "")
    try:
        return open_slot(paths, keys, found, lambda c, told: sign_in.sign_in(c, person, told, "keyring"))
    except WrongPassphrase:
        return None  # the workspace knows this person no more


def emergency(paths: Paths, recovery_key: str, reason: str) -> Opened:
    """Open with the recovery key, as nobody in particular; administrators are told, with the reason.

    Raises MistypedRecoveryKey, WrongPassphrase, TooManyAttempts, UserError (no recovery key, or a reason of fewer than
    10 characters), and what unlock raises.
    """
    why = " ".join(reason.split())
    if len(why) < MINIMUM_REASON:
        raise UserError("The reason is missing or too short.", f"Say in {MINIMUM_REASON} characters or more why.")
    keys = _load(paths)
    slots = keys.of(Kind.RECOVERY)
    if not slots:
        raise UserError("No recovery key was made for this workspace.", "Sign in with a name and passphrase.")
    found = verified(paths, keys, slots, secret_of(recovery_key))
    if found is None:
        raise failures.wrong_recovery_key()
    return open_slot(paths, keys, found, lambda c, told: sign_in.emergency(c, why, told))


def verified(paths: Paths, keys: Keys, slots: Sequence[Slot], secret: bytes) -> Found | None:
    """What secret opens of these slots, None for nothing; wrong ones are counted. Raises TooManyAttempts."""
    throttle, ids = Throttle(paths.attempts_file), [slot.id for slot in slots]
    throttle.attempt(ids)
    found = keys.open_with(slots, secret)
    if found is None:
        throttle.was_wrong(ids)
    else:
        throttle.was_right(found.slot.id)
    return found


def _unlock_legacy(paths: Paths, keys: Keys, legacy: LegacyRing, passphrase: str) -> Opened:
    """Open a workspace of one passphrase for all; whoever has it becomes its first administrator."""
    throttle, slots = Throttle(paths.attempts_file), legacy.passphrase_slots()
    ids = [slot.id for slot in slots]
    throttle.attempt(ids)
    secret = passphrase_bytes(passphrase)
    found = [key for slot in slots if (key := legacy.opened(slot, slot.kdf.derive(secret))) is not None]
    if not found:
        throttle.was_wrong(ids)
        raise failures.wrong_passphrase()
    for slot_id in ids:
        throttle.was_right(slot_id)

    def note(connection: Connection, told: Failures) -> SignedIn | None:
        user = sign_in.first_administrator(connection)
        if not user:
            user = new_user_id()
            sign_in.add_first(connection, user, FIRST_NAME)
        return sign_in.sign_in(connection, Person(user, ""), told, "passphrase")

    opened = open_with(paths, keys, found[0], note)
    try:
        keys.upgrade(opened.actor.id, opened.actor.name, passphrase, opened.keys.data)
    except BaseException:
        opened.close()
        raise
    return opened


def _load(paths: Paths) -> Keys:
    if not exists(paths) and not paths.vault_file.exists():
        raise UserError("There is no workspace in this folder yet.", "Create one first, or choose its folder.")
    return Keys.load(paths.keys_file, _key_copy(paths))


def _files(paths: Paths) -> KeyFiles:
    return KeyFiles(paths.keys_file, _key_copy(paths))


def _key_copy(paths: Paths) -> Path:
    return paths.backup_dir / paths.keys_file.name
