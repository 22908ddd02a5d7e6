"""llama.cpp in its child process, as a Backend: loading, the ladder down from the GPU, and what to do after a death."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import structs

from engine.cancellation import CancelToken
from engine.errors import Defect, ModelMissing, ModelUnusable, WorkerCrashed
from engine.inference import device, messages
from engine.inference.backend import ModelFile
from engine.inference.errors import NoModelLoaded, OutOfDeviceMemory
from engine.inference.messages import Generation, GenerationEvent, Inspection, LoadedModel, Prompt, Segment
from engine.types import Evaluated, Sampling
from engine.workers.client import WorkerClient
from engine.workers.protocol import Empty

_DEATHS_ALLOWED = 2
_INSPECT_DEADLINE_S = 60.0
_COUNT_DEADLINE_S = 60.0


class LlamaBackend:
    """A Backend over the inference child. Thread-safe; one call at a time.

    devices_file remembers, per model and machine, how many layers the GPU took. A model that ends the child twice
    before it said a word is not tried again until `forgive`.
    """

    def __init__(
        self, client: WorkerClient, devices_file: Path, *, context_tokens: int = device.DEFAULT_CONTEXT
    ) -> None:
        self._client = client
        self._memory = device.DeviceMemory(devices_file)
        self._context_tokens = context_tokens
        self._lock = threading.RLock()
        self._file: ModelFile | None = None
        self._inspection: Inspection | None = None
        self._loaded: LoadedModel | None = None
        self._deaths: dict[str, int] = {}
        client.on_restart(self._forget_loaded)

    @property
    def loaded(self) -> LoadedModel | None:
        """The model that would answer now without loading, if any."""
        return self._loaded if self._client.running else None

    def load(
        self,
        model: ModelFile,
        *,
        on_progress: Callable[[float], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> LoadedModel:
        """Make a model ready; returns at once if it is. See Backend.load."""
        with self._lock:
            loaded = self.loaded
            if loaded is not None and self._file == model:
                return loaded
            self._refuse_killers(model)
            self._file, self._loaded = model, None
            return self._descend(model, on_progress, cancel)

    def count(self, prompts: Sequence[Prompt]) -> list[int]:
        """How many tokens each prompt takes with the loaded model. See Backend.count."""
        params = messages.CountParams([list(prompt) for prompt in prompts])
        with self._lock:
            self._ensure_loaded(None)
            try:
                return self._client.call(messages.COUNT, params, deadline_s=_COUNT_DEADLINE_S).tokens
            except NoModelLoaded:
                self._forget_loaded()
                self._ensure_loaded(None)
                return self._client.call(messages.COUNT, params, deadline_s=_COUNT_DEADLINE_S).tokens

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
        """Answer a prompt. A GPU that fails before the first word is given fewer layers. See Backend.generate."""
        params = messages.GenerateParams(list(prompt), sampling, list(stop), list(evaluated), list(alike))
        with self._lock:
            while True:
                self._ensure_loaded(cancel)
                attempt = _Attempt(on_event)
                try:
                    generation = self._client.call(messages.GENERATE, params, on_event=attempt.on_event, cancel=cancel)
                except NoModelLoaded:
                    self._forget_loaded()
                    continue
                except (OutOfDeviceMemory, WorkerCrashed) as error:
                    self._after_failure(error, spoke=attempt.spoke)
                    if attempt.spoke or not self._may_step_down():
                        raise
                    self._step_down()
                    continue
                finally:
                    if attempt.spoke:
                        self._clear_deaths()
                self._clear_deaths()
                return generation

    def unload(self) -> None:
        """Free the model's memory."""
        with self._lock:
            if self._client.running:
                self._client.call(messages.UNLOAD, Empty())
            self._file, self._loaded = None, None

    def inspect(self, path: Path) -> Inspection:
        """What a model file says of itself and what this computer can run it on. Raises ModelUnusable."""
        params = messages.InspectParams(str(path))
        return self._client.call(messages.INSPECT, params, deadline_s=_INSPECT_DEADLINE_S)

    def forgive(self, sha256: str) -> None:
        """Try a model again that was given up after two deaths."""
        with self._lock:
            self._deaths.pop(sha256, None)

    def _ensure_loaded(self, cancel: CancelToken | None) -> None:
        if self._file is None:
            raise ModelMissing("No model is loaded.", "Choose a model on the Models page.")
        if self.loaded is None:
            self.load(self._file, cancel=cancel)

    def _descend(
        self, model: ModelFile, on_progress: Callable[[float], None] | None, cancel: CancelToken | None
    ) -> LoadedModel:
        """Load with as many layers on the GPU as should fit, then with fewer, at last on the CPU."""
        inspection = self._inspection = self.inspect(model.path)
        n_ctx = device.choose_context(inspection, self._context_tokens)
        machine = device.machine_key(inspection)
        limit = self._memory.limit(model.sha256, machine)
        fitting = device.fitting_layers(inspection, n_ctx) if inspection.gpus else 0
        most = fitting if limit is None else min(fitting, limit)
        stepped_down = most < fitting
        # Without a GPU a model gets a second chance too: its second death ends the loop with ModelUnusable.
        for layers in [*device.ladder(most), 0]:
            try:
                loaded = self._load_with(model, n_ctx, layers, on_progress, cancel)
            except (OutOfDeviceMemory, WorkerCrashed) as error:
                self._after_failure(error, spoke=False, gpu_layers=layers)
                stepped_down = True
                continue
            if stepped_down and fitting and layers != limit:
                self._memory.remember(model.sha256, machine, layers)
            why = device.reason(inspection, layers, loaded.device.total_layers, stepped_down=stepped_down)
            self._loaded = structs.replace(loaded, device=structs.replace(loaded.device, reason=why))
            return self._loaded
        raise Defect("the ladder did not end")

    def _load_with(
        self,
        model: ModelFile,
        n_ctx: int,
        layers: int,
        on_progress: Callable[[float], None] | None,
        cancel: CancelToken | None,
    ) -> LoadedModel:
        def report(event: messages.LoadProgress) -> None:
            if on_progress is not None:
                on_progress(event.fraction)

        params = messages.LoadParams(str(model.path), n_ctx, layers)
        return self._client.call(messages.LOAD, params, on_event=report, cancel=cancel)

    def _after_failure(self, error: Exception, *, spoke: bool, gpu_layers: int | None = None) -> None:
        """Count deaths on the CPU before the first word; raise ModelUnusable at the second."""
        if not isinstance(error, WorkerCrashed):
            return
        layers = gpu_layers
        if layers is None:
            layers = self._loaded.device.gpu_layers if self._loaded is not None else 0
        if spoke or layers > 0 or self._file is None:
            return
        sha256 = self._file.sha256
        self._deaths[sha256] = self._deaths.get(sha256, 0) + 1
        if self._deaths[sha256] >= _DEATHS_ALLOWED:
            raise _given_up(self._file, error.details) from error

    def _refuse_killers(self, model: ModelFile) -> None:
        if self._deaths.get(model.sha256, 0) >= _DEATHS_ALLOWED:
            raise _given_up(model, "")

    def _may_step_down(self) -> bool:
        return self._loaded is not None and self._loaded.device.gpu_layers > 0

    def _step_down(self) -> None:
        """Remember a lower rung, so that the next load starts there."""
        assert self._loaded is not None and self._inspection is not None and self._file is not None
        lower = device.ladder(self._loaded.device.gpu_layers)[1]
        self._memory.remember(self._file.sha256, device.machine_key(self._inspection), lower)
        self._forget_loaded()

    def _clear_deaths(self) -> None:
        if self._file is not None:
            self._deaths.pop(self._file.sha256, None)

    def _forget_loaded(self) -> None:
        self._loaded = None


class _Attempt:
    """Watches the events of one generation for its first word."""

    def __init__(self, on_event: Callable[[GenerationEvent], None] | None) -> None:
        self._on_event = on_event
        self.spoke = False

    def on_event(self, event: GenerationEvent) -> None:
        self.spoke = self.spoke or bool(event.text)
        if self._on_event is not None:
            self._on_event(event)


def _given_up(model: ModelFile, details: str) -> ModelUnusable:
    return ModelUnusable(
        f"The model {model.name or model.path.name} stopped twice on this computer and is not tried again.",
        "Choose a smaller model on the Models page, or fetch this one again.",
        details,
    )
