"""What a database holds, as far as two of them can be compared by it."""

from __future__ import annotations

from msgspec import Struct

from engine.types import AuditHead
from engine.vault import migrations
from engine.vault.audit import chain
from engine.vault.audit.service import head_of
from engine.vault.connection import Connection


class Contents(Struct, frozen=True):
    workspace: str
    schema: int
    head: AuditHead
    rows: dict[str, int]


def contents(connection: Connection) -> Contents:
    """The end of its record, and how many rows each table has."""
    tables = [
        row[0]
        for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        )
    ]
    return Contents(
        workspace=chain.workspace_id(connection),
        schema=migrations.schema_number(connection),
        head=head_of(connection),
        rows={name: _count(connection, name) for name in tables},
    )


def _count(connection: Connection, table: str) -> int:
    row = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608 - out of the schema
    return int(row[0]) if row else 0
