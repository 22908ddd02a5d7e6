"""What the program asks of whatever runs a language model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from engine.cancellation import CancelToken
from engine.inference.messages import (
    Generation,
    GenerationEvent,
    GpuInfo,
    LoadedModel,
    Prompt,
    Segment,
)
from engine.types import Evaluated, Sampling

__all__ = ["Backend", "Generation", "GenerationEvent", "GpuInfo", "LoadedModel", "ModelFile", "Prompt", "Segment"]


class ModelFile(Struct, frozen=True):
    """A verified model file. template: name of its chat template if the catalogue knows it, else found in the file."""

    path: Path
    sha256: str
    name: str = ""
    template: str = ""


class Backend(Protocol):
    """Loads one model at a time and answers prompts with it. Thread-safe; calls wait for each other."""

    @property
    def loaded(self) -> LoadedModel | None:
        """The model that would answer now without loading, if any."""

    def load(
        self,
        model: ModelFile,
        *,
        on_progress: Callable[[float], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> LoadedModel:
        """Make a model ready; returns at once if it is. on_progress gets the loaded part, 0 to 1.

        Raises ModelUnusable, WorkerCrashed, Cancelled.
        """

    def count(self, prompts: Sequence[Prompt]) -> list[int]:
        """How many tokens each prompt takes with the loaded model. Raises ModelMissing if none was loaded."""

    def generate(
        self,
        prompt: Prompt,
        sampling: Sampling,
        *,
        stop: Sequence[str] = (),
        evaluated: Sequence[Evaluated] = (),
        alike: Sequence[Segment] = (),
        on_event: Callable[[GenerationEvent], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> Generation:
        """Answer a prompt; on_event gets progress and text about every 30 ms on the calling thread.

        evaluated: the steps of an earlier generation (Generation.evaluated), to get the same answer once more.
        alike: a prompt like later ones; what it and this one begin with is read once and remembered for them.

        Raises PromptTooLong, ModelMissing if none was loaded, ModelUnusable, WorkerCrashed, Cancelled.
        """

    def unload(self) -> None:
        """Free the model's memory."""
