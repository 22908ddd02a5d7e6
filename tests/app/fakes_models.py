"""Models of the test seam: a small catalogue whose downloads are driven by the test."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from engine.cancellation import Cancelled, CancelToken
from engine.errors import ModelUnusable, UserError
from engine.types import FetchProgress, FetchStage, Fit, ModelInfo, ModelState

SIZE = 1_117_320_768


def model(model_id: str, name: str, state: ModelState = ModelState.AVAILABLE, **changes: object) -> ModelInfo:
    made = ModelInfo(
        id=model_id,
        name=name,
        kind="chat",
        summary="Quick on a computer without a graphics card; good for questions about the library.",
        size=SIZE,
        licence="Apache-2.0",
        licence_url="https://www.apache.org/licenses/LICENSE-2.0",
        sha256="0" * 64,
        state=state,
        fit=Fit(True, "Fits: needs about 2 GB of the 16 GB of memory in this computer.", 2_000_000_000),
    )
    return msgspec.structs.replace(made, **changes)


CATALOGUE = [
    model("qwen-1.5b", "Qwen2.5 Coder 1.5B Instruct"),
    model("minilm", "all-MiniLM-L6-v2", kind="embedding", size=91_000_000, summary="Finds passages by meaning."),
    model("whisper-base", "Whisper base", kind="speech", size=148_000_000, summary="Writes down what is said."),
    model(
        "qwen3-4b",
        "Qwen3 4B Instruct",
        size=2_497_280_736,
        summary="Better wording and longer answers; wants a graphics card or patience.",
        fit=Fit(False, "Too large: needs about 24 GB of memory, this computer has 16 GB.", 24_000_000_000),
    ),
    model(
        "medgemma",
        "MedGemma 1.5 4B",
        size=2_490_000_000,
        licence="Health AI Developer Foundations terms",
        terms="You may use the model for health care only under these terms. " * 8,
        summary="Trained on medical texts.",
    ),
]


class FakeModels:
    """Fetches wait for step(done) and finish(); pausing keeps what came."""

    def __init__(self, publish: Callable[[], None]) -> None:
        self.entries = {each.id: each for each in CATALOGUE}
        self.chosen = ""
        self.calls: list[tuple[object, ...]] = []
        self.failure: UserError | None = None
        self._publish = publish
        self._steps: list[int] = []
        self._go = threading.Condition()
        self._finish = False

    def install(self, *ids: str) -> None:
        for each in ids:
            self._put(each, state=ModelState.INSTALLED, downloaded=self.entries[each].size)

    def ship(self, *ids: str) -> None:
        """As the installer's full flavour leaves them."""
        self.install(*ids)
        for each in ids:
            self._put(each, shipped=True)

    def step(self, done: int) -> None:
        with self._go:
            self._steps.append(done)
            self._go.notify_all()

    def finish(self) -> None:
        with self._go:
            self._finish = True
            self._go.notify_all()

    def list(self) -> list[ModelInfo]:
        used = self.in_use_id()
        return [msgspec.structs.replace(each, in_use=each.id == used) for each in self.entries.values()]

    def get(self, model_id: str) -> ModelInfo:
        return next(each for each in self.list() if each.id == model_id)

    def starter(self) -> ModelInfo:
        return self.get("qwen-1.5b")

    def embedding(self) -> ModelInfo:
        return self.get("minilm")

    def speech(self) -> ModelInfo:
        return self.get("whisper-base")

    def in_use_id(self) -> str:
        chat = [key for key, each in self.entries.items() if each.kind == "chat" and each.state is ModelState.INSTALLED]
        return self.chosen if self.chosen in chat else next(iter(chat), "")

    def in_use(self) -> ModelInfo | None:
        return next((each for each in self.list() if each.in_use), None)

    def fetch(
        self,
        model_id: str,
        on_progress: Callable[[FetchProgress], None] | None = None,
        cancel: CancelToken | None = None,
        *,
        accept_terms: bool = False,
    ) -> ModelInfo:
        self.calls.append(("fetch", model_id, accept_terms))
        if self.failure is not None:
            raise self.failure
        assert on_progress and cancel
        size = self.entries[model_id].size
        on_progress(FetchProgress(model_id, 0, size, 0.0, FetchStage.CONNECTING))
        try:
            self._follow(model_id, size, on_progress, cancel)
        finally:
            self._publish()
        return self.get(model_id)

    def _follow(self, model_id: str, size: int, on_progress: Callable[[FetchProgress], None], cancel: CancelToken):
        while True:
            with self._go:
                self._go.wait_for(lambda: self._steps or self._finish or cancel.cancelled, 0.02)
                steps, self._steps = self._steps, []
                finish, self._finish = self._finish, False
            for done in steps:
                on_progress(FetchProgress(model_id, done, size, 12_400_000.0, FetchStage.FETCHING))
                self._put(model_id, state=ModelState.PAUSED, downloaded=done)
            if finish:
                self.install(model_id)
                return
            if cancel.cancelled:
                raise Cancelled

    def discard_partial(self, model_id: str) -> None:
        self._put(model_id, state=ModelState.AVAILABLE, downloaded=0)
        self._publish()

    def import_file(self, path: Path, on_progress=None, cancel=None) -> ModelInfo:
        self.calls.append(("import", path))
        if path.suffix != ".gguf":
            raise ModelUnusable("This file is not a model.", "Choose a file whose name ends in .gguf.")
        self.entries[path.stem] = model(path.stem, path.stem, ModelState.INSTALLED, imported=True)
        self._publish()
        return self.get(path.stem)

    def use(self, model_id: str) -> ModelInfo:
        self.chosen = model_id
        self._publish()
        return self.get(model_id)

    def remove(self, model_id: str) -> None:
        self.calls.append(("remove", model_id))
        self._put(model_id, state=ModelState.AVAILABLE, downloaded=0)
        self._publish()

    def _put(self, model_id: str, **changes: object) -> None:
        self.entries[model_id] = msgspec.structs.replace(self.entries[model_id], **changes)
