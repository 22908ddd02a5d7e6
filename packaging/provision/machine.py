"""What the set-up has to know about a machine, gathered once, so that plans can be made and tested without one."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass(frozen=True)
class Machine:
    """libraries: the sonames that the loader finds. sudo: whether it works without a password."""

    system: str
    architecture: str
    python: tuple[int, int]
    root: bool
    sudo: bool
    libraries: frozenset[str]
    programs: frozenset[str]
    ensurepip: bool
    fonts: bool
    certificates: bool
    display: bool
    nvidia: bool
    cores: int
    processor: str

    @classmethod
    def this(cls, environment: Mapping[str, str] = os.environ) -> Machine:
        system = platform.system()
        linux = system == "Linux"
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        return cls(
            system=system,
            architecture=platform.machine().lower(),
            python=sys.version_info[:2],
            root=root,
            sudo=not root and _answers("sudo", "-n", "true"),
            libraries=_loader_libraries() if linux else frozenset(),
            programs=frozenset(name for name in ("apt-get", "c++", "nvcc", "xcode-select") if shutil.which(name)),
            ensurepip=importlib.util.find_spec("ensurepip") is not None,
            fonts=not linux or _has_fonts(),
            certificates=not linux or _CERTIFICATES.is_file(),
            display=not linux or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")),
            nvidia=_answers("nvidia-smi", "-L"),
            cores=os.cpu_count() or 1,
            processor=_processor_key(),
        )


def _answers(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    try:
        return subprocess.run(command, capture_output=True, timeout=10, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _loader_libraries() -> frozenset[str]:
    """The sonames in the loader's cache; ldconfig stands outside an ordinary person's search path."""
    ldconfig = shutil.which("ldconfig") or shutil.which("ldconfig", path="/sbin:/usr/sbin")
    if ldconfig is None:
        return frozenset()
    listing = subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=False).stdout
    return frozenset(line.split()[0] for line in listing.splitlines() if "=>" in line)


def _has_fonts() -> bool:
    for folder in _FONT_FOLDERS:
        for _, _, names in os.walk(Path(folder).expanduser()):
            if any(name.endswith((".ttf", ".otf", ".ttc")) for name in names):
                return True
    return False


def _processor_key(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Eight characters that change with the processor's instruction set."""
    try:
        lines = cpuinfo.read_text(errors="replace").splitlines()
    except OSError:
        lines = [platform.processor()]
    flags = sorted({line for line in lines if line.startswith(("flags", "Features"))} or set(lines[:1]))
    return hashlib.sha256("\n".join(flags).encode()).hexdigest()[:8]
