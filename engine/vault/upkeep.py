"""What keeps an open workspace sound: its record, exports, backups and checks, put together in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.exports import Exports
from engine.paths import Paths
from engine.people.permissions import Gate
from engine.types import Policy
from engine.vault.audit.journal import Journal
from engine.vault.audit.service import Audit
from engine.vault.backup.making import Maker
from engine.vault.backup.scratch import remove_left
from engine.vault.backup.service import Backups
from engine.vault.chores import Chore, Chores
from engine.vault.clean_end import CleanEnd
from engine.vault.database import Database
from engine.vault.integrity import Integrity
from engine.vault.session_keys import SessionKeys

_FIRST_LOOK_S = 60.0


@dataclass(frozen=True)
class Held:
    """An open workspace, who is in it, and how its services tell of changes."""

    paths: Paths
    database: Database
    keys: SessionKeys
    journal: Journal
    gate: Gate
    policy: Callable[[], Policy]
    on_change: Callable[[], None]


class Upkeep:
    """audit, exports, backups, integrity: the services. Backups and checks that are due are made from start() on."""

    def __init__(self, held: Held) -> None:
        database, paths, keys, gate = held.database, held.paths, held.keys, held.gate
        self._clean_end = CleanEnd(paths)
        remove_left(paths.data)
        self.exports = Exports(database, held.journal, gate)
        self.audit = Audit(database, keys, self.exports, gate)
        maker = Maker(database, paths, keys)
        self.backups = Backups(maker, held.journal, gate, lambda: held.policy().backup, held.on_change)
        self.integrity = Integrity(
            database,
            paths,
            keys,
            held.journal,
            lambda: held.policy().check_days,
            held.on_change,
            unclean=self._clean_end.unclean,
        )
        check, backups = self.integrity, self.backups
        self._chores = Chores(
            [
                Chore("check", check.due, lambda token: check.check(token=token, by_itself=True)),
                Chore("backup", backups.due, backups.make_by_itself),
            ],
            first_after_s=_FIRST_LOOK_S,
        )

    def start(self) -> None:
        self._chores.start()

    def stop(self) -> None:
        """End what is being made; nothing half made stays."""
        self._chores.close()

    def closed(self) -> None:
        """The database was closed in order."""
        self._clean_end.closed()
