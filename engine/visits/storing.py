"""Notes stored version by version, inside the transactions of the acts that make them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.types import AuditKind, Note
from engine.vault.connection import Connection
from engine.vault.repositories import notes
from engine.vault.repositories.notes import Version
from engine.vault.repositories.visits import Standing
from engine.visits.desk import Desk, shown
from engine.visits.edits import section_of, with_section
from engine.visits.steps import BY_THE_MODEL, Step
from engine.visits.text import problems

# What somebody types into one section without a longer break than this is one step of undo.
_ONE_EDIT_S = 20.0


def add(
    desk: Desk,
    connection: Connection,
    visit_id: int,
    standing: Standing,
    note: Note,
    *,
    step: Step,
    section: str = "",
    kind: AuditKind = AuditKind.NOTE_EDITED,
    unfinished: bool = False,
    **details: Any,
) -> int:
    """Store a note as the visit's newest version, and the act in the record; returns the version's number."""
    now = desk.clock()
    made = Version(0, standing.version, standing.revision, now, desk.actor.id, step, section, unfinished)
    version = notes.add(connection, visit_id, note, made)
    shown(connection, visit_id, note, now)
    details = {
        "version": version,
        "what": str(step),
        "sections": len(note.sections),
        "marked": problems(note),
        **details,
    }
    desk.journal.append(connection, kind, f"visit:{visit_id}", **details)
    return version


def replace(
    desk: Desk,
    connection: Connection,
    visit_id: int,
    version: int,
    note: Note,
    *,
    revision: int,
    step: Step | None = None,
    unfinished: bool = False,
) -> None:
    """More of the same version: further written, or checked since. Its act is in the record already."""
    notes.put(connection, visit_id, version, note, revision=revision, what=step, unfinished=unfinished)
    shown(connection, visit_id, note, desk.clock())


def edit(desk: Desk, connection: Connection, visit_id: int, standing: Standing, note: Note, *, section: str) -> int:
    """Store a typed section: a version of its own, or more of the one that the same person just made of it."""
    last = notes.made(connection, visit_id, standing.version)
    goes_on = (
        last is not None
        and last.what == Step.EDIT
        and last.section == section
        and last.user_id == desk.actor.id
        and _seconds_between(last.at, desk.clock()) < _ONE_EDIT_S
        and not notes.newest_child(connection, visit_id, last.version)
    )
    if goes_on:
        replace(desk, connection, visit_id, standing.version, note, revision=standing.revision)
        return standing.version
    return add(desk, connection, visit_id, standing, note, step=Step.EDIT, section=section)


def drafted(connection: Connection, visit_id: int, version: int) -> Note | None:
    """Each section as the model last wrote it on the way that led to a version; None where it wrote nothing."""
    whole: Note | None = None
    alone: dict[str, Note] = {}
    while version and whole is None:
        made = notes.made(connection, visit_id, version)
        if made is None:
            break
        if made.what in BY_THE_MODEL and (note := notes.load(connection, visit_id, version)) is not None:
            if made.section:
                alone.setdefault(made.section, note)
            else:
                whole = note
        version = made.parent
    if whole is None and alone:
        whole = Note(next(iter(alone.values())).template)
    for key, note in alone.items():
        whole = with_section(whole or note, section_of(note, key))
    return whole


def _seconds_between(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
