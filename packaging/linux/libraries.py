"""What a bundle needs from the system: the libraries that its files are linked with and that it does not bring."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from provision.shell import SetupFailed
from provision.system import LIBRARIES

_NEEDED = re.compile(r"\(NEEDED\)\s+Shared library: \[(.+)\]")
_VERSION = re.compile(r"Name: GLIBC_(\d+)\.(\d+)")
# The system's C library, in the loader's own words; its packages are on every Linux of this kind.
_C_LIBRARY = re.compile(r"(ld-linux.*|lib(c|m|dl|rt|pthread|util|resolv)\.so\.\d)")
# Further libraries that only parts of the bundle ask for, and the Debian packages that hold them.
_MORE = {
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libcups.so.2": "libcups2",
    "libgcc_s.so.1": "libgcc-s1",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libvulkan.so.1": "libvulkan1",
    "libzstd.so.1": "libzstd1",
}
# Opened by name while the program runs, so that no file says that it is linked with it.
OPENED_BY_NAME = {"libportaudio.so.2"}
# Comes with the driver of a graphics card, which no package may ask for: without it the processor is used.
_DRIVERS = {"libcuda.so.1"}
_CHUNK = 200


def elf_files(folder: Path) -> list[Path]:
    """Every program and library below folder, links left out."""
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and _starts_as_elf(path)
    )


def needed_libraries(files: Iterable[Path]) -> set[str]:
    """The sonames that the files ask for and that are not among them nor the C library's."""
    found = list(files)
    asked = {name for text in _readelf("-d", found) for name in _NEEDED.findall(text)}
    brought = {file.name for file in found}
    return {name for name in asked - brought if not _C_LIBRARY.fullmatch(name)}


def debian_packages(libraries: Iterable[str]) -> list[str]:
    """The Debian packages that hold the libraries. Raises SetupFailed for one that nobody has looked up yet."""
    known = LIBRARIES | _MORE
    wanted = set(libraries) - _DRIVERS
    unknown = sorted(wanted - known.keys())
    if unknown:
        raise SetupFailed(
            f"The bundle needs {', '.join(unknown)}. Write the Debian package of each into linux/libraries.py, or keep "
            "what asks for it out of the bundle (bundle/contents.py)."
        )
    return sorted({known[name] for name in wanted})


def oldest_c_library(files: Iterable[Path]) -> str:
    """The version of glibc that the newest symbol in the files asks for, for example 2.34."""
    versions = [(int(a), int(b)) for text in _readelf("-V", list(files)) for a, b in _VERSION.findall(text)]
    return "{}.{}".format(*max(versions)) if versions else ""


def _starts_as_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _readelf(option: str, files: list[Path]) -> list[str]:
    texts = []
    for start in range(0, len(files), _CHUNK):
        command = ["readelf", "--wide", option, *map(str, files[start : start + _CHUNK])]
        texts.append(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return texts
