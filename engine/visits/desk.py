"""What all parts of the visits service share: one way to write to a visit, and to read it whole."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from engine.changes import ChangeHub
from engine.errors import UserError
from engine.people.permissions import Gate
from engine.types import Actor, Note, Permission, Topic, Visit, VisitState
from engine.vault.audit.journal import Journal
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.repositories import notes, utterances, visits
from engine.vault.repositories.visits import Standing
from engine.visits.text import note_words, problems

T = TypeVar("T")


class Desk:
    """Reads and writes visits in the name of who is signed in. Thread-safe."""

    def __init__(
        self, database: Database, gate: Gate, journal: Journal, changes: ChangeHub, clock: Callable[[], str]
    ) -> None:
        self.database = database
        self.gate = gate
        self.journal = journal
        self.clock = clock
        self._changes = changes
        self._guard = threading.Lock()
        self._busy: dict[int, str] = {}
        self._editing: dict[int, threading.RLock] = {}

    @property
    def actor(self) -> Actor:
        return self.gate.actor

    def write(
        self,
        visit_id: int,
        act: Callable[[Connection, Standing], T],
        *,
        permission: Permission = Permission.WRITE_NOTES,
        check: Callable[[Standing], None] | None = None,
    ) -> T:
        """Run act in one transaction, if this may be done to the visit, and tell of the change.

        check raises where it may not; without one only drafts are written to. act appends to the journal itself.
        Raises NotAllowed, UserError for a visit that is not there, and what check and act raise.
        """
        self.gate.require(permission)

        def run(connection: Connection) -> T:
            standing = found(visits.standing(connection, visit_id))
            (check or require_draft)(standing)
            return act(connection, standing)

        result = self.database.transaction(run)
        self.tell(visit_id)
        return result

    def visit(self, visit_id: int) -> Visit:
        """All of a visit. Raises UserError where it is not there."""
        return self.database.read(lambda connection: whole(connection, visit_id))

    def tell(self, visit_id: int) -> None:
        self._changes.publish(Topic.VISITS, [visit_id])

    @contextmanager
    def busy(self, visit_id: int, problem: str, advice: str) -> Iterator[None]:
        """For work on a visit that takes long: others who would change the same get this problem meanwhile."""
        with self.editing(visit_id), self._guard:
            self._busy[visit_id] = f"{problem}\n{advice}"
        try:
            yield
        finally:
            with self._guard:
                del self._busy[visit_id]

    @contextmanager
    def editing(self, visit_id: int) -> Iterator[None]:
        """One change of a visit's note or transcript after the other."""
        with self._guard:
            lock = self._editing.setdefault(visit_id, threading.RLock())
        with lock:
            with self._guard:
                self._refuse_if_busy(visit_id)
            yield

    def _refuse_if_busy(self, visit_id: int) -> None:
        if problem := self._busy.get(visit_id):
            raise UserError(*problem.split("\n", 1))


def found(standing: Standing | None) -> Standing:
    if standing is None:
        raise UserError("This visit is not there.", "See the list of visits for those that are.")
    return standing


def require_draft(standing: Standing) -> None:
    """Raises UserError for a visit that nothing may be changed of any more."""
    if standing.signature is not None:
        raise UserError("This note is signed, so it stays as it is.", "Write an addendum to add to it.")
    require_kept(standing)


def require_kept(standing: Standing) -> None:
    if standing.state is VisitState.DISCARDED:
        raise UserError("This visit was discarded.", "Restore it first.")


def whole(connection: Connection, visit_id: int) -> Visit:
    """Raises UserError where there is no such visit."""
    standing = found(visits.standing(connection, visit_id))
    info = visits.info(connection, visit_id)
    made = notes.made(connection, visit_id, standing.version)
    if info is None:
        raise KeyError(visit_id)
    signed = standing.signature is not None
    return Visit(
        info=info,
        transcript=utterances.load(connection, visit_id),
        note=notes.load(connection, visit_id, standing.version),
        version=standing.version,
        consent=standing.consent,
        signature=standing.signature,
        addenda=notes.addenda(connection, visit_id),
        undoable=made is not None and made.parent > 0 and not signed,
        redoable=not signed and notes.newest_child(connection, visit_id, standing.version) > 0,
    )


def shown(connection: Connection, visit_id: int, note: Note | None, now: str) -> None:
    """Bring what lists and search know of a visit in line with the note that it shows now."""
    visits.change(connection, visit_id, now, problems=problems(note) if note else 0)
    visits.index_note(connection, visit_id, note_words(note) if note else "")
