"""Reading the record: the entries that a filter lets through, with the names of who did them."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.types import AuditEntry, AuditFilter, AuditKind
from engine.vault.connection import Connection, Row, placeholders


def entries(connection: Connection, wanted: AuditFilter, before_seq: int | None, limit: int) -> list[AuditEntry]:
    """At most limit entries, the newest first. before_seq: only older ones than this."""
    condition, values = conditions(wanted)
    if before_seq is not None:
        condition, values = f"{condition} AND seq < ?", [*values, before_seq]
    sql = (
        "SELECT seq, at, user_id, coalesce(users.name, ''), kind, subject, details"  # noqa: S608 - no value in it
        f" FROM audit LEFT JOIN users ON users.id = audit.user_id WHERE {condition} ORDER BY seq DESC LIMIT ?"
    )
    return [_entry(row) for row in connection.execute(sql, [*values, limit])]


def conditions(wanted: AuditFilter) -> tuple[str, list[Any]]:
    """An SQL condition on the rows of the record, with its values."""
    parts: list[str] = ["1"]
    values: list[Any] = []
    for column, value in (("user_id = ?", wanted.user_id), ("at >= ?", wanted.since), ("at < ?", wanted.until)):
        if value:
            parts.append(f"audit.{column}")
            values.append(value)
    if wanted.subject:
        parts.append("audit.subject = ?")
        values.append(wanted.subject)
    if wanted.kinds is not None:
        parts.append(f"audit.kind IN ({placeholders(len(wanted.kinds))})")
        values.extend(sorted(wanted.kinds))
    return " AND ".join(parts), values


def people(connection: Connection, wanted: AuditFilter) -> dict[str, str]:
    """Names by id of those who did what the filter lets through."""
    condition, values = conditions(wanted)
    sql = (
        "SELECT id, name FROM users WHERE id IN"  # noqa: S608 - no value in it
        f" (SELECT DISTINCT audit.user_id FROM audit WHERE {condition}) ORDER BY id"
    )
    return dict(connection.execute(sql, values).fetchall())


def _entry(row: Row) -> AuditEntry:
    """A row whose kind or details make no sense was changed from outside, and is shown all the same."""
    seq, at, user_id, person, kind, subject, details = row
    try:
        return AuditEntry(seq, at, user_id, person, AuditKind(kind), subject, msgspec.json.decode(details, type=dict))
    except ValueError:
        return AuditEntry(seq, at, user_id, person, AuditKind.UNKNOWN, subject, {"kind": kind})
