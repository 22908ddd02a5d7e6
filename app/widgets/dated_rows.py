"""Rows of a list under headings that say how long ago they are: "Today", "Yesterday"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from app.i18n import tr

T = TypeVar("T")


def dated_rows(items: Sequence[T], moment_of: Callable[[T], str], today: date) -> list[str | T]:
    """The items in their order, each group behind its heading. moment_of: when an item was (ISO 8601)."""
    rows: list[str | T] = []
    heading = ""
    for item in items:
        group = group_of(moment_of(item), today)
        if group != heading:
            rows.append(group)
            heading = group
        rows.append(item)
    return rows


def group_of(updated_at: str, today: date) -> str:
    """The heading for what was at this time (ISO 8601, UTC), in local days."""
    day = datetime.fromisoformat(updated_at).astimezone().date()
    if day >= today:
        return tr("Days", "Today")
    if day == today - timedelta(days=1):
        return tr("Days", "Yesterday")
    return tr("Days", "Earlier")
