"""The vault's expected failures, in the reader's words."""

from __future__ import annotations

from pathlib import Path

from engine.errors import NameNeeded, NewerSchema, UserError, WrongPassphrase


class VaultClosed(UserError):
    """The workspace was locked; nothing can be read or written until it is unlocked."""


class VaultBusy(UserError):
    """Another program holds this workspace open."""


class VaultDamaged(UserError):
    """A file of the workspace is missing or damaged."""


class WeakPassphrase(UserError):
    """A new passphrase does not meet the rule."""


def closed() -> VaultClosed:
    return VaultClosed("The workspace is locked.", "Unlock it with your passphrase to go on.")


def busy() -> VaultBusy:
    return VaultBusy(
        "This workspace is already open in another Chartside on this computer.",
        "Use that window, or close it and try again.",
    )


def wrong_passphrase() -> WrongPassphrase:
    """For a wrong name too: which of the two it was is nobody's business."""
    return WrongPassphrase(
        "This passphrase does not open the workspace.",
        "Check the name, Caps Lock and the keyboard language, then type it again.",
    )


def wrong_recovery_key() -> WrongPassphrase:
    return WrongPassphrase(
        "This recovery key does not open the workspace.",
        "It may belong to another workspace, or a newer one was made since: use the newest sheet.",
    )


def name_needed() -> NameNeeded:
    return NameNeeded("Several people may open this workspace.", "Give your name as well as your passphrase.")


def exchanged() -> VaultDamaged:
    return VaultDamaged(
        "This is not the workspace that you signed in to before. Another one was put in its place.",
        "Do not work in it. Restore the newest backup into another folder, and have this computer looked at.",
    )


def newer_schema(found: int, known: int) -> NewerSchema:
    return NewerSchema(
        "This workspace was saved by a newer version of Chartside. Nothing was changed.",
        "Install the newest version of Chartside and open the workspace with it.",
        f"schema {found}, this version knows {known}",
    )


def database_missing(file: Path) -> VaultDamaged:
    return VaultDamaged(
        "The workspace's database is missing from its folder.",
        f"Put {file.name} back from a backup, beside the key file, and open the workspace again.",
    )


def database_damaged(details: str = "") -> VaultDamaged:
    return VaultDamaged(
        "The workspace's database is damaged, or does not belong to its key file. Nothing was changed.",
        "Copy the whole data folder to a safe place first, then put back a backup of the database.",
        details,
    )


def damaged_before_upgrade(details: str) -> VaultDamaged:
    return VaultDamaged(
        "The workspace is damaged, so no good copy of it can be kept before it is changed. Nothing was changed.",
        "Restore the newest good backup, or put a copy from before an update back; then try again.",
        details,
    )


def disk_failed(details: str) -> UserError:
    return UserError(
        "The disk reported an error, so this could not be saved or read.",
        "Check the disk and its connection, then try again. What was saved before is untouched.",
        details,
    )


def file_not_opened(details: str) -> UserError:
    return UserError(
        "A file of the workspace could not be opened or made.",
        "Free some space on its disk, and see that you may write into its folder; then try again. "
        "What was saved before is untouched.",
        details,
    )


def newer_key_file(details: str) -> NewerSchema:
    return NewerSchema(
        "This workspace's key file was written by a newer version of Chartside. Nothing was changed.",
        "Install the newest version of Chartside and open the workspace with it.",
        details,
    )


def key_file_damaged(file: Path, details: str) -> VaultDamaged:
    return VaultDamaged(
        "The workspace's key file is missing or damaged. It was left as it is.",
        f"Put {file.name} back from a backup of the data folder; without it nobody can open the workspace.",
        details,
    )
