"""What the repositories need from a database connection, so that only the database module knows the driver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

Row = tuple[Any, ...]
Parameters = Sequence[Any] | Mapping[str, Any]


class Cursor(Protocol):
    """The result of one statement."""

    @property
    def lastrowid(self) -> int | None: ...

    @property
    def rowcount(self) -> int: ...

    def __iter__(self) -> Iterator[Row]: ...

    def fetchone(self) -> Row | None: ...

    def fetchall(self) -> list[Row]: ...

    def fetchmany(self, size: int) -> list[Row]: ...


class Connection(Protocol):
    """One open database. Valid only inside the function that Database.read or Database.transaction was given."""

    def execute(self, sql: str, parameters: Parameters = (), /) -> Cursor: ...

    def executemany(self, sql: str, parameters: Iterable[Parameters], /) -> Cursor: ...


def inserted_id(cursor: Cursor) -> int:
    """The id of the row that an INSERT made."""
    row_id = cursor.lastrowid
    if row_id is None:
        raise ValueError("the statement inserted no row")
    return row_id


def placeholders(count: int) -> str:
    """Question marks for an IN list of count values."""
    return ",".join("?" * count)
