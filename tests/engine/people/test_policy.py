"""What the administrator has decided for everybody."""

from __future__ import annotations

import msgspec
import pytest

from engine.errors import NotAllowed, UserError
from engine.people.permissions import actor_of
from engine.people.policy import PolicyStore
from engine.types import AuditKind, BackupPolicy, Policy, Role
from engine.vault.audit.journal import Journal
from engine.vault.repositories import meta
from tests.fixtures.clinic import Clinic


class Told:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def store_of(clinic: Clinic, told: Told) -> PolicyStore:
    return PolicyStore(clinic.opened.database, clinic.gate, Journal(lambda: clinic.gate.actor.id), told)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def store(clinic: Clinic, told: Told) -> PolicyStore:
    return store_of(clinic, told)


def minutes(policy: Policy, value: int) -> Policy:
    return msgspec.structs.replace(policy, auto_lock_minutes=value)


def test_a_change_stays_and_is_told_and_recorded(store: PolicyStore, clinic: Clinic, told: Told) -> None:
    assert store.get() == Policy()
    store.update(lambda policy: minutes(policy, 3))
    assert store.get().auto_lock_minutes == 3
    assert store_of(clinic, told).get().auto_lock_minutes == 3
    assert told.times == 1
    row = clinic.opened.database.read(
        lambda c: c.execute("SELECT details FROM audit WHERE kind = ?", (AuditKind.POLICY,)).fetchall()
    )
    assert [msgspec.json.decode(each[0]) for each in row] == [{"auto_lock_minutes": [15, 3]}]


def test_no_change_is_no_entry(store: PolicyStore, clinic: Clinic, told: Told) -> None:
    store.update(lambda policy: policy)
    assert told.times == 0
    assert not any(kind is AuditKind.POLICY for kind, *_ in clinic.recorded())


def test_the_name_of_a_folder_is_not_recorded(store: PolicyStore, clinic: Clinic) -> None:
    store.update(lambda policy: msgspec.structs.replace(policy, backup=BackupPolicy("/media/Dr Reyes/stick")))
    rows = clinic.opened.database.read(lambda c: c.execute("SELECT details FROM audit").fetchall())
    assert not any("Reyes" in row[0] for row in rows)
    assert any('"backup_folder":"changed"' in row[0] for row in rows)


@pytest.mark.parametrize("value", [-1, 24 * 60 + 1])
def test_a_value_out_of_range_changes_nothing(store: PolicyStore, value: int) -> None:
    with pytest.raises(UserError, match="not allowed"):
        store.update(lambda policy: minutes(policy, value))
    assert store.get() == Policy()


@pytest.mark.parametrize("role", [Role.READER, Role.STAFF, Role.CLINICIAN])
def test_only_administrators_decide(store: PolicyStore, clinic: Clinic, role: Role) -> None:
    clinic.gate.now(actor_of("u2", "Ben", role))
    with pytest.raises(NotAllowed):
        store.update(lambda policy: minutes(policy, 0))
    assert store.get() == Policy()


def test_what_an_earlier_version_kept_is_taken_over_once(store: PolicyStore, clinic: Clinic, told: Told) -> None:
    store.begin(Policy(auto_lock_minutes=5))
    assert store.get().auto_lock_minutes == 5
    store.update(lambda policy: minutes(policy, 7))
    again = store_of(clinic, told)
    again.begin(Policy(auto_lock_minutes=0))
    assert again.get().auto_lock_minutes == 7


def test_a_policy_nobody_can_read_is_the_default(store: PolicyStore, clinic: Clinic, told: Told) -> None:
    clinic.opened.database.transaction(lambda c: meta.put(c, "policy", '{"auto_lock_minutes": "often"}'))
    assert store_of(clinic, told).get() == Policy()
