"""Errors across the pipe: class names and plain sentences, never pickled exceptions."""

from __future__ import annotations

import traceback
from pathlib import PurePath

from engine.errors import ChartsideError, Defect, UserError, WorkerCrashed
from engine.workers.protocol import Failure


def to_failure(call_id: int, method: str, error: BaseException) -> Failure:
    """Describe an error of the child.

    Of an unexpected one only its class and place are kept: its text may quote a document.
    """
    if isinstance(error, UserError):
        kinds = [kind.__name__ for kind in type(error).__mro__ if issubclass(kind, UserError)]
        return Failure(call_id, kinds, error.message, error.advice, error.details)
    if isinstance(error, MemoryError):
        return Failure(
            call_id,
            [WorkerCrashed.__name__, UserError.__name__],
            "The computer did not have enough free memory for this.",
            "Close other programs or use a smaller model, then try again.",
        )
    return Failure(call_id, [], f"{method}: {type(error).__name__}", details=_places(error))


def _places(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{'/'.join(PurePath(f.filename).parts[-3:])}:{f.lineno} in {f.name}" for f in frames]
    return "\n".join([*lines, type(error).__name__])


def from_failure(failure: Failure) -> ChartsideError:
    """The error to raise in the caller: the nearest class that is known here, or Defect."""
    known = _known_errors()
    for kind in failure.kinds:
        if kind in known:
            return known[kind](failure.message, failure.advice, failure.details)
    return Defect(f"{failure.message}\n{failure.details}".strip())


def _known_errors() -> dict[str, type[UserError]]:
    found: dict[str, type[UserError]] = {}
    waiting: list[type[UserError]] = [UserError]
    while waiting:
        kind = waiting.pop()
        found.setdefault(kind.__name__, kind)
        waiting.extend(kind.__subclasses__())
    return found
