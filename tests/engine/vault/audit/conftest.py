"""A workspace with a record in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from engine.exports import Exports
from engine.people.permissions import Gate, actor_of
from engine.types import AuditKind, Role
from engine.vault.audit import chain
from engine.vault.audit.journal import Journal
from engine.vault.audit.service import Audit
from engine.vault.database import Database
from engine.vault.session_keys import SessionKeys
from tests.engine.vault.conftest import KEY, NOW


@dataclass
class Record:
    """What the tests of the record work with."""

    database: Database
    keys: SessionKeys
    gate: Gate
    journal: Journal
    exports: Exports
    audit: Audit

    def write(self, count: int, kind: AuditKind = AuditKind.QUESTION, by: str | None = None) -> None:
        """Add entries about turn:1, turn:2 … after those that are there."""

        def add(connection: object) -> None:
            for _ in range(count):
                seq = chain.end(connection).seq + 1  # type: ignore[arg-type]
                self.journal.append(connection, kind, f"turn:{seq}", by=by, documents=[seq, 7])  # type: ignore[arg-type]

        self.database.transaction(add)

    def tamper(self, *statements: str) -> None:
        """As somebody with the data key and a database tool would."""

        def change(connection: object) -> None:
            for trigger in ("audit_keeps", "audit_stays"):
                connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")  # type: ignore[attr-defined]
            for statement in statements:
                connection.execute(statement)  # type: ignore[attr-defined]

        self.database.transaction(change)


@pytest.fixture
def make_record() -> Callable[..., Record]:
    def make(database: Database, role: Role = Role.ADMINISTRATOR) -> Record:
        keys = SessionKeys(bytearray(KEY))
        gate = Gate(actor_of("u1", "Ada", role))
        journal = Journal(lambda: "u1", clock=lambda: NOW)
        database.transaction(lambda connection: chain.begin(connection, keys.audit))
        exports = Exports(database, journal, gate)
        return Record(database, keys, gate, journal, exports, Audit(database, keys, exports, gate))

    return make


@pytest.fixture
def record(database: Database, make_record: Callable[..., Record]) -> Record:
    made = make_record(database)
    database.transaction(
        lambda connection: connection.execute(
            "INSERT INTO users (id, name, name_key, role, created_at) VALUES ('u1', 'Ada', 'ada', 'administrator', '')"
        )
    )
    return made
