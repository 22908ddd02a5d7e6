"""Who said what, as far as one microphone allows: utterances sorted into two voices by how they sound.

Two-means on the voices' numbers (see engine.speech.voices); which of the two is the clinician is told by what they say.
A guess that the person corrects, never more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.types import Utterance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CLINICIAN, PATIENT = "Clinician", "Patient"

# Distances are root mean squares over the numbers of a voice, in which one person's sentences spread by about 1.
_APART = 1.35  # two people, once each has said enough; of few utterances chance parts some further
_CHANCE = 2.0
_ALIKE = 1.5  # two sentences one after the other, while nobody is known yet
_ENOUGH_WORDS = 4
_ROUNDS = 10

_WORD = re.compile(r"[a-z']+")
_ASKED = frozenset("you your yours you're you've".split())
_TOLD = frozenset("i my me mine i'm i've".split())
# Clinicians say "I" where they say what they will do.
_CLINICAL = re.compile(
    r"\bi(?:'ll| will|'d like to| would like to|'m going to| am going to| want to| recommend)\b", re.I
)


class Voices:
    """The voices of utterances by their ids."""

    def __init__(self) -> None:
        self._found: dict[int, _Voice] = {}
        self._centres: NDArray[np.float64] | None = None  # of two people, once there are two

    def add(self, utterance_id: int, voice: list[float], words: int) -> None:
        """words: how many were said with it, for its weight."""
        if voice:
            self._found.setdefault(utterance_id, _Voice()).add(voice, words)

    def move(self, utterance_id: int, other_id: int) -> None:
        """What was said under one id belongs to another."""
        found = self._found.pop(utterance_id, None) if utterance_id != other_id else None
        if found is not None:
            self._found.setdefault(other_id, _Voice()).take(found)

    def alike(self, utterance_id: int, other_id: int) -> bool:
        """Whether two utterances of the same speaker may be one: not, while nobody is known, where they differ much."""
        one, other = self._found.get(utterance_id), self._found.get(other_id)
        if self._centres is not None or one is None or other is None:
            return True
        return _distance(one.mean(), other.mean()) < _ALIKE

    def speakers(self, utterances: Sequence[Utterance]) -> dict[int, str]:
        """The speaker of each utterance."""
        groups = self._groups()
        numbers: dict[int, int] = {}
        before: Utterance | None = None
        for each in utterances:
            numbers[each.id] = groups[each.id] if each.id in groups else _guess(before, numbers, groups)
            before = each
        said = [" ".join(each.text for each in utterances if numbers[each.id] == number) for number in (0, 1)]
        clinician = 0 if not said[1] or _leads(said[0]) >= _leads(said[1]) else 1
        return {key: CLINICIAN if number == clinician else PATIENT for key, number in numbers.items()}

    def _groups(self) -> dict[int, int]:
        """Which of two people it is, by utterance; all the same where there is one."""
        import numpy as np

        ids = list(self._found)
        self._centres = None
        if len(ids) < 2:
            return dict.fromkeys(ids, 0)
        voices = np.stack([self._found[each].mean() for each in ids])
        weights = np.array([self._found[each].words for each in ids], dtype=np.float64)
        centres, numbers = _two_means(voices, weights)
        enough = min(weights[numbers == 0].sum(), weights[numbers == 1].sum()) >= _ENOUGH_WORDS
        if not enough or _distance(centres[0], centres[1]) < _APART + _CHANCE / len(ids):
            return dict.fromkeys(ids, 0)
        self._centres = centres
        return dict(zip(ids, numbers.tolist(), strict=True))


class _Voice:
    """The mean of an utterance's voice as it grows."""

    def __init__(self) -> None:
        self._sum: NDArray[np.float64] | None = None
        self.words = 0

    def add(self, voice: list[float], words: int) -> None:
        import numpy as np

        weighted = np.array(voice) * words
        self._sum = weighted if self._sum is None else self._sum + weighted
        self.words += words

    def take(self, other: _Voice) -> None:
        self._sum = other._sum if self._sum is None or other._sum is None else self._sum + other._sum
        self.words += other.words

    def mean(self) -> NDArray[np.float64]:
        assert self._sum is not None
        return self._sum / self.words


def _two_means(
    voices: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Two centres and each voice's; begun at both ends of the direction in which the voices differ most."""
    import numpy as np

    centred = voices - np.average(voices, axis=0, weights=weights)
    direction = np.linalg.svd(centred * np.sqrt(weights)[:, None], full_matrices=False)[2][0]
    along = centred @ direction
    numbers = (along > 0).astype(np.int64)
    centres = np.stack([voices[along.argmin()], voices[along.argmax()]])
    for _ in range(_ROUNDS):
        for number in (0, 1):
            if (numbers == number).any():
                centres[number] = np.average(voices[numbers == number], axis=0, weights=weights[numbers == number])
        again = np.array([_nearest(centres, voice) for voice in voices], dtype=np.int64)
        if (again == numbers).all():
            break
        numbers = again
    return centres, numbers


def _distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(((one - other) ** 2).mean() ** 0.5)


def _nearest(centres: NDArray[np.float64], voice: NDArray[np.float64]) -> int:
    return int(_distance(centres[1], voice) < _distance(centres[0], voice))


def _guess(before: Utterance | None, numbers: dict[int, int], groups: dict[int, int]) -> int:
    """Whose a word too short to hear is: an answer's, where a question came before it."""
    if before is None:
        return next(iter(groups.values()), 0)
    other = before.text.endswith("?") and len(set(groups.values())) > 1
    return 1 - numbers[before.id] if other else numbers[before.id]


def _leads(said: str) -> float:
    """How much a person asks and tells others, and how little of themselves: high for clinicians."""
    words = _WORD.findall(said.lower().replace("’", "'"))
    asked = sum(word in _ASKED for word in words) + 2 * said.count("?") + 2 * len(_CLINICAL.findall(said))
    return (asked - sum(word in _TOLD for word in words)) / max(1, len(words))
