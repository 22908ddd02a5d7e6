"""Visits begun, listed, looked at, discarded and brought back."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

from engine.errors import UserError
from engine.types import AuditKind, Consent, Permission, SoundState, Visit, VisitFilter, VisitInfo, VisitState
from engine.vault.connection import Connection
from engine.vault.repositories import visits
from engine.vault.repositories.visits import Standing
from engine.visits.desk import found, require_draft, whole
from engine.visits.part import Means, Part

_LONGEST_NAME = 200
_HOWS = frozenset({"spoken", "written"})


class Listing(Part):
    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._seen: set[int] = set()
        self._seeing = threading.Lock()

    def list(self, filter: VisitFilter = VisitFilter()) -> list[VisitInfo]:  # noqa: B008 - immutable
        """The visits that match, the newest first. Raises UserError for a day that is none."""
        since, until = _span(filter.day)
        return self._desk.database.read(lambda connection: visits.search(connection, filter, since, until))

    def get(self, visit_id: int) -> Visit:
        """All of a visit; recorded as viewed, once a sitting. Raises UserError where it is not there."""
        with self._seeing:
            new = visit_id not in self._seen
            if new:
                visit = self._desk.database.transaction(lambda connection: self._view(connection, visit_id))
                self._seen.add(visit_id)
                return visit
        return self._desk.visit(visit_id)

    def new(self, *, patient: str = "", template: str = "") -> VisitInfo:
        """Begin a visit. template: an id, "" for the one of a visit. Raises NotAllowed, UserError."""
        self._desk.gate.require(Permission.WRITE_NOTES)
        name, chosen, author = _name(patient), self._means.templates.get(template).id, self._desk.actor.id

        def begin(connection: Connection) -> VisitInfo:
            visit_id = visits.create(connection, name, chosen, author, self._desk.clock())
            self._desk.journal.append(connection, AuditKind.VISIT_BEGUN, _subject(visit_id))
            return _info(connection, visit_id)

        info = self._desk.database.transaction(begin)
        self._seen.add(info.id)
        self._desk.tell(info.id)
        return info

    def change(self, visit_id: int, *, patient: str | None = None, template: str | None = None) -> Visit:
        """Name the patient, or choose another template for the next draft. Raises NotAllowed, UserError."""
        values: dict[str, str] = {}
        if patient is not None:
            values["patient"] = _name(patient)
        if template is not None:
            values["template"] = self._means.templates.get(template).id

        def store(connection: Connection, _standing: Standing) -> Visit:
            visits.change(connection, visit_id, self._desk.clock(), **values)
            visits.index_said(connection, visit_id)
            self._desk.journal.append(connection, AuditKind.VISIT_CHANGED, _subject(visit_id), what=sorted(values))
            return whole(connection, visit_id)

        return self._desk.write(visit_id, store)

    def consent(self, visit_id: int, how: str = "spoken") -> Visit:
        """Note that the patient agreed to be recorded, now, asked by who is signed in. how: spoken or written."""
        if how not in _HOWS:
            raise UserError("Consent is spoken or written.", "Choose one of the two.")

        def store(connection: Connection, standing: Standing) -> Visit:
            if standing.consent is None:
                visits.consented(connection, visit_id, Consent(self._desk.clock(), self._desk.actor.id, how))
                self._desk.journal.append(connection, AuditKind.CONSENT, _subject(visit_id), how=how)
            return whole(connection, visit_id)

        return self._desk.write(visit_id, store)

    def discard(self, visit_id: int) -> Visit:
        """Take a draft out of the way; restore() brings it back. Signed notes stay. Raises NotAllowed, UserError."""

        def act(connection: Connection, standing: Standing) -> Visit:
            if standing.sound is SoundState.RECORDING:
                raise UserError("This visit is being recorded.", "Stop the recording first.")
            visits.change(connection, visit_id, self._desk.clock(), state=VisitState.DISCARDED)
            self._desk.journal.append(connection, AuditKind.VISIT_DISCARDED, _subject(visit_id))
            return whole(connection, visit_id)

        with self._desk.editing(visit_id):
            return self._desk.write(visit_id, act, check=_require_discardable)

    def restore(self, visit_id: int) -> Visit:
        """Bring a discarded visit back; one that was not discarded stays as it is."""

        def act(connection: Connection, standing: Standing) -> Visit:
            if standing.state is VisitState.DISCARDED:
                visits.change(connection, visit_id, self._desk.clock(), state=VisitState.DRAFT)
                self._desk.journal.append(connection, AuditKind.VISIT_RESTORED, _subject(visit_id))
            return whole(connection, visit_id)

        return self._desk.write(visit_id, act, check=lambda _standing: None)

    def _view(self, connection: Connection, visit_id: int) -> Visit:
        visit = whole(connection, visit_id)
        self._desk.journal.append(connection, AuditKind.VISIT_VIEWED, _subject(visit_id))
        return visit


def _require_discardable(standing: Standing) -> None:
    if standing.signature is not None:
        raise UserError("A signed note stays.", "If it was written in error, say so in an addendum.")
    require_draft(standing)


def _subject(visit_id: int) -> str:
    return f"visit:{visit_id}"


def _info(connection: Connection, visit_id: int) -> VisitInfo:
    found(visits.standing(connection, visit_id))
    info = visits.info(connection, visit_id)
    if info is None:
        raise KeyError(visit_id)
    return info


def _name(patient: str) -> str:
    name = " ".join(patient.split())
    if len(name) > _LONGEST_NAME:
        raise UserError(f"The name is longer than {_LONGEST_NAME} characters.", "Shorten it.")
    return name


def _span(day: str) -> tuple[str, str]:
    """The local day as ISO times in UTC, half open; empty for no day."""
    if not day:
        return "", ""
    try:
        begins = datetime.combine(date.fromisoformat(day), datetime.min.time())
    except ValueError as error:
        raise UserError(f"“{day}” is not a day.", "Write it as 2026-11-22.") from error
    return _utc(begins), _utc(begins + timedelta(days=1))


def _utc(local: datetime) -> str:
    return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
