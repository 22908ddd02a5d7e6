"""The one file of an open database, read while nothing is written into it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from engine.vault import failures
from engine.vault.driver import PAGE_BYTES

# Where SQLite takes its locks. The page there holds nothing, https://www.sqlite.org/fileformat2.html#the_lock_byte_page;
# on Windows a locked range cannot be read.
_LOCK_BYTE = 1 << 30


class FileAtRest:
    """What Database.at_rest hands out: the whole database, to be read once from its beginning.

    check is called after each read and raises where what was read may not be used. seen: what was looked up in it.
    """

    def __init__(
        self,
        file: BinaryIO,
        check: Callable[[], None],
        seen: Any = None,
        *,
        lock_page: int | None = None,
        page_bytes: int = PAGE_BYTES,
    ) -> None:
        """lock_page: where a page begins that is not to be read; by default SQLite's on Windows, none elsewhere."""
        self._file = file
        self._check = check
        self.seen = seen
        self._at = 0
        self._hole = lock_page if lock_page is not None else _LOCK_BYTE if sys.platform == "win32" else -page_bytes
        self._page_bytes = page_bytes
        self.size = os.fstat(file.fileno()).st_size
        self.on_read: Callable[[int], None] | None = None

    def read(self, size: int = -1, /) -> bytes:
        """The next size bytes, fewer at the end only; by default all that is left. on_read is told how far it is."""
        left = self.size - self._at
        wanted, pieces = left if size < 0 else min(size, left), []
        while wanted:
            piece = self._next(wanted)
            if not piece:
                raise failures.disk_failed("the file became shorter")
            self._at += len(piece)
            wanted -= len(piece)
            pieces.append(piece)
        self._check()
        if self.on_read is not None:
            self.on_read(self._at)
        return b"".join(pieces)

    def _next(self, size: int) -> bytes:
        end = self._hole + self._page_bytes
        if self._hole <= self._at < end:
            return bytes(min(size, end - self._at))
        if self._at < self._hole:
            size = min(size, self._hole - self._at)
        try:
            self._file.seek(self._at)
            return self._file.read(size)
        except ValueError:  # closed meanwhile
            self._check()
            raise
