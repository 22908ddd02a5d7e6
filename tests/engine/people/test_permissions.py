"""What each role may do."""

from __future__ import annotations

import pytest

from engine.errors import NotAllowed
from engine.people.permissions import Gate, actor_of, emergency_actor, permissions_of
from engine.types import Permission, Role


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.READER, {Permission.ASK}),
        (Role.STAFF, {Permission.ASK, Permission.ADD_DOCUMENTS, Permission.WRITE_NOTES}),
        (
            Role.CLINICIAN,
            {
                Permission.ASK,
                Permission.ADD_DOCUMENTS,
                Permission.REMOVE_DOCUMENTS,
                Permission.EXPORT,
                Permission.WRITE_NOTES,
                Permission.SIGN_NOTES,
                Permission.CHANGE_TEMPLATES,
            },
        ),
        (Role.ADMINISTRATOR, set(Permission)),
    ],
)
def test_a_role_may_this_and_nothing_else(role: Role, allowed: set[Permission]) -> None:
    gate = Gate(actor_of("u1", "Ann", role))
    assert permissions_of(role) == allowed
    for permission in Permission:
        if permission in allowed:
            gate.require(permission)
        else:
            with pytest.raises(NotAllowed, match="role") as refused:
                gate.require(permission)
            assert "administrator" in refused.value.advice
        assert gate.allows(permission) is (permission in allowed)


def test_whoever_must_change_the_passphrase_may_nothing_before() -> None:
    gate = Gate(actor_of("u1", "Ann", Role.ADMINISTRATOR), must_change=True)
    for permission in Permission:
        with pytest.raises(NotAllowed, match="set by somebody else"):
            gate.require(permission)
        assert not gate.allows(permission)
    gate.changed_passphrase()
    gate.require(Permission.MANAGE_PEOPLE)


def test_the_recovery_key_may_all_and_is_nobody() -> None:
    actor = emergency_actor()
    assert actor.emergency
    assert actor.name == ""
    assert actor.permissions == set(Permission)


def test_a_changed_role_counts_at_once() -> None:
    gate = Gate(actor_of("u1", "Ann", Role.ADMINISTRATOR))
    gate.now(actor_of("u1", "Ann", Role.READER))
    with pytest.raises(NotAllowed):
        gate.require(Permission.MANAGE_PEOPLE)
