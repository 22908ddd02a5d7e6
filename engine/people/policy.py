"""What the administrator has decided for everybody, kept inside the vault."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import msgspec

from engine.errors import UserError
from engine.people.permissions import Gate
from engine.types import AuditKind, Permission, Policy
from engine.vault.audit.journal import Journal
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.repositories import meta

_KEY = "policy"
_logger = logging.getLogger(__name__)


class PolicyStore:
    """The policy of one open workspace. Thread-safe; get() touches no disk."""

    def __init__(self, database: Database, gate: Gate, journal: Journal, on_change: Callable[[], None]) -> None:
        """on_change is called after a change, on the thread that made it."""
        self._database = database
        self._gate = gate
        self._journal = journal
        self._on_change = on_change
        self._policy = database.read(_stored)

    def get(self) -> Policy:
        return self._policy

    def update(self, change: Callable[[Policy], Policy]) -> Policy:
        """Apply change, check and store. Raises NotAllowed, UserError for a value out of range, NotEnoughSpace; the
        policy then stays as it was."""
        self._gate.require(Permission.CHANGE_POLICY)

        def store(connection: Connection) -> tuple[Policy, bool]:
            before = _stored(connection)
            after = _checked(change(before))
            if after != before:
                meta.put(connection, _KEY, msgspec.json.encode(after).decode())
                self._journal.append(connection, AuditKind.POLICY, **_differences(before, after))
            return after, after != before

        self._policy, changed = self._database.transaction(store)
        if changed:
            self._on_change()
        return self._policy

    def begin(self, policy: Policy) -> None:
        """Store this one where there is none yet: from then on nothing outside the vault decides anything."""
        if self._database.read(lambda connection: meta.get(connection, _KEY)):
            return
        text = msgspec.json.encode(_checked(policy)).decode()
        self._database.transaction(lambda connection: meta.put(connection, _KEY, text))
        self._policy = policy


def _stored(connection: Connection) -> Policy:
    text = meta.get(connection, _KEY)
    if not text:
        return Policy()
    try:
        return msgspec.json.decode(text, type=Policy)
    except msgspec.MsgspecError:
        _logger.warning("policy_unreadable")
        return Policy()


def _checked(policy: Policy) -> Policy:
    try:
        return msgspec.json.decode(msgspec.json.encode(policy), type=Policy)
    except msgspec.ValidationError as error:
        raise UserError(
            "That has a value that is not allowed, so nothing was changed.",
            "Choose a value inside the range shown.",
            str(error),
        ) from error


def _differences(before: Policy, after: Policy) -> dict[str, Any]:
    """Old and new of the numbers that changed; of a folder only that it did: its name may say too much."""
    old, new = _flat(msgspec.to_builtins(before)), _flat(msgspec.to_builtins(after))
    return {
        name: [old[name], value] if isinstance(value, int) else "changed"
        for name, value in new.items()
        if old[name] != value
    }


def _flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}_")
        else:
            flat[prefix + name] = value
    return flat
