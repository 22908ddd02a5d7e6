"""What can go wrong with backups, in the reader's words."""

from __future__ import annotations

from engine.errors import UserError


class BackupUnsound(UserError):
    """A backup is not what the workspace was, or cannot be opened."""


def workspace_damaged(details: str) -> BackupUnsound:
    return BackupUnsound(
        "The workspace is damaged, so this backup was not kept. Older backups are untouched.",
        "Have the workspace checked in the settings, then restore the newest good backup.",
        details,
    )


def unsound(details: str) -> BackupUnsound:
    return BackupUnsound("This backup is damaged.", "Use another backup; make a new one where you can.", details)


def other_key() -> BackupUnsound:
    return BackupUnsound(
        "This backup is one of another workspace.",
        "It can be restored with a passphrase or the recovery key of that workspace.",
    )


def folder_missing(reason: str) -> UserError:
    return UserError(
        "The folder for backups cannot be written to.",
        "Connect the drive, or choose another folder in the settings.",
        reason,
    )


def not_restored(reason: str) -> UserError:
    return UserError(
        "The backup could not be restored: a drive reported an error.",
        "Check both drives and their connections, then try again. Nothing was lost.",
        reason,
    )


def not_readable(reason: str) -> UserError:
    return UserError("The backup could not be read.", "Check the drive and its connection, then try again.", reason)
