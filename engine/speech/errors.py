"""What can be wrong with sound, in the reader's words."""

from __future__ import annotations

from engine.errors import UserError


class NoMicrophone(UserError):
    """Sound cannot be recorded here: there is no sound input, or it went away."""


class UnreadableSound(UserError):
    """A file holds no sound that can be read."""


class NothingHeard(UserError):
    """There is sound, and no speech in it."""
