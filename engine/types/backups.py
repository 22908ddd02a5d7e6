"""Backups of a workspace, what the clinic has decided about them, and checks of the one that is open."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from engine.types.audit import AuditHead


class BackupPolicy(Struct, frozen=True):
    """folder: "" is the one beside the workspace. every_hours: 0 makes none by itself. keep: the newest so many."""

    folder: str = ""
    every_hours: Annotated[int, Meta(ge=0, le=24 * 31)] = 24
    keep: Annotated[int, Meta(ge=2, le=366)] = 14


class Policy(Struct, frozen=True):
    """What the administrator has decided for everybody; kept inside the vault.

    auto_lock_minutes, clipboard_seconds: 0 never locks, never clears. check_days: integrity is checked so often.
    keep_sound: recordings stay after their note was signed; otherwise they are deleted then.
    """

    auto_lock_minutes: Annotated[int, Meta(ge=0, le=24 * 60)] = 15
    clipboard_seconds: Annotated[int, Meta(ge=0, le=3600)] = 60
    backup: BackupPolicy = BackupPolicy()
    check_days: Annotated[int, Meta(ge=1, le=90)] = 7
    keep_sound: bool = False


class BackupInfo(Struct, frozen=True):
    """One backup file. made_at and size are known of every one; the rest only where it could be opened.

    problem: why it cannot be used, "" when nothing is wrong.
    """

    file: str
    made_at: str
    size: int
    version: str = ""
    schema: int = 0
    head: AuditHead | None = None
    problem: str = ""


class BackupStage(StrEnum):
    COPYING = "copying"
    CHECKING = "checking"
    UNPACKING = "unpacking"


class BackupProgress(Struct, frozen=True):
    """Bytes done of this stage."""

    stage: BackupStage
    done: int
    total: int


class BackupState(Struct, frozen=True):
    """How the workspace stands. last: the newest good backup. late: older than 48 hours, or none though a day has
    passed. problem, advice: why the last try failed."""

    folder: str
    last: BackupInfo | None = None
    late: bool = False
    running: bool = False
    problem: str = ""
    advice: str = ""


class CheckReport(Struct, frozen=True):
    """An integrity check. problems: one line each, empty when the workspace is sound. advice: the way out."""

    at: str
    seconds: float
    problems: list[str]
    advice: str = ""
