"""Errors of the inference role that its client in the program reacts to."""

from __future__ import annotations

from engine.errors import UserError


class OutOfDeviceMemory(UserError):
    """The GPU did not take so many layers, or failed while computing; fewer may work."""


class NoModelLoaded(UserError):
    """The child holds no model: it was replaced since the last load."""


class PromptTooLong(UserError):
    """A prompt and the room kept for its answer do not fit the model's context."""
