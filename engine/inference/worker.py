"""The inference child: one model at a time, calls answered one by one."""

from __future__ import annotations

import os
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from engine.inference import messages
from engine.inference.errors import NoModelLoaded
from engine.inference.generation import generate, prompt_tokens
from engine.inference.gguf_header import GgufHeader, read_header
from engine.inference.processor import require_processor
from engine.types import DeviceInfo
from engine.workers.context import AnyBinding, Binding, CallContext
from engine.workers.protocol import Empty

if TYPE_CHECKING:
    from engine.inference.llama_cpp import Library, LlamaModel

_PROGRESS_INTERVAL_S = 0.1


def bindings() -> list[AnyBinding]:
    worker = InferenceWorker()
    return [
        Binding(messages.INSPECT, worker.inspect),
        Binding(messages.LOAD, worker.load),
        Binding(messages.UNLOAD, worker.unload),
        Binding(messages.COUNT, worker.count),
        Binding(messages.GENERATE, worker.generate),
    ]


class InferenceWorker:
    """Holds the one loaded model of the process."""

    def __init__(self) -> None:
        self._model: LlamaModel | None = None

    @cached_property
    def _library(self) -> Library:
        require_processor()  # loading llama.cpp may be what ends the process
        from engine.inference.llama_cpp import Library

        return Library()

    def inspect(self, params: messages.InspectParams, _context: CallContext) -> messages.Inspection:
        header = read_header(Path(params.path))
        return messages.Inspection(
            architecture=header.architecture,
            name=header.name,
            layers=header.layers,
            train_context=header.train_context,
            file_size=header.file_size,
            layer_bytes=header.layer_bytes(),
            other_bytes=header.other_bytes(),
            cache_bytes_per_token=header.cache_bytes_per_token(),
            vocabulary=header.vocabulary,
            chat_template=header.chat_template,
            gpus=self._library.gpus(),
            free_memory=psutil.virtual_memory().available,
        )

    def load(self, params: messages.LoadParams, context: CallContext) -> messages.LoadedModel:
        header = read_header(Path(params.path))
        library = self._library
        from engine.inference.llama_cpp import RUNTIME, LlamaModel

        self._drop()
        threads = params.threads or physical_cores()
        progress = _Progress(context)
        self._model = LlamaModel(
            library,
            params.path,
            n_ctx=params.n_ctx,
            gpu_layers=params.gpu_layers,
            threads=threads,
            on_progress=progress.report,
            cancelled=lambda: context.cancelled,
        )
        return messages.LoadedModel(
            architecture=header.architecture,
            name=header.name,
            chat_template=header.chat_template,
            train_context=header.train_context,
            device=self._device(header, params.gpu_layers, threads, self._model.n_ctx),
            runtime=RUNTIME,
        )

    def _device(self, header: GgufHeader, gpu_layers: int, threads: int, n_ctx: int) -> DeviceInfo:
        gpus = self._library.gpus()
        device = gpus[0].name if gpus and gpu_layers else "CPU"
        # llama.cpp counts the output as one more layer.
        return DeviceInfo(device, gpu_layers, header.layers + 1, threads, n_ctx, "")

    def unload(self, _params: Empty, _context: CallContext) -> Empty:
        self._drop()
        return Empty()

    def count(self, params: messages.CountParams, _context: CallContext) -> messages.Counts:
        model = self._loaded()
        return messages.Counts([len(prompt_tokens(model, prompt)) for prompt in params.prompts])

    def generate(self, params: messages.GenerateParams, context: CallContext) -> messages.Generation:
        from engine.inference.llama_cpp import BATCH_TOKENS

        model = self._loaded()
        model.abort.clear()
        forget = context.token.on_cancel(model.abort.set)
        try:
            return generate(model, params, context, BATCH_TOKENS)
        finally:
            forget()
            model.abort.clear()

    def _loaded(self) -> LlamaModel:
        if self._model is None:
            raise NoModelLoaded("No model is loaded.", "Try again.")
        return self._model

    def _drop(self) -> None:
        model, self._model = self._model, None
        if model is not None:
            model.close()


class _Progress:
    """Passes load progress on at a rate that a pipe and a reader's eye can follow."""

    def __init__(self, context: CallContext) -> None:
        self._context = context
        self._last = 0.0

    def report(self, fraction: float) -> None:
        now = time.monotonic()
        if now - self._last >= _PROGRESS_INTERVAL_S:
            self._last = now
            self._context.emit(messages.LoadProgress(fraction))


def physical_cores() -> int:
    """Cores without hyper-threads, at most as many as this process may use; more threads slow llama.cpp down."""
    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = min(cores, len(os.sched_getaffinity(0)))
    return max(1, cores)
