"""How a workspace stands with its backups, in words."""

from __future__ import annotations

from datetime import UTC, datetime

from app.i18n import counted, tr
from engine.types import BackupState


def age_words(state: BackupState, now: datetime | None = None) -> str:
    """How old the newest good backup is: "Last backup: 3 days ago"."""
    if state.last is None:
        return tr("Backup", "No backup yet")
    passed = (now or datetime.now(UTC)) - datetime.fromisoformat(state.last.made_at)
    minutes = max(0, int(passed.total_seconds() // 60))
    if minutes < 60:
        return tr("Backup", "Last backup: less than an hour ago")
    if minutes < 48 * 60:
        return counted("Backup", "Last backup: 1 hour ago", "Last backup: {count} hours ago", minutes // 60)
    return counted("Backup", "Last backup: 1 day ago", "Last backup: {count} days ago", minutes // (24 * 60))
