"""The recovery key of an open workspace, and the sign-ins that it was used for."""

from __future__ import annotations

import secrets

from engine.clock import utc_now
from engine.errors import UserError
from engine.people import recovery_key
from engine.people.open_vault import OpenVault
from engine.people.recovery_key import MistypedRecoveryKey
from engine.types import AuditKind, Emergency, Permission, RecoveryState
from engine.vault.connection import Connection
from engine.vault.key_slots import Kind
from engine.vault.repositories import meta, users

_MADE, _TESTED = "recovery_made_at", "recovery_tested_at"


class Recovery:
    """Not thread-safe: People holds its lock around each call."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault
        self._unconfirmed: bytes | None = None

    def state(self) -> RecoveryState:
        if not self._vault.keys.of(Kind.RECOVERY):
            return RecoveryState()
        return self._vault.database.read(lambda c: RecoveryState(meta.get(c, _MADE), meta.get(c, _TESTED)))

    def make(self) -> str:
        """A new key to show; it opens nothing until confirm(). Raises NotAllowed."""
        self._vault.gate.require(Permission.MANAGE_PEOPLE)
        key = recovery_key.generate()
        self._unconfirmed = recovery_key.secret_of(key)
        return key

    def confirm(self, typed: str) -> None:
        """Let the key that make() gave open the workspace, and no earlier one, now that it was typed back.

        Raises MistypedRecoveryKey, NotAllowed, NotEnoughSpace.
        """
        self._vault.gate.require(Permission.MANAGE_PEOPLE)
        if self._unconfirmed is None:
            raise UserError("There is no new recovery key to confirm.", "Make one first.")
        secret = recovery_key.secret_of(typed)
        if not secrets.compare_digest(secret, self._unconfirmed):
            raise MistypedRecoveryKey(
                "This is a recovery key, but not the one just shown.", "Type the one that was shown last."
            )
        slot = self._vault.keys.new_recovery_slot(secret, self._vault.session.data)
        now = utc_now()

        def store(connection: Connection) -> None:
            meta.put(connection, _MADE, now)
            meta.put(connection, _TESTED, now)
            self._vault.journal.append(connection, AuditKind.RECOVERY_KEY, did="made")
            self._vault.keys.put(slot)

        self._vault.change(store)
        self._unconfirmed = None

    def test(self, typed: str) -> bool:
        """Whether a key opens this workspace; a right one is noted. Raises MistypedRecoveryKey, TooManyAttempts."""
        self._vault.gate.require(Permission.MANAGE_PEOPLE)
        slots = self._vault.keys.of(Kind.RECOVERY)
        secret = recovery_key.secret_of(typed)
        if not slots:
            return False
        ids = [slot.id for slot in slots]
        self._vault.throttle().attempt(ids)
        found = self._vault.keys.open_with(slots, secret)
        if found is None:
            self._vault.throttle().was_wrong(ids)
            return False
        found.wipe()
        self._vault.throttle().was_right(found.slot.id)
        now = utc_now()

        def note(connection: Connection) -> None:
            meta.put(connection, _TESTED, now)
            self._vault.journal.append(connection, AuditKind.RECOVERY_KEY, did="tested")

        self._vault.database.transaction(note)
        return True

    def emergencies(self) -> list[Emergency]:
        """Sign-ins with the recovery key that no administrator has looked at; none for anybody else."""
        if not self._vault.gate.allows(Permission.MANAGE_PEOPLE) or self._vault.gate.actor.emergency:
            return []
        return self._vault.database.read(users.unseen_emergencies)

    def seen(self, seq: int) -> None:
        """An administrator has looked at one. Raises NotAllowed, also for who signed in with the recovery key."""
        self._vault.gate.require(Permission.MANAGE_PEOPLE)
        if self._vault.gate.actor.emergency:
            raise UserError(
                "A sign-in with the recovery key is looked at by an administrator.", "Sign in as one to confirm it."
            )

        def note(connection: Connection) -> None:
            if users.see_emergency(connection, seq, self._vault.gate.actor.id, utc_now()):
                self._vault.journal.append(connection, AuditKind.EMERGENCY_SEEN, entry=seq)

        self._vault.database.transaction(note)
