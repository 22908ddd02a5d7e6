"""Bringing every file of a model into its work folder, verified: source after source, resuming what is there."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from engine.cancellation import CancelToken
from engine.errors import DownloadFailed, NotEnoughSpace
from engine.files import not_enough_space, sync_folder
from engine.models.catalogue import CatalogueEntry, ModelFile
from engine.models.partial import DamagedDownload, PartialFile, SourceUnavailable
from engine.models.progress import ProgressMeter
from engine.models.sums import sha256_of
from engine.types import FetchStage

SCRATCH = ".scratch"
# Left free on the disk after a download: the vault and the system write meanwhile.
_SPARE_BYTES = 200_000_000


class Source(Protocol):
    """Somewhere a file can come from. It only moves bytes: whether they are right is judged by their sum."""

    @property
    def name(self) -> str: ...

    def offers(self, entry: CatalogueEntry, file: ModelFile, /) -> bool: ...

    def extra_space(self, file: ModelFile, /) -> int:
        """Bytes needed on disk beside the file itself."""
        ...

    def pull(self, entry: CatalogueEntry, file: ModelFile, partial: PartialFile, /) -> None:
        """Append what is missing. Raises SourceUnavailable, DamagedDownload, Cancelled, NotEnoughSpace, OSError."""
        ...


class Downloader:
    """Fetches models into a work folder. Sources are asked in order; one that fails is left out for that model."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = list(sources)

    def fetch(self, entry: CatalogueEntry, work: Path, meter: ProgressMeter, cancel: CancelToken) -> str:
        """Complete and verify every file of entry under work; returns the names of the sources used.

        Every file must have a size and a sum. Raises DownloadFailed, NotEnoughSpace, Cancelled; what arrived stays
        under work for the next attempt, except for bytes known to be wrong.
        """
        work.mkdir(parents=True, exist_ok=True)
        failed: dict[str, DownloadFailed] = {}
        used: list[str] = []
        base = 0
        self._check_space(entry, work)
        for file in entry.files:
            target = work / file.name
            # A file gets its own name only after its sum was right.
            if not (target.is_file() and target.stat().st_size == file.size):
                run = _FileRun(entry, file, work=work, base=base, meter=meter, cancel=cancel)
                used.append(self._fetch_file(run, failed))
            base += file.size
            meter.at(base)
        shutil.rmtree(scratch_folder(work), ignore_errors=True)
        return ", ".join(dict.fromkeys(used)) or "resumed"

    def _fetch_file(self, run: _FileRun, failed: dict[str, DownloadFailed]) -> str:
        for source in self._sources:
            if source.name in failed or not source.offers(run.entry, run.file):
                continue
            try:
                run.pull_from(source)
            except (SourceUnavailable, DamagedDownload) as error:
                failed[source.name] = error
            else:
                return source.name
        self._check_space(run.entry, run.work)  # the disk may be why
        raise _all_failed(run.entry, failed)

    def _check_space(self, entry: CatalogueEntry, work: Path) -> None:
        """Raises NotEnoughSpace before a byte is fetched, naming what is needed and what is free."""
        missing = entry.size - sum(_size_of(work / file.name) for file in entry.files)
        extra = max(
            (source.extra_space(file) for source in self._sources for file in entry.files if file.parts), default=0
        )
        require_space(work, missing + extra, entry.name)


class _FileRun:
    """One file of one download: where its bytes go, and how much was done before it."""

    def __init__(
        self,
        entry: CatalogueEntry,
        file: ModelFile,
        *,
        work: Path,
        base: int,
        meter: ProgressMeter,
        cancel: CancelToken,
    ) -> None:
        self.entry = entry
        self.file = file
        self.work = work
        self._target = work / file.name
        self._base = base
        self._meter = meter
        self._cancel = cancel

    def pull_from(self, source: Source) -> None:
        """Complete, verify and name the file. Raises what Source.pull raises."""
        part = partial_path(self._target)
        self._meter.stage(FetchStage.FETCHING)
        try:
            scratch = scratch_folder(self.work)
            opened = PartialFile(part, self.file.size, scratch=scratch, cancel=self._cancel, on_size=self._at)
            with opened as partial:
                if not partial.complete:
                    source.pull(self.entry, self.file, partial)
                partial.sync()
                size = partial.offset
        except OSError as error:
            raise self._disk_error(error) from error
        self._verify(part, size)
        part.replace(self._target)
        sync_folder(self._target.parent)

    def _verify(self, part: Path, size: int) -> None:
        self._meter.stage(FetchStage.VERIFYING)
        found = sha256_of(part, self._cancel)
        if size != self.file.size or found != self.file.sha256:
            part.unlink()
            raise DamagedDownload(
                "What arrived is not the file that was expected: its check sum differs. It was thrown away.",
                "Try again later. If it happens again, tell whoever looks after this computer.",
                f"{self.file.name}: expected sha256 {self.file.sha256}, got {found}",
            )

    def _at(self, size: int) -> None:
        self._meter.at(self._base + size)

    def _disk_error(self, error: OSError) -> Exception:
        try:
            require_space(self._target.parent, self.file.size - _size_of(self._target), self.entry.name)
        except NotEnoughSpace as full:
            return full
        if error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}:
            return not_enough_space()
        return DownloadFailed(
            f"“{self.entry.name}” could not be written to the disk.",
            "Check that the disk is not full and may be written to, then try again: what has arrived is kept.",
            f"{type(error).__name__}: {error}",
        )


def partial_path(target: Path) -> Path:
    """Where the bytes of target gather."""
    return target.with_name(target.name + ".part")


def scratch_folder(work: Path) -> Path:
    """Where a source keeps what it needs beside the files."""
    return work / SCRATCH


def require_space(folder: Path, needed: int, what: str) -> None:
    """Raises NotEnoughSpace, with needed and free, where folder's disk has no room for needed more bytes."""
    free = shutil.disk_usage(folder).free
    if needed > 0 and free < needed + _SPARE_BYTES:
        raise NotEnoughSpace(
            f"“{what}” needs {_gb(needed + _SPARE_BYTES)} of free space, and the disk has {_gb(free)}.",
            f"Free {_gb(needed + _SPARE_BYTES - free)} on the disk that holds {folder}, then try again.",
        )


def pinned_entry(entry: CatalogueEntry, published: tuple[CatalogueEntry, ModelFile]) -> CatalogueEntry:
    """entry with what the hub publishes about its only file."""
    source, file = published
    return msgspec.structs.replace(entry, hub=source.hub, files=[file])


def _size_of(target: Path) -> int:
    for path in (target, partial_path(target)):
        if path.is_file():
            return path.stat().st_size
    return 0


def _all_failed(entry: CatalogueEntry, failed: dict[str, DownloadFailed]) -> DownloadFailed:
    details = "\n".join(f"{name}: {error.message} {error.details}".strip() for name, error in failed.items())
    damaged = next((error for error in failed.values() if isinstance(error, DamagedDownload)), None)
    if damaged is not None:
        return DamagedDownload(f"“{entry.name}” could not be fetched. {damaged.message}", damaged.advice, details)
    return DownloadFailed(
        f"“{entry.name}” could not be fetched: no place that offers it could be reached, or it broke off.",
        "Check this computer's network connection, then try again: what has arrived is kept. "
        "Without a network, import a model file instead.",
        details,
    )


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
