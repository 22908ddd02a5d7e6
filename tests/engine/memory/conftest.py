"""Documents and a memory child with the real embedding model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.memory.client import MemoryClient
from engine.types import DocumentText, Heading, PageText
from engine.workers.client import WorkerClient
from engine.workers.roles import Role

_HEADING = re.compile(r"^(#{1,6})[ \t]+(.*\S)[ \t]*$", re.MULTILINE)


def document(text: str, *, title: str = "", pages: list[int] | None = None) -> DocumentText:
    """A document from Markdown; pages are the offsets at which pages start."""
    headings = [Heading(m.start(), m.end(), len(m[1]), m[2]) for m in _HEADING.finditer(text)]
    starts = pages or [0]
    ends = [*starts[1:], len(text) + 1]
    pages_ = [PageText(n, s, e - 1) for n, (s, e) in enumerate(zip(starts, ends, strict=True), 1)]
    return DocumentText(text, pages_, headings, [], title, bool(pages))


@pytest.fixture(scope="session")
def embedding_folder() -> Path:
    """The installed embedding model; skips without one."""
    from engine.errors import UserError
    from engine.models.service import Models
    from engine.paths import Paths
    from engine.settings import SettingsStore

    paths = Paths.default()
    try:
        return Models(paths, SettingsStore(paths.settings_file), on_change=lambda: None).embedding_path()
    except UserError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def worker() -> Iterator[WorkerClient]:
    client = WorkerClient(Role.MEMORY)
    yield client
    client.close()


@pytest.fixture
def memory(worker: WorkerClient, embedding_folder: Path) -> Iterator[MemoryClient]:
    """A client of one memory child that the tests share; its index is emptied after each."""
    client = MemoryClient(worker, lambda: embedding_folder)
    yield client
    client.clear()
