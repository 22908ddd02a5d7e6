"""Whether a model fits this computer, and why, in a sentence."""

from __future__ import annotations

from engine.models.hardware import Gpu, Hardware
from engine.types import Fit

# What the rest takes while a model answers: the system and the clinic's other programs, the window, the embedder.
_RESERVE_BYTES = 3_000_000_000
# llama.cpp's scratch buffers for a batch of 512 tokens; grows little with the model.
_SCRATCH_BYTES = 350_000_000
# Bytes of weights that an ordinary desktop's memory delivers per second; every token reads all weights once.
# Measured: 0.5B at 55 and 1.5B at 30 tokens/s on two cores.
_CPU_BYTES_PER_S = 30e9
_GPU_BYTES_PER_S = 250e9
_QUICK, _STEADY = 20.0, 8.0


def memory_needed(size: int, kv_bytes_per_token: int, context: int) -> int:
    """Bytes of memory for the weights (size on disk), the context and scratch buffers."""
    return size + kv_bytes_per_token * context + _SCRATCH_BYTES


def judge_fit(size: int, kv_bytes_per_token: int, context: int, hardware: Hardware, *, answers: bool = True) -> Fit:
    """Judge a model of size bytes with a context of that many tokens. answers: it writes, at a pace worth telling."""
    need = memory_needed(size, kv_bytes_per_token, context)
    if not hardware.runs_models:
        return Fit(False, "The processor of this computer is too old to run a language model.", need)
    gpu = _roomiest(hardware)
    if gpu is not None and not gpu.unified and gpu.memory >= need:
        pace = f"; {_speed(size, _GPU_BYTES_PER_S)}" if answers else ""
        return Fit(True, f"Fits: needs {_gb(need)} of the {_gb(gpu.memory)} on your {gpu.name}{pace}.", need)
    if need + _RESERVE_BYTES > hardware.memory:
        return Fit(False, _too_large(need, hardware.memory), need)
    speed = _speed(size, _GPU_BYTES_PER_S if gpu is not None and gpu.unified else _CPU_BYTES_PER_S)
    pace = f"; {speed}" if answers else ""
    return Fit(True, f"Fits: needs {_gb(need)} of your {_gb(hardware.memory)} memory{pace}.", need)


def _too_large(need: int, memory: int) -> str:
    spare = max(0, memory - _RESERVE_BYTES)
    return (
        f"Too large: needs {_gb(need)}, and of your {_gb(memory)} memory about {_gb(spare)} "
        "are left beside your other programs."
    )


def _speed(size: int, bytes_per_s: float) -> str:
    tokens_per_s = bytes_per_s / max(size, 1)
    if tokens_per_s >= _QUICK:
        return "answers come quickly"
    return "answers come at reading speed" if tokens_per_s >= _STEADY else "answers come slowly"


def _roomiest(hardware: Hardware) -> Gpu | None:
    return max(hardware.gpus, key=lambda gpu: gpu.memory, default=None)


def _gb(size: int) -> str:
    gigabytes = size / 2**30  # memory is sold and shown in binary gigabytes
    return f"{gigabytes:.0f} GB" if gigabytes >= 10 else f"{gigabytes:.1f} GB"
