"""Import against its parts: passages per second through the whole import, as a share of the embedder's own throughput.

Uses the VA/DoD guidelines of the measurement data. Run: python -m tests.benchmarks.import_speed [how many files]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from engine.memory.client import MemoryClient, embedding_text
from engine.models.service import Models
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.workers.roles import Role
from engine.workers.supervisor import Supervisor
from engine.workspace import Workspace
from tests.benchmarks.common import shared_data


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    files = sorted((shared_data() / "va_dod_cpg_pdfs").glob("*.pdf"))[:count]
    with tempfile.TemporaryDirectory() as folder:
        paths = Paths(data=Path(folder) / "data", models=Paths.default().models)
        workspace = Workspace.create(paths, "benchmark passphrase")
        try:
            workspace.library.add_samples()  # loads the children, so that their start is not counted
            workspace.library.wait()
            begun = time.perf_counter()
            ids = workspace.library.add(files).added
            workspace.library.wait()
            import_s = time.perf_counter() - begun
            documents = [workspace.library.document(id_) for id_ in ids]
            texts = [workspace.library.text(id_) for id_ in ids]
        finally:
            workspace.close()
        chunks = sum(document.chunks for document in documents)
        pages = sum(document.pages for document in documents)
        embed_s = _embedder_alone(paths, texts)
    print(f"{len(ids)} documents, {pages} pages, {chunks} passages")
    print(f"import           {import_s:7.1f} s   {chunks / import_s:6.1f} passages/s   {pages / import_s:6.1f} pages/s")
    print(f"embedder alone   {embed_s:7.1f} s   {chunks / embed_s:6.1f} passages/s")
    print(f"ratio            {embed_s / import_s:7.2f}")


def _embedder_alone(paths: Paths, texts: list) -> float:
    """Seconds that one call after the other takes for the same passages, all of them sorted by length together."""
    children = Supervisor()
    try:
        models = Models(paths, SettingsStore(paths.settings_file))
        memory = MemoryClient(children.client(Role.MEMORY), models.embedding_path)
        passages = [
            embedding_text(text.title, chunk.section, chunk.shown) for text in texts for chunk in memory.chunk(text)
        ]
        memory.embed(passages[:64])
        begun = time.perf_counter()
        memory.embed(passages)
        return time.perf_counter() - begun
    finally:
        children.close()


if __name__ == "__main__":
    main()
