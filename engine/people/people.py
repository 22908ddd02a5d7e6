"""The people of an open workspace: who may sign in, as what, and with which secrets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from msgspec import structs

from engine.cancellation import CancelToken
from engine.clock import utc_now
from engine.errors import UserError
from engine.people.account import Account
from engine.people.open_vault import OpenVault
from engine.people.permissions import actor_of
from engine.people.recovery import Recovery
from engine.people.rekeying import REKEY_DUE, Rekeying
from engine.people.sign_in import clean_name
from engine.types import Actor, AuditKind, Emergency, Permission, RecoveryState, Role, User
from engine.vault.connection import Connection
from engine.vault.key_slots import Person
from engine.vault.keys import new_user_id
from engine.vault.passphrase import check_passphrase
from engine.vault.rekey import Report
from engine.vault.repositories import meta, users


class People:
    """Thread-safe. What changes others needs the right to manage people and raises NotAllowed without it.

    A change stands in the vault, its audit and the key file, or in none of them: the key file is written last inside
    the transaction. What a kill between the two leaves over opens nothing and is dropped at the next sign-in.
    """

    def __init__(self, vault: OpenVault, on_change: Callable[[], None]) -> None:
        """on_change is called after a change to anybody, on the thread that made it."""
        self._vault = vault
        self._account = Account(vault)
        self._recovery = Recovery(vault)
        self._rekeying = Rekeying(vault)
        self._on_change = on_change
        self._lock = threading.RLock()

    def me(self) -> Actor:
        return self._vault.gate.actor

    def must_change(self) -> bool:
        """Whether who is signed in has to choose a passphrase of their own before anything else."""
        return self._vault.gate.must_change

    def list(self) -> list[User]:
        """Everybody, disabled people last."""
        self._vault.gate.require(Permission.MANAGE_PEOPLE)
        return self._vault.database.read(users.list_all)

    def add(self, name: str, role: Role, passphrase: str) -> User:
        """Let somebody sign in, with a passphrase that they change at their first sign-in.

        Raises UserError for a name that is taken or no name, WeakPassphrase, NotEnoughSpace.
        """
        self._vault.gate.require(Permission.MANAGE_PEOPLE)
        user = User(new_user_id(), clean_name(name), role, utc_now(), must_change=True)
        check_passphrase(passphrase)
        with self._lock:
            slot = self._vault.keys.new_user_slot(_described(user), passphrase, self._vault.session.data)

            def store(connection: Connection) -> None:
                _refusing_taken(lambda: users.insert(connection, user))
                self._vault.journal.append(connection, AuditKind.PERSON_ADDED, f"user:{user.id}", role=role)
                self._vault.keys.put(slot)

            self._vault.change(store)
        self._on_change()
        return user

    def rename(self, user_id: str, name: str) -> User:
        """Raises UserError for a name that is taken or no name."""
        cleaned = clean_name(name)

        def store(connection: Connection, user: User) -> User:
            changed = structs.replace(user, name=cleaned)
            _refusing_taken(lambda: users.update(connection, changed))
            self._vault.journal.append(connection, AuditKind.PERSON_CHANGED, f"user:{user_id}", what="name")
            self._vault.keys.describe(_described(changed), self._vault.session.data)
            return changed

        return self._changed(user_id, store)

    def set_role(self, user_id: str, role: Role) -> User:
        """Raises UserError where nobody would be left to manage people."""

        def store(connection: Connection, user: User) -> User:
            changed = structs.replace(user, role=role)
            users.update(connection, changed)
            _keep_an_administrator(connection)
            self._vault.journal.append(connection, AuditKind.PERSON_CHANGED, f"user:{user_id}", what="role", role=role)
            self._vault.keys.describe(_described(changed), self._vault.session.data)
            return changed

        return self._changed(user_id, store)

    def disable(self, user_id: str) -> User:
        """Nothing of this person's opens the workspace any more; what they did stays. See rekey_advised().

        Raises UserError for oneself and for the last administrator.
        """
        if user_id == self._vault.gate.actor.id:
            raise UserError("You cannot disable yourself.", "Another administrator can.")

        def store(connection: Connection, user: User) -> User:
            if user.disabled_at:
                return user
            changed = structs.replace(user, disabled_at=utc_now(), must_change=False)
            users.update(connection, changed)
            _keep_an_administrator(connection)
            if user.last_sign_in_at:
                meta.put(connection, REKEY_DUE, "1")
            self._vault.journal.append(connection, AuditKind.PERSON_DISABLED, f"user:{user_id}")
            self._vault.keys.remove_user(user_id)
            return changed

        return self._changed(user_id, store)

    def enable(self, user_id: str, passphrase: str) -> User:
        """Let a disabled person sign in again, with a passphrase that they change then.

        Raises WeakPassphrase, UserError for oneself.
        """
        return self._set_passphrase(user_id, passphrase, enable=True)

    def reset_passphrase(self, user_id: str, passphrase: str) -> User:
        """Give somebody a passphrase that they change at their next sign-in; the keychain forgets them.

        Raises WeakPassphrase, and UserError for oneself and for disabled people.
        """
        return self._set_passphrase(user_id, passphrase, enable=False)

    def change_passphrase(self, old: str, new: str) -> None:
        """Change one's own. Raises WrongPassphrase, TooManyAttempts, WeakPassphrase, NotEnoughSpace."""
        with self._lock:
            self._account.change_passphrase(old, new)
        self._on_change()

    def remembered(self) -> bool:
        """Whether this computer's keychain opens the workspace as who is signed in."""
        return self._account.remembered()

    def remember(self, passphrase: str) -> bool:
        """Let the keychain open the workspace as who is signed in, and as nobody else; false where there is none.

        Raises WrongPassphrase, TooManyAttempts, NotEnoughSpace.
        """
        with self._lock:
            return self._account.remember(passphrase)

    def forget(self) -> None:
        """Only passphrases and the recovery key open the workspace from now on."""
        with self._lock:
            self._account.forget()

    def recovery(self) -> RecoveryState:
        """When the recovery key was made and last found right."""
        return self._recovery.state()

    def make_recovery_key(self) -> str:
        """A new recovery key to show once; it opens nothing, and an earlier one does, until it was confirmed."""
        with self._lock:
            return self._recovery.make()

    def confirm_recovery_key(self, typed: str) -> None:
        """The new key was typed back: it opens the workspace from now on. Raises MistypedRecoveryKey."""
        with self._lock:
            self._recovery.confirm(typed)
        self._on_change()

    def test_recovery_key(self, typed: str) -> bool:
        """Whether a key opens this workspace; noted when it does. Raises MistypedRecoveryKey, TooManyAttempts."""
        with self._lock:
            right = self._recovery.test(typed)
        self._on_change()
        return right

    def emergencies(self) -> Sequence[Emergency]:
        """Sign-ins with the recovery key that no administrator has looked at; empty for everybody else."""
        return self._recovery.emergencies()

    def emergency_seen(self, seq: int) -> None:
        """An administrator has looked at one of emergencies()."""
        self._recovery.seen(seq)
        self._on_change()

    def rekey_advised(self) -> bool:
        """Whether somebody who could have kept the key was disabled since the workspace got its present one."""
        return self._vault.gate.allows(Permission.MANAGE_PEOPLE) and self._rekeying.advised()

    def rekey(self, report: Report, token: CancelToken) -> None:
        """Give the workspace a new data key; everything else waits meanwhile. See Rekeying.run."""
        self._vault.gate.require(Permission.MANAGE_PEOPLE)
        with self._lock:
            self._rekeying.run(report, token)
        self._on_change()

    def _set_passphrase(self, user_id: str, passphrase: str, *, enable: bool) -> User:
        self._vault.gate.require(Permission.MANAGE_PEOPLE)
        if user_id == self._vault.gate.actor.id:
            # Or whoever finds an unlocked window could take over who left it.
            raise UserError("This is your own passphrase.", "Change it with the one you have.")
        check_passphrase(passphrase)
        with self._lock:
            person = _described(self._vault.database.read(lambda connection: _person(connection, user_id)))
            slot = self._vault.keys.new_user_slot(person, passphrase, self._vault.session.data)

            def store(connection: Connection, user: User) -> User:
                if user.disabled_at and not enable:
                    raise UserError(f"“{user.name}” is disabled.", "Enable the person first.")
                changed = structs.replace(user, disabled_at="", must_change=True)
                users.update(connection, changed)
                if user.disabled_at:
                    self._vault.journal.append(connection, AuditKind.PERSON_CHANGED, f"user:{user_id}", what="enabled")
                self._vault.journal.append(connection, AuditKind.PASSWORD_CHANGED, f"user:{user_id}", how="reset")
                self._vault.keys.put_alone(slot)
                return changed

            return self._changed(user_id, store)

    def _changed(self, user_id: str, store: Callable[[Connection, User], User]) -> User:
        """Carry out a change to somebody in one transaction."""
        self._vault.gate.require(Permission.MANAGE_PEOPLE)
        with self._lock:
            user = self._vault.change(lambda connection: store(connection, _person(connection, user_id)))
            if user.id == self._vault.gate.actor.id:
                self._vault.gate.now(actor_of(user.id, user.name, user.role))
        self._on_change()
        return user


def _described(user: User) -> Person:
    return Person(user.id, user.name, user.role is Role.ADMINISTRATOR)


def _person(connection: Connection, user_id: str) -> User:
    user = users.get(connection, user_id)
    if user is None:
        raise UserError("There is no such person.", "See the list of people.")
    return user


def _keep_an_administrator(connection: Connection) -> None:
    if not users.administrators(connection):
        raise UserError(
            "This is the last administrator: nobody could manage the workspace any more.",
            "Make somebody else an administrator first.",
        )


def _refusing_taken(change: Callable[[], None]) -> None:
    try:
        change()
    except KeyError as error:
        raise UserError(
            "Somebody has this name already.", "Choose another name; capitals make no difference."
        ) from error
