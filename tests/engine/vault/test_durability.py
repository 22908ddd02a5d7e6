"""A killed process loses nothing that was acknowledged and leaves nothing half-written."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from engine.types import DocumentState
from engine.vault.repositories import chunks, documents, file_contents
from tests.engine.vault.conftest import OpenDatabase, vectors

ROUNDS = 12

# Prints each document's id once its whole life up to ready is acknowledged; goes on until it is killed.
WRITER = """
import sys
from pathlib import Path
from engine.vault.database import Database
from tests.engine.vault.conftest import KEY, queue, store
folder = Path(sys.argv[1])
database = Database.open(folder / "workspace.db", bytearray(KEY), backups=folder / "backups")
print("open", flush=True)
while True:
    document = queue(database, "fever.pdf", content=b"abc" * 20_000)
    store(database, document, [f"fever passage {n} of {document}" for n in range(15)])
    print(document, flush=True)
"""


def write_until_killed(folder: Path, seconds: float) -> list[int]:
    """Ids that the writer acknowledged before it was killed."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    time.sleep(seconds)
    process.kill()
    lines = process.stdout.read().splitlines(keepends=True)
    process.stdout.close()
    process.wait(timeout=10)
    return [int(line) for line in lines if line.endswith("\n")]


def test_killed_again_and_again_nothing_acknowledged_is_lost(open_database: OpenDatabase, tmp_path: Path) -> None:
    open_database().close()
    chance = random.Random(7)
    acknowledged: list[int] = []
    for _ in range(ROUNDS):
        acknowledged += write_until_killed(tmp_path, chance.uniform(0.01, 0.25))
    assert len(acknowledged) > ROUNDS

    database = open_database()
    infos = {info.id: info for info in database.read(documents.list_all)}
    assert set(acknowledged) <= set(infos)
    for info in infos.values():
        found = database.read(lambda c, d=info.id: chunks.document_vectors(c, d))
        # Either the whole of a document is there or nothing of it but its place in the queue.
        expected = vectors(15) if info.state == DocumentState.READY else b""
        assert found.data == expected
        assert info.state in {DocumentState.READY, DocumentState.QUEUED}
    for document_id in acknowledged:
        assert infos[document_id].state == DocumentState.READY
        file_id = database.read(lambda c, d=document_id: documents.file_id(c, d))
        assert len(file_contents.load(database, file_id)) == 60_000
    hits = database.read(lambda c: chunks.keyword_search(c, "fever", 100_000))
    assert len(hits) == 15 * sum(info.state == DocumentState.READY for info in infos.values())
    database.transaction(
        lambda c: c.execute("INSERT INTO chunk_search (chunk_search, rank) VALUES ('integrity-check', 1)")
    )
    assert database.check() == []
