"""An exported record is verified without the workspace."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import pyzipper

from engine.errors import NotAllowed, UserError
from engine.exports import Protection
from engine.types import AuditFilter, AuditKind, Role
from engine.vault.audit import chain, record_file, signing
from engine.vault.audit.signing import SignedHead
from engine.vault.failures import WeakPassphrase
from tests.engine.vault.audit.conftest import Record

ALL = AuditFilter()
PLAIN = Protection(reason="yearly review")


def lines_of(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines(keepends=True)


def exported(record: Record, file: Path, wanted: AuditFilter = ALL) -> Path:
    record.audit.export(file, wanted, PLAIN)
    return file


def test_an_export_is_right_by_itself_and_is_recorded(record: Record, tmp_path: Path) -> None:
    record.write(5)
    file = exported(record, tmp_path / "audit.jsonl")
    verdict = record_file.verify(file)
    assert (verdict.entries, verdict.first_bad, verdict.problem) == (5, None, "")
    assert len(verdict.signed_by.split()) == 10
    newest = record.audit.entries(limit=1)[0]
    assert newest.kind is AuditKind.EXPORT
    assert newest.details == {"what": "chartside-audit.jsonl", "encrypted": False, "reason": "yearly review"}
    first = msgspec.json.decode(lines_of(file)[1])
    assert (first["user"], first["subject"], first["details"]) == ("u1", "turn:1", {"documents": [1, 7]})
    assert msgspec.json.decode(lines_of(file)[0])["people"] == {"u1": "Ada"}


def test_what_is_left_out_stands_there_by_its_hash_alone(record: Record, tmp_path: Path) -> None:
    record.write(3)
    record.write(2, AuditKind.EXPORT, by="u2")
    file = exported(record, tmp_path / "audit.jsonl", AuditFilter(user_id="u2"))
    content = file.read_bytes()
    assert b"turn:4" in content
    assert b"turn:1" not in content
    assert b"Ada" not in content
    assert record_file.verify(file).problem == ""


def test_an_encrypted_export_opens_with_its_passphrase_only(record: Record, tmp_path: Path) -> None:
    record.write(3)
    file = tmp_path / "audit.zip"
    record.audit.export(file, protection=Protection(passphrase="seven small boats"))
    assert b"turn:1" not in file.read_bytes()
    with pyzipper.AESZipFile(file) as archive:
        (member,) = archive.infolist()
        assert (member.filename, member.wz_aes_strength) == ("chartside-audit.jsonl", pyzipper.WZ_AES and 3)
        with pytest.raises(RuntimeError):
            archive.read(member, pwd=b"seven small ships")
        (tmp_path / "audit.jsonl").write_bytes(archive.read(member, pwd=b"seven small boats"))
    assert record_file.verify(tmp_path / "audit.jsonl").problem == ""


@pytest.mark.parametrize("protection", [Protection(), Protection(reason=" no "), Protection(passphrase="short")])
def test_neither_a_reason_nor_a_good_passphrase(record: Record, tmp_path: Path, protection: Protection) -> None:
    with pytest.raises((UserError, WeakPassphrase)):
        record.audit.export(tmp_path / "audit.jsonl", protection=protection)
    assert list(tmp_path.glob("audit*")) == []
    assert record.audit.entries() == []


def test_an_export_that_cannot_be_recorded_is_not_there(record: Record, tmp_path: Path) -> None:
    record.write(1)
    record.database.transaction(
        lambda c: c.execute("CREATE TRIGGER t BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'no'); END")
    )
    with pytest.raises(Exception, match="no"):
        exported(record, tmp_path / "audit.jsonl")
    assert [each.name for each in tmp_path.iterdir() if "audit" in each.name] == []


def test_who_may_not_export(database, make_record, tmp_path: Path) -> None:
    record = make_record(database, Role.STAFF)
    with pytest.raises(NotAllowed):
        record.exports.write(tmp_path / "x", [b"x"], PLAIN, name="x")


def changed(content: list[bytes], at: int, old: bytes, new: bytes) -> list[bytes]:
    at %= len(content)
    assert old in content[at]
    return [*content[:at], content[at].replace(old, new), *content[at + 1 :]]


@pytest.mark.parametrize(
    ("mutate", "first_bad", "words"),
    [
        (lambda c: changed(c, 3, b'"u1"', b'"u2"'), 3, "changed"),
        (lambda c: changed(c, 3, b'{"documents":[3,7]}', b'{"documents":[3, 7]}'), 3, "changed"),
        (lambda c: [*c[:3], *c[4:]], 3, "missing"),
        (lambda c: [*c[:3], c[4], c[3], *c[5:]], 3, "missing"),
        (lambda c: c[:-1], 6, "cut off"),
        (lambda c: [*c[:4], c[-1]], 4, "missing"),
        (lambda c: [*c, c[3]], 6, "more"),
        (lambda c: [*c[:4], b"{}\n", *c[4:]], 4, "cannot be read"),
        (lambda c: changed(c, 0, b'"Ada"', b'"Eve"'), None, "outside of its entries"),
        (lambda c: changed(c, -1, b'"signature":"', b'"signature":"00'), None, "outside of its entries"),
    ],
)
def test_a_changed_export_is_found(record: Record, tmp_path: Path, mutate, first_bad: int | None, words: str) -> None:
    record.write(5)
    file = exported(record, tmp_path / "audit.jsonl")
    file.write_bytes(b"".join(mutate(lines_of(file))))
    verdict = record_file.verify(file)
    assert verdict.first_bad == first_bad
    assert words in verdict.problem


def test_a_file_that_is_no_record(tmp_path: Path) -> None:
    for content in (b"", b"\x00\xff", b"{}", b"[1]\n"):
        (tmp_path / "f").write_bytes(content)
        with pytest.raises(UserError, match="no exported record"):
            record_file.verify(tmp_path / "f")
    with pytest.raises(UserError, match="could not be read"):
        record_file.verify(tmp_path / "gone")


def head_of(record: Record, file: Path) -> SignedHead:
    record.audit.save_head(file)
    return signing.read_head(file)


def test_a_later_export_holds_what_an_earlier_head_held_also_over_a_new_key(record: Record, tmp_path: Path) -> None:
    record.write(4)
    head = head_of(record, tmp_path / "head.json")
    record.database.transaction(lambda c: chain.rewrap(c, record.keys.audit, b"n" * 32))
    record.keys.audit[:] = b"n" * 32
    record.write(2)
    file = exported(record, tmp_path / "audit.jsonl")
    assert record_file.verify(file, head).problem == ""
    assert record_file.verify(file, signing.read_head(file)).problem == ""


def test_an_export_written_anew_with_other_keys_shows_against_a_head(record: Record, tmp_path: Path) -> None:
    record.write(4)
    head = head_of(record, tmp_path / "head.json")
    workspace = head.head.workspace
    record.tamper("DELETE FROM audit", "DELETE FROM audit_epochs", "DELETE FROM audit_chain")
    record.database.transaction(lambda c: chain.begin(c, record.keys.audit))
    record.write(6, by="u2")
    file = exported(record, tmp_path / "audit.jsonl")
    assert record_file.verify(file).problem == ""
    assert signing.read_head(file).head.workspace == workspace
    assert record_file.verify(file, head).first_bad == 4


def test_a_head_of_a_longer_record(record: Record, tmp_path: Path) -> None:
    record.write(4)
    file = exported(record, tmp_path / "audit.jsonl")
    record.write(2)
    verdict = record_file.verify(file, head_of(record, tmp_path / "head.json"))
    assert verdict.first_bad == 5
    assert "longer" in verdict.problem
