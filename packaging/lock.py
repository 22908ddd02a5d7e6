"""Write the lock files from pyproject.toml: python packaging/lock.py [--upgrade]. Needs a network and uv (make lock).

One resolution for every platform, with hashes, split by how the packages are installed:
requirements.lock (the program), requirements-dev.lock (what the checks need beside it), and in packaging/locks/
llama-cpp-python.txt (built here), torch-cuda.txt (only for TORCH=cuda; the CPU build comes without these) and uv.txt.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"
LOCKS = ROOT / "packaging" / "locks"

_CUDA = re.compile(r"(torch|triton|nvidia-.*|cuda-.*)==")
_NATIVE = re.compile(r"llama-cpp-python==")


def main() -> int:
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    upgrade = "--upgrade" in sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        known = Path(scratch, "known.txt")
        known.write_text("" if upgrade else known_pins(_lock_files()))
        everything = blocks(_compile(uv, ["pyproject.toml", "--extra", "dev"], known))
        program = {block.split("==")[0] for block in blocks(_compile(uv, ["pyproject.toml"], known))}
        tool = blocks(_compile(uv, ["-"], known, stdin="uv\n"))
    plain = [block for block in everything if not _CUDA.match(block) and not _NATIVE.match(block)]
    LOCKS.mkdir(exist_ok=True)
    _write(RUNTIME, [block for block in plain if block.split("==")[0] in program])
    _write(DEVELOPMENT, [block for block in plain if block.split("==")[0] not in program])
    _write(LOCKS / "llama-cpp-python.txt", [block for block in everything if _NATIVE.match(block)])
    _write(LOCKS / "torch-cuda.txt", [block for block in everything if _CUDA.match(block)])
    _write(LOCKS / "uv.txt", tool)
    return 0


def blocks(compiled: str) -> list[str]:
    """Split a lock file into one text per package: its pin, markers and hashes."""
    kept = [line for line in compiled.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    found: list[list[str]] = []
    for line in kept:
        if line.startswith(" ") and found:
            found[-1].append(line)
        else:
            found.append([line])
    return ["\n".join(lines) + "\n" for lines in found]


def _compile(uv: str, what: list[str], known: Path, stdin: str | None = None) -> str:
    command = [uv, "pip", "compile", *what, "--universal", "--python-version", "3.11", "--generate-hashes"]
    command += ["--no-header", "--no-annotate", "--quiet", "--constraint", str(known)]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, input=stdin).stdout


def _lock_files() -> list[Path]:
    return [RUNTIME, DEVELOPMENT, *sorted(LOCKS.glob("*.txt"))]


def known_pins(files: Iterable[Path]) -> str:
    """The bare pins of lock files, to keep them where nothing asks for another version.

    Without their markers: fed back, these would grow with every resolution. A package of which several versions are
    locked, each for other Pythons, is left out, since without markers they contradict each other.
    """
    pins = [block.split(maxsplit=1)[0] for file in files if file.is_file() for block in blocks(file.read_text())]
    versions = Counter(pin.split("==")[0] for pin in set(pins))
    return "".join(f"{pin}\n" for pin in pins if versions[pin.split("==")[0]] == 1)


def _write(file: Path, packages: list[str]) -> None:
    file.write_text("# Written by packaging/lock.py; change pyproject.toml and run `make lock`.\n" + "".join(packages))
    print(f"{file.relative_to(ROOT)}: {len(packages)} packages")


if __name__ == "__main__":
    sys.exit(main())
