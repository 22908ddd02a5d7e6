"""What a person is told when Chartside itself is at fault."""

from __future__ import annotations

from pathlib import Path

from app.i18n import tr
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


def folder_unusable(folder: Path, error: OSError) -> UserError:
    """The workspace's folder cannot be made or written."""
    return UserError(
        tr("Defect", "Chartside cannot use its folder, so it cannot start."),
        tr("Defect", "Make sure that you may write to {folder}, then open Chartside again.", folder=folder),
        f"{type(error).__name__}: {error.strerror}",
    )
