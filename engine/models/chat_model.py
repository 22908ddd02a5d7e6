"""The model that answers: chosen in the settings or for this session, loaded when first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.cancellation import CancelToken
from engine.errors import ModelMissing
from engine.inference.backend import Backend, ModelFile
from engine.inference.messages import LoadedModel
from engine.models.service import Models
from engine.models.turn import ModelTurn
from engine.types import DeviceInfo, ModelInfo, ModelRef


class ChatModel:
    """Joins the choice of a model with the backend that runs it. Thread-safe."""

    def __init__(self, models: Models, backend: Backend) -> None:
        self.backend = backend
        self._models = models
        self._chosen: str | None = None
        self._turn = ModelTurn()

    @contextmanager
    def alone(self, cancel: CancelToken) -> Iterator[None]:
        """The model for one caller alone: what it evaluated stays until it is done. Waiting for it can be cancelled.
        Work in the background gives way."""
        with self._turn.taken(cancel):
            yield

    @contextmanager
    def in_background(self, cancel: CancelToken) -> Iterator[CancelToken]:
        """The model for work that nobody waits for, while nobody else wants it. Yields the token to run it under: it is
        cancelled too as soon as somebody does."""
        with self._turn.lent(cancel) as token:
            yield token

    def choose(self, model_id: str) -> None:
        """Answer with this model for the length of the session. Raises ModelMissing if it is not installed."""
        self._models.path(model_id)
        self._chosen = model_id

    def ready(
        self, on_progress: Callable[[float], None] | None = None, cancel: CancelToken | None = None
    ) -> tuple[LoadedModel, ModelRef, str]:
        """Load the model unless it is; returns it, what it is, and the name of its chat template ("" if not known).

        Raises ModelMissing, ModelUnusable, WorkerCrashed, Cancelled.
        """
        model_id = self._model_id()
        manifest = self._models.manifest(model_id)
        file = ModelFile(self._models.path(model_id), manifest.sha256, manifest.name, manifest.template)
        loaded = self.backend.load(file, on_progress=on_progress, cancel=cancel)
        return loaded, ModelRef(model_id, manifest.sha256, manifest.name), manifest.template

    def info(self) -> ModelInfo | None:
        """The model that answers: the one chosen for the session, else the one in use; None where there is none."""
        return self._models.in_use() if self._chosen is None else self._models.get(self._chosen)

    def device(self) -> DeviceInfo | None:
        """Where the loaded model runs; None while none is loaded."""
        loaded = self.backend.loaded
        return loaded.device if loaded is not None else None

    def _model_id(self) -> str:
        if self._chosen is not None:
            return self._chosen
        in_use = self._models.in_use()
        if in_use is None:
            raise ModelMissing(
                "No language model is installed yet.", "Open Models and fetch the starter model, or import a file."
            )
        return in_use.id
