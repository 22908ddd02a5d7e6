"""Making and unlocking the workspace of a data folder, as the program does it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import NameNeeded, NotEnoughSpace, TooManyAttempts, UserError, WrongPassphrase
from engine.paths import Paths
from engine.people.recovery_key import MistypedRecoveryKey, generate
from engine.types import AuditKind, Role
from engine.vault import key_files, key_slots, opening
from engine.vault.failures import VaultBusy, VaultDamaged, WeakPassphrase
from engine.vault.repositories import conversations, meta, users
from tests.fixtures import keyrings
from tests.fixtures.clinic import FIRST, REASON, SECOND, THIRD, Clinic, cheap
from tests.fixtures.keyrings import MemoryKeyring
from tests.fixtures.vault.make_schema import PASSPHRASE

FIXTURES = Path(__file__).parents[2] / "fixtures" / "vault"


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """An empty data folder."""
    monkeypatch.setattr(key_slots, "default_cost", cheap)
    return Paths(tmp_path / "data", tmp_path / "models")


@pytest.fixture
def made(paths: Paths) -> Paths:
    """A workspace that knows the clinic's name, locked."""
    opened = opening.create(paths, FIRST)
    opened.database.transaction(lambda connection: meta.put(connection, "clinic", "north"))
    opened.close()
    return paths


@pytest.fixture
def two(made: Paths) -> Paths:
    """Ben may open it too; locked."""
    clinic = Clinic(made).unlock(FIRST)
    clinic.people.add("Ben", Role.STAFF, SECOND)
    clinic.lock()
    return made


@pytest.fixture
def system_keyring() -> Iterator[MemoryKeyring]:
    backend = MemoryKeyring()
    with keyrings.installed(backend):
        yield backend


@pytest.fixture
def old(paths: Paths) -> Paths:
    """A workspace of schema 2 with a key file of version 1."""
    paths.prepare()
    shutil.copyfile(FIXTURES / "schema_0002.db", paths.vault_file)
    shutil.copyfile(FIXTURES / "schema_0002.keys", paths.keys_file)
    return paths


def clinic(paths: Paths, passphrase: str, name: str = "") -> str:
    opened = opening.unlock(paths, passphrase, name)
    try:
        return opened.database.read(lambda connection: meta.get(connection, "clinic"))
    finally:
        opened.close()


def test_a_workspace_opens_again_with_its_passphrase(made: Paths) -> None:
    assert opening.exists(made)
    assert clinic(made, FIRST) == "north"
    with pytest.raises(WrongPassphrase, match="does not open") as wrong:
        opening.unlock(made, SECOND)
    assert "Caps Lock" in wrong.value.advice
    assert clinic(made, FIRST) == "north"


def test_whoever_makes_it_is_its_administrator(paths: Paths) -> None:
    opened = opening.create(paths, FIRST, name="  Dr   Okafor ")
    assert (opened.actor.name, opened.actor.role, opened.must_change) == ("Dr Okafor", Role.ADMINISTRATOR, False)
    opened.close()
    again = opening.unlock(paths, FIRST, "dr okafor")
    assert again.actor == opened.actor
    again.close()


def test_closing_wipes_the_keys(made: Paths) -> None:
    opened = opening.unlock(made, FIRST)
    keys = (opened.keys.data, opened.keys.audit, opened.keys.backup)
    assert len({bytes(key) for key in keys}) == 3
    assert all(any(key) for key in keys)
    opened.close()
    assert not any(any(key) for key in keys)


def test_folders_and_files_are_private(two: Paths) -> None:
    for each in (two.data, *two.data.rglob("*")):
        assert each.stat().st_mode & 0o077 == 0, each


def test_no_name_stands_in_the_clear(paths: Paths) -> None:
    session = Clinic(paths).create(name="Wilhelmina")
    session.people.add("Bartholomew", Role.STAFF, SECOND)
    session.lock()
    with pytest.raises(WrongPassphrase):
        opening.unlock(paths, THIRD, "Bartholomew")
    for file in paths.data.rglob("*"):
        if file.is_file():
            content = file.read_bytes().lower()
            assert b"wilhelmina" not in content, file
            assert b"bartholomew" not in content, file


def test_an_empty_folder_says_that_there_is_nothing(paths: Paths) -> None:
    assert not opening.exists(paths)
    for call in (lambda: opening.unlock(paths, FIRST), lambda: opening.unlock_with_keyring(paths)):
        with pytest.raises(UserError, match="no workspace"):
            call()


def test_creating_over_a_workspace_is_refused(made: Paths) -> None:
    with pytest.raises(UserError, match="already holds"):
        opening.create(made, SECOND)
    assert clinic(made, FIRST) == "north"


def test_a_name_nobody_could_type_makes_nothing(paths: Paths) -> None:
    with pytest.raises(UserError, match="no name"):
        opening.create(paths, FIRST, name="Ann\x07")
    assert not opening.exists(paths)


def test_a_weak_passphrase_makes_nothing(paths: Paths) -> None:
    with pytest.raises(WeakPassphrase):
        opening.create(paths, "short")
    assert not opening.exists(paths)
    assert not paths.vault_file.exists()


def test_a_creation_that_fails_leaves_no_half_workspace(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise NotEnoughSpace("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(key_files, "write_atomically", full)
        with pytest.raises(NotEnoughSpace):
            opening.create(paths, FIRST)
    assert not opening.exists(paths)
    assert not paths.vault_file.exists()
    opening.create(paths, FIRST).close()


def test_a_database_without_keys_is_set_aside_never_deleted(made: Paths) -> None:
    before = made.vault_file.read_bytes()
    made.keys_file.unlink()
    (made.backup_dir / made.keys_file.name).unlink()
    with pytest.raises(VaultDamaged, match="key file"):
        opening.unlock(made, FIRST)
    opening.create(made, SECOND).close()
    assert (made.data / "workspace.no-key-1.db").read_bytes() == before
    assert clinic(made, SECOND) == ""


def test_keys_of_another_workspace_open_nothing_and_overwrite_nothing(made: Paths, tmp_path: Path) -> None:
    other = Paths(tmp_path / "other", made.models)
    opening.create(other, SECOND).close()
    good_copy = (made.backup_dir / made.keys_file.name).read_bytes()
    made.keys_file.write_bytes(other.keys_file.read_bytes())
    with pytest.raises(VaultDamaged, match="does not belong"):
        opening.unlock(made, SECOND)
    assert (made.backup_dir / made.keys_file.name).read_bytes() == good_copy
    made.keys_file.write_bytes(good_copy)
    assert clinic(made, FIRST) == "north"


def test_two_at_once_are_refused(made: Paths) -> None:
    opened = opening.unlock(made, FIRST)
    with pytest.raises(VaultBusy):
        opening.unlock(made, FIRST)
    opened.close()
    assert clinic(made, FIRST) == "north"


def test_a_name_is_needed_where_several_may_open_it(made: Paths) -> None:
    assert not opening.names_needed(made)
    session = Clinic(made).unlock(FIRST)
    session.people.add("Ben", Role.STAFF, SECOND)
    session.lock()
    assert opening.names_needed(made)
    with pytest.raises(NameNeeded):
        opening.unlock(made, FIRST)
    assert clinic(made, FIRST, "ADMINISTRATOR") == "north"
    assert opening.known_name(made, "ben")
    assert not opening.known_name(made, "somebody else")
    assert not opening.known_name(made, " ")


def test_a_wrong_name_is_told_like_a_wrong_passphrase(two: Paths) -> None:
    told = []
    for passphrase, name in ((SECOND, "administrator"), (SECOND, "nobody"), (FIRST, "ben")):
        with pytest.raises(WrongPassphrase) as wrong:
            opening.unlock(two, passphrase, name)
        told.append((wrong.value.message, wrong.value.advice))
    assert len(set(told)) == 1


def test_a_name_that_happens_to_find_the_slot_of_another_is_refused(
    made: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_slots, "name_tag", lambda workspace, name: b"")
    with pytest.raises(WrongPassphrase):
        opening.unlock(made, FIRST, "Bert")


def test_what_is_no_text_is_wrong_and_no_defect(made: Paths) -> None:
    for passphrase, name in (("\udcff" * 12, ""), (FIRST, "\udcff"), ("\x00", "\x00")):
        with pytest.raises(WrongPassphrase):
            opening.unlock(made, passphrase, name)


def test_wrong_passphrases_make_the_next_wait_and_the_wait_survives_a_restart(made: Paths) -> None:
    for _ in range(5):
        with pytest.raises(WrongPassphrase):
            opening.unlock(made, SECOND)
    with pytest.raises(TooManyAttempts) as waiting:
        opening.unlock(made, FIRST)
    assert 0 < waiting.value.seconds <= 30
    attempts = json.loads(made.attempts_file.read_bytes())
    assert "correct" not in str(attempts)
    assert [each["failed"] for each in attempts["tries"].values()] == [5]


def test_one_persons_slips_do_not_keep_another_out(two: Paths) -> None:
    for _ in range(5):
        with pytest.raises(WrongPassphrase):
            opening.unlock(two, THIRD, "ben")
    with pytest.raises(TooManyAttempts):
        opening.unlock(two, SECOND, "ben")
    assert clinic(two, FIRST, "administrator") == "north"


def test_failures_stand_in_the_audit_of_the_next_sign_in(two: Paths) -> None:
    for name in ("ben", "ben", "nobody"):
        with pytest.raises(WrongPassphrase):
            opening.unlock(two, THIRD, name)
    session = Clinic(two).unlock(FIRST, "administrator")
    ben = session.user("Ben")
    failed = [(user, subject) for kind, user, subject in session.recorded() if kind is AuditKind.SIGN_IN_FAILED]
    assert sorted(failed) == [("", ""), ("", f"user:{ben.id}")]
    session.lock()
    again = Clinic(two).unlock(FIRST, "administrator")
    assert sum(kind is AuditKind.SIGN_IN_FAILED for kind, *_ in again.recorded()) == 2
    again.lock()


def test_a_low_cost_is_raised_at_sign_in(made: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    dearer = key_slots.Argon2id(bytes(16), memory_kib=256, time=2, lanes=1)
    monkeypatch.setattr(key_slots, "default_cost", lambda: dearer)
    assert clinic(made, FIRST) == "north"
    (slot,) = json.loads(made.keys_file.read_bytes())["slots"]
    assert (slot["kdf"]["memory_kib"], slot["kdf"]["time"]) == (256, 2)
    assert clinic(made, FIRST) == "north"


def test_the_keyring_opens_it_as_who_allowed_it(two: Paths, system_keyring: MemoryKeyring) -> None:
    assert opening.unlock_with_keyring(two) is None
    session = Clinic(two).unlock(FIRST, "administrator")
    assert session.people.remember(FIRST)
    session.lock()
    opened = opening.unlock_with_keyring(two)
    assert opened is not None
    assert opened.actor.name == "Administrator"
    opened.close()


def test_the_keyring_opens_nothing_for_somebody_the_workspace_forgot(two: Paths, system_keyring: MemoryKeyring) -> None:
    session = Clinic(two).unlock(FIRST, "administrator")
    session.people.remember(FIRST)
    me = session.people.me().id
    session.opened.database.transaction(
        lambda connection: connection.execute("UPDATE users SET disabled_at = 'x' WHERE id = ?", (me,))
    )
    session.lock()
    assert opening.unlock_with_keyring(two) is None
    with pytest.raises(WrongPassphrase):
        opening.unlock(two, FIRST, "administrator")


def test_the_recovery_key_opens_it_with_a_reason(two: Paths) -> None:
    assert not opening.has_recovery_key(two)
    with pytest.raises(UserError, match="No recovery key"):
        opening.emergency(two, generate(), REASON)
    session = Clinic(two).unlock(FIRST, "administrator")
    key = session.recovery_key()
    session.lock()
    assert opening.has_recovery_key(two)
    with pytest.raises(UserError, match="reason"):
        opening.emergency(two, key, "  because ")
    with pytest.raises(MistypedRecoveryKey):
        opening.emergency(two, key[:-1] + ("0" if key[-1] != "0" else "1"), REASON)
    with pytest.raises(WrongPassphrase, match="recovery key"):
        opening.emergency(two, generate(), REASON)
    opened = opening.emergency(two, key.replace(" ", "").lower(), REASON)
    assert opened.actor.emergency
    assert opened.actor.id == "recovery"
    assert [each.reason for each in opened.database.read(users.unseen_emergencies)] == [REASON]
    opened.close()


def test_an_old_workspace_becomes_one_with_an_administrator_and_loses_nothing(old: Paths) -> None:
    assert not opening.names_needed(old)
    assert not opening.has_recovery_key(old)
    with pytest.raises(WrongPassphrase):
        opening.unlock(old, SECOND)
    opened = opening.unlock(old, PASSPHRASE)
    me = opened.actor
    assert (me.name, me.role) == ("Administrator", Role.ADMINISTRATOR)
    assert [each.title for each in opened.database.read(lambda c: conversations.search(c, author=me.id))] == ["Fever"]
    assert opened.database.read(lambda c: meta.get(c, "clinic")) == "north"
    opened.close()
    assert json.loads(old.keys_file.read_bytes())["version"] == 2
    assert json.loads((old.backup_dir / old.keys_file.name).read_bytes())["version"] == 2
    again = opening.unlock(old, PASSPHRASE, "administrator")
    assert again.actor == me
    again.close()


def test_an_upgrade_cut_off_after_the_database_goes_on(old: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(opening.Keys, "upgrade", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            opening.unlock(old, PASSPHRASE)
    assert json.loads(old.keys_file.read_bytes())["version"] == 1
    opened = opening.unlock(old, PASSPHRASE)
    assert len(opened.database.read(users.list_all)) == 1
    opened.close()
    assert json.loads(old.keys_file.read_bytes())["version"] == 2


def test_the_keyring_of_an_old_workspace_goes_on_opening_it(old: Paths, system_keyring: MemoryKeyring) -> None:
    """What version 1 kept in the keyring; the passphrase is asked for once."""
    from engine.vault import legacy_keys, os_keyring
    from engine.vault.kdf import passphrase_bytes
    from tests.fixtures.vault.old_keys import with_keyring_slot

    ring = legacy_keys.decode(old.keys_file.read_bytes())
    (slot,) = ring.passphrase_slots()
    key = ring.opened(slot, slot.kdf.derive(passphrase_bytes(PASSPHRASE)))
    assert key is not None
    secret = bytes(range(32))
    old.keys_file.write_bytes(with_keyring_slot(ring, key, secret))
    os_keyring.store(ring.workspace, secret)
    assert opening.unlock_with_keyring(old) is None
    opening.unlock(old, PASSPHRASE).close()
    opened = opening.unlock_with_keyring(old)
    assert opened is not None
    assert opened.actor.name == "Administrator"
    opened.close()


def test_the_recovery_key_over_an_older_database_drops_nobody(old: Paths) -> None:
    session = Clinic(old).unlock(PASSPHRASE)
    session.people.add("Ben", Role.STAFF, SECOND)
    key = session.recovery_key()
    session.lock()
    shutil.copyfile(FIXTURES / "schema_0002.db", old.vault_file)
    opening.emergency(old, key, REASON).close()
    assert opening.names_needed(old)
    opening.unlock(old, PASSPHRASE, "administrator").close()


def test_an_older_database_put_back_beside_newer_keys_opens(old: Paths) -> None:
    session = Clinic(old).unlock(PASSPHRASE)
    session.people.add("Ben", Role.STAFF, SECOND)
    session.lock()
    shutil.copyfile(FIXTURES / "schema_0002.db", old.vault_file)
    with pytest.raises(NameNeeded):
        opening.unlock(old, PASSPHRASE)
    with pytest.raises(WrongPassphrase):
        opening.unlock(old, SECOND, "ben")  # or staff would become administrators
    opened = opening.unlock(old, PASSPHRASE, "administrator")
    assert opened.actor.role is Role.ADMINISTRATOR
    opened.close()
    assert not opening.names_needed(old)  # whom the database does not know the keys know no more
