"""An open vault, and short ways to put things into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from engine.types import Chunk, DocumentText, PageText
from engine.vault.audit import chain
from engine.vault.audit.journal import Journal
from engine.vault.database import Database
from engine.vault.repositories import documents, file_contents
from tests.fixtures.vault.ready import store_ready

KEY = bytes(range(32))
EMBEDDER = "test-embedder"
DIMENSIONS = 4
NOW = "2026-01-02T03:04:05Z"

OpenDatabase = Callable[..., Database]


@pytest.fixture
def open_database(tmp_path: Path) -> Iterator[OpenDatabase]:
    """Opens the one workspace database of the test, again after it was closed."""
    opened: list[Database] = []

    def open_it(**options: object) -> Database:
        file = tmp_path / "workspace.db"
        database = Database.open(
            file, bytearray(KEY), **{"backups": tmp_path / "backups", "create": not file.exists(), **options}
        )
        opened.append(database)
        return database

    yield open_it
    for database in opened:
        database.close()


@pytest.fixture
def database(open_database: OpenDatabase) -> Database:
    return open_database()


def journal_of(database: Database, user_id: str = "u1") -> Journal:
    """The record of a database of the tests, begun where it was not."""
    database.transaction(lambda connection: chain.begin(connection, KEY))
    return Journal(lambda: user_id, clock=lambda: NOW)


def vectors(count: int, first: float = 0.0) -> bytes:
    """One recognisable vector per chunk."""
    return (np.arange(count * DIMENSIONS, dtype="<f4") + first).tobytes()


def indexed(
    texts: Sequence[str], *, title: str = "", embedder: str = EMBEDDER, paged: bool = True
) -> tuple[DocumentText, list[Chunk], bytes, str]:
    """What store_ready takes: a document of one page whose chunks are texts."""
    whole, chunks, start = "\n".join(texts), [], 0
    for text in texts:
        chunks.append(Chunk(start, start + len(text), 1, "Dosing › Adults", text))
        start += len(text) + 1
    content = DocumentText(whole, [PageText(1, 0, len(whole))], [], [], title, paged, ["page 7 could not be read"])
    return content, chunks, vectors(len(texts)), embedder


def queue(database: Database, name: str = "fever.pdf", *, content: bytes = b"%PDF", replaces: int | None = None) -> int:
    file_id = file_contents.store(database, [content])
    new = documents.NewDocument(name, "pdf", f"sha-{name}", len(content), file_id, NOW, f"/in/{name}", replaces)
    return database.transaction(lambda connection: documents.insert(connection, new))


def store(database: Database, document_id: int, texts: Sequence[str], **options: object) -> list[int]:
    content = indexed(texts, **options)
    return database.transaction(lambda connection: store_ready(connection, document_id, *content))


def add(database: Database, name: str, texts: Sequence[str], **options: object) -> int:
    """A ready document."""
    document_id = queue(database, name)
    store(database, document_id, texts, **options)
    return document_id
