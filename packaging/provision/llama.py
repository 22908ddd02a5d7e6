"""llama-cpp-python is built here once, for this machine's processor or GPU, and the wheel kept for the next time."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from provision.machine import Machine
from provision.shell import SetupFailed, run, say

BACKENDS = ("cuda", "vulkan", "metal", "none")
_FLAGS = {
    "cuda": ["-DGGML_CUDA=ON"],
    "vulkan": ["-DGGML_VULKAN=ON"],
    "metal": ["-DGGML_METAL=ON"],
    "none": ["-DGGML_METAL=OFF"],
}
# Picture understanding is not used, and is a fifth of the build.
_ALWAYS = ["-DLLAVA_BUILD=OFF"]


@dataclass(frozen=True)
class Build:
    """What to build. native: for exactly this processor, which another may not be able to run.

    cards: for which NVIDIA cards, in CMake's words: "native" are those of this machine, "all-major" every kind.
    """

    requirement: str
    backend: str
    native: bool
    machine: Machine
    cards: str = "native"

    @property
    def flags(self) -> list[str]:
        cards = [f"-DCMAKE_CUDA_ARCHITECTURES={self.cards}"] if self.backend == "cuda" else []
        return [*_ALWAYS, f"-DGGML_NATIVE={'ON' if self.native else 'OFF'}", *_FLAGS[self.backend], *cards]

    @property
    def key(self) -> str:
        """The cache folder's name: changes with everything that changes the binary."""
        pin = self.requirement.split()[0].partition("==")[2]
        processor = self.machine.processor if self.native else "portable"
        content = "\n".join([self.requirement, *self.flags])
        digest = hashlib.sha256(content.encode()).hexdigest()[:8]
        system = f"{self.machine.system.lower()}-{self.machine.architecture}"
        return f"llama-cpp-python-{pin}-{self.backend}-{system}-{processor}-{digest}"


def plan_build(machine: Machine, requirement: str, environment: Mapping[str, str]) -> Build:
    """GPU=cuda|vulkan|metal|none and NATIVE=on|off decide; else what the machine has. CARDS: see Build.

    Raises SetupFailed.
    """
    backend = environment.get("GPU", "").lower() or _present_backend(machine)
    if backend not in BACKENDS:
        raise SetupFailed(f"GPU={backend} is not known. Choose one of {', '.join(BACKENDS)}.")
    # Off unless asked for: with every instruction of a server processor (AMX) in a virtual machine, llama.cpp of
    # llama-cpp-python 0.3.36 died at its first evaluation. The portable build uses AVX2 and runs everywhere.
    native = environment.get("NATIVE", "").lower() in {"on", "1", "yes"}
    return Build(requirement, backend, native, machine, environment.get("CARDS") or "native")


def _present_backend(machine: Machine) -> str:
    if machine.system == "Darwin" and machine.architecture == "arm64":
        return "metal"
    return "cuda" if machine.nvidia and "nvcc" in machine.programs else "none"


def hint(machine: Machine, build: Build) -> str:
    """A sentence for a person whose graphics card stays unused; empty otherwise."""
    if machine.nvidia and build.backend == "none" and "nvcc" not in machine.programs:
        return (
            "There is an NVIDIA card, but not NVIDIA's CUDA toolkit (nvcc), so the model will run on the processor. "
            "Install the toolkit and run `make run GPU=cuda` to use the card."
        )
    return ""


def cached_wheel(build: Build, cache: Path) -> Path | None:
    """The wheel kept from an earlier build, if any."""
    return next(iter(sorted((cache / build.key).glob("*.whl"))), None)


def build_wheel(build: Build, python: Path, cache: Path) -> Path:
    """Build the wheel and keep it in the cache; an interrupted build leaves nothing there. Raises SetupFailed."""
    cache.mkdir(parents=True, exist_ok=True)
    say(
        f"Building llama.cpp for {'the processor' if build.backend == 'none' else build.backend}: "
        "about 5 minutes on two cores, once."
    )
    with tempfile.TemporaryDirectory(prefix=".building-", dir=cache) as scratch:
        requirement = Path(scratch, "requirement.txt")
        requirement.write_text(build.requirement + "\n")
        wheels = Path(scratch, "wheels")
        command = [str(python), "-m", "pip", "wheel", "--no-deps", "--no-cache-dir", "--require-hashes"]
        command += ["--no-binary", "llama-cpp-python", "--wheel-dir", str(wheels), "--requirement", str(requirement)]
        flags = {"CMAKE_ARGS": " ".join(build.flags), "CMAKE_BUILD_PARALLEL_LEVEL": str(build.machine.cores)}
        run(command, "llama.cpp could not be built.", environment=flags, quiet=True, every_s=30)
        target = cache / build.key
        if not target.exists():
            wheels.rename(target)
    found = cached_wheel(build, cache)
    if found is None:
        shutil.rmtree(cache / build.key, ignore_errors=True)
        raise SetupFailed("llama.cpp was built, but no wheel came out of it. Start again.")
    return found
