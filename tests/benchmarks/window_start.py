"""From the start of the process to a window that takes input, for a first start and for an existing workspace.

A fresh interpreter each time; the clock starts before the process does and stops when the event loop came to rest after
the first drawing, with the passphrase field holding the focus. Goal: no more than 1.5 s.

Run: python -m tests.benchmarks.window_start [--runs 7] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOAL_S = 1.5

PROGRAM = """
import sys
from pathlib import Path
import app.__main__  # what the program itself begins with
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLineEdit
import app.application
from engine.paths import Paths

def look():
    if isinstance(QApplication.focusWidget(), QLineEdit):
        timer.stop()
        print("ready", flush=True)
        QApplication.closeAllWindows()

timer = QTimer()
timer.timeout.connect(look)
make = app.application.make_application

def made():
    application = make()
    timer.start(0)  # runs whenever the event loop has nothing else to do
    QTimer.singleShot(20_000, application.quit)
    return application

if __name__ == "__main__":
    app.application.make_application = made
    sys.exit(app.application.run(Paths(Path(sys.argv[1]), Path(sys.argv[1]) / "models")))
"""


def measure(folder: Path) -> float:
    """Seconds of one start."""
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    before = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    took = time.perf_counter() - before
    process.communicate()
    if line.strip() != "ready" or process.returncode:
        raise SystemExit(f"the window did not open (exit code {process.returncode})")
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory() as temporary:
        fresh, existing = Path(temporary) / "fresh", Path(temporary) / "existing"
        from engine.paths import Paths
        from engine.workspace import Workspace

        Workspace.create(Paths(existing, existing / "models"), "benchmark passphrase").close()
        for name, folder in (("first start", fresh), ("existing workspace", existing)):
            measure(folder)  # the first run fills the system's file cache
            times = [measure(folder) for _ in range(args.runs)]
            results[name] = {"median_s": statistics.median(times), "worst_s": max(times)}
    if args.json:
        print(json.dumps(results))
    else:
        for name, found in results.items():
            print(f"{name:20} median {found['median_s']:.2f} s   worst {found['worst_s']:.2f} s   (goal {GOAL_S} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
