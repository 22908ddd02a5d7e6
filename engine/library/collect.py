"""From what a person chose or dropped (files and folders) to the files to import."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from engine.errors import UserError

MAX_FILE_BYTES = 300 * 1024 * 1024

# Left behind by operating systems and office programs; nobody means to import them.
_CLUTTER = {"thumbs.db", "desktop.ini", ".ds_store"}


def expand(paths: list[Path]) -> Iterator[Path]:
    """Yield the files among paths and, sorted, those below its folders; hidden files and clutter there are skipped.

    Symbolic links to folders are not followed, so a loop cannot trap the import. A path that does not exist is
    yielded as it is: reading it names the problem.
    """
    seen: set[Path] = set()
    for path in paths:
        for file in _files_below(path) if path.is_dir() else [path]:
            resolved = file.resolve()
            if resolved not in seen:
                seen.add(resolved)
                yield file


def _files_below(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name.casefold()):
        if entry.name.startswith((".", "~$")) or entry.name.casefold() in _CLUTTER:
            continue
        if entry.is_dir():
            if not entry.is_symlink():
                yield from _files_below(entry)
        elif entry.is_file():
            yield entry


def read_file(path: Path) -> tuple[bytes, str]:
    """Return a file's bytes and their SHA-256. Raises UserError when it cannot be read, is empty or is too large."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES // (1024 * 1024)
            raise UserError(f"“{path.name}” is larger than {limit} MB.", "Split it into smaller files and add those.")
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise UserError(f"“{path.name}” was not found.", "Check whether it was moved or renamed.") from error
    except PermissionError as error:
        raise UserError(
            f"“{path.name}” may not be read by this account.", "Ask for access to the file, or copy it elsewhere."
        ) from error
    except OSError as error:
        raise UserError(
            f"“{path.name}” could not be read.",
            "Check the disk or network drive it is on.",
            details=error.strerror or "",
        ) from error
    if not content:
        raise UserError(f"“{path.name}” is empty.", "Check the file at its source.")
    return content, hashlib.sha256(content).hexdigest()
