"""Check sums of large files, cancellable and with progress."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from engine.cancellation import CancelToken

BLOCK = 1 << 20


def sha256_of(path: Path, cancel: CancelToken | None = None, on_bytes: Callable[[int], None] | None = None) -> str:
    """The file's SHA-256 in hexadecimal. on_bytes is told the bytes read so far. Raises Cancelled, OSError."""
    total = 0
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if cancel is not None:
                cancel.check()
            digest.update(block)
            total += len(block)
            if on_bytes is not None:
                on_bytes(total)
    return digest.hexdigest()
