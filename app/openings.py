"""What becomes of a file that the window was started with, or that was opened with it."""

from __future__ import annotations

from pathlib import Path

from app.context import ImportModel, OpenUpdate
from app.i18n import tr
from app.window.frame import Frame
from engine.errors import UserError


def open_file(frame: Frame, file: Path) -> None:
    """Go to where the person decides about the file; nothing is imported or changed by opening it."""
    ending = file.suffix.lower()
    if ending == ".gguf":
        frame.open_page("models", ImportModel(file))
    elif ending == ".chartside-update":
        frame.open_page("settings", OpenUpdate(file))
    elif ending == ".chartside-backup":
        frame.notices.error(
            UserError(
                tr("Openings", "“{name}” is a backup of a Chartside workspace.", name=file.name),
                tr(
                    "Openings",
                    "This version of Chartside cannot bring back a backup yet. Keep the file; nothing was changed.",
                ),
            )
        )
    else:
        frame.notices.error(
            UserError(
                tr("Openings", "Chartside does not open “{name}”.", name=file.name),
                tr("Openings", "Documents are added on the Library page."),
            )
        )
