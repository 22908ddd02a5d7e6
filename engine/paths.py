"""Where a workspace's files and the models stand on this computer."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from engine.installation import Installation

_PRIVATE = 0o700


@dataclass(frozen=True)
class Paths:
    """The folders of one workspace. Making this value touches no disk; prepare() makes the folders."""

    data: Path
    models: Path
    # Models that came with the installer; None where none did. Only read.
    shipped_models: Path | None = None

    @classmethod
    def default(cls, data: Path | None = None) -> Paths:
        """The person's own folders.

        data wins over the environment's CHARTSIDE_DATA. Models are large and hold nothing private, so workspaces
        share one folder of them unless CHARTSIDE_MODELS names another. CHARTSIDE_SHIPPED_MODELS stands in for the
        models of an installed copy.
        """
        home = platformdirs.user_data_path("chartside", appauthor=False)
        chosen = data or _from_environment("CHARTSIDE_DATA") or home
        models = _from_environment("CHARTSIDE_MODELS") or home / "models"
        shipped = _from_environment("CHARTSIDE_SHIPPED_MODELS") or _shipped()
        return cls(chosen.expanduser().absolute(), models.expanduser().absolute(), shipped)

    @property
    def vault_file(self) -> Path:
        return self.data / "workspace.db"

    @property
    def keys_file(self) -> Path:
        return self.data / "workspace.keys"

    @property
    def attempts_file(self) -> Path:
        """Wrong passphrases since the last right one."""
        return self.data / "attempts.json"

    @property
    def settings_file(self) -> Path:
        return self.data / "settings.json"

    @property
    def backup_dir(self) -> Path:
        return self.data / "backups"

    @property
    def log_dir(self) -> Path:
        return self.data / "logs"

    @property
    def crash_dir(self) -> Path:
        return self.data / "crashes"

    def prepare(self) -> None:
        """Make every folder, readable by this person only (0700). Raises OSError where that is not allowed."""
        for folder in (self.data, self.models, self.backup_dir, self.log_dir, self.crash_dir):
            private_folder(folder)


def private_folder(folder: Path) -> Path:
    """Make folder and its parents; a folder made here is readable by this person only. Returns folder."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=_PRIVATE, exist_ok=True)
    return folder


def _shipped() -> Path | None:
    installation = Installation.this()
    return installation.models_folder if installation is not None else None


def _from_environment(name: str) -> Path | None:
    value = os.environ.get(name)
    return Path(value) if value else None
