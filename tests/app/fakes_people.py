"""People, policy, backups, checks and the record of the test seam: as the engine answers, without a vault."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec.structs import replace

from engine.cancellation import CancelToken
from engine.errors import NotAllowed, UserError, WrongPassphrase
from engine.exports import Protection
from engine.people.permissions import actor_of, emergency_actor, permissions_of
from engine.types import (
    Actor,
    AuditEntry,
    AuditFilter,
    AuditKind,
    AuditVerdict,
    BackupInfo,
    BackupProgress,
    BackupStage,
    BackupState,
    CheckReport,
    Emergency,
    Permission,
    Policy,
    RecoveryState,
    RekeyProgress,
    RekeyStep,
    Role,
    User,
)

NOW = "2026-11-21T20:00:00+00:00"
KEY = "7G4K 2M9P QX3T 81VB HN5C DZ6W RJ0F AEYS"
WRONG = WrongPassphrase("This is not your present passphrase.", "Check caps lock and try again.")


class Person:
    """Who is signed in."""

    def __init__(self, actor: Actor | None = None) -> None:
        self.actor = actor or actor_of("u1", "Dr Reyes", Role.ADMINISTRATOR)
        self.must_change = False

    def require(self, permission: Permission) -> None:
        if self.must_change or permission not in self.actor.permissions:
            raise NotAllowed("Your role does not allow this.", "Ask an administrator.")


EMERGENCY = emergency_actor()


class FakePeople:
    """Keeps people in a list and the own passphrase in a string."""

    def __init__(self, person: Person, on_change: Callable[[], None]) -> None:
        self.person = person
        self._on_change = on_change
        self.passphrase = ""
        self.in_keychain = False
        self.users = [User("u1", "Dr Reyes", Role.ADMINISTRATOR, NOW, last_sign_in_at=NOW)]
        self.given: list[tuple[str, str]] = []
        self.recovery_state = RecoveryState(NOW, NOW)
        self.uses: list[Emergency] = []
        self.advised = False
        self.rekeyed = 0
        self.refusal: UserError | None = None

    def me(self) -> Actor:
        return self.person.actor

    def list(self) -> list[User]:
        self.person.require(Permission.MANAGE_PEOPLE)
        return sorted(self.users, key=lambda user: bool(user.disabled_at))

    def add(self, name: str, role: Role, passphrase: str) -> User:
        if any(user.name.casefold() == name.casefold() for user in self.users):
            raise UserError("Somebody has this name already.", "Choose another name.")
        user = User(f"u{len(self.users) + 1}", name.strip(), role, NOW, must_change=True)
        self.users.append(user)
        self.given.append((user.id, passphrase))
        self._on_change()
        return user

    def rename(self, user_id: str, name: str) -> User:
        return self._put(user_id, name=name)

    def set_role(self, user_id: str, role: Role) -> User:
        if self.refusal is not None:
            raise self.refusal
        return self._put(user_id, role=role)

    def disable(self, user_id: str) -> User:
        self.advised = True
        return self._put(user_id, disabled_at=NOW)

    def enable(self, user_id: str, passphrase: str) -> User:
        self.given.append((user_id, passphrase))
        return self._put(user_id, disabled_at="", must_change=True)

    def reset_passphrase(self, user_id: str, passphrase: str) -> User:
        self.given.append((user_id, passphrase))
        return self._put(user_id, must_change=True)

    def change_passphrase(self, old: str, new: str) -> None:
        if old != self.passphrase:
            raise WRONG
        self.passphrase = new
        self.person.must_change = False

    def remembered(self) -> bool:
        return self.in_keychain

    def remember(self, passphrase: str) -> bool:
        if passphrase != self.passphrase:
            raise WRONG
        self.in_keychain = True
        return True

    def forget(self) -> None:
        self.in_keychain = False

    def recovery(self) -> RecoveryState:
        return self.recovery_state

    def make_recovery_key(self) -> str:
        return KEY

    def confirm_recovery_key(self, typed: str) -> None:
        if typed.upper().split() != KEY.split():
            raise UserError("One of the characters is not as it was written down.", "Compare it group by group.")
        self.recovery_state = RecoveryState(NOW, NOW)
        self._on_change()

    def test_recovery_key(self, typed: str) -> bool:
        return typed.upper().split() == KEY.split()

    def emergencies(self) -> list[Emergency]:
        return self.uses

    def emergency_seen(self, seq: int) -> None:
        self.uses = [use for use in self.uses if use.seq != seq]

    def rekey_advised(self) -> bool:
        return self.advised

    def rekey(self, report: Callable[[RekeyProgress], None], token: CancelToken) -> None:
        report(RekeyProgress(RekeyStep.COPYING, 1, 2))
        self.rekeyed += 1
        self.advised = False

    def _put(self, user_id: str, **changes: object) -> User:
        self.users = [replace(user, **changes) if user.id == user_id else user for user in self.users]
        self._on_change()
        return next(user for user in self.users if user.id == user_id)


class FakePolicy:
    def __init__(self, person: Person, on_change: Callable[[], None]) -> None:
        self._person, self._on_change = person, on_change
        self.policy = Policy()
        self.refusal: UserError | None = None

    def get(self) -> Policy:
        return self.policy

    def update(self, change: Callable[[Policy], Policy]) -> Policy:
        self._person.require(Permission.CHANGE_POLICY)
        if self.refusal is not None:
            raise self.refusal
        self.policy = change(self.policy)
        self._on_change()
        return self.policy


class FakeBackups:
    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self.now = BackupState("/backups", BackupInfo("/backups/a.chartside-backup", NOW, 2_000_000))
        self.infos = [
            BackupInfo("/backups/a.chartside-backup", NOW, 2_000_000, "1.0.0", 4),
            BackupInfo("/backups/b.chartside-backup", NOW, 1_000_000, problem="It is damaged."),
        ]
        self.refusal: UserError | None = None
        self.go_on = threading.Event()
        self.go_on.set()
        self.verified: list[Path] = []

    def state(self) -> BackupState:
        return self.now

    def list(self, folder: str = "") -> list[BackupInfo]:
        return self.infos

    def make(self, report: Callable[[BackupProgress], None], token: CancelToken) -> BackupInfo:
        report(BackupProgress(BackupStage.COPYING, 1_000_000, 2_000_000))
        while not self.go_on.wait(0.01):
            token.check()
        if self.refusal is not None:
            self.now = replace(self.now, problem=self.refusal.message, advice=self.refusal.advice)
            raise self.refusal
        self._on_change()
        return self.infos[0]

    def verify(self, file: Path, report: Callable[[BackupProgress], None], token: CancelToken) -> BackupInfo:
        if self.refusal is not None:
            raise self.refusal
        self.verified.append(file)
        return self.infos[0]


class FakeIntegrity:
    def __init__(self) -> None:
        self.report: CheckReport | None = None
        self.next = CheckReport(NOW, 1.0, [])

    def last(self) -> CheckReport | None:
        return self.report

    def check(self, report: Callable[[BackupProgress], None], token: CancelToken) -> CheckReport:
        self.report = self.next
        return self.next


class FakeAudit:
    """Entries in memory, newest first."""

    def __init__(self) -> None:
        self.written = [
            AuditEntry(seq, f"2026-11-{1 + seq // 30:02}T10:00:00+00:00", "u1", "Dr Reyes", AuditKind.QUESTION)
            for seq in range(1, 301)
        ]
        self.verdict = AuditVerdict(300)
        self.asked: list[AuditFilter] = []
        self.compared: list[Path | None] = []
        self.exported: list[tuple[Path, object]] = []

    def entries(self, wanted: AuditFilter, *, before_seq: int | None = None, limit: int = 100) -> list[AuditEntry]:
        self.asked.append(wanted)
        found = [
            entry
            for entry in reversed(self.written)
            if (before_seq is None or entry.seq < before_seq)
            and (not wanted.user_id or entry.user_id == wanted.user_id)
            and (wanted.kinds is None or entry.kind in wanted.kinds)
            and (not wanted.subject or entry.subject == wanted.subject)
            and (not wanted.since or entry.at >= wanted.since)
            and (not wanted.until or entry.at < wanted.until)
        ]
        return found[:limit]

    def verify(
        self, report: Callable[[int, int], None], token: CancelToken, *, head: Path | None = None
    ) -> AuditVerdict:
        report(300, 300)
        self.compared.append(head)
        return self.verdict

    def export(self, file: Path, wanted: AuditFilter, protection: object, report: object, token: CancelToken) -> None:
        self.exported.append((file, protection))


class FakeExports:
    """Keeps what was written and how."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self.written: list[tuple[Path, bytes, Protection, str, str]] = []

    def write(
        self, file: Path, content: Iterable[bytes], protection: Protection, *, name: str, subject: str = ""
    ) -> None:
        self._person.require(Permission.EXPORT)
        self.written.append((file, b"".join(content), protection, name, subject))


def person_of(role: Role) -> Actor:
    return Actor("u7", "Somebody", role, permissions_of(role))
