"""The bytes of one file that have arrived so far, kept across pauses, crashes and changes of source."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from engine.cancellation import CancelToken
from engine.errors import DownloadFailed


class SourceUnavailable(DownloadFailed):
    """A source cannot be reached or does not have the file; another may. What arrived is kept."""


class DamagedDownload(DownloadFailed):
    """What arrived is not the file that was asked for. It was thrown away."""


class PartialFile:
    """An open `.part` file that only grows at its end. Use as a context manager.

    on_size is told the size after every change. size is what the whole file must have, 0 where unknown.
    """

    def __init__(
        self, path: Path, size: int, *, scratch: Path, cancel: CancelToken, on_size: Callable[[int], None]
    ) -> None:
        self._path = path
        self._scratch = scratch
        self._size = size
        self._cancel = cancel
        self._on_size = on_size
        self._file: BinaryIO | None = None
        self._offset = 0
        self._told = 0

    def __enter__(self) -> PartialFile:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("ab")
        self._offset = self._told = self._file.tell()
        if self._size and self._offset > self._size:
            self.truncate(0)
        self._on_size(self._offset)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            if self._offset == 0:
                self._path.unlink()

    @property
    def scratch(self) -> Path:
        """A folder of the same download for what a source needs beside the file. May not exist yet."""
        return self._scratch

    @property
    def offset(self) -> int:
        """Bytes that are there."""
        return self._offset

    @property
    def size(self) -> int:
        return self._size

    @property
    def complete(self) -> bool:
        return bool(self._size) and self._offset == self._size

    def write(self, block: bytes) -> None:
        """Append. Raises Cancelled, DamagedDownload where more arrives than the file holds, OSError."""
        self._cancel.check()
        if self._size and self._offset + len(block) > self._size:
            self.truncate(0)
            raise DamagedDownload(
                "More arrived than the file is long, so it is not the file that was asked for.", "Try again later."
            )
        self._open_file().write(block)
        self._offset += len(block)
        self._told = max(self._told, self._offset)
        self._on_size(self._told)

    def truncate(self, offset: int) -> None:
        """Throw away what is behind offset."""
        file = self._open_file()
        file.flush()
        file.truncate(offset)
        file.seek(offset)
        self._offset = self._told = offset
        self._on_size(offset)

    def sync(self) -> None:
        """Make every byte durable."""
        file = self._open_file()
        file.flush()
        os.fsync(file.fileno())

    def expecting(self, extra: int) -> None:
        """Tell listeners about bytes of this file that stand elsewhere for the moment (a wheel being fetched)."""
        self._told = max(self._told, min(self._offset + extra, self._size or self._offset + extra))
        self._on_size(self._told)

    def check(self) -> None:
        self._cancel.check()

    @property
    def cancel(self) -> CancelToken:
        return self._cancel

    def _open_file(self) -> BinaryIO:
        if self._file is None:
            raise ValueError("the partial file is not open")
        return self._file
