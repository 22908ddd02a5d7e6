"""The settings of one workspace: a small JSON file without patient data, readable before the vault is unlocked."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from engine.errors import UserError
from engine.files import write_atomically
from engine.paths import private_folder

SCHEMA = 1
_logger = logging.getLogger(__name__)

Theme = Literal["system", "light", "dark"]


class Appearance(Struct, frozen=True):
    """font_scale multiplies the system's text size."""

    theme: Theme = "system"
    font_scale: Annotated[float, Meta(ge=0.75, le=2.0)] = 1.0


class AssistantSettings(Struct, frozen=True):
    """What a person may change about answers. passages: how many are read; None leaves the domain pack's choice."""

    temperature: Annotated[float, Meta(ge=0.0, le=2.0)] | None = None
    max_tokens: Annotated[int, Meta(ge=16, le=8192)] | None = None
    passages: Annotated[int, Meta(ge=1, le=50)] | None = None
    seed: Annotated[int, Meta(ge=0, le=2**32 - 1)] | None = None


class EarlierLocks(Struct, frozen=True):
    """What earlier versions kept here about locking; it is the vault's policy now."""

    auto_lock_minutes: Annotated[int, Meta(ge=0, le=24 * 60)] = 15


class Settings(Struct, frozen=True):
    """Everything that is remembered outside the vault.

    gpu_layers holds, per model sha256, the layers that last worked on this computer. window is the window's own. locks
    is there only until the workspace has taken it over.
    """

    schema: int = SCHEMA
    appearance: Appearance = Appearance()
    assistant: AssistantSettings = AssistantSettings()
    locks: EarlierLocks | UnsetType = UNSET
    model_id: str = ""
    gpu_layers: dict[str, int] = field(default_factory=dict)
    window: dict[str, str] = field(default_factory=dict)


# One step per schema number: takes the decoded JSON of that schema and returns the next one's.
Migration = Callable[[dict[str, Any]], dict[str, Any]]
_MIGRATIONS: dict[int, Migration] = {}


class SettingsStore:
    """Holds the settings of one file; thread-safe. Changes are on disk when update() returns."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._set_aside: Path | None = None
        self._settings = self._load()

    @property
    def set_aside(self) -> Path | None:
        """Where an unreadable settings file was moved at this start, for a notice; None when all was well."""
        return self._set_aside

    def get(self) -> Settings:
        return self._settings

    def update(self, change: Callable[[Settings], Settings]) -> Settings:
        """Apply change, check and save. Raises UserError for a value out of range, NotEnoughSpace on a full disk;
        the settings then stay as they were."""
        with self._lock:
            changed = _checked(change(self._settings))
            if changed != self._settings or not self._file.exists():
                private_folder(self._file.parent)
                write_atomically(self._file, msgspec.json.format(msgspec.json.encode(changed), indent=2) + b"\n")
                self._settings = changed
            return self._settings

    def _load(self) -> Settings:
        try:
            raw = self._file.read_bytes()
        except FileNotFoundError:
            return Settings()
        try:
            return _decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, ValueError):
            self._set_aside = _move_aside(self._file)
            _logger.warning("settings_unreadable")
            return Settings()


def _decode(raw: bytes) -> Settings:
    """Raises ValueError (msgspec's errors are such) for anything that is not settings of a schema known here."""
    content = msgspec.json.decode(raw, type=dict[str, Any])
    schema = content.get("schema")
    if not isinstance(schema, int) or not 1 <= schema <= SCHEMA:
        raise ValueError("unknown settings schema")
    for number in range(schema, SCHEMA):
        content = _MIGRATIONS[number](content) | {"schema": number + 1}
    return msgspec.convert(content, Settings)


def _checked(settings: Settings) -> Settings:
    try:
        return msgspec.json.decode(msgspec.json.encode(settings), type=Settings)
    except msgspec.ValidationError as error:
        raise UserError(
            "That setting has a value that is not allowed, so nothing was changed.",
            "Choose a value inside the range shown.",
            str(error),
        ) from error


def _move_aside(file: Path) -> Path:
    number = 1
    while (target := file.with_name(f"{file.stem}.unreadable-{number}{file.suffix}")).exists():
        number += 1
    return file.replace(target)
