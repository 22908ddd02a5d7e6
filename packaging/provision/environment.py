"""The virtual environment: made once, filled from the lock files, and left alone while these do not change."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ParamSpec

from provision import llama
from provision.machine import Machine
from provision.shell import SetupFailed, Stamps, fingerprint, run, say

P = ParamSpec("P")

_TORCH = "torch==2.13.0"


class Environment:
    """One project folder's .venv, or another folder filled the same way."""

    def __init__(
        self, root: Path, machine: Machine, settings: Mapping[str, str], cache: Path, folder: Path | None = None
    ) -> None:
        self._root = root
        self._machine = machine
        self._settings = settings
        self._cache = cache / "wheels"
        self._folder = folder or root / ".venv"
        self._stamps = Stamps(self._folder / "chartside-setup.json")

    @property
    def python(self) -> Path:
        return self.program("python")

    def program(self, name: str) -> Path:
        windows = self._machine.system == "Windows"
        return self._folder / ("Scripts" if windows else "bin") / (f"{name}.exe" if windows else name)

    def build(self) -> llama.Build:
        requirement = _without_comments(self._lock("llama-cpp-python.txt"))
        return llama.plan_build(self._machine, requirement, self._settings)

    def needs_compiler(self) -> bool:
        """Whether llama.cpp has still to be built."""
        build = self.build()
        return not self._stamps.done("llama", build.key) and llama.cached_wheel(build, self._cache) is None

    def prepare(self, *, development: bool, more: Sequence[Path] = ()) -> None:
        """Do every step that is not done. more: further lock files to install. Raises SetupFailed."""
        self._make()
        locks = [self._root / "requirements.lock", *more]
        if development:
            locks.append(self._root / "requirements-dev.lock")
        for lock in locks:
            self._once(f"install {lock.name}", fingerprint(lock, self._settings.get("TORCH", "")), self._install, lock)
        build = self.build()
        self._once("llama", build.key, self._install_llama, build)
        self._once("torch", self._settings.get("TORCH", "cpu"), self._install_torch)
        self._once("project", fingerprint(self._root / "pyproject.toml", str(self._root)), self._install_project)

    def _once(self, step: str, state: str, action: Callable[P, None], *arguments: P.args, **more: P.kwargs) -> None:
        if not self._stamps.done(step, state):
            action(*arguments, **more)
            self._stamps.mark(step, state)

    def _make(self) -> None:
        if self._works():
            return
        say(f"Making the virtual environment {self._folder.name} with Python {sys.version.split()[0]}")
        run(
            [sys.executable, "-m", "venv", "--clear", str(self._folder)],
            "The virtual environment could not be made. Check that Python's venv module is installed.",
        )

    def _works(self) -> bool:
        if not self.python.exists():
            return False
        if self._stamps.done("venv", _version()):
            return True
        check = [str(self.python), "-c", "import pip, sys; print('%d.%d' % sys.version_info[:2])"]
        found = subprocess.run(check, capture_output=True, text=True, check=False).stdout.strip()
        if found != _version():
            return False
        self._stamps.mark("venv", found)
        return True

    def _install(self, lock: Path) -> None:
        say(f"Installing the packages of {lock.name} (several hundred MB the first time)")
        # Every package is in the lock file with its hash: nothing is resolved, nothing else can come in.
        self._pip("--no-deps", "--require-hashes", "--requirement", str(lock))

    def _install_llama(self, build: llama.Build) -> None:
        hint = llama.hint(self._machine, build)
        if hint:
            say(hint)
        wheel = llama.cached_wheel(build, self._cache) or llama.build_wheel(build, self.python, self._cache)
        say(f"Installing {wheel.name}, kept in {wheel.parent}")
        self._pip("--no-deps", "--force-reinstall", str(wheel))

    def _install_torch(self) -> None:
        if self._settings.get("TORCH", "cpu").lower() == "cuda":
            say("Installing PyTorch with CUDA (several GB)")
            self._pip("--no-deps", "--require-hashes", "--requirement", str(self._lock("torch-cuda.txt")))
            return
        say("Installing PyTorch for the processor")
        if self._machine.system != "Linux":
            self._pip("--no-deps", _TORCH)  # elsewhere the registry's build is the CPU's
            return
        try:
            self._pip("--no-deps", f"{_TORCH}+cpu")
        except SetupFailed:
            # pip is set up for a registry without CPU builds; uv knows where PyTorch keeps them.
            self._pip("--no-deps", "--require-hashes", "--requirement", str(self._lock("uv.txt")))
            command = [str(self.program("uv")), "pip", "install", "--quiet", "--python", str(self.python)]
            run([*command, "--no-deps", "--torch-backend", "cpu", _TORCH], "PyTorch could not be installed.")

    def _install_project(self) -> None:
        self._pip("--no-deps", "--editable", str(self._root))

    def _pip(self, *arguments: str) -> None:
        command = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        run(
            [*command, *arguments],
            "Packages could not be installed. Check the network connection, then start again: it goes on from here.",
            quiet=True,
            every_s=30,
        )

    def _lock(self, name: str) -> Path:
        return self._root / "packaging" / "locks" / name


def _without_comments(file: Path) -> str:
    return "\n".join(line for line in file.read_text().splitlines() if not line.startswith("#"))


def _version() -> str:
    return "{}.{}".format(*sys.version_info[:2])
