"""A workspace of the test seam: the engine's front door without an engine behind it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from engine.cancellation import CancelToken
from engine.changes import ChangeHub
from engine.errors import NameNeeded, UserError, WrongPassphrase
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.types import (
    Actor,
    BackupInfo,
    BackupProgress,
    BackupStage,
    Change,
    Conversation,
    Copy,
    DeviceInfo,
    EarlierCopy,
    ModelInfo,
    Topic,
    Turn,
    UpdateInfo,
    UpdateProgress,
)
from tests.app.fakes_library import FakeLibrary
from tests.app.fakes_models import FakeModels
from tests.app.fakes_people import (
    EMERGENCY,
    NOW,
    FakeAudit,
    FakeBackups,
    FakeExports,
    FakeIntegrity,
    FakePeople,
    FakePolicy,
    Person,
)
from tests.app.fakes_visits import FakeSpeech, FakeStyle, FakeTemplates, FakeVisits


class FakeAssistant:
    """Conversations in memory; ask is left to the tests of the Ask page."""

    def __init__(self) -> None:
        self.entries: list[Conversation] = []

    def prepare(self, cancel: CancelToken | None = None) -> None:
        """There is no model to make ready."""

    def conversations(self, query: str = "") -> list[Conversation]:
        return [each for each in self.entries if query.casefold() in each.title.casefold()]

    def turns(self, conversation_id: int) -> list[Turn]:
        return []


class FakeUpdates:
    """An installed copy of version 1.0.0 and what it says of an update file."""

    def __init__(self) -> None:
        self.now = Copy("1.0.0", "2026-11-21", updates=True, previous="0.9.0")
        self.found = UpdateInfo("1.1.0", "2026-12-01", 1_200_000_000, "Answers come faster.")
        self.refusal: UserError | None = None
        self.steps: list[UpdateProgress] = []
        self.go_on = threading.Event()
        self.put_in: list[Path] = []
        self.restarts = 0
        self.rolled_back = 0

    def copy(self) -> Copy:
        return self.now

    def inspect(self, file: Path) -> UpdateInfo:
        if self.refusal is not None:
            raise self.refusal
        return self.found

    def command(self, file: Path) -> str:
        return f"sudo /opt/chartside/bin/chartside update install '{file}'"

    def install(self, file: Path, report: Callable[[UpdateProgress], None], token: CancelToken) -> UpdateInfo:
        for step in self.steps:
            report(step)
        while not self.go_on.wait(0.01):
            token.check()
        token.check()
        if self.refusal is not None:
            raise self.refusal
        self.put_in.append(file)
        return self.found

    def roll_back(self) -> str:
        if self.refusal is not None:
            raise self.refusal
        self.rolled_back += 1
        return self.now.previous

    def restart(self, arguments: Sequence[str] = ()) -> None:
        self.restarts += 1


class FakeWorkspace:
    """What the window sees of an open workspace."""

    def __init__(self, paths: Paths) -> None:
        self.hub = ChangeHub()
        self.paths = paths
        self.settings = SettingsStore(paths.settings_file)
        self.library = FakeLibrary(lambda change: self.hub.publish(change.topic, change.ids))
        self.assistant = FakeAssistant()
        self.models = FakeModels(lambda: self.hub.publish(Topic.MODELS))
        self.updates = FakeUpdates()
        self.loaded: DeviceInfo | None = None
        self.chosen = ""
        self.closed = 0
        self.keychain = True
        self.person = Person()
        self.people = FakePeople(self.person, lambda: self.hub.publish(Topic.PEOPLE))
        self.policy = FakePolicy(self.person, lambda: self.hub.publish(Topic.POLICY))
        self.backups = FakeBackups(lambda: self.hub.publish(Topic.STATUS))
        self.integrity = FakeIntegrity()
        self.audit = FakeAudit()
        self.exports = FakeExports(self.person)
        self.visits = FakeVisits(lambda ids: self.hub.publish(Topic.VISITS, ids))
        self.speech = FakeSpeech()
        self.templates = FakeTemplates(lambda: self.hub.publish(Topic.TEMPLATES))
        self.style = FakeStyle()

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        return self.hub.subscribe(listener)

    def answering_model(self) -> ModelInfo | None:
        return self.models.get(self.chosen) if self.chosen else self.models.in_use()

    def device(self) -> DeviceInfo | None:
        return self.loaded

    def update(self, file: Path, report: Callable[[UpdateProgress], None], token: CancelToken) -> UpdateInfo:
        return self.updates.install(file, report, token)

    def close(self) -> None:
        self.closed += 1

    def keyring_available(self) -> bool:
        return self.keychain

    @property
    def actor(self) -> Actor:
        return self.person.actor

    @property
    def must_change(self) -> bool:
        return self.person.must_change


class FakeDoor:
    """Makes and opens fake workspaces, as the class Workspace does; remembers the passphrase in a file."""

    def __init__(self) -> None:
        self.opened: list[FakeWorkspace] = []
        self.keychain: bool = False
        self.keychain_opens = False
        self.failure: UserError | None = None
        self.names: list[str] = []
        self.recovery = False
        self.must_change = False
        self.reasons: list[str] = []
        self.restored: list[tuple[Path, str, str, str]] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self.copies: list[EarlierCopy] = []
        self.put_back_copies: list[EarlierCopy] = []

    def earlier_copies(self, paths: Paths) -> list[EarlierCopy]:
        return self.copies

    def put_back(self, paths: Paths, copy: EarlierCopy) -> Path:
        self.put_back_copies.append(copy)
        return paths.data / "workspace.newer-1.db"

    def exists(self, paths: Paths) -> bool:
        return self._file(paths).exists()

    def keyring_available(self) -> bool:
        return self.keychain

    def create(self, paths: Paths, passphrase: str, remember: bool = False, name: str = "") -> FakeWorkspace:
        if self.failure is not None:
            raise self.failure
        paths.prepare()
        self._file(paths).write_text(passphrase)
        return self._open(paths, name)

    def names_needed(self, paths: Paths) -> bool:
        return bool(self.names)

    def known_name(self, paths: Paths, name: str) -> bool:
        return name in self.names

    def has_recovery_key(self, paths: Paths) -> bool:
        return self.recovery

    def unlock(self, paths: Paths, passphrase: str, name: str = "") -> FakeWorkspace:
        if self.failure is not None:
            raise self.failure
        if self.names and not name:
            raise NameNeeded("Several people may open this workspace.", "Give your name as well as your passphrase.")
        if self._file(paths).read_text() != passphrase or (self.names and name not in self.names):
            raise WrongPassphrase("This is not the passphrase of this workspace.", "Check caps lock and try again.")
        return self._open(paths, name)

    def emergency(self, paths: Paths, recovery_key: str, reason: str) -> FakeWorkspace:
        if self.failure is not None:
            raise self.failure
        self.reasons.append(reason)
        workspace = self._open(paths)
        workspace.person.actor = EMERGENCY
        return workspace

    def look_at_backup(self, file: Path) -> BackupInfo:
        if self.failure is not None:
            raise self.failure
        return BackupInfo(str(file), NOW, 2_000_000, "1.0.0", 4)

    def restore(
        self,
        file: Path,
        paths: Paths,
        *,
        name: str = "",
        passphrase: str = "",
        recovery_key: str = "",
        report: Callable[[BackupProgress], None],
        token: CancelToken,
    ) -> Path | None:
        report(BackupProgress(BackupStage.UNPACKING, 1_000_000, 2_000_000))
        while not self.go_on.wait(0.01):
            token.check()
        if self.failure is not None:
            raise self.failure
        self.restored.append((file, name, passphrase, recovery_key))
        before = self.exists(paths)
        paths.prepare()
        self._file(paths).write_text(passphrase)
        return paths.data / "replaced-1" if before else None

    def unlock_with_keyring(self, paths: Paths) -> FakeWorkspace | None:
        return self._open(paths) if self.keychain_opens else None

    def _open(self, paths: Paths, name: str = "") -> FakeWorkspace:
        workspace = FakeWorkspace(paths)
        workspace.people.passphrase = self._file(paths).read_text()
        workspace.person.must_change = self.must_change
        self.must_change = False
        if name:
            workspace.person.actor = replace(workspace.person.actor, name=name)
        self.opened.append(workspace)
        return workspace

    def _file(self, paths: Paths) -> Path:
        return paths.keys_file
