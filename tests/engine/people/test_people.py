"""Adding, changing and disabling people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import NameNeeded, NotAllowed, NotEnoughSpace, TooManyAttempts, UserError, WrongPassphrase
from engine.paths import Paths
from engine.types import AuditKind, Role
from engine.vault import key_files, opening
from engine.vault.failures import WeakPassphrase
from tests.fixtures import keyrings
from tests.fixtures.clinic import FIRST, SECOND, THIRD, Clinic
from tests.fixtures.keyrings import MemoryKeyring


def test_somebody_added_signs_in_and_has_to_choose_a_passphrase(clinic: Clinic) -> None:
    user = clinic.people.add("  Dr   Reyes ", Role.CLINICIAN, SECOND)
    assert (user.name, user.role, user.must_change, user.last_sign_in_at) == ("Dr Reyes", Role.CLINICIAN, True, "")
    assert clinic.changes == 1
    clinic.lock()
    clinic.unlock(SECOND, "dr reyes")
    assert clinic.people.me().id == user.id
    assert clinic.people.must_change()
    with pytest.raises(UserError, match="is the old one"):
        clinic.people.change_passphrase(SECOND, SECOND)
    clinic.people.change_passphrase(SECOND, THIRD)
    assert not clinic.people.must_change()
    clinic.lock()
    with pytest.raises(WrongPassphrase):
        clinic.unlock(SECOND, "dr reyes")
    clinic.unlock(THIRD, "dr reyes")
    assert not clinic.people.must_change()


def test_the_list_tells_roles_and_last_sign_ins_disabled_people_last(clinic: Clinic) -> None:
    ben = clinic.people.add("Ben", Role.STAFF, SECOND)
    clinic.people.add("Cid", Role.READER, THIRD)
    clinic.people.disable(ben.id)
    people = clinic.people.list()
    assert [user.name for user in people] == ["Ann", "Cid", "Ben"]
    assert people[0].last_sign_in_at > ""
    assert people[2].disabled_at > ""


@pytest.mark.parametrize("name", ["ann", "ANN", " Ann ", "", "   ", "x" * 81, "a\x00b", "a\u202eb"])
def test_a_name_that_is_taken_or_none_is_refused(clinic: Clinic, name: str) -> None:
    with pytest.raises(UserError, match="name"):
        clinic.people.add(name, Role.STAFF, SECOND)
    assert len(clinic.people.list()) == 1
    assert not opening.names_needed(clinic.paths)


def test_a_weak_passphrase_adds_nobody(clinic: Clinic) -> None:
    with pytest.raises(WeakPassphrase):
        clinic.people.add("Ben", Role.STAFF, "short")
    assert len(clinic.people.list()) == 1


def test_somebody_disabled_gets_in_no_more_and_what_they_did_stays(clinic: Clinic) -> None:
    ben = clinic.people.add("Ben", Role.STAFF, SECOND)
    clinic.people.disable(ben.id)
    assert clinic.people.disable(ben.id).disabled_at
    clinic.lock()
    with pytest.raises(WrongPassphrase):
        clinic.unlock(SECOND, "ben")
    clinic.unlock(FIRST)  # alone again, so no name is asked for
    assert clinic.user("Ben").disabled_at
    kinds = [kind for kind, _, subject in clinic.recorded() if subject == f"user:{ben.id}"]
    assert kinds[:2] == [AuditKind.PERSON_ADDED, AuditKind.PERSON_DISABLED]


def test_somebody_enabled_again_signs_in_with_the_new_passphrase_only(clinic: Clinic) -> None:
    ben = clinic.people.add("Ben", Role.STAFF, SECOND)
    clinic.people.disable(ben.id)
    with pytest.raises(UserError, match="disabled"):
        clinic.people.reset_passphrase(ben.id, THIRD)
    assert clinic.people.enable(ben.id, THIRD).must_change
    for change in (clinic.people.enable, clinic.people.reset_passphrase):
        with pytest.raises(UserError, match="your own passphrase"):
            change(clinic.people.me().id, SECOND)
    clinic.lock()
    with pytest.raises(WrongPassphrase):
        clinic.unlock(SECOND, "ben")
    clinic.unlock(THIRD, "ben")


def test_a_reset_passphrase_is_to_be_changed(clinic: Clinic) -> None:
    ben = clinic.people.add("Ben", Role.STAFF, SECOND)
    assert clinic.people.reset_passphrase(ben.id, THIRD).must_change
    clinic.lock()
    with pytest.raises(WrongPassphrase):
        clinic.unlock(SECOND, "ben")
    clinic.unlock(THIRD, "ben")
    assert clinic.people.must_change()


def test_somebody_renamed_signs_in_with_the_new_name(clinic: Clinic) -> None:
    ben = clinic.people.add("Ben", Role.STAFF, SECOND)
    with pytest.raises(UserError, match="already"):
        clinic.people.rename(ben.id, "ANN")
    clinic.people.rename(ben.id, "Benedict")
    clinic.people.rename(clinic.people.me().id, "Anna")
    assert clinic.people.me().name == "Anna"
    clinic.lock()
    with pytest.raises(WrongPassphrase):
        clinic.unlock(SECOND, "ben")
    clinic.unlock(SECOND, "benedict")
    clinic.lock()
    clinic.unlock(FIRST, "anna")


def test_there_is_always_an_administrator(clinic: Clinic) -> None:
    me = clinic.people.me().id
    ben = clinic.people.add("Ben", Role.ADMINISTRATOR, SECOND)
    with pytest.raises(UserError, match="yourself"):
        clinic.people.disable(me)
    clinic.people.set_role(ben.id, Role.STAFF)
    for change in (lambda: clinic.people.set_role(me, Role.CLINICIAN), lambda: clinic.people.disable(me)):
        with pytest.raises(UserError):
            change()
    assert clinic.people.me().role is Role.ADMINISTRATOR
    clinic.people.set_role(ben.id, Role.ADMINISTRATOR)
    clinic.people.set_role(me, Role.READER)
    with pytest.raises(NotAllowed):
        clinic.people.list()


def test_the_last_administrator_cannot_be_disabled_with_the_recovery_key_either(clinic: Clinic) -> None:
    me, key = clinic.people.me().id, clinic.recovery_key()
    clinic.lock()
    clinic.emergency(key)
    with pytest.raises(UserError, match="last administrator"):
        clinic.people.disable(me)
    clinic.lock()
    clinic.unlock(FIRST)


@pytest.mark.parametrize("role", [Role.READER, Role.STAFF, Role.CLINICIAN])
def test_nobody_else_manages_people(clinic: Clinic, role: Role) -> None:
    ben = clinic.people.add("Ben", role, SECOND)
    me = clinic.people.me().id
    clinic.lock()
    clinic.unlock(SECOND, "ben")
    clinic.people.change_passphrase(SECOND, THIRD)
    people = clinic.people
    refused: list[Callable[[], object]] = [
        people.list,
        lambda: people.add("Cid", Role.ADMINISTRATOR, FIRST),
        lambda: people.set_role(ben.id, Role.ADMINISTRATOR),
        lambda: people.rename(me, "Nobody"),
        lambda: people.disable(me),
        lambda: people.enable(me, SECOND),
        lambda: people.reset_passphrase(me, SECOND),
        people.make_recovery_key,
        lambda: people.confirm_recovery_key("x"),
        lambda: people.test_recovery_key("x"),
        lambda: people.emergency_seen(1),
        lambda: people.rekey(lambda _: None, None),  # type: ignore[arg-type]
    ]
    for call in refused:
        with pytest.raises(NotAllowed):
            call()
    assert not people.rekey_advised()
    assert people.emergencies() == []


def test_the_own_passphrase_needs_the_old_one_and_attempts_are_counted(clinic: Clinic) -> None:
    for _ in range(5):
        with pytest.raises(WrongPassphrase, match="not your present"):
            clinic.people.change_passphrase(SECOND, THIRD)
    with pytest.raises(TooManyAttempts):
        clinic.people.change_passphrase(FIRST, THIRD)
    with pytest.raises(TooManyAttempts):
        clinic.people.remember(FIRST)


def test_a_change_that_cannot_be_saved_changes_neither_vault_nor_keys(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = clinic.people.add("Ben", Role.STAFF, SECOND)

    def full(path: Path, content: bytes) -> None:
        raise NotEnoughSpace("The disk is full.")

    before = clinic.recorded()
    with monkeypatch.context() as patched:
        patched.setattr(key_files, "write_atomically", full)
        for change in (
            lambda: clinic.people.add("Cid", Role.STAFF, THIRD),
            lambda: clinic.people.disable(ben.id),
            lambda: clinic.people.reset_passphrase(ben.id, THIRD),
            lambda: clinic.people.rename(ben.id, "Cid"),
            lambda: clinic.people.change_passphrase(FIRST, THIRD),
            clinic.recovery_key,
        ):
            with pytest.raises(NotEnoughSpace):
                change()
    assert clinic.recorded() == before
    assert [user.name for user in clinic.people.list()] == ["Ann", "Ben"]
    assert clinic.people.recovery().made_at == ""
    clinic.lock()
    clinic.unlock(SECOND, "ben")
    clinic.lock()
    clinic.unlock(FIRST, "ann")


def test_what_a_kill_between_keys_and_vault_leaves_over_opens_nothing(clinic: Clinic, paths: Paths) -> None:
    """The key file is written before the transaction commits: then a slot stands there for nobody."""
    from engine.vault.key_slots import Person

    keys, session = clinic.opened.key_file, clinic.opened.keys
    keys.put(keys.new_user_slot(Person("ghost", "Ghost"), THIRD, session.data))
    clinic.lock()
    with pytest.raises(WrongPassphrase):
        clinic.unlock(THIRD, "ghost")
    assert opening.names_needed(paths)
    clinic.unlock(FIRST, "ann")
    assert not opening.names_needed(paths)


def test_the_keychain_opens_it_as_who_allowed_it_last(clinic: Clinic, paths: Paths) -> None:
    with keyrings.installed(MemoryKeyring()):
        clinic.people.add("Ben", Role.STAFF, SECOND)
        with pytest.raises(WrongPassphrase):
            clinic.people.remember(SECOND)
        assert clinic.people.remember(FIRST)
        assert clinic.people.remembered()
        clinic.lock()
        clinic.unlock(SECOND, "ben")
        with pytest.raises(UserError, match="your own passphrase"):
            clinic.people.remember(SECOND)
        clinic.people.change_passphrase(SECOND, THIRD)
        assert not clinic.people.remembered()
        assert clinic.people.remember(THIRD)
        clinic.lock()
        opened = opening.unlock_with_keyring(paths)
        assert opened is not None
        clinic.take(opened)
        assert clinic.people.me().name == "Ben"
        clinic.people.forget()
        assert not clinic.people.remembered()
        assert opening.unlock_with_keyring(paths) is None


def test_without_a_keychain_nothing_is_remembered(clinic: Clinic) -> None:
    assert not clinic.people.remember(FIRST)
    assert not clinic.people.remembered()
    clinic.people.forget()


def test_a_name_is_asked_for_from_the_second_person_on(clinic: Clinic) -> None:
    clinic.people.add("Ben", Role.STAFF, SECOND)
    clinic.lock()
    with pytest.raises(NameNeeded):
        clinic.unlock(FIRST)
    clinic.unlock(FIRST, "Ann")
