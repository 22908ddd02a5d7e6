"""What the services of people work on: an open workspace, its keys, and who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from engine.paths import Paths
from engine.people.permissions import Gate
from engine.people.throttle import Throttle
from engine.vault.audit.journal import Journal
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.keys import Keys
from engine.vault.session_keys import SessionKeys

T = TypeVar("T")


@dataclass(frozen=True)
class OpenVault:
    """keys: the key file. session: what it led to, in memory."""

    paths: Paths
    database: Database
    keys: Keys
    session: SessionKeys
    gate: Gate
    journal: Journal

    def change(self, act: Callable[[Connection], T]) -> T:
        """One transaction that may change the key file too; both are then changed, or neither."""
        with self.keys.together():
            return self.database.transaction(act)

    def throttle(self) -> Throttle:
        return Throttle(self.paths.attempts_file)
