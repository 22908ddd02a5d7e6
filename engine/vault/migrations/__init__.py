"""The schema's history. A released migration is never changed; a new one is added behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.vault.connection import Connection
from engine.vault.migrations import m0001_first_light, m0002_table_headers, m0003_people, m0004_audit, m0005_visits


@dataclass(frozen=True)
class Migration:
    """The statements that lead from schema number - 1 to schema number."""

    number: int
    statements: tuple[str, ...]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(1, m0001_first_light.STATEMENTS),
    Migration(2, m0002_table_headers.STATEMENTS),
    Migration(3, m0003_people.STATEMENTS),
    Migration(4, m0004_audit.STATEMENTS),
    Migration(5, m0005_visits.STATEMENTS),
)


def schema_number(connection: Connection) -> int:
    """The schema of an open database; 0 for one that is still empty."""
    row = connection.execute("PRAGMA user_version").fetchone()
    return int(row[0]) if row else 0


def apply(connection: Connection, pending: Sequence[Migration]) -> None:
    """Carry out migrations in one transaction; on an error, or a kill, the database stays at its old schema."""
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN IMMEDIATE")
    try:
        for migration in pending:
            _carry_out(connection, migration)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


def _carry_out(connection: Connection, migration: Migration) -> None:
    for statement in migration.statements:
        connection.execute(statement)
    if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise ValueError(f"migration {migration.number} leaves a broken reference")
    connection.execute(f"PRAGMA user_version = {migration.number:d}")


def latest(migrations: Sequence[Migration]) -> int:
    return migrations[-1].number
