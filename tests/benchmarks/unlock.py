"""From passphrase to answers: unlock to the first keyword answer, and to dense search ready, by number of passages.

Dense search answers by comparing all vectors until Chroma's graph is complete; search_scale.py says when that is.
The vault is real; its vectors are random, because only their number matters here. Search itself: search_scale.py.
Run: python -m tests.benchmarks.unlock [passages ...]
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from engine.paths import Paths
from engine.workspace import Workspace
from tests.benchmarks.common import PASSPHRASE, fill_vault


def main() -> None:
    sizes = [int(argument) for argument in sys.argv[1:]] or [1_000, 20_000]
    print("passages   unlocked   keyword answer   dense ready   (seconds from typing the passphrase)")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            paths = Paths(data=Path(folder) / "data", models=Paths.default().models)
            fill_vault(paths, size, random.Random(1))
            begun = time.perf_counter()
            workspace = Workspace.unlock(paths, PASSPHRASE)
            try:
                unlocked = time.perf_counter() - begun
                assert workspace.library.search("blood pressure target", k=5).hits
                keyword = time.perf_counter() - begun
                assert workspace.library.wait_until_searchable(600)
                dense = time.perf_counter() - begun
            finally:
                workspace.close()
        print(f"{size:8d}   {unlocked:8.2f}   {keyword:14.2f}   {dense:11.2f}")


if __name__ == "__main__":
    main()
