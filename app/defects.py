"""What a person is told when Chartside itself is at fault."""

from __future__ import annotations

from pathlib import Path

from app.i18n import tr
from engine import __version__
from engine.crashes import crash_files, dismiss
from engine.errors import UserError


def told(file: Path | None) -> UserError:
    """The sentence about a defect. file: the crash file, None where it could not be written."""
    words = tr("Defect", "A description without any patient text is in {file}", file=file) if file else ""
    return UserError(
        tr("Defect", "Chartside made a mistake of its own and stopped this step."),
        tr("Defect", "What was saved is safe. Try again; if it happens once more, close Chartside and open it again."),
        words,
    )


def told_at_start(files: list[Path]) -> UserError:
    """The notice about crash files of earlier runs; their text stands in the details."""
    return UserError(
        tr("Defect", "Chartside ended unexpectedly last time."),
        tr("Defect", "What was saved is safe. A description without patient text stays on this computer."),
        "\n\n".join(file.read_text("utf-8", "replace") for file in files),
    )


def went_back(failed: str, version: str, files: list[Path]) -> UserError:
    """The notice after a new version failed to start twice. files: crash files that it may have left."""
    return UserError(
        tr(
            "Defect",
            "Version {failed} did not start well on this computer, so Chartside went back to version {version}.",
            failed=failed,
            version=version,
        ),
        tr(
            "Defect",
            "Your work is as you left it. Tell those who gave you the update; until they have a newer one, stay with "
            "this version.",
        ),
        "\n\n".join(file.read_text("utf-8", "replace") for file in files),
    )


def folder_unusable(folder: Path, error: OSError) -> UserError:
    """The workspace's folder cannot be made or written."""
    return UserError(
        tr("Defect", "Chartside cannot use its folder, so it cannot start."),
        tr("Defect", "Make sure that you may write to {folder}, then open Chartside again.", folder=folder),
        f"{type(error).__name__}: {error.strerror}",
    )


def tidings(crash_dir: Path, rolled_back: str, set_aside: Path | None) -> list[UserError]:
    """What happened before this start, for the person to hear once each; the crash files are marked as told.

    rolled_back: the version that was gone back from, "" for none. set_aside: where unreadable settings were moved.
    """
    heard = []
    files = crash_files(crash_dir)
    if rolled_back or files:
        heard.append(went_back(rolled_back, __version__, files) if rolled_back else told_at_start(files))
        dismiss(files)
    if set_aside is not None:
        words = tr("Desktop", "The settings could not be read, so they are back to the recommended ones.")
        heard.append(UserError(words, tr("Desktop", "Choose yours again on the Settings page."), str(set_aside)))
    return heard
