"""Checks of everything Chartside needs on this computer. Each returns what it found or raises what is wrong."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psutil

from engine.errors import UserError
from engine.inference.client import LlamaBackend
from engine.inference.messages import Segment
from engine.memory.client import MemoryClient
from engine.models.chat_model import ChatModel
from engine.models.service import Models
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.types import Sampling
from engine.vault import opening
from engine.workers.roles import Role
from engine.workers.supervisor import Supervisor

Check = Callable[[], str]

_PACKAGES = {
    "pyside6": "PySide6",
    "llama-cpp-python": "llama_cpp",
    "chromadb": "chromadb",
    "sentence-transformers": "sentence_transformers",
    "torch": "torch",
    "sqlcipher3": "sqlcipher3",
    "pypdfium2": "pypdfium2",
    "rapidocr": "rapidocr",
    "keyring": "keyring",
}


def checks(paths: Paths, model_id: str | None = None) -> dict[str, Check]:
    """The checks by name, in the order to run them."""
    return {
        "libraries": _libraries,
        "encryption": _encryption,
        "workspace": lambda: _workspace(paths),
        "search model": lambda: _search_model(paths),
        "language model": lambda: _language_model(paths, model_id),
        "graphics": lambda: _graphics(paths),
        "offline": _offline,
    }


def _libraries() -> str:
    missing = [name for name, module in _PACKAGES.items() if find_spec(module) is None]
    if missing:
        raise UserError(f"Missing: {', '.join(missing)}.", "Run “make run” again, or install Chartside again.")
    return ", ".join(f"{name} {version(name)}" for name in _PACKAGES)


def _encryption() -> str:
    with tempfile.TemporaryDirectory(prefix="chartside-doctor-") as folder:
        paths = Paths(data=Path(folder), models=Path(folder) / "models")
        passphrase, planted = secrets.token_urlsafe(24), secrets.token_hex(16)
        opened = opening.create(paths, passphrase)
        database = opened.database
        try:
            database.transaction(
                lambda connection: connection.execute("INSERT INTO meta VALUES ('doctor', ?)", (planted,))
            )
            cipher, sqlite = database.read(
                lambda connection: (
                    (connection.execute("PRAGMA cipher_version").fetchone() or ("",))[0],
                    (connection.execute("SELECT sqlite_version()").fetchone() or ("",))[0],
                )
            )
        finally:
            opened.close()
        readable = [
            file.name for file in Path(folder).rglob("*") if file.is_file() and planted.encode() in file.read_bytes()
        ]
        if readable:
            raise UserError("Text was found unencrypted on disk.", "Do not use this installation; install again.")
    return f"SQLCipher {cipher}, SQLite {sqlite}; nothing readable on disk"


def _workspace(paths: Paths) -> str:
    if not opening.exists(paths):
        return f"none yet in {paths.data}"
    if not paths.vault_file.exists():
        raise UserError(f"The workspace file is missing from {paths.data}.", "Restore it from a backup.")
    size = paths.vault_file.stat().st_size
    return f"{paths.data}, {size / 1e6:.0f} MB, encrypted"


def _models(paths: Paths) -> Models:
    return Models(paths, SettingsStore(paths.settings_file))


def _search_model(paths: Paths) -> str:
    with_children = Supervisor()
    try:
        memory = MemoryClient(with_children.client(Role.MEMORY), _models(paths).embedding_path)
        vectors = memory.embed(["insulin is kept in the fridge", "the fridge for insulin", "fire drill"])
    finally:
        with_children.close()
    return f"works, {len(vectors) // 12} numbers a passage"


def _language_model(paths: Paths, model_id: str | None) -> str:
    with_children = Supervisor()
    try:
        chat = ChatModel(
            _models(paths), LlamaBackend(with_children.client(Role.INFERENCE), paths.models / "devices.json")
        )
        if model_id:
            chat.choose(model_id)
        loaded, model, _ = chat.ready()
        generation = chat.backend.generate([Segment("The clinic opens at")], Sampling(max_tokens=16))
    finally:
        with_children.close()
    return f"{model.name} on {loaded.device.device}, {generation.tokens_per_s:.0f} tokens/s. {loaded.device.reason}"


def _graphics(paths: Paths) -> str:
    gpus = _models(paths).hardware().gpus
    if not gpus:
        return "no supported graphics card found; the processor is used"
    return "; ".join(f"{gpu.name} ({gpu.backend}, {gpu.memory / 1e9:.0f} GB)" for gpu in gpus)


def _offline() -> str:
    """No connection of this process leaves the machine. The children's are checked by the tests."""
    outside = [
        connection
        for connection in psutil.Process().net_connections(kind="inet")
        if connection.raddr and not connection.raddr.ip.startswith(("127.", "::1"))
    ]
    if outside:
        raise UserError(f"{len(outside)} connections leave this computer.", "Report this: it should not happen.")
    return "no connection leaves this computer"
