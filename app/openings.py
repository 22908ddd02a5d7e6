"""What becomes of a file that the window was started with, or that was opened with it."""

from __future__ import annotations

from pathlib import Path

from app.context import ImportModel, OpenUpdate
from app.dialogs.confirm import confirmed
from app.i18n import tr
from app.window.frame import Frame
from engine.errors import UserError


def is_backup(file: Path) -> bool:
    return file.suffix.lower() == ".chartside-backup"


def open_file(frame: Frame, file: Path) -> None:
    """Go to where the person decides about the file; nothing is imported or changed by opening it."""
    ending = file.suffix.lower()
    if ending == ".gguf" and frame.has_page("models"):
        frame.open_page("models", ImportModel(file))
    elif ending == ".gguf":
        frame.notices.error(
            UserError(
                tr("Openings", "“{name}” is a model file.", name=file.name),
                tr("Openings", "An administrator can import it on the Models page."),
            )
        )
    elif ending == ".chartside-update":
        frame.open_page("settings", OpenUpdate(file))
    elif is_backup(file):
        if confirmed(
            tr("Openings", "Restore “{name}”?", name=file.name),
            tr(
                "Openings",
                "The workspace is locked first, and set aside when the backup takes its place. You are asked again.",
            ),
            tr("Openings", "Lock and look at it"),
            frame.window(),
        ):
            frame.restore(file)
    else:
        frame.notices.error(
            UserError(
                tr("Openings", "Chartside does not open “{name}”.", name=file.name),
                tr("Openings", "Documents are added on the Library page."),
            )
        )
