"""Templates of notes: those that came with the program, and the clinic's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain, count

from msgspec.structs import replace

from engine.errors import UserError
from engine.people.permissions import Gate
from engine.scribe.from_example import from_example
from engine.scribe.templates import DEFAULT_TEMPLATE, builtin_templates, checked_template
from engine.types import AuditKind, NoteTemplate, Permission
from engine.vault.audit.journal import Journal
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.repositories import note_templates


class Templates:
    """All templates of one workspace. Thread-safe."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        journal: Journal,
        on_change: Callable[[], None],
    ) -> None:
        """on_change is called after a change, on the thread that made it."""
        self._database = database
        self._gate = gate
        self._journal = journal
        self._on_change = on_change

    def list(self) -> list[NoteTemplate]:
        """Those of the program in their order, in the clinic's form where it has one, then the clinic's own."""
        own = self._database.read(note_templates.list_all)
        ours = {each.id: each for each in builtin_templates()}
        changed = [replace(own[key], builtin=True, changed=True) if key in own else each for key, each in ours.items()]
        added = sorted((each for key, each in own.items() if key not in ours), key=lambda each: each.title.casefold())
        return changed + [replace(each, builtin=False, changed=False) for each in added]

    def get(self, template_id: str = "") -> NoteTemplate:
        """A template by its id; "" is the one of a visit. Raises UserError where there is none."""
        wanted = template_id or DEFAULT_TEMPLATE
        found = next((each for each in self.list() if each.id == wanted), None)
        if found is None:
            raise UserError(f"There is no template “{wanted}”.", "Choose another one for this visit.")
        return found

    def save(self, template: NoteTemplate) -> NoteTemplate:
        """Store a template and return it; one without an id is a new one. Raises NotAllowed, and UserError for one
        without a title, without sections, or with something too long."""
        self._gate.require(Permission.CHANGE_TEMPLATES)
        new_id = template.id or _unused(template.title, {each.id for each in self.list()})
        stored = checked_template(replace(template, id=new_id, builtin=False, changed=False))
        self._store(stored.id, lambda connection: note_templates.put(connection, stored), "saved")
        return self.get(stored.id)

    def reset(self, template_id: str) -> NoteTemplate:
        """Have a template of the program as it came. Raises NotAllowed, UserError where it is the clinic's own."""
        self._gate.require(Permission.CHANGE_TEMPLATES)
        if not self._is_builtin(template_id):
            raise UserError("This template did not come with Chartside.", "Remove it if it is not needed any more.")
        self._store(template_id, lambda connection: note_templates.delete(connection, template_id), "reset")
        return self.get(template_id)

    def remove(self, template_id: str) -> None:
        """Notes made with it stay as they are. Raises NotAllowed, UserError for one of the program's."""
        self._gate.require(Permission.CHANGE_TEMPLATES)
        if self._is_builtin(template_id):
            raise UserError("This template came with Chartside and stays.", "Change it, or make one of your own.")
        self.get(template_id)
        self._store(template_id, lambda connection: note_templates.delete(connection, template_id), "removed")

    def from_example(self, title: str, text: str) -> NoteTemplate:
        """A template with the sections of an example note, not stored yet. Raises UserError where it shows none."""
        return replace(from_example(title, text), id="")

    def _is_builtin(self, template_id: str) -> bool:
        return any(each.id == template_id for each in builtin_templates())

    def _store(self, template_id: str, act: Callable[[Connection], object], what: str) -> None:
        # What a clinic calls its templates is its own: the record has the program's names only.
        subject = f"template:{template_id}" if self._is_builtin(template_id) else "template"

        def run(connection: Connection) -> None:
            act(connection)
            self._journal.append(connection, AuditKind.TEMPLATE, subject, act=what)

        self._database.transaction(run)
        self._on_change()


def _unused(title: str, taken: set[str]) -> str:
    """An id for a new template that no other one has."""
    base = re.sub(r"\W+", "-", title.casefold()).strip("-")[:60] or "template"
    return next(name for name in chain([base], (f"{base}-{n}" for n in count(2))) if name not in taken)
