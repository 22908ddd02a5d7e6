"""The roles a child process can have. A role's module is imported in the child only."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    INFERENCE = "inference"
    MEMORY = "memory"
    MEDIA = "media"
    SPEECH = "speech"

    @property
    def module(self) -> str:
        """The module with `bindings() -> list[Binding]`. Importing it must be quick: heavy imports come later."""
        return _MODULES[self]

    @property
    def label(self) -> str:
        """What the role does, as a reader would put it, to stand after "The part of Chartside that"."""
        return _LABELS[self]


_MODULES = {
    Role.INFERENCE: "engine.inference.worker",
    Role.MEMORY: "engine.memory.worker",
    Role.MEDIA: "engine.documents.worker",
    Role.SPEECH: "engine.speech.worker",
}
_LABELS = {
    Role.INFERENCE: "runs the language model",
    Role.MEMORY: "searches the library",
    Role.MEDIA: "reads documents",
    Role.SPEECH: "listens",
}
