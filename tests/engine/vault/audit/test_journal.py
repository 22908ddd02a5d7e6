"""Writing the record and reading it again."""

from __future__ import annotations

import pytest

from engine.errors import Defect, NotAllowed
from engine.types import AuditEntry, AuditFilter, AuditKind, Role
from engine.vault.audit import chain
from engine.vault.audit.journal import Journal
from engine.vault.database import Database
from engine.vault.repositories import meta
from tests.engine.vault.audit.conftest import Record
from tests.engine.vault.conftest import NOW


def test_an_entry_is_there_if_and_only_if_its_act_is(record: Record) -> None:
    def act(fail: bool):
        def inside(connection):
            meta.put(connection, "clinic", "north")
            record.journal.append(connection, AuditKind.POLICY, "policy", field="check_days")
            if fail:
                raise RuntimeError("the act failed")

        return inside

    with pytest.raises(RuntimeError):
        record.database.transaction(act(fail=True))
    assert record.audit.entries() == []
    assert record.database.read(lambda c: meta.get(c, "clinic")) == ""
    record.database.transaction(act(fail=False))
    assert record.audit.entries() == [
        AuditEntry(1, NOW, "u1", "Ada", AuditKind.POLICY, "policy", {"field": "check_days"})
    ]


def test_the_record_cannot_be_changed_by_a_slip_of_the_program(record: Record) -> None:
    record.write(1)
    for statement in ("DELETE FROM audit", "UPDATE audit SET user_id = 'u2'"):
        with pytest.raises(Exception, match="audit entries"):
            record.database.transaction(lambda c, s=statement: c.execute(s))


def test_nothing_is_written_before_the_record_is_begun(database: Database) -> None:
    with pytest.raises(Defect):
        database.transaction(lambda c: Journal().append(c, AuditKind.LOCK))


def test_beginning_twice_changes_nothing(record: Record) -> None:
    record.write(2)
    before = record.database.read(chain.end)
    record.database.transaction(lambda c: chain.begin(c, record.keys.audit))
    assert record.database.read(chain.end) == before


def test_filters(record: Record) -> None:
    record.write(2)
    record.write(2, AuditKind.EXPORT, by="u2")

    def seqs(**fields: object) -> list[int]:
        return [entry.seq for entry in record.audit.entries(AuditFilter(**fields))]

    assert seqs() == [4, 3, 2, 1]
    assert seqs(user_id="u2") == [4, 3]
    assert seqs(kinds=frozenset({AuditKind.QUESTION, AuditKind.LOCK})) == [2, 1]
    assert seqs(kinds=frozenset()) == []
    assert seqs(subject="turn:3") == [3]
    assert seqs(since=NOW) == [4, 3, 2, 1]
    assert seqs(until=NOW) == []
    assert [entry.seq for entry in record.audit.entries(before_seq=4, limit=2)] == [3, 2]


def test_an_entry_of_a_later_version_is_shown(record: Record) -> None:
    record.write(1)
    record.tamper("UPDATE audit SET kind = 'telepathy'")
    (entry,) = record.audit.entries()
    assert (entry.kind, entry.details) == (AuditKind.UNKNOWN, {"kind": "telepathy"})


def test_only_who_may_reads_the_record(database: Database, make_record) -> None:
    record = make_record(database, Role.CLINICIAN)
    for act in (record.audit.entries, record.audit.verify):
        with pytest.raises(NotAllowed):
            act()
