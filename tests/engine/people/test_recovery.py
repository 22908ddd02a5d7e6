"""The recovery key of an open workspace."""

from __future__ import annotations

import pytest

from engine.errors import UserError, WrongPassphrase
from engine.people.recovery_key import MistypedRecoveryKey, generate
from engine.types import AuditKind, RecoveryState, Role
from tests.fixtures.clinic import FIRST, REASON, SECOND, THIRD, Clinic


def test_a_key_opens_nothing_until_it_was_typed_back(clinic: Clinic) -> None:
    assert clinic.people.recovery() == RecoveryState()
    key = clinic.people.make_recovery_key()
    assert clinic.people.recovery() == RecoveryState()
    assert not clinic.people.test_recovery_key(key)
    with pytest.raises(MistypedRecoveryKey, match="not the one just shown"):
        clinic.people.confirm_recovery_key(generate())
    clinic.people.confirm_recovery_key(key.lower())
    assert clinic.people.recovery().made_at > ""
    assert clinic.people.test_recovery_key(key)
    with pytest.raises(UserError, match="no new recovery key"):
        clinic.people.confirm_recovery_key(key)


def test_a_new_key_replaces_the_old_only_when_it_was_typed_back(clinic: Clinic) -> None:
    old = clinic.recovery_key()
    new = clinic.people.make_recovery_key()
    assert clinic.people.test_recovery_key(old)
    clinic.people.confirm_recovery_key(new)
    assert not clinic.people.test_recovery_key(old)
    assert clinic.people.test_recovery_key(new)
    clinic.lock()
    with pytest.raises(WrongPassphrase):
        clinic.emergency(old)
    clinic.emergency(new)


def test_it_helps_when_every_passphrase_is_forgotten(clinic: Clinic) -> None:
    me, key = clinic.people.me().id, clinic.recovery_key()
    clinic.lock()
    clinic.emergency(key)
    assert clinic.people.me().emergency
    with pytest.raises(UserError, match="no passphrase of yours"):
        clinic.people.change_passphrase(FIRST, SECOND)
    with pytest.raises(UserError, match="no passphrase of yours"):
        clinic.people.remember(FIRST)
    clinic.people.reset_passphrase(me, SECOND)
    clinic.lock()
    clinic.unlock(SECOND)
    clinic.people.change_passphrase(SECOND, THIRD)
    assert clinic.people.me().id == me


def test_an_emergency_is_shown_to_administrators_until_one_has_looked(clinic: Clinic) -> None:
    clinic.people.add("Ben", Role.STAFF, SECOND)
    key = clinic.recovery_key()
    clinic.lock()
    clinic.emergency(key)
    assert clinic.people.emergencies() == []  # whoever used it cannot make it unseen
    with pytest.raises(UserError, match="looked at by an administrator"):
        clinic.people.emergency_seen(1)
    clinic.lock()
    clinic.unlock(SECOND, "ben")
    clinic.people.change_passphrase(SECOND, THIRD)
    assert clinic.people.emergencies() == []
    clinic.lock()
    clinic.unlock(FIRST, "ann")
    (emergency,) = clinic.people.emergencies()
    assert emergency.reason == REASON
    (kind, user, _) = clinic.recorded()[emergency.seq - 1]
    assert (kind, user) == (AuditKind.EMERGENCY, "recovery")
    clinic.people.emergency_seen(emergency.seq)
    clinic.people.emergency_seen(emergency.seq)
    assert clinic.people.emergencies() == []
    assert sum(kind is AuditKind.EMERGENCY_SEEN for kind, *_ in clinic.recorded()) == 1


def test_the_reason_is_not_in_the_audit(clinic: Clinic) -> None:
    key = clinic.recovery_key()
    clinic.lock()
    clinic.emergency(key)
    rows = clinic.opened.database.read(lambda c: c.execute("SELECT details FROM audit").fetchall())
    assert not any(REASON in row[0] or key in row[0] for row in rows)
