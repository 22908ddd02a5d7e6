"""From the start of the installed program to a window that takes input, on a real X screen.

Cold: the program's files were put out of the system's cache before each start (posix_fadvise). Warm: started before.
The clock starts before the process does and stops with the first of three keys that one after the other change the
picture: the window is there, its passphrase field is drawn and takes what is typed. Goal: no more than 2 s.
Needs Xvfb, xdotool and xwd.

Run: python -m tests.benchmarks.frozen_start [PROGRAM] [--runs 5] [--json]
(PROGRAM: the one that `make installer` left in build/installer/dist/chartside, unless another is named)
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import psutil

BUILT = Path(__file__).resolve().parents[2] / "build/installer/dist/chartside/chartside"
GOAL_S = 2.0
_KEYS = 3
_LIMIT_S = 60.0


class Screen:
    """A screen of its own; close() switches it off."""

    def __init__(self, number: int = 57) -> None:
        self.environment = {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        command = ["Xvfb", f":{number}", "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
        self._server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        asked = ["xdotool", "getdisplaygeometry"]
        until = time.perf_counter() + _LIMIT_S
        while subprocess.run(asked, env=self.environment, capture_output=True, check=False).returncode != 0:
            if time.perf_counter() > until:
                raise SystemExit("the screen did not come on")
            time.sleep(0.1)

    def close(self) -> None:
        self._server.terminate()
        self._server.wait()

    def picture(self) -> str:
        """A digest of what is on the screen."""
        shot = subprocess.run(["xwd", "-root", "-silent"], env=self.environment, capture_output=True, check=True)
        return hashlib.sha256(shot.stdout).hexdigest()

    def window(self) -> bool:
        command = ["xdotool", "search", "--onlyvisible", "--name", "^Chartside"]
        return subprocess.run(command, env=self.environment, capture_output=True, check=False).returncode == 0

    def press(self, key: str) -> None:
        subprocess.run(["xdotool", "key", key], env=self.environment, check=True)


def measure(program: Path, screen: Screen, folder: Path) -> tuple[float, float]:
    """Seconds until pressed keys show in the window, and seconds of processor time that the program took for it."""
    before = time.perf_counter()
    environment = {**screen.environment, "CHARTSIDE_DATA": str(folder)}
    process = subprocess.Popen([program], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not screen.window():
            if time.perf_counter() - before > _LIMIT_S or process.poll() is not None:
                raise SystemExit(f"the window did not open (exit code {process.poll()})")
        seen, took = 0, 0.0
        before_key = screen.picture()
        while seen < _KEYS:
            screen.press("x")
            after_key = screen.picture()
            seen = seen + 1 if after_key != before_key else 0
            if seen == 1:
                took = time.perf_counter() - before
            before_key = after_key
        used = psutil.Process(process.pid).cpu_times()
        return took, used.user + used.system
    finally:
        process.terminate()
        process.wait()


def forget(folder: Path) -> None:
    """Put every file of a folder out of the system's cache."""
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as content:
                os.posix_fadvise(content.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=Path, nargs="?", default=BUILT)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    program = options.program.resolve()
    if not program.exists():
        print(f"there is no {program}: run make installer first")
        return 0
    screen = Screen()
    results = {}
    try:
        with tempfile.TemporaryDirectory() as folder:
            for name in ("cold", "warm"):
                times, used = [], []
                for _ in range(options.runs):
                    if name == "cold":
                        forget(program.parent)
                    took, processor = measure(program, screen, Path(folder) / name)
                    times.append(took)
                    used.append(processor)
                results[name] = {
                    "median_s": statistics.median(times),
                    "worst_s": max(times),
                    "processor_s": statistics.median(used),
                }
    finally:
        screen.close()
    if options.json:
        print(json.dumps(results))
    else:
        for name, found in results.items():
            print(
                f"{name}: median {found['median_s']:.2f} s, worst {found['worst_s']:.2f} s (goal {GOAL_S} s), "
                f"processor time {found['processor_s']:.2f} s"
            )
    return 0 if results["warm"]["median_s"] <= GOAL_S else 1


if __name__ == "__main__":
    raise SystemExit(main())
