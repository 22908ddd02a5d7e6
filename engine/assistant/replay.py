"""A recorded answer written once more: same model, same prompt read in the same steps, same answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from msgspec import Struct

from engine import __version__
from engine.assistant.why import WhyRecord
from engine.assistant.why_file import load_record
from engine.cancellation import CancelToken
from engine.errors import ModelMissing, UserError
from engine.inference.backend import Backend, ModelFile
from engine.inference.messages import GenerationEvent, LoadedModel
from engine.models.service import Models
from engine.types import AskEvent, AskStage, ModelState

OnEvent = Callable[[AskEvent], None]


class ReplayResult(Struct, frozen=True):
    """What came of a replay. same: the text is the recorded one, character for character (of an answer that was
    stopped, as far as it went). first_difference: offset of the first other character. model_same is true always:
    another model is refused. changed: what else was not as then, in the reader's words."""

    same: bool
    text: str
    recorded: str
    first_difference: int | None
    model_same: bool
    changed: list[str]


def _nobody_else(_cancel: CancelToken) -> AbstractContextManager[None]:
    return nullcontext()


class Replayer:
    """Has records written again. alone: keeps others from the model meanwhile."""

    def __init__(
        self,
        models: Models,
        backend: Backend,
        alone: Callable[[CancelToken], AbstractContextManager[None]] = _nobody_else,
    ) -> None:
        self._models = models
        self._backend = backend
        self._alone = alone

    def replay(
        self, record: WhyRecord | Path, on_event: OnEvent | None = None, cancel: CancelToken | None = None
    ) -> ReplayResult:
        """Write a record's answer again and compare. Events are those of a question.

        Raises UserError for a file that is no record and an answer that no model wrote, ModelMissing where the very
        model (by its SHA-256) is not installed, ModelUnusable, WorkerCrashed, Cancelled.
        """
        if isinstance(record, Path):
            record = load_record(record)
        tell, cancel = _Teller(on_event, record.turn_id), cancel or CancelToken()
        file = self._file(record)
        with self._alone(cancel):
            loaded = self._backend.load(file, on_progress=tell.loading, cancel=cancel)
            generation = self._backend.generate(
                record.prompt,
                record.sampling,
                stop=record.stop,
                evaluated=record.evaluated,
                on_event=tell.heard,
                cancel=cancel,
            )
        return _compared(record, generation.text, _changed(record, loaded))

    def _file(self, record: WhyRecord) -> ModelFile:
        if not record.replayable:
            raise UserError(
                "No language model wrote this answer, or an older version of Chartside stored it without its prompt.",
                "There is nothing to replay. Ask the question again for an answer that can be.",
            )
        for info in self._models.list():
            if info.kind == "chat" and info.state is ModelState.INSTALLED:
                manifest = self._models.manifest(info.id)
                if manifest.sha256 == record.model.sha256:
                    return ModelFile(self._models.path(info.id), manifest.sha256, manifest.name, manifest.template)
        raise ModelMissing(
            f"The model that wrote this answer, “{record.model.name or record.model.id}”, is not installed.",
            "Fetch or import that very file, then replay again: another model would write another answer.",
            f"SHA-256 {record.model.sha256}",
        )


class _Teller:
    """Tells the progress of a replay as that of a question."""

    def __init__(self, on_event: OnEvent | None, turn_id: int) -> None:
        self._on_event = on_event
        self._turn_id = turn_id

    def loading(self, fraction: float) -> None:
        self._tell(AskEvent(AskStage.LOADING_MODEL, self._turn_id, done=round(100 * fraction), total=100))

    def heard(self, event: GenerationEvent) -> None:
        if event.text:
            self._tell(AskEvent(AskStage.WRITING, self._turn_id, text=event.text, done=event.tokens))
        else:
            self._tell(AskEvent(AskStage.READING, self._turn_id, done=event.evaluated, total=event.prompt_tokens))

    def _tell(self, event: AskEvent) -> None:
        if self._on_event is not None:
            self._on_event(event)


def _compared(record: WhyRecord, text: str, changed: list[str]) -> ReplayResult:
    recorded = record.written
    same = text.startswith(recorded) if record.stopped else text == recorded
    return ReplayResult(
        same=same,
        text=text,
        recorded=recorded,
        first_difference=None if same else _first_difference(text, recorded),
        model_same=True,
        changed=changed,
    )


def _first_difference(one: str, other: str) -> int:
    both = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(both) if a != b), min(len(one), len(other)))


def _changed(record: WhyRecord, loaded: LoadedModel) -> list[str]:
    """What was not as then. Any of it can change the last digits of a computation, and with them a word."""
    changed = []
    then, now = record.device, loaded.device
    if then is not None:
        facts: list[tuple[str, str | int, str | int]] = [
            ("device", then.device, now.device),
            ("layers on the GPU", then.gpu_layers, now.gpu_layers),
            ("threads", then.threads, now.threads),
            ("context", then.n_ctx, now.n_ctx),
        ]
        changed += [f"{name}: {was} then, {is_} now" for name, was, is_ in facts if was != is_]
    if record.runtime and record.runtime != loaded.runtime:
        changed.append(f"runtime: {record.runtime} then, {loaded.runtime} now")
    if record.program != __version__:
        changed.append(f"program: {record.program} then, {__version__} now")
    if not record.evaluated:
        changed.append("how the model read the prompt was not recorded, since the answer was stopped")
    return changed
