"""Calls into the inference child."""

from __future__ import annotations

from msgspec import Struct, field

from engine.types import DeviceInfo, Evaluated, Sampling
from engine.types import Segment as Segment  # noqa: PLC0414 - prompts are made of them: found here too
from engine.workers.protocol import Empty, Method

Prompt = list[Segment]


class GpuInfo(Struct, frozen=True):
    """A graphics processor that this build of llama.cpp can use. Bytes; shared: it uses the computer's own memory."""

    name: str
    free: int
    total: int
    shared: bool = False


class InspectParams(Struct, frozen=True):
    path: str


class Inspection(Struct, frozen=True):
    """What a model file says of itself and what this computer has to run it. Sizes in bytes."""

    architecture: str
    name: str
    layers: int
    train_context: int
    file_size: int
    layer_bytes: list[int]
    other_bytes: int
    cache_bytes_per_token: int
    vocabulary: int
    chat_template: str
    gpus: list[GpuInfo]
    free_memory: int


class LoadParams(Struct, frozen=True):
    """n_ctx in tokens; threads 0: one per physical core."""

    path: str
    n_ctx: int
    gpu_layers: int = 0
    threads: int = 0


class LoadProgress(Struct, frozen=True):
    """The part of the weights that is loaded, 0 to 1."""

    fraction: float


class LoadedModel(Struct, frozen=True):
    """A model ready to generate. device says where it runs, runtime what runs it (name and version)."""

    architecture: str
    name: str
    chat_template: str
    train_context: int
    device: DeviceInfo
    runtime: str = ""

    @property
    def n_ctx(self) -> int:
        return self.device.n_ctx


class CountParams(Struct, frozen=True):
    prompts: list[Prompt]


class Counts(Struct, frozen=True):
    tokens: list[int]


class GenerateParams(Struct, frozen=True):
    """stop: texts at which the answer ends; they are not part of it. evaluated: read the prompt in just these steps,
    from nothing, to get the very answer that was given then. alike: a prompt like those that will come; what it and
    this prompt begin with is remembered."""

    prompt: Prompt
    sampling: Sampling
    stop: list[str] = field(default_factory=list)
    evaluated: list[Evaluated] = field(default_factory=list)
    alike: Prompt = field(default_factory=list)


class GenerationEvent(Struct, frozen=True):
    """Prompt tokens evaluated so far (reused ones included) of how many, or new text of the answer."""

    evaluated: int = 0
    prompt_tokens: int = 0
    text: str = ""
    tokens: int = 0


class Generation(Struct, frozen=True):
    """A finished answer. text is all deltas joined. finish: "end", "stop", "length" or "repetition".

    reused_tokens of prompt_tokens were not evaluated again. Times in milliseconds: prompt_ms from the start to the
    first token, generation_ms from the first token to the last. evaluated: the steps in which the prompt was read.
    """

    text: str
    tokens: int
    prompt_tokens: int
    reused_tokens: int
    finish: str
    prompt_ms: float
    generation_ms: float
    evaluated: list[Evaluated] = field(default_factory=list)

    @property
    def tokens_per_s(self) -> float:
        """Decoding speed; the first token belongs to the prompt's time."""
        return (self.tokens - 1) / self.generation_ms * 1000 if self.generation_ms > 0 and self.tokens > 1 else 0.0


INSPECT = Method("inference.inspect", InspectParams, Inspection, Empty)
LOAD = Method("inference.load", LoadParams, LoadedModel, LoadProgress)
UNLOAD = Method("inference.unload", Empty, Empty, Empty)
COUNT = Method("inference.count", CountParams, Counts, Empty)
GENERATE = Method("inference.generate", GenerateParams, Generation, GenerationEvent)
