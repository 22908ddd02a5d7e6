"""What each role may do, and the gate that asks."""

from __future__ import annotations

import threading
from collections.abc import Callable

from engine.errors import NotAllowed
from engine.types import Actor, Permission, Role
from engine.vault.key_slots import RECOVERY

_READER = frozenset({Permission.ASK})
_STAFF = _READER | {Permission.ADD_DOCUMENTS, Permission.WRITE_NOTES}
_CLINICIAN = _STAFF | {
    Permission.REMOVE_DOCUMENTS,
    Permission.EXPORT,
    Permission.SIGN_NOTES,
    Permission.CHANGE_TEMPLATES,
}

_ROLES: dict[Role, frozenset[Permission]] = {
    Role.READER: _READER,
    Role.STAFF: _STAFF,
    Role.CLINICIAN: _CLINICIAN,
    Role.ADMINISTRATOR: frozenset(Permission),
}


def permissions_of(role: Role) -> frozenset[Permission]:
    return _ROLES[role]


def actor_of(user_id: str, name: str, role: Role) -> Actor:
    return Actor(user_id, name, role, permissions_of(role))


def emergency_actor() -> Actor:
    """Whoever holds the recovery key: it is there for the day when nobody else can do what an administrator does."""
    return Actor(RECOVERY, "", Role.ADMINISTRATOR, permissions_of(Role.ADMINISTRATOR), emergency=True)


class Gate:
    """Who is signed in, and whether they may. Services ask it before each act; thread-safe."""

    def __init__(self, actor: Actor, *, must_change: bool = False) -> None:
        """must_change: nothing that needs a permission is done until the person has chosen their own passphrase."""
        self._lock = threading.Lock()
        self._actor = actor
        self._must_change = must_change
        self._refused: Callable[[Permission], None] = lambda _permission: None

    def on_refused(self, listener: Callable[[Permission], None]) -> None:
        """Tell listener of every act that is refused, before it is."""
        self._refused = listener

    @property
    def actor(self) -> Actor:
        return self._actor

    @property
    def must_change(self) -> bool:
        return self._must_change

    def allows(self, permission: Permission) -> bool:
        return not self._must_change and permission in self._actor.permissions

    def require(self, permission: Permission) -> None:
        """Raises NotAllowed. Not to be called inside a transaction: a refusal is recorded."""
        if not self.allows(permission):
            self._refused(permission)
        if self._must_change:
            raise NotAllowed(
                "Your passphrase was set by somebody else, so nothing else can be done yet.",
                "Choose a passphrase that only you know first.",
            )
        if permission not in self._actor.permissions:
            raise NotAllowed(
                "Your role does not allow this.",
                "Ask an administrator to do it, or to change your role.",
                f"{self._actor.role}: {permission}",
            )

    def now(self, actor: Actor) -> None:
        """The person's name or role has changed."""
        with self._lock:
            self._actor = actor

    def changed_passphrase(self) -> None:
        with self._lock:
            self._must_change = False
