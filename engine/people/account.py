"""What a person does with their own way in: passphrase and keychain."""

from __future__ import annotations

from msgspec import structs

from engine.errors import UserError, WrongPassphrase
from engine.people.open_vault import OpenVault
from engine.types import AuditKind, Role
from engine.vault import failures
from engine.vault.connection import Connection
from engine.vault.kdf import passphrase_bytes
from engine.vault.key_slots import Kind, Person
from engine.vault.passphrase import check_passphrase
from engine.vault.repositories import users


class Account:
    """Of who is signed in. Not thread-safe: People holds its lock around each call."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault

    def change_passphrase(self, old: str, new: str) -> None:
        """Raises WrongPassphrase, TooManyAttempts, WeakPassphrase, NotEnoughSpace; the old one then still opens."""
        actor = self._person()
        check_passphrase(new)
        if passphrase_bytes(old) == passphrase_bytes(new):
            raise UserError("The new passphrase is the old one.", "Choose another.")
        self._verify(old)
        slot = self._vault.keys.new_user_slot(self._described(), new, self._vault.session.data)

        def store(connection: Connection) -> None:
            user = users.get(connection, actor)
            if user is not None:
                users.update(connection, structs.replace(user, must_change=False))
            self._vault.journal.append(connection, AuditKind.PASSWORD_CHANGED, f"user:{actor}", how="own")
            self._vault.keys.put(slot)

        self._vault.change(store)
        self._vault.gate.changed_passphrase()

    def remembered(self) -> bool:
        """Whether this computer's keychain opens the workspace as who is signed in."""
        return self._vault.keys.keyring_user == self._vault.gate.actor.id

    def remember(self, passphrase: str) -> bool:
        """Let the keychain open the workspace as who is signed in, and as nobody else; false where there is none.

        Raises WrongPassphrase, TooManyAttempts, NotEnoughSpace.
        """
        actor = self._person()
        if self._vault.gate.must_change:
            raise UserError("Your passphrase was set by somebody else.", "Choose your own passphrase first.")
        self._verify(passphrase)
        allowed = self._vault.keys.allow_keyring(actor, self._vault.session.data)
        if allowed:
            self._record("keychain allowed")
        return allowed

    def forget(self) -> None:
        """Only passphrases and the recovery key open the workspace from now on."""
        if self._vault.keys.keyring_user:
            self._vault.keys.forbid_keyring()
            self._record("keychain forbidden")

    def _record(self, what: str) -> None:
        journal, subject = self._vault.journal, f"user:{self._vault.gate.actor.id}"
        self._vault.database.transaction(
            lambda connection: journal.append(connection, AuditKind.PERSON_CHANGED, subject, what=what)
        )

    def _described(self) -> Person:
        actor = self._vault.gate.actor
        return Person(actor.id, actor.name, actor.role is Role.ADMINISTRATOR)

    def _person(self) -> str:
        if self._vault.gate.actor.emergency:
            raise UserError(
                "You signed in with the recovery key, so there is no passphrase of yours.",
                "Set a new passphrase for a person, and sign in as that person.",
            )
        return self._vault.gate.actor.id

    def _verify(self, passphrase: str) -> None:
        slots = [slot for slot in self._vault.keys.of(Kind.USER) if slot.user == self._vault.gate.actor.id]
        ids = [slot.id for slot in slots]
        self._vault.throttle().attempt(ids)
        found = self._vault.keys.open_with(slots, passphrase_bytes(passphrase))
        if found is None:
            self._vault.throttle().was_wrong(ids)
            raise WrongPassphrase("This is not your present passphrase.", failures.wrong_passphrase().advice)
        found.wipe()
        self._vault.throttle().was_right(found.slot.id)
