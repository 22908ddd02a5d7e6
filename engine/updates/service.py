"""Updates: looks at an update file, puts it in, goes back. The window, the command line and tests use it."""

from __future__ import annotations

import contextlib
import errno
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from engine import __version__
from engine.cancellation import CancelToken
from engine.errors import UserError
from engine.installation import Installation, Kind, this_platform
from engine.types import Copy, UpdateInfo, UpdateProgress, UpdateStage
from engine.updates import container, elevated, refusals
from engine.updates.environment import outside_environment
from engine.updates.keys import PinnedKeys
from engine.updates.manifest import Manifest, check_fits
from engine.updates.payload import Unpacker, copy_verified
from engine.updates.proof import check_bundle, check_starts
from engine.updates.versions import Versions

Progress = Callable[[UpdateProgress], None]
# Room for folders, links and the file system's own needs.
_MARGIN = 64 * 2**20
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


class Updates:
    """The updates of one installation; None stands for a checkout. Thread-safe; one update at a time."""

    def __init__(self, installation: Installation | None, keys: PinnedKeys, system: str = "") -> None:
        self._installation = installation
        self._keys = keys
        self._system = system or this_platform()

    @classmethod
    def of_this_program(cls) -> Updates:
        """The updates of the copy that runs, with the keys that it was built with."""
        return cls(Installation.this(), PinnedKeys.shipped())

    def copy(self) -> Copy:
        """What runs, and whether it can be updated."""
        installation = self._installation
        if installation is None:
            return Copy(__version__, why_not=str(refusals.checkout()))
        stamp = installation.build.source_date_epoch
        built = datetime.fromtimestamp(stamp, UTC).date().isoformat() if stamp else ""
        try:
            self._able()
        except UserError as error:
            return Copy(installation.version, built, why_not=str(error))
        versions = Versions(installation)
        started, previous = versions.current.name, versions.previous
        return Copy(
            installation.version,
            built,
            updates=True,
            administrator=not installation.writable,
            asks=elevated.available(),
            previous=previous.name if previous else "",
            waiting=started if started != installation.version_folder.name else "",
        )

    def command(self, file: Path) -> str:
        """What an administrator types to put an update file into a copy that others may not change."""
        launcher = self._able().launcher
        words = ("sudo", launcher, "update", "install", file.absolute())
        return " ".join(shlex.quote(str(word)) for word in words)

    def inspect(self, file: Path) -> UpdateInfo:
        """Verify an update file's signature and whether it fits this copy; changes nothing. Raises UpdateRefused."""
        with self._verified(file) as (_opened, update):
            return _info(update.manifest)

    def install(
        self,
        file: Path,
        report: Progress,
        token: CancelToken,
        save_workspace: Callable[[], object] | None = None,
    ) -> UpdateInfo:
        """Put an update in: it is used from the next start on. save_workspace is called before anything changes.

        Raises UpdateRefused, NotEnoughSpace, Cancelled, and what save_workspace raises; then nothing has changed.
        """
        installation = self._able()
        if not installation.writable:
            raise refusals.no_rights(self.command(file))
        with _alone(installation), self._verified(file) as (opened, update):
            manifest = update.manifest
            needed = manifest.size + manifest.unpacked + _MARGIN
            free = shutil.disk_usage(installation.versions_folder).free
            if free < needed:
                raise refusals.no_space(needed, free)
            with _room_told(needed):
                workplace = Versions(installation).workplace(manifest.version)
                try:
                    bundle = self._prepare(workplace, opened, update, report, token)
                    report(UpdateProgress(UpdateStage.SAVING))
                    if save_workspace is not None:
                        save_workspace()
                    token.check()
                    report(UpdateProgress(UpdateStage.SWITCHING))
                    Versions(installation).put_in(bundle, manifest.version)
                finally:
                    shutil.rmtree(workplace, ignore_errors=True)
        return _info(manifest)

    def install_as_administrator(
        self, file: Path, report: Progress, token: CancelToken, save_workspace: Callable[[], object]
    ) -> UpdateInfo:
        """As install(), for a copy that only an administrator may change; the desktop asks for the password.

        The workspace is saved first, by this process: the administrator's cannot, and should not, see it.
        """
        self.inspect(file)
        report(UpdateProgress(UpdateStage.SAVING))
        save_workspace()
        token.check()
        return elevated.install(self._able().launcher, file, report, token)

    def restart(self, arguments: Sequence[str] = ()) -> None:
        """Become the version that was put in. Everything must be closed; returns only where nothing is installed.

        Raises OSError where the launcher does not start.
        """
        if self._installation is None or not self._installation.versioned:
            return
        launcher = str(self._installation.launcher)
        os.execve(launcher, [launcher, *arguments], outside_environment())  # noqa: S606 - our own launcher

    def roll_back(self) -> str:
        """Go back to the version before the last update; returns its number. Raises UpdateRefused."""
        installation = self._able()
        if not installation.writable:
            raise refusals.no_rights(f"sudo {shlex.quote(str(installation.launcher))} update --roll-back")
        with _alone(installation):
            return Versions(installation).go_back()

    def _prepare(
        self, workplace: Path, opened: BinaryIO, update: container.Update, report: Progress, token: CancelToken
    ) -> Path:
        manifest = update.manifest
        payload, bundle = workplace / manifest.payload, workplace / "bundle"

        def counted(stage: UpdateStage) -> Callable[[int, int], None]:
            return lambda done, total: report(UpdateProgress(stage, done, total))

        checking = counted(UpdateStage.CHECKING)
        opened.seek(update.payload_at)
        copy_verified(opened, payload, size=manifest.size, sha256=manifest.sha256, report=checking, token=token)
        Unpacker(bundle, manifest.unpacked, manifest.entries, counted(UpdateStage.UNPACKING), token).run(payload)
        payload.unlink()
        check_bundle(bundle, manifest)
        report(UpdateProgress(UpdateStage.TRYING))
        check_starts(bundle, manifest.version, token)
        return bundle

    @contextlib.contextmanager
    def _verified(self, file: Path) -> Iterator[tuple[BinaryIO, container.Update]]:
        """The open file and what is signed in it, once it is sure that it may go into this copy."""
        installation = self._able()
        try:
            opened = file.open("rb")
        except OSError as error:
            raise refusals.unreadable(f"{type(error).__name__}: {error.strerror}") from error
        with opened:
            try:
                update = container.read(opened, self._keys)
            except OSError as error:
                raise refusals.unreadable(f"{type(error).__name__}: {error.strerror}") from error
            # The version that is started, not the one that runs: an update may wait for its first start.
            installed = Versions(installation).current.name
            check_fits(update.manifest, version=installed, gpu=installation.build.gpu, system=self._system)
            yield opened, update

    def _able(self) -> Installation:
        """The installation, where an update file can be put into it. Raises UpdateRefused."""
        installation = self._installation
        if installation is None:
            raise refusals.checkout()
        if installation.kind in (Kind.WINDOWS, Kind.MACOS) or sys.platform in ("win32", "darwin"):
            raise refusals.own_installer()
        if not installation.versioned:
            raise refusals.not_installed()
        if not self._keys:
            raise refusals.no_keys()
        return installation


def _info(manifest: Manifest) -> UpdateInfo:
    return UpdateInfo(manifest.version, manifest.created, manifest.unpacked, manifest.notes)


@contextlib.contextmanager
def _alone(installation: Installation) -> Iterator[None]:
    lock = FileLock(installation.versions_folder / ".update.lock", timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        raise refusals.busy() from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _room_told(needed: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise refusals.no_space(needed) from error
        raise refusals.not_written(f"{type(error).__name__}: {error.strerror}") from error
