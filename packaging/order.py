"""What a build of the installers was asked for, the environment it runs in, and going on inside that environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bootstrap import cache_folder, install_system_packages
from bundle.build import BuildInfo
from lock import blocks
from provision.environment import Environment
from provision.machine import Machine
from provision.shell import SetupFailed, fail, say

ROOT = Path(__file__).resolve().parent.parent
FLAVOURS = ("full", "slim")
GPUS = ("none", "cuda", "vulkan", "metal")
_PREPARED = "--prepared"
# What builds the program, of the developers' packages: PyInstaller, and what writes the list of parts.
_BUILDERS = set(
    """
    altgraph macholib pefile pyinstaller pyinstaller-hooks-contrib
    boolean-py cyclonedx-python-lib defusedxml license-expression packageurl-python py-serializable sortedcontainers
    """.split()
)
_TOOLS = {"cc": "gcc", "dpkg-deb": "dpkg", "makeself": "makeself", "xz": "xz-utils", "readelf": "binutils"}


@dataclass(frozen=True)
class Order:
    """What to build, and where. work: everything in between; it may be deleted at any time."""

    flavour: str
    gpu: str
    update_key: Path | None
    starter: str
    out: Path
    work: Path
    reuse: bool = False

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Order:
        """Read the order from the environment. Raises SetupFailed for one that cannot be carried out."""
        flavour, gpu = environment.get("FLAVOUR") or "full", environment.get("GPU") or "none"
        key = environment.get("UPDATE_KEY")
        if flavour not in FLAVOURS:
            raise SetupFailed(f"FLAVOUR={flavour} is not known. Choose one of {', '.join(FLAVOURS)}.")
        if gpu not in GPUS:
            raise SetupFailed(f"GPU={gpu} is not known. Choose one of {', '.join(GPUS)}.")
        if key and not Path(key).is_file():
            raise SetupFailed(f"UPDATE_KEY={key}: there is no such file. packaging/update_key.py makes a key.")
        out = ROOT / (environment.get("OUT") or "dist")
        work = ROOT / "build" / "installer"
        reuse = environment.get("REUSE", "").lower() in {"1", "on", "yes"}
        return cls(flavour, gpu, Path(key) if key else None, environment.get("STARTER", ""), out, work, reuse)

    def name(self, info: BuildInfo) -> str:
        """The beginning of the names of what comes out."""
        gpu = "" if self.gpu == "none" else f"-{self.gpu}"
        return f"chartside-{info.version}-{info.platform}{gpu}-{self.flavour}"


def carry_out(script: Path, usage: str | None, make: Callable[[Order], Sequence[Path]]) -> int:
    """The main function of a script that builds: read the order, make the environment, and go on in it.

    What wraps the program needs the same packages: icons, the catalogue of models. Returns the exit code.
    """
    if sys.argv[1:] not in ([], [_PREPARED]):
        print(usage)
        return 2
    try:
        order = Order.of(os.environ)
        if not sys.argv[1:]:
            return subprocess.call([str(prepare(order).python), str(script.resolve()), _PREPARED])
        for file in make(order):
            say(f"{file.relative_to(ROOT) if file.is_relative_to(ROOT) else file}  {file.stat().st_size / 1e6:.0f} MB")
    except SetupFailed as error:
        return fail(error)
    return 0


def prepare(order: Order) -> Environment:
    """The environment that goes into the bundle: its own, filled from the lock files alone."""
    machine = Machine.this()
    missing = sorted(package for tool, package in _TOOLS.items() if shutil.which(tool) is None)
    if missing and machine.system == "Linux":
        raise SetupFailed(f"Programs are missing. Install them first: apt-get install {' '.join(missing)}")
    settings = {**os.environ, "GPU": order.gpu, "NATIVE": "off", "CARDS": "all-major", "TORCH": "cpu"}
    folder = order.work / "environment"
    folder.parent.mkdir(parents=True, exist_ok=True)
    environment = Environment(ROOT, machine, settings, cache_folder(machine, os.environ), folder)
    install_system_packages(machine, compiler=environment.needs_compiler())
    environment.prepare(development=False, more=[builders_lock(order.work)])
    return environment


def builders_lock(work: Path) -> Path:
    """The part of the developers' lock file that building needs: what tests and lints need can then not come in."""
    packages = blocks((ROOT / "requirements-dev.lock").read_text(encoding="utf-8"))
    file = work / "builders.lock"
    file.write_text("".join(block for block in packages if block.split("==")[0] in _BUILDERS), encoding="utf-8")
    return file
