"""What the card "Updates" says in each of its states."""

from __future__ import annotations

from enum import Enum

from app.i18n import day_text, size_text, tr
from engine.types import Copy, UpdateInfo, UpdateProgress, UpdateStage


class State(Enum):
    """What the card shows."""

    IDLE = "idle"
    CHECKING = "checking"
    FOUND = "found"
    RUNNING = "running"
    DONE = "done"


def stage_words(progress: UpdateProgress) -> str:
    """What goes on, with what is counted."""
    text = {
        UpdateStage.CHECKING: tr("Updates", "checking the file"),
        UpdateStage.UNPACKING: tr("Updates", "unpacking"),
        UpdateStage.TRYING: tr("Updates", "trying whether it starts on this computer …"),
        UpdateStage.SAVING: tr("Updates", "keeping a copy of the workspace …"),
        UpdateStage.SWITCHING: tr("Updates", "switching over …"),
    }[progress.stage]
    if not progress.total:
        return text if text.endswith("…") else f"{text} …"
    return f"{text}: {size_text(progress.done)} / {size_text(progress.total)}"


def headline(state: State, copy: Copy, found: UpdateInfo | None) -> str:
    """The line that names the version."""
    if found is not None and state is State.DONE:
        return tr("Updates", "Version {version} is in place. It is used from the next start on.", version=found.version)
    if found is not None and state in (State.FOUND, State.RUNNING):
        return tr("Updates", "Version {version} of {day}", version=found.version, day=day_text(found.created))
    if copy.built:
        return tr("Updates", "This is version {version} of {day}.", version=copy.version, day=day_text(copy.built))
    return tr("Updates", "This is version {version}.", version=copy.version)


def words(state: State, copy: Copy, found: UpdateInfo | None) -> str:
    """What is to be known before the next step."""
    if state is State.IDLE:
        return copy.why_not or tr(
            "Updates",
            "Chartside never looks for updates by itself. Open an update file that you were given, or drop it here.",
        )
    if state is State.FOUND and found is not None:
        signed = tr("Updates", "Its signature is right. It takes {size}.", size=size_text(found.size))
        if not copy.administrator:
            rest = tr("Updates", "A copy of the workspace is kept first, and version {version} stays as the way back.")
        elif copy.asks:
            rest = tr("Updates", "An administrator's password is asked for. A copy of the workspace is kept first.")
        else:
            rest = tr("Updates", "Only an administrator may install it here. Have one run this in a terminal:")
        return f"{signed} {rest.format(version=copy.version)}"
    if state is State.DONE:
        return tr("Updates", "Restarting closes Chartside and opens it again; what you typed is kept as a draft.")
    return ""
