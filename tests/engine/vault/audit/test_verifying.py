"""Whatever is done to the record without its keys is found, and the first bad entry named."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cancellation import Cancelled, CancelToken
from engine.errors import UserError
from engine.types import AuditKind
from engine.vault.audit import chain, verifying
from tests.engine.vault.audit.conftest import Record

SWAPPED = (
    "UPDATE audit SET seq = -1 WHERE seq = 4",
    "UPDATE audit SET seq = 4 WHERE seq = 5",
    "UPDATE audit SET seq = 5 WHERE seq = -1",
)


def test_an_untouched_record_is_right_to_its_end(record: Record) -> None:
    assert record.audit.verify().problem == ""
    record.write(12)
    done: list[tuple[int, int]] = []
    verdict = record.audit.verify(lambda at, of: done.append((at, of)))
    assert (verdict.entries, verdict.first_bad, verdict.problem) == (12, None, "")
    assert verdict.head == record.audit.head()
    assert done == [(12, 12)]


@pytest.mark.parametrize(
    ("statements", "first_bad"),
    [
        (["UPDATE audit SET user_id = 'u2' WHERE seq = 4"], 4),
        (["UPDATE audit SET at = '2027-01-02T03:04:05Z' WHERE seq = 1"], 1),
        (["UPDATE audit SET details = '{}' WHERE seq = 12"], 12),
        (["UPDATE audit SET salt = randomblob(16) WHERE seq = 4"], 4),
        (["UPDATE audit SET digest = randomblob(32) WHERE seq = 4"], 4),
        (["UPDATE audit SET mac = randomblob(32) WHERE seq = 4"], 4),
        (["DELETE FROM audit WHERE seq = 1"], 1),
        (["DELETE FROM audit WHERE seq = 7"], 7),
        (["DELETE FROM audit WHERE seq > 9"], 10),
        (["DELETE FROM audit"], 1),
        (SWAPPED, 4),
        (["INSERT INTO audit SELECT 0, at, user_id, kind, subject, details, salt, digest, mac FROM audit LIMIT 1"], 0),
        (
            ["INSERT INTO audit SELECT 13, at, user_id, kind, subject, details, salt, digest, mac FROM audit LIMIT 1"],
            13,
        ),
        (["UPDATE audit_chain SET key = randomblob(32)"], 13),
        (["UPDATE audit_chain SET digest = randomblob(32)"], 13),
        (["DELETE FROM audit_chain"], 1),
        (["DELETE FROM audit_epochs"], 1),
        (["UPDATE audit_epochs SET wrapped = randomblob(48)"], 1),
        (["UPDATE audit_epochs SET first_seq = 5"], 1),
        (["UPDATE meta SET value = 'another' WHERE key = 'workspace'"], 1),
        # Entries and the end of the chain taken away together: the chain's next key cannot be made.
        (
            [
                "DELETE FROM audit WHERE seq > 9",
                "UPDATE audit_chain SET seq = 9, digest = (SELECT digest FROM audit WHERE seq = 9)",
            ],
            10,
        ),
    ],
)
def test_what_was_changed_is_named(record: Record, statements: list[str], first_bad: int) -> None:
    record.write(12)
    record.tamper(*statements)
    verdict = record.audit.verify()
    assert verdict.first_bad == first_bad
    assert verdict.problem


def test_a_record_cut_by_somebody_with_the_old_chain_shows_against_a_head(record: Record, tmp_path: Path) -> None:
    """Who put the whole database of an earlier day back has a record that is right by itself."""
    record.write(6)
    kept = record.database.read(chain.end)
    record.write(6)
    record.audit.save_head(tmp_path / "head.json")
    record.tamper("DELETE FROM audit WHERE seq > 6")
    record.database.transaction(lambda c: chain.advance(c, kept.seq, kept.digest, kept.key))
    assert record.audit.verify().problem == ""
    verdict = record.audit.verify(head=tmp_path / "head.json")
    assert verdict.first_bad == 7
    assert "cut off" in verdict.problem


def test_a_record_written_anew_from_an_old_state_shows_against_a_head(record: Record, tmp_path: Path) -> None:
    record.write(6)
    kept = record.database.read(chain.end)
    record.write(6)
    record.audit.save_head(tmp_path / "head.json")
    record.tamper("DELETE FROM audit WHERE seq > 6")
    record.database.transaction(lambda c: chain.advance(c, kept.seq, kept.digest, kept.key))
    record.write(9, AuditKind.LOCK)
    assert record.audit.verify().problem == ""
    assert record.audit.verify(head=tmp_path / "head.json").first_bad == 12


def test_a_head_of_another_workspace_or_a_changed_one(record: Record, tmp_path: Path) -> None:
    record.write(3)
    file = tmp_path / "head.json"
    record.audit.save_head(file)
    assert record.audit.verify(head=file).problem == ""
    file.write_bytes(file.read_bytes().replace(b'"seq":3', b'"seq":2'))
    with pytest.raises(UserError, match="no signed head"):
        record.audit.verify(head=file)
    record.audit.save_head(file)
    record.tamper("DELETE FROM audit", "DELETE FROM audit_epochs", "DELETE FROM audit_chain")
    record.database.transaction(lambda c: chain.begin(c, record.keys.audit))
    record.write(3)
    assert record.audit.verify().problem == ""
    assert "not signed by this workspace" in record.audit.verify(head=file).problem


def test_a_record_over_several_keys(record: Record, tmp_path: Path) -> None:
    record.write(3)
    record.audit.save_head(tmp_path / "head.json")
    for new in (b"n" * 32, b"m" * 32):
        old = bytes(record.keys.audit)
        record.database.transaction(lambda c, old=old, new=new: chain.rewrap(c, old, new))
        record.keys.audit[:] = new
        assert record.audit.verify().problem == ""  # an epoch without an entry
        record.write(2)
    assert record.audit.verify(head=tmp_path / "head.json").problem == ""
    verdict = verifying.verify(record.database, b"n" * 32)
    assert verdict.first_bad == 1


def test_a_verification_can_be_cancelled(record: Record) -> None:
    record.write(3)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        record.audit.verify(token=token)
