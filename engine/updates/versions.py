"""The folders of versions under an installation's prefix, and the links that say which one is started.

Every change is one rename, in an order in which a power cut after any of them leaves a copy that starts:
the new folder, the note that it is on trial, "previous", then "current". packaging/linux/launcher.sh reads the same.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
from pathlib import Path

from engine.files import sync_folder, write_atomically
from engine.installation import Installation
from engine.updates import refusals

log = logging.getLogger(__name__)

_PARTIAL = ".partial"
# Written by packaging/linux/launcher.sh.
_RETURNED = ".rolled-back"


class Versions:
    """What lies under one installation's prefix."""

    def __init__(self, installation: Installation) -> None:
        self._copy = installation

    @property
    def current(self) -> Path:
        """The folder of the version that the launcher starts; the running one's where the link says nothing."""
        return _goal(self._copy.current_link) or self._copy.version_folder

    @property
    def previous(self) -> Path | None:
        """The folder of the version that can be gone back to."""
        folder = _goal(self._copy.previous_link)
        return folder if folder is not None and folder != self.current else None

    @property
    def on_trial(self) -> str:
        """The version that has been put in and has not yet started well, "" where there is none."""
        try:
            version = self._copy.pending_start_file.read_text("utf-8", "replace").split("\n", 1)[0]
        except OSError:
            return ""
        return version if version == self.current.name else ""

    def returned_from(self) -> str:
        """The version that the launcher has gone back from, told once; "" where it has not."""
        note = self._copy.versions_folder / _RETURNED
        try:
            version = note.read_text("utf-8", "replace").strip()
            note.unlink()
        except OSError:
            return ""
        return version

    def workplace(self, version: str) -> Path:
        """A new empty folder on the same disk for preparing a version. What an interrupted update left goes away."""
        for left in self._copy.versions_folder.glob(f".*{_PARTIAL}"):
            shutil.rmtree(left)
        for part in self._copy.prefix.glob(f".{self._copy.pending_start_file.name}.*.part"):
            part.unlink()
        folder = self._copy.versions_folder / f".{version}{_PARTIAL}"
        folder.mkdir(mode=0o755)
        folder.chmod(0o755)
        return folder

    def put_in(self, bundle: Path, version: str) -> None:
        """Make a complete, checked bundle the version that is started from now on. bundle lies in a workplace."""
        target = self._copy.versions_folder / version
        # What is proven stays the way back, also where an update follows one that nobody has started yet.
        proven = self.previous if self.on_trial else None
        back = proven or self.current
        if target.exists():
            # Left by an update that was gone back from or broken off; it is not what is started.
            target.replace(bundle.with_name("old"))
        if sys.platform != "win32":
            os.sync()
        try:
            bundle.replace(target)
            sync_folder(self._copy.versions_folder)
            write_atomically(self._copy.pending_start_file, f"{version}\n".encode())
            _point(self._copy.previous_link, back)
            _point(self._copy.current_link, target)
        except BaseException:
            if self.current != target:
                shutil.rmtree(target, ignore_errors=True)
            raise
        self._tidy({target, back, self._copy.version_folder})

    def go_back(self) -> str:
        """Start the version before the last update from now on; returns its number. Raises UpdateRefused."""
        previous = self.previous
        if previous is None:
            raise refusals.nothing_before()
        _point(self._copy.current_link, previous)
        self._copy.previous_link.unlink()
        self._copy.pending_start_file.unlink(missing_ok=True)
        sync_folder(self._copy.prefix)
        return previous.name

    def _tidy(self, kept: set[Path]) -> None:
        """Remove versions that nothing leads to. A file that will not go is tried again at the next update."""
        for folder in self._copy.versions_folder.iterdir():
            if folder not in kept and not folder.name.startswith("."):
                shutil.rmtree(
                    folder,
                    onerror=lambda _call, path, _error: log.info("version_left", extra={"fields": {"path": path}}),
                )


def _point(link: Path, folder: Path) -> None:
    """Let link lead to a version's folder, in one step and for good. The link is relative: a prefix can be moved."""
    fresh = link.with_name(f".{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path(folder.parent.name, folder.name))
    fresh.replace(link)
    sync_folder(link.parent)


def _goal(link: Path) -> Path | None:
    """The version's folder that a link of this prefix leads to, None where it leads to none."""
    try:
        goal = link.parent / link.readlink()
    except OSError:
        return None
    return goal if goal.is_dir() and goal.parent == link.parent / "versions" else None
