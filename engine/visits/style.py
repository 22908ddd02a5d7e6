"""How a clinician writes: a few examples per section, made when they sign, for them to see, edit and erase."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from engine.errors import UserError
from engine.people.permissions import Gate
from engine.types import Note, Permission, StyleExample
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.repositories import style

_KEPT_PER_SECTION = 3
_LONGEST = 2000
_LEAST_WORDS = 4


class Style:
    """The examples of who is signed in; nobody else's are there. Thread-safe."""

    def __init__(self, database: Database, gate: Gate, clock: Callable[[], str], on_change: Callable[[], None]) -> None:
        self._database = database
        self._gate = gate
        self._clock = clock
        self._on_change = on_change

    def list(self, template: str = "") -> list[StyleExample]:
        """The newest first; of one template, or of all."""
        author = self._gate.actor.id
        return self._database.read(lambda connection: style.list_of(connection, author, template))

    def save(self, example: StyleExample) -> StyleExample:
        """Store an example; one with id 0 is a new one. Raises UserError for an empty or over-long one, and for one
        that is not there."""
        self._gate.require(Permission.WRITE_NOTES)
        if not example.text.strip() or max(len(example.text), len(example.before)) > _LONGEST:
            raise UserError(
                f"An example has between 1 and {_LONGEST} characters.", "Change its text, or erase the example."
            )
        author, dated = self._gate.actor.id, replace(example, made_at=example.made_at or self._clock())

        def store(connection: Connection) -> StyleExample:
            if not dated.id:
                return replace(dated, id=_add(connection, author, dated))
            if not style.change(connection, author, dated):
                raise UserError("This example is not there any more.", "It was erased in the meantime.")
            return dated

        stored = self._database.transaction(store)
        self._on_change()
        return stored

    def remove(self, example_id: int) -> None:
        """Erase an example for good."""
        author = self._gate.actor.id
        self._database.transaction(lambda connection: style.delete(connection, author, example_id))
        self._on_change()

    def clear(self) -> None:
        """Erase all of them for good."""
        author = self._gate.actor.id
        self._database.transaction(lambda connection: style.clear(connection, author))
        self._on_change()


def learn(connection: Connection, author: str, signed: Note, drafted: Note | None, now: str) -> int:
    """Keep the sections of a signed note that its author wrote otherwise than the model; returns how many.

    Sections that were signed as drafted teach nothing that the model does not do already.
    """
    before = {each.key: each.text.strip() for each in drafted.sections} if drafted else {}
    learnt = 0
    for section in signed.sections:
        text, was = section.text.strip(), before.get(section.key, "")
        if text == was or len(text.split()) < _LEAST_WORDS or max(len(text), len(was)) > _LONGEST:
            continue
        _add(connection, author, StyleExample(0, signed.template, section.key, text, was, now))
        learnt += 1
    return learnt


def _add(connection: Connection, author: str, example: StyleExample) -> int:
    added = style.add(connection, author, example)
    style.keep_newest(connection, author, example.template, example.section, _KEPT_PER_SECTION)
    return added
