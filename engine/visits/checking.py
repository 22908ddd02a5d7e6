"""A note held against the transcript as it is now."""

from __future__ import annotations

import logging

from engine.errors import UserError
from engine.types import Visit
from engine.vault.connection import Connection
from engine.vault.repositories import notes, visits
from engine.vault.repositories.visits import Standing
from engine.visits import edits, storing
from engine.visits.desk import found, whole
from engine.visits.part import Part

_logger = logging.getLogger(__name__)


class Checking(Part):
    def _rechecked(self, visit_id: int, *, always: bool = False) -> Visit:
        """The visit with its note checked against the transcript as it is now, where it is not yet; or always.

        What was typed or decided is stored by now: a check that fails takes nothing away.
        """
        visit = self._desk.visit(visit_id)
        if visit.note is None or visit.signature is not None:
            return visit
        made, revision = self._desk.database.read(
            lambda c: (notes.made(c, visit_id, visit.version), found(visits.standing(c, visit_id)).revision)
        )
        if made is None or made.unfinished or (made.revision == revision and not always):
            return visit
        try:
            template = self._means.templates.get(visit.note.template)
            checked = edits.carried_over(visit.note, self._writer.check(visit.transcript, template, visit.note))
        except UserError as error:
            _logger.warning("note_not_checked", extra={"fields": {"error": type(error).__name__}})
            return visit

        def store(connection: Connection, standing: Standing) -> Visit:
            if (standing.version, standing.revision) == (visit.version, revision):
                storing.replace(self._desk, connection, visit_id, visit.version, checked, revision=revision)
            return whole(connection, visit_id)

        return self._desk.write(visit_id, store)
