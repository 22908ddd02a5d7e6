"""Which installed copy of the program this is; packaging/README.md draws the layout that this reads.

PREFIX/installation.json          written by the installer: {"kind": "deb"}
PREFIX/versions/<version>/        the program (this process runs there) with BUILD.json
PREFIX/current -> versions/...    what the launcher starts
PREFIX/models/<id>/               models that came with the installer
PREFIX/pending-start              there after an update, until a start of the new version succeeded
"""

from __future__ import annotations

import logging
import os
import platform
import sys
from enum import StrEnum
from pathlib import Path

import msgspec
from msgspec import Struct

log = logging.getLogger(__name__)

_BUILD = "BUILD.json"


class Kind(StrEnum):
    """How the copy was put here. RUN is the self-extracting file, UNKNOWN a folder that nobody installed."""

    DEB = "deb"
    RUN = "run"
    WINDOWS = "windows"
    MACOS = "macos"
    UNKNOWN = "unknown"


class Build(Struct, frozen=True):
    """What BUILD.json tells of a bundle. platform: for example linux-x86_64. gpu: none, cuda, vulkan or metal."""

    version: str
    platform: str
    flavour: str = "slim"
    gpu: str = "none"
    commit: str = ""
    source_date_epoch: int = 0


class Installation(Struct, frozen=True):
    """One installed copy. prefix: the folder that holds its versions; the version's own folder for UNKNOWN."""

    prefix: Path
    version_folder: Path
    build: Build
    kind: Kind

    @classmethod
    def this(cls) -> Installation | None:
        """The copy that this process runs from; None for a checkout, where nothing is frozen."""
        if not getattr(sys, "frozen", False):
            return None
        return cls.at(Path(sys.executable).resolve().parent)

    @classmethod
    def at(cls, version_folder: Path) -> Installation | None:
        """The copy whose executable stands in version_folder; None where no build description is there."""
        build = _read_build(version_folder)
        if build is None:
            return None
        prefix = version_folder.parent.parent
        if version_folder.parent.name != "versions":
            prefix = version_folder
        return cls(prefix, version_folder, build, _read_kind(prefix))

    @property
    def version(self) -> str:
        return self.build.version

    @property
    def versioned(self) -> bool:
        """Whether it lies in a folder of versions, so that another can be put beside it."""
        return self.version_folder.parent.name == "versions"

    @property
    def writable(self) -> bool:
        """Whether this person may put another version in."""
        return self.versioned and all(os.access(place, os.W_OK) for place in (self.prefix, self.versions_folder))

    @property
    def versions_folder(self) -> Path:
        return self.prefix / "versions"

    @property
    def current_link(self) -> Path:
        return self.prefix / "current"

    @property
    def previous_link(self) -> Path:
        return self.prefix / "previous"

    @property
    def launcher(self) -> Path:
        """What a person or a menu starts."""
        return self.prefix / "bin" / "chartside"

    @property
    def pending_start_file(self) -> Path:
        """There while a new version has not yet started well: its number, then a line for each try of the launcher."""
        return self.prefix / "pending-start"

    @property
    def models_folder(self) -> Path | None:
        """The models that came with the installer; None for one that brought none."""
        # In a macOS application everything that is no program stands in Contents/Resources.
        places = (self.prefix / "models", self.version_folder.parent / "Resources" / "models")
        return next((folder for folder in places if folder.is_dir()), None)

    def report_started(self) -> None:
        """This version has started well: the launcher need not go back to the one before. Safe to call always."""
        try:
            # The first line names the version on trial; the one before it may still be running and starting children.
            if self.pending_start_file.read_text("utf-8", "replace").split("\n", 1)[0] == self.version:
                self.pending_start_file.unlink()
        except FileNotFoundError:
            return
        except OSError as error:
            # A copy that an administrator installed: nobody but the administrator goes back there.
            log.info("start_not_noted", exc_info=error)


def this_platform() -> str:
    """The name of this kind of computer in BUILD.json and in update files: linux-x86_64, macos-arm64 …"""
    systems = {"linux": "linux", "win32": "windows", "darwin": "macos"}
    machines = {"amd64": "x86_64", "aarch64": "arm64"}
    machine = platform.machine().lower()
    return f"{systems.get(sys.platform, sys.platform)}-{machines.get(machine, machine)}"


def _read_build(version_folder: Path) -> Build | None:
    # In a macOS application the executable stands in Contents/MacOS and data in Contents/Resources.
    for file in (version_folder / _BUILD, version_folder.parent / "Resources" / _BUILD):
        try:
            return msgspec.json.decode(file.read_bytes(), type=Build)
        except FileNotFoundError:
            continue
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("build_description_unreadable", exc_info=error)
    return None


class _Origin(Struct):
    kind: Kind


def _read_kind(prefix: Path) -> Kind:
    try:
        return msgspec.json.decode((prefix / "installation.json").read_bytes(), type=_Origin).kind
    except (OSError, msgspec.MsgspecError):
        return Kind.UNKNOWN
