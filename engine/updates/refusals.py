"""Why an update is not put in: a sentence for each reason, and what to do next."""

from __future__ import annotations

from engine.errors import NotEnoughSpace, UserError

_UNCHANGED = "Nothing was changed."
_FROM_SOURCE = "Get the file again from where Chartside comes from."


class UpdateRefused(UserError):
    """An update file that may not or cannot be put into this copy; the copy is untouched."""


def checkout() -> UpdateRefused:
    return UpdateRefused(
        "This Chartside runs from its source, so it takes no update files.",
        "Update the source instead, or install Chartside with its installer.",
    )


def own_installer() -> UpdateRefused:
    return UpdateRefused(
        "On this system a new version is put in with its installer, not with an update file.",
        "Run the installer of the new version; it keeps your documents and settings.",
    )


def not_installed() -> UpdateRefused:
    return UpdateRefused(
        "This copy of Chartside was not put here by its installer, so it cannot be updated.",
        "Install Chartside with its installer; your documents and settings stay where they are.",
    )


def no_keys() -> UpdateRefused:
    return UpdateRefused(
        "This copy of Chartside was built without an update key, so it cannot tell a true update from a forged one.",
        "Install the new version with its installer; it keeps your documents and settings.",
    )


def unreadable(details: str) -> UpdateRefused:
    return UpdateRefused(
        "The update file could not be read.",
        "See that it is still there and that you may read it; if it is on a stick, copy it to this computer first.",
        details,
    )


def no_update(details: str) -> UpdateRefused:
    return UpdateRefused(
        "This is not a Chartside update file.", "Choose a file whose name ends in .chartside-update.", details
    )


def cut_off() -> UpdateRefused:
    return UpdateRefused(
        f"The update file is not complete: its end is missing. {_UNCHANGED}",
        "Copy or download it again, and let the copy finish before you take the stick out.",
    )


def damaged(details: str) -> UpdateRefused:
    return UpdateRefused(
        f"The update file is damaged: it is not as it was when it was signed. {_UNCHANGED}",
        "Copy or download it again. If that does not help, do not use it and ask where it came from.",
        details,
    )


def forged() -> UpdateRefused:
    return UpdateRefused(
        f"The signature of this update is wrong: the file was changed after it was signed, or forged. {_UNCHANGED}",
        f"Do not use this file. {_FROM_SOURCE}",
    )


def unknown_key(key: str) -> UpdateRefused:
    return UpdateRefused(
        f"This update was signed by somebody whom this copy of Chartside does not know. {_UNCHANGED}",
        f"Do not use this file unless you know who made it. {_FROM_SOURCE}",
        f"key {key}",
    )


def newer_format(schema: int) -> UpdateRefused:
    return UpdateRefused(
        f"This update has a newer form than this version of Chartside knows. {_UNCHANGED}",
        "Install the new version with its installer instead; it keeps your documents and settings.",
        f"update format {schema}",
    )


def unusable(details: str) -> UpdateRefused:
    return UpdateRefused(
        f"This update is signed, but it was not made as it should be. {_UNCHANGED}",
        "Ask for a new one where it came from, and tell them the details.",
        details,
    )


def other_platform(theirs: str, ours: str) -> UpdateRefused:
    return UpdateRefused(
        f"This update is for another kind of computer ({theirs}); this one is {ours}. {_UNCHANGED}",
        f"Get the update file whose name holds “{ours}”.",
    )


def other_build(theirs: str, ours: str) -> UpdateRefused:
    words = {"none": "without support for a graphics card"}
    return UpdateRefused(
        f"This update is for the build {words.get(theirs, f'for {theirs}')}; this copy is the one "
        f"{words.get(ours, f'for {ours}')}. {_UNCHANGED}",
        "Get the update file of the same build as this copy, or install the other build with its installer.",
    )


def same_version(version: str) -> UpdateRefused:
    return UpdateRefused(f"Version {version} is already installed.", "There is nothing to do.")


def older(theirs: str, ours: str) -> UpdateRefused:
    return UpdateRefused(
        f"This update holds version {theirs}, which is older than the installed {ours}. {_UNCHANGED}",
        "Use the newest update file. To leave a version that gives trouble, go back to the one before it instead.",
    )


def needs_step(ours: str, oldest: str) -> UpdateRefused:
    return UpdateRefused(
        f"This update cannot be put over version {ours} directly. {_UNCHANGED}",
        f"Update to version {oldest} first, then open this file again.",
    )


def no_rights(command: str) -> UpdateRefused:
    return UpdateRefused(
        "Only an administrator may change this copy of Chartside.",
        f"Have an administrator run this command: {command}",
    )


def not_granted(details: str) -> UpdateRefused:
    return UpdateRefused(
        f"The administrator's password was not accepted, so the update was not put in. {_UNCHANGED}",
        "Try again with the password of somebody who may install programs on this computer.",
        details,
    )


def busy() -> UpdateRefused:
    return UpdateRefused(
        "Another update is being put in right now.", "Wait until it is done, then start Chartside again."
    )


def does_not_start(version: str, details: str) -> UpdateRefused:
    return UpdateRefused(
        f"Version {version} does not start on this computer, so it was not put in. {_UNCHANGED}",
        "Go on with the version you have, and tell those who gave you the update the details.",
        details,
    )


def not_written(details: str) -> UpdateRefused:
    return UpdateRefused(
        f"The update could not be read or written completely. {_UNCHANGED}",
        "See that the stick or disk with the update file is still there and that the disk works, then open it again.",
        details,
    )


def nothing_before() -> UpdateRefused:
    return UpdateRefused(
        "There is no earlier version on this computer to go back to.",
        "Only the version from before the last update is kept. An older one can be put in with its installer.",
    )


def no_space(needed: int, free: int | None = None) -> NotEnoughSpace:
    found = "" if free is None else f"; {_size(free)} are free"
    return NotEnoughSpace(
        f"There is not enough room for the update: it needs {_size(needed)} on the disk that holds Chartside{found}. "
        f"{_UNCHANGED}",
        "Free some space on that disk, then open the update file again.",
    )


def _size(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(1, round(size / 1e6))} MB"
