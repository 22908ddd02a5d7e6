"""What this computer has: memory, processor and graphics cards. Finds out without loading any GPU library."""

from __future__ import annotations

import contextlib
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
from msgspec import Struct, field

from engine.inference.processor import lacking

_PROBE_S = 5.0
_PCI_VENDORS = {"0x10de": "NVIDIA GPU", "0x1002": "AMD GPU", "0x8086": "Intel GPU"}


class Gpu(Struct, frozen=True):
    """A graphics card. backend: "cuda", "metal" or "vulkan"; memory in bytes, 0 where unknown.

    unified: the card shares the computer's memory.
    """

    name: str
    backend: str
    memory: int = 0
    free_memory: int = 0
    unified: bool = False


class Hardware(Struct, frozen=True):
    """memory is what the computer has, free_memory what is available now; bytes.

    runs_models: whether the processor has the instructions that llama.cpp was built for.
    """

    memory: int
    free_memory: int
    cores: int
    processor: str
    runs_models: bool = True
    gpus: list[Gpu] = field(default_factory=list)


def detect_hardware() -> Hardware:
    """Look at this computer; takes a fraction of a second, a few seconds where a driver hangs. Never raises."""
    memory = psutil.virtual_memory()
    return Hardware(
        memory=memory.total,
        free_memory=memory.available,
        cores=psutil.cpu_count(logical=False) or psutil.cpu_count() or 1,
        processor=_processor(),
        runs_models=not lacking(),
        gpus=_gpus(memory.total),
    )


def _processor(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """The processor's name as a person would know it."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        for line in cpuinfo.read_text().splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _gpus(memory: int) -> list[Gpu]:
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return [Gpu("Apple GPU", "metal", memory, memory, unified=True)]
    return _nvidia_gpus() or _drm_gpus()


def _nvidia_gpus() -> list[Gpu]:
    output = _output_of("nvidia-smi", "--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits")
    return parse_nvidia_smi(output)


def parse_nvidia_smi(output: str) -> list[Gpu]:
    """Read lines "name, MiB in all, MiB free"; lines of another form (driver messages) are passed over."""
    gpus = []
    for line in output.splitlines():
        fields = [part.strip() for part in line.rsplit(",", 2)]
        if len(fields) == 3 and fields[1].isdigit() and fields[2].isdigit():
            gpus.append(Gpu(fields[0], "cuda", int(fields[1]) << 20, int(fields[2]) << 20))
    return gpus


def _drm_gpus(root: Path = Path("/sys/class/drm")) -> list[Gpu]:
    """Cards that the Linux kernel drives; used through Vulkan. AMD's driver tells the memory, others do not."""
    gpus = []
    for device in sorted(root.glob("card[0-9]*/device")):
        vendor = _PCI_VENDORS.get(_read(device / "vendor"))
        if vendor is None or "-" in device.parent.name:
            continue
        total, used = _read(device / "mem_info_vram_total"), _read(device / "mem_info_vram_used")
        size = int(total) if total.isdigit() else 0
        free = size - int(used) if used.isdigit() else size
        gpus.append(Gpu(vendor, "vulkan", size, max(0, free)))
    return gpus


def _read(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""


def _output_of(*command: str) -> str:
    """Standard output of a small probing program, empty where it is absent, fails or hangs."""
    program = shutil.which(command[0])
    if program is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command, found on the path
            [program, *command[1:]], capture_output=True, text=True, timeout=_PROBE_S, check=True, errors="replace"
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout
