"""The front door: one opened workspace with its services. Everything is put together here, and taken apart here."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
from msgspec import UNSET
from msgspec.structs import replace

from engine import __version__
from engine.assistant.answering import Answering
from engine.assistant.assistant import Assistant
from engine.assistant.history import History
from engine.assistant.replay import Replayer
from engine.cancellation import CancelToken
from engine.changes import ChangeHub, Listener
from engine.clock import utc_now
from engine.closed_workspace import ClosedWorkspace
from engine.documents.messages import READ_DOCUMENT, ReadDocument
from engine.errors import NotEnoughSpace, UserError
from engine.inference.client import LlamaBackend
from engine.inference.prompts import load_pack
from engine.library.importer import Importer
from engine.library.library import Library
from engine.library.shelf import Shelf
from engine.memory.client import MemoryClient
from engine.memory.search import HybridSearch
from engine.models.chat_model import ChatModel
from engine.models.service import Models
from engine.models.store import Manifest
from engine.paths import Paths
from engine.people.open_vault import OpenVault
from engine.people.people import People
from engine.people.permissions import Gate
from engine.people.policy import PolicyStore
from engine.scribe.scribe import Scribe
from engine.settings import SettingsStore
from engine.speech.service import Speech
from engine.types import (
    Actor,
    AuditKind,
    DeviceInfo,
    DocumentText,
    ModelInfo,
    Permission,
    Policy,
    ProcessInfo,
    Topic,
    UpdateInfo,
    UpdateProgress,
    VaultInfo,
)
from engine.updates.service import Updates
from engine.vault import migrations, opening, snapshots, upgrade
from engine.vault.audit.journal import Journal
from engine.vault.backup import restoring
from engine.vault.connection import Connection
from engine.vault.failures import VaultClosed
from engine.vault.opened import Opened
from engine.vault.repositories import recovery
from engine.vault.upkeep import Held, Upkeep
from engine.visits.desk import Desk
from engine.visits.part import Means
from engine.visits.service import Visits
from engine.visits.style import Style
from engine.visits.templates import Templates
from engine.workers.roles import Role
from engine.workers.supervisor import Supervisor

_logger = logging.getLogger(__name__)


class Workspace(ClosedWorkspace):
    """An unlocked workspace. Made by create() or an unlock(); close() locks it again.

    library, assistant, speech, visits, templates, style, models, people, policy, audit, backups, integrity, exports,
    updates and settings are its services, thread-safe all of them. They ask themselves whether who is signed in may do
    what they are asked to, and raise NotAllowed.
    """

    def __init__(self, paths: Paths, opened: Opened) -> None:
        """Use create(), unlock(), unlock_with_keyring() or emergency(): they open what this takes over."""
        self.paths = paths
        self._database = database = opened.database
        self._keys = opened.keys
        self._gate = gate = Gate(opened.actor, must_change=opened.must_change)
        self._journal = Journal(lambda: gate.actor.id)
        gate.on_refused(self._record_refusal)
        self._changes = ChangeHub()
        self._closing = threading.Lock()
        self._closed = False
        self._children = Supervisor()
        self.settings = SettingsStore(paths.settings_file)
        self.updates = Updates.of_this_program()
        vault = OpenVault(paths, database, opened.key_file, opened.keys, gate, self._journal)
        self.people = People(vault, lambda: self._changes.publish(Topic.PEOPLE))
        self.policy = PolicyStore(database, gate, self._journal, lambda: self._changes.publish(Topic.POLICY))
        held = Held(paths, database, opened.keys, self._journal, gate, self.policy.get, self._status_changed)
        self._upkeep = Upkeep(held)
        self.audit, self.backups = self._upkeep.audit, self._upkeep.backups
        self.integrity, self.exports = self._upkeep.integrity, self._upkeep.exports
        self.models = Models(
            paths, self.settings, on_change=self._models_changed, require=gate.require, record=self._record_model
        )
        self.speech = Speech(self._children.client(Role.SPEECH), self.models)
        memory = MemoryClient(self._children.client(Role.MEMORY), self.models.embedding_path)
        shelf = Shelf(database, utc_now, self._journal)
        self._search = HybridSearch(database, memory, on_change=lambda: self._changes.publish(Topic.INDEX))
        self._importer = Importer(shelf, self._children.client(Role.MEDIA), memory, self._search, self._changes)
        self.library = Library(shelf, self._importer, self._search, self._changes, gate)
        self._chat = ChatModel(self.models, self._backend(paths))
        answering = Answering(self._search, self._chat, load_pack(), shelf.text, lambda: self.settings.get().assistant)
        replayer = Replayer(self.models, self._chat.backend, self._chat.alone)
        history = History(database, utc_now, self._journal, opened.actor.id)
        self.assistant = Assistant(history, answering, replayer, self._changes, gate=gate, exports=self._upkeep.exports)
        self.templates = Templates(database, gate, self._journal, self._templates_changed)
        self.style = Style(database, gate, utc_now, self._templates_changed)
        self.visits = Visits(
            Means(
                desk=Desk(database, gate, self._journal, self._changes, utc_now),
                writer=Scribe(self._chat),
                speech=self.speech,
                templates=self.templates,
                style=self.style,
                exports=self._upkeep.exports,
                policy=self.policy.get,
                read_document=self._read_document,
            )
        )

    @classmethod
    def create(cls, paths: Paths, passphrase: str, remember: bool = False, name: str = "") -> Workspace:
        """Make a new encrypted workspace, with its first administrator signed in; no name is "Administrator".

        Raises UserError where there is one already, WeakPassphrase, VaultBusy, NotEnoughSpace.
        """
        return cls._of(paths, opening.create(paths, passphrase, name=name, remember=remember))

    @classmethod
    def unlock(cls, paths: Paths, passphrase: str, name: str = "") -> Workspace:
        """name is needed where several people may open the workspace.

        Raises WrongPassphrase (for a wrong name too), NameNeeded, TooManyAttempts, VaultDamaged, VaultBusy,
        NewerSchema, NotEnoughSpace.
        """
        restoring.finish_interrupted(paths)
        return cls._of(paths, opening.unlock(paths, passphrase, name))

    @classmethod
    def unlock_with_keyring(cls, paths: Paths) -> Workspace | None:
        """As unlock(), by the computer's keychain and as who allowed it; None where that cannot open it."""
        restoring.finish_interrupted(paths)
        opened = opening.unlock_with_keyring(paths)
        return None if opened is None else cls._of(paths, opened)

    @classmethod
    def emergency(cls, paths: Paths, recovery_key: str, reason: str) -> Workspace:
        """As unlock(), with the recovery key and a reason of at least 10 characters, which administrators are shown.

        Raises UserError (mistyped, wrong, none was made, no reason), TooManyAttempts, and what unlock raises.
        """
        restoring.finish_interrupted(paths)
        return cls._of(paths, opening.emergency(paths, recovery_key, reason))

    @property
    def actor(self) -> Actor:
        """Who is signed in."""
        return self._gate.actor

    @property
    def must_change(self) -> bool:
        """Whether who is signed in has to choose a passphrase of their own before anything else."""
        return self._gate.must_change

    def close(self) -> None:
        """Lock: stop the work (it goes on at the next unlock), end the children, close the database, drop the key.

        Safe to call twice and from any thread.
        """
        with self._closing:
            if self._closed:
                return
            self._closed = True
        self.visits.close()
        # Children first: a call that waits in one of them ends with Cancelled, which its thread then stores.
        self._children.close()
        self._importer.close()
        self._search.close()
        self._upkeep.stop()
        try:
            if not self._database.closed:
                self.library.purge_removed()
                self._database.transaction(lambda connection: self._journal.append(connection, AuditKind.LOCK))
        except UserError as error:
            # A full disk must not keep the workspace open. What was removed is purged at the next unlock.
            _logger.warning("lock_not_recorded", extra={"fields": {"error": type(error).__name__}})
        finally:
            self._database.close()
            self._keys.wipe()
        self._upkeep.closed()

    def save(self) -> Path:
        """Keep a copy of the workspace as it is now, for this version to come back to, and verify it.

        Raises NotEnoughSpace, and VaultDamaged where the workspace is damaged: then no older copy is given up for it.
        """
        copy = self._database.copy(self.paths.backup_dir, snapshots.label(__version__))
        upgrade.verify_snapshot(copy, self._keys.data)
        snapshots.prune(self.paths)
        return copy

    def update(self, file: Path, report: Callable[[UpdateProgress], None], token: CancelToken) -> UpdateInfo:
        """Keep a copy of the workspace, and put an update file in. Raises NotAllowed, and as Updates.install."""
        self._gate.require(Permission.UPDATE_PROGRAM)
        updates = self.updates
        install = updates.install_as_administrator if updates.copy().administrator else updates.install
        info = install(file, report, token, self.save)
        self._database.transaction(
            lambda connection: self._journal.append(connection, AuditKind.UPDATE, version=info.version)
        )
        return info

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Be told of changes, on whatever thread made them; returns a function that ends it."""
        return self._changes.subscribe(listener)

    def choose_model(self, model_id: str) -> None:
        """Answer with this model until the workspace is closed. Raises ModelMissing."""
        self._chat.choose(model_id)
        self._changes.publish(Topic.MODELS)

    def answering_model(self) -> ModelInfo | None:
        """The model that answers in this session; None where none is installed."""
        return self._chat.info()

    def device(self) -> DeviceInfo | None:
        """Where the language model runs; None before it is loaded."""
        return self._chat.device()

    def vault(self) -> VaultInfo:
        """What the encrypted store is."""

        def look(connection: Connection) -> VaultInfo:
            cipher = connection.execute("PRAGMA cipher_version").fetchone()
            size = self.paths.vault_file.stat().st_size
            return VaultInfo(migrations.schema_number(connection), str(cipher[0]) if cipher else "", size)

        return self._database.read(look)

    def processes(self) -> list[ProcessInfo]:
        """This process and its children, with the memory each holds."""
        own = ProcessInfo("window", os.getpid(), psutil.Process().memory_info().rss)
        return [own, *(ProcessInfo(str(role), pid, rss) for role, pid, rss in self._children.processes())]

    def _record_model(self, act: str, model: Manifest) -> None:
        """By its sum: what a person named the file of an imported one is theirs."""
        subject = f"model:{model.sha256[:16]}"
        with suppress(VaultClosed):  # a download may end after the workspace was locked
            self._database.transaction(
                lambda connection: self._journal.append(connection, AuditKind.MODEL, subject, act=act)
            )

    def _record_refusal(self, permission: Permission) -> None:
        try:
            self._database.transaction(
                lambda connection: self._journal.append(connection, AuditKind.REFUSED, permission=permission)
            )
        except UserError as error:
            # The act is refused all the same.
            _logger.warning("refusal_not_recorded", extra={"fields": {"error": type(error).__name__}})

    def _read_document(self, name: str, content: bytes) -> DocumentText:
        return self._children.client(Role.MEDIA).call(READ_DOCUMENT, ReadDocument(name, content))

    def _templates_changed(self) -> None:
        self._changes.publish(Topic.TEMPLATES)

    def _status_changed(self) -> None:
        self._changes.publish(Topic.STATUS)

    def _take_over_locks(self) -> None:
        """What earlier versions kept in the settings file is the administrator's to decide now."""
        locks = self.settings.get().locks
        self.policy.begin(Policy() if locks is UNSET else Policy(auto_lock_minutes=locks.auto_lock_minutes))
        if locks is not UNSET:
            with suppress(NotEnoughSpace):  # the vault has it; the file loses it at the next change
                self.settings.update(lambda now: replace(now, locks=UNSET))

    def _models_changed(self) -> None:
        self._importer.model_changed()
        self._changes.publish(Topic.MODELS)

    def _backend(self, paths: Paths) -> LlamaBackend:
        return LlamaBackend(self._children.client(Role.INFERENCE), _devices_file(paths))

    @classmethod
    def _of(cls, paths: Paths, opened: Opened) -> Workspace:
        try:
            workspace = cls(paths, opened)
        except BaseException:
            opened.close()
            raise
        return workspace._started()

    def _started(self) -> Workspace:
        try:
            self._database.transaction(lambda connection: recovery.recover(connection, self._journal))
            self._take_over_locks()
            self._search.start()
            self._importer.start()
            self._upkeep.start()
        except BaseException:
            self.close()
            raise
        return self


def _devices_file(paths: Paths) -> Path:
    """What fits the GPU is a fact of this computer and its models, not of one workspace."""
    return paths.models / "devices.json"
