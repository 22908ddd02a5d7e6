"""Put stand-ins where PyAV's wheel brings video libraries that Chartside neither needs nor may ship.

PyAV decodes the sound of imported recordings. Its FFmpeg (LGPL) is linked with video codecs: x264 and x265 are GPL, the
others large. FFmpeg calls them only for video, so a library of the same name, in which each function that FFmpeg
refers to returns 0, takes its place. Needs a C compiler and nm (Windows: gcc and objdump of MinGW).
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

VIDEO_LIBRARIES = ("libx264", "libx265", "libSvtAv1Enc", "libdav1d", "libvpx")
# A stand-in takes some 20 KB, the smallest of the real ones two megabytes.
LARGEST_BYTES = 200_000

_IMPORTED_FROM = re.compile(r"DLL Name: (\S+)")
_IMPORTED = re.compile(r"^\s+[0-9a-f]+\s+(?:<none>\s+)?[0-9a-f]+\s+(\w+)\s*$")


def put_stand_ins(folder: Path) -> list[str]:
    """Replace the video libraries below folder; returns their names. Raises FileNotFoundError without the tools,
    CalledProcessError where they fail."""
    replaced = []
    for library in video_libraries(folder):
        others = [path for path in _shared_libraries(library.parent) if path != library]
        symbols = _wanted_symbols(library, others)
        _compile(library, symbols)
        replaced.append(library.name)
    return replaced


def video_libraries(folder: Path) -> list[Path]:
    """The real or stand-in video libraries below folder."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and path.name.startswith(VIDEO_LIBRARIES) and _is_library(path)
    )


def still_real(folder: Path) -> list[str]:
    """The names of video libraries that are no stand-ins."""
    return [path.name for path in video_libraries(folder) if path.stat().st_size > LARGEST_BYTES]


def _is_library(path: Path) -> bool:
    return path.suffix in {".dll", ".dylib"} or ".so" in path.name


def _shared_libraries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.is_symlink() and _is_library(path))


def _wanted_symbols(library: Path, others: Sequence[Path]) -> list[str]:
    """What the others take from this library."""
    if library.suffix == ".dll":
        return sorted({name for other in others for name in _imports(other, library.name)})
    options = ["-gU"] if library.suffix == ".dylib" else ["-D", "--defined-only"]
    offered = _names(["nm", *options, str(library)])
    wanted = ["-u"] if library.suffix == ".dylib" else ["-D", "--undefined-only"]
    return sorted(offered & {name for other in others for name in _names(["nm", *wanted, str(other)])})


def _names(command: Sequence[str]) -> set[str]:
    """The symbols that nm lists, as C writes them: without versions and, on macOS, without the leading underscore."""
    lines = _output(command).splitlines()
    names = {line.split()[-1].split("@")[0] for line in lines if line.strip() and not line.endswith(":")}
    return {name.removeprefix("_") for name in names} if sys.platform == "darwin" else names


def _imports(library: Path, supplier: str) -> Iterable[str]:
    """The functions that a Windows library imports from supplier."""
    current = ""
    for line in _output(["objdump", "-p", str(library)]).splitlines():
        if found := _IMPORTED_FROM.search(line):
            current = found[1]
        elif current.lower() == supplier.lower() and (found := _IMPORTED.match(line)):
            yield found[1]


def _compile(library: Path, symbols: Sequence[str]) -> None:
    """Write a library of that name over the real one. The same symbols give the same bytes."""
    export = "__declspec(dllexport) " if library.suffix == ".dll" else ""
    code = "".join(f"{export}void *{name}(void) {{ return 0; }}\n" for name in symbols)
    if library.suffix == ".dylib":
        options = ["-dynamiclib", f"-Wl,-install_name,@loader_path/{library.name}"]
        compiler = "cc"
    elif library.suffix == ".dll":
        options, compiler = ["-shared", "-s"], "gcc"
    else:
        options = ["-shared", "-fPIC", "-nostdlib", "-s", "-Wl,--build-id=none", f"-Wl,-soname,{library.name}"]
        compiler = "cc"
    with tempfile.TemporaryDirectory() as scratch:
        source, made = Path(scratch, "stand_in.c"), Path(scratch, library.name)
        source.write_text(code, encoding="ascii")
        command = [compiler, "-w", "-O1", "-fno-builtin", *options, "-o", str(made), source.name]
        subprocess.run(command, check=True, cwd=scratch)
        library.unlink()
        library.write_bytes(made.read_bytes())
    library.chmod(0o755)


def _output(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
