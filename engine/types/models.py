"""Models, the device that runs them, and how they generate."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class ModelState(StrEnum):
    AVAILABLE = "available"
    FETCHING = "fetching"
    PAUSED = "paused"
    INSTALLED = "installed"


class Fit(Struct, frozen=True):
    """Whether a model fits this computer, and why, in one sentence a clinician understands."""

    fits: bool
    reason: str
    memory_bytes: int = 0


class ModelInfo(Struct, frozen=True):
    """A catalogue entry or an imported model as the Models page shows it. kind: "chat", "embedding" or "speech"."""

    id: str
    name: str
    kind: str
    summary: str
    size: int
    licence: str
    licence_url: str
    sha256: str
    state: ModelState
    fit: Fit
    in_use: bool = False
    terms: str = ""
    downloaded: int = 0
    imported: bool = False
    shipped: bool = False  # it came with the installer and cannot be removed


class FetchStage(StrEnum):
    CONNECTING = "connecting"
    FETCHING = "fetching"
    COPYING = "copying"
    VERIFYING = "verifying"
    DONE = "done"


class FetchProgress(Struct, frozen=True):
    """How far a model's download or import is: bytes done of total, and bytes per second over the last moments."""

    model_id: str
    done: int
    total: int
    bytes_per_s: float
    stage: FetchStage


class DeviceInfo(Struct, frozen=True):
    """Where the model runs and why, for the status bar and doctor. device: "CPU" or the GPU's name."""

    device: str
    gpu_layers: int
    total_layers: int
    threads: int
    n_ctx: int
    reason: str


class ModelRef(Struct, frozen=True):
    id: str
    sha256: str
    name: str = ""


class Sampling(Struct, frozen=True):
    """Sampling settings of one generation; the same seed, prompt and model give the same tokens."""

    temperature: float = 0.0
    top_p: float = 0.9
    top_k: int = 40
    min_p: float = 0.05
    repeat_penalty: float = 1.0
    max_tokens: int = 512
    seed: int = 0
