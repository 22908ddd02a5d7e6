"""What made a stored version of a note."""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """Values are stored and shown in the list of versions: none may be renamed."""

    DRAFT = "draft"
    STOPPED = "draft, stopped"
    SECTION = "section drafted"
    EDIT = "edit"
    CONFIRM = "sentence confirmed"
    INSERT = "fact put in"
    DISMISS = "fact left out"
    RESTORE = "sentence put back"
    SIGNED = "signed"


BY_THE_MODEL = frozenset({Step.DRAFT, Step.STOPPED, Step.SECTION})
