"""What is really inside a built bundle: which of the installed packages, and which libraries of the build machine."""

from __future__ import annotations

import filecmp
import shutil
import subprocess
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path

from engine.licences import Component

# In every package's folder, and in none of a bundle.
_NO_MODULES = {"bin", "share", "include", "..", "__pycache__"}
# The licence of the library itself, read in its package's text, which also lists those of build scripts and tools.
_LICENCES = {
    "libbz2": "bzip2-1.0.6",
    "libexpat": "MIT",
    "libffi": "MIT",
    "libgomp": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "liblzma": "0BSD",
    "libsqlite3": "blessing",
    "libssl": "Apache-2.0",
    "libuuid": "BSD-3-Clause",
    "libxcb": "MIT",
    "libxkbcommon": "MIT",
    "zlib1g": "Zlib",
}


def packages_in(bundle: Path, names: Iterable[str]) -> list[str]:
    """Those of the installed packages of which code or a library is inside the bundle."""
    from bundle.report import module_names

    inside = {name.split(".")[0] for name in module_names(bundle)}
    inside |= {path.name.split(".")[0] for path in (bundle / "_internal").iterdir() if not path.is_symlink()}
    return [name for name in names if top_names(name) & inside]


def top_names(name: str) -> set[str]:
    """The names by which a package's files begin: its modules, folders and libraries."""
    found = set()
    for file in distribution(name).files or []:
        first = file.parts[0]
        if first in _NO_MODULES or first.endswith((".dist-info", ".pth", ".libs")):
            continue
        found.add(first.split(".")[0])
    return found


def system_libraries(inside: Path) -> list[tuple[Component, str]]:
    """Libraries of the build machine (Debian and its relatives) in a bundle's folder, with their packages' texts."""
    if shutil.which("dpkg-query") is None:
        return []
    packages = {package for file in inside.glob("lib*.so*") if not file.is_symlink() for package in _owner(file)}
    found = []
    for package in sorted(packages):
        text = Path("/usr/share/doc", package.split(":")[0], "copyright")
        if text.is_file():
            found.append((_component(package), text.read_text("utf-8", "replace")))
    return found


def _owner(file: Path) -> list[str]:
    """The system's package that this very library is of, in a list; an empty one where it is of none."""
    found = [path for folder in ("/lib", "/usr/lib") for path in Path(folder).glob(f"*-linux-gnu*/{file.name}")]
    places = [str(path) for path in found if filecmp.cmp(path, file, shallow=False)]
    if not places:
        return []
    done = subprocess.run(["dpkg-query", "--search", *places], capture_output=True, text=True, check=False)
    return sorted({line.split(": ")[0] for line in done.stdout.splitlines() if ": " in line})[:1]


def _component(package: str) -> Component:
    shown = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Version}\t${source:Package}\t${Homepage}", package],
        capture_output=True,
        text=True,
        check=True,
    )
    version, source, home = shown.stdout.split("\t")
    licence = next((licence for name, licence in _LICENCES.items() if package.startswith(name)), "see the text")
    where = f"https://sources.debian.org/src/{source}/{version}/"
    return Component(package.partition(":")[0], version, licence, "library", home, where)
