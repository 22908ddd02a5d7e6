"""A stand-in for the inference child on a computer with a GPU of limited memory, to test the ladder without one.

Its limit, and the way it fails above it, come from the environment.
"""

from __future__ import annotations

import os

from engine.inference import messages
from engine.inference.errors import NoModelLoaded, OutOfDeviceMemory
from engine.types import DeviceInfo
from engine.workers.context import AnyBinding, Binding, CallContext

GIB = 1 << 30


class GpuRole:
    def __init__(self) -> None:
        self.layers: int | None = None

    def inspect(self, params: messages.InspectParams, context: CallContext) -> messages.Inspection:
        free = int(os.environ.get("FREE_GIB", "8")) * GIB
        return messages.Inspection(
            architecture="llama",
            name="m",
            layers=20,
            train_context=4096,
            file_size=2 * GIB,
            layer_bytes=[GIB // 10] * 20,
            other_bytes=GIB // 10,
            cache_bytes_per_token=0,
            vocabulary=1000,
            chat_template="",
            gpus=[messages.GpuInfo("Test GPU", free, 8 * GIB)],
            free_memory=16 * GIB,
        )

    def load(self, params: messages.LoadParams, context: CallContext) -> messages.LoadedModel:
        if params.gpu_layers > int(os.environ["LOAD_LIMIT"]):
            self._fail()
        self.layers = params.gpu_layers
        device = DeviceInfo("Test GPU" if params.gpu_layers else "CPU", params.gpu_layers, 21, 2, params.n_ctx, "")
        return messages.LoadedModel("llama", "m", "", 4096, device)

    def generate(self, params: messages.GenerateParams, context: CallContext) -> messages.Generation:
        if self.layers is None:
            raise NoModelLoaded("No model is loaded.")
        if self.layers > int(os.environ.get("COMPUTE_LIMIT", "99")):
            self._fail()
        context.emit(messages.GenerationEvent(text="yes", tokens=1))
        if os.environ.get("DIE_SPEAKING"):
            os.abort()
        return messages.Generation("yes", 1, 1, 0, "end", 1.0, 1.0)

    def _fail(self) -> None:
        if os.environ.get("HOW") == "abort":
            os.abort()
        raise OutOfDeviceMemory("The GPU is full.", "Fewer layers.")


def bindings() -> list[AnyBinding]:
    role = GpuRole()
    return [
        Binding(messages.INSPECT, role.inspect),
        Binding(messages.LOAD, role.load),
        Binding(messages.GENERATE, role.generate),
    ]
