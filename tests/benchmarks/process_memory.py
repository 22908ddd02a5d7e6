"""Resident memory of each process after the samples were imported and a question answered.

Run: python -m tests.benchmarks.process_memory [model id]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from engine.paths import Paths
from engine.workspace import Workspace
from tests.benchmarks.common import PASSPHRASE


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(Paths(Path(folder), Paths.default().models), PASSPHRASE)
        try:
            if len(sys.argv) > 1:
                workspace.choose_model(sys.argv[1])
            workspace.library.add_samples()
            workspace.library.wait()
            workspace.assistant.ask("What is the starting dose of insulin glargine for most adults?")
            processes = workspace.processes()
        finally:
            workspace.close()
    for process in processes:
        name = "this process" if process.role == "window" else process.role
        print(f"{name:14} {process.rss / 1e6:7.0f} MB")
    print(f"{'together':14} {sum(process.rss for process in processes) / 1e6:7.0f} MB")


if __name__ == "__main__":
    main()
