"""The sample clinic library that comes with the program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.resources import as_file, files
from pathlib import Path

_KINDS = {".pdf", ".docx", ".md"}


@contextmanager
def sample_paths() -> Iterator[list[Path]]:
    """The sample documents as files on disk, for the length of the with block."""
    with ExitStack() as stack:
        folder = files("resources").joinpath("samples")
        found = [entry for entry in folder.iterdir() if Path(entry.name).suffix in _KINDS]
        yield [stack.enter_context(as_file(entry)) for entry in sorted(found, key=lambda entry: entry.name)]
