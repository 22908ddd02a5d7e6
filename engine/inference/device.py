"""How much of a model goes where: context length by memory, layers on the GPU by size, and what experience taught."""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path

import msgspec
from msgspec import Struct, field

from engine.inference.messages import Inspection

DEFAULT_CONTEXT = 8192
LEAST_CONTEXT = 2048
# llama.cpp's scratch memory beside weights and cache, measured generously; and what a desktop needs of the card.
_SCRATCH_BYTES = 512 << 20
_GPU_RESERVE_BYTES = 384 << 20


def choose_context(inspection: Inspection, wanted: int = DEFAULT_CONTEXT) -> int:
    """Tokens of context: at most what the model was trained for, halved until weights and cache fit free memory."""
    most = min(wanted, inspection.train_context or wanted)
    room = inspection.free_memory - inspection.file_size - _SCRATCH_BYTES
    n_ctx = most
    while n_ctx > LEAST_CONTEXT and inspection.cache_bytes_per_token * n_ctx > room:
        n_ctx //= 2
    return max(n_ctx, min(LEAST_CONTEXT, most))


def fitting_layers(inspection: Inspection, n_ctx: int) -> int:
    """How many layers fit the free memory of the GPUs; the output counts as one more layer, and is placed first."""
    room = sum(int(gpu.free * 0.95) - _GPU_RESERVE_BYTES - _SCRATCH_BYTES for gpu in inspection.gpus)
    cache = inspection.cache_bytes_per_token * n_ctx // max(1, inspection.layers)
    count = 0
    for size in [inspection.other_bytes, *(size + cache for size in reversed(inspection.layer_bytes))]:
        room -= size
        if room < 0:
            break
        count += 1
    return count


def ladder(most: int) -> list[int]:
    """Numbers of layers to try on the GPU, downwards to none."""
    return list(dict.fromkeys([most, most * 3 // 4, most // 2, most // 4, 0]))


def machine_key(inspection: Inspection) -> str:
    """Tells this computer's processors from another's, for a data folder that was moved."""
    parts = [platform.machine(), platform.processor(), str(os.cpu_count())]
    parts += [f"{gpu.name}:{gpu.total}" for gpu in inspection.gpus]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


class _Remembered(Struct):
    """Most layers that worked, by "model sha256:machine"; only where more had failed."""

    layers: dict[str, int] = field(default_factory=dict)


class DeviceMemory:
    """A small file that remembers how many layers a model could keep on this computer's GPU."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def limit(self, sha256: str, machine: str) -> int | None:
        return self._read().layers.get(f"{sha256}:{machine}")

    def remember(self, sha256: str, machine: str, layers: int) -> None:
        """Keep the number; written beside and moved into place, so that the file is never half written."""
        remembered = self._read()
        remembered.layers[f"{sha256}:{machine}"] = layers
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(remembered))
        beside.replace(self._path)

    def _read(self) -> _Remembered:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_Remembered)
        except (FileNotFoundError, msgspec.MsgspecError):  # a damaged file costs one more trial, nothing else
            return _Remembered()


def reason(inspection: Inspection, layers: int, total: int, *, stepped_down: bool) -> str:
    """Why the model runs where it runs, in one sentence for the status bar."""
    if not inspection.gpus:
        return "This computer has no graphics processor that Chartside can use."
    name = inspection.gpus[0].name
    if stepped_down:
        return f"{name} failed with more than {layers} of {total} layers; this is remembered for this model."
    if layers >= total:
        return f"The whole model fits on {name}."
    if layers == 0:
        return f"{name} has too little free memory for this model."
    return f"{layers} of {total} layers fit in the free memory of {name}."
