"""What the benchmarks share: where the measurement data is, and a vault filled with made-up passages."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import numpy as np

from engine.memory.model_folder import embedder_id
from engine.models.service import Models
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.types import Chunk, DocumentText, PageText
from engine.vault import opening
from engine.vault.database import Database
from engine.vault.repositories import documents, file_contents
from tests.fixtures.vault.ready import store_ready

PASSPHRASE = "benchmark passphrase"
DIMENSIONS = 384
_PER_DOCUMENT = 200
_WORDS = (
    "blood pressure target patient dose daily tablet kidney function review week month clinic nurse doctor warfarin "
    "insulin glucose fasting adult child fever cough chest pain referral urgent vaccine fridge temperature "
    "record sharps injury policy consent letter appointment allergy penicillin rash severe mild "
    "moderate monitor stop start increase "
    "reduce potassium sodium creatinine liver heart failure asthma inhaler steroid diabetes pregnancy breastfeeding"
).split()


def shared_data() -> Path:
    """The folder of public measurement sets; ends the program with a message where it is not there."""
    folder = Path(os.environ.get("CHARTSIDE_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
    if not folder.is_dir():
        print(f"skipped: the measurement data is not at {folder} (set CHARTSIDE_SHARED_DATA)")
        sys.exit(0)
    return folder


def fill_vault(paths: Paths, passages: int, chance: random.Random) -> None:
    """Make a workspace with this many passages of random words and random unit vectors, and close it."""
    embedder = embedder_id(Models(paths, SettingsStore(paths.settings_file)).embedding_path())
    vectors = np.random.default_rng(1)
    database = opening.create(paths, PASSPHRASE).database
    try:
        for number, start in enumerate(range(0, passages, _PER_DOCUMENT)):
            _store_document(database, number, min(_PER_DOCUMENT, passages - start), embedder, chance, vectors)
    finally:
        database.close()


def _store_document(
    database: Database, number: int, count: int, embedder: str, chance: random.Random, vectors: np.random.Generator
) -> None:
    chunks, offset = [], 0
    for ordinal in range(count):
        text = " ".join([*chance.choices(_WORDS, k=120), f"item{number}x{ordinal}."])
        chunks.append(Chunk(offset, offset + len(text), 1, f"Section {ordinal // 10}", text))
        offset += len(text) + 1
    whole = "\n".join(chunk.text for chunk in chunks)
    rows = vectors.standard_normal((count, DIMENSIONS), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    text_of = DocumentText(whole, [PageText(1, 0, len(whole))], [], [], f"Document {number}", paged=False)
    new = documents.NewDocument(
        name=f"document-{number}.txt",
        kind="text",
        sha256=f"{number:064x}",
        size=len(whole),
        file_id=file_contents.store(database, [whole.encode()]),
        added_at="2026-01-01T00:00:00Z",
    )
    data = rows.astype("<f4").tobytes()
    document_id = database.transaction(lambda connection: documents.insert(connection, new))
    database.transaction(lambda connection: store_ready(connection, document_id, text_of, chunks, data, embedder))
