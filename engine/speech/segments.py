"""What the recognizer writes in one go."""

from __future__ import annotations

from msgspec import Struct

from engine.speech.messages import HeardWord


class Segment(Struct, frozen=True):
    """log_probability: mean of its tokens'; no_speech: how likely nobody spoke, by the recognizer's judgement.

    compression: how much shorter its text becomes when packed; high for loops.
    """

    words: list[HeardWord]
    log_probability: float
    no_speech: float
    compression: float = 1.0
