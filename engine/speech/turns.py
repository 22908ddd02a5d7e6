"""Utterances out of what was recognized: words between pauses, joined while the same person goes on speaking."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from engine.speech.messages import Stretch
from engine.speech.speakers import Voices
from engine.types import Utterance, Word

# A longer pause ends an utterance, even where the same person goes on.
_LONGEST_PAUSE_S = 1.5
# Somebody's long story is cut where a sentence ends, so that it can be read, linked and heard piece by piece.
_LONG_S = 20.0
_ENDS = (".", "?", "!", "…")


class Turns:
    """The utterances of one transcript as it grows. Ids count up from first_id."""

    def __init__(self, first_id: int = 1) -> None:
        self._next_id = first_id
        self._utterances: list[Utterance] = []
        self._voices = Voices()
        self._kept: set[int] = set()

    @property
    def utterances(self) -> list[Utterance]:
        """All of them, in the order they were said."""
        return list(self._utterances)

    def keep(self, utterance: Utterance) -> None:
        """A person corrected it: it is neither added to nor given to another speaker from now on."""
        self._kept.add(utterance.id)
        self._utterances = [utterance if each.id == utterance.id else each for each in self._utterances]

    def add(self, stretches: Sequence[Stretch], begin_s: float) -> list[Utterance]:
        """Take what was recognized from begin_s on; returns the utterances that are new or changed."""
        before = {each.id: each for each in self._utterances}
        known = len(self._utterances)
        for stretch in stretches:
            if stretch.words:
                said = _utterance(self._next_id + len(self._utterances) - known, stretch, begin_s)
                self._voices.add(said.id, stretch.voice, len(stretch.words))
                self._utterances.append(said)
        self._relabel()
        self._join(known)
        self._relabel()
        return [each for each in self._utterances if before.get(each.id) != each]

    def tentative(self, stretches: Sequence[Stretch], begin_s: float) -> list[Utterance]:
        """What comes next, as far as it can be told now: one utterance with the next id, or none."""
        words = [word for stretch in stretches for word in stretch.words]
        if not words:
            return []
        said = _utterance(self._next_id, Stretch(words), begin_s)
        speaker = self._utterances[-1].speaker if self._utterances else ""
        return [msgspec.structs.replace(said, speaker=speaker)]

    def _join(self, known: int) -> None:
        """Join the utterances from number known on, which nobody has seen yet, to what goes before where it goes on."""
        new, self._utterances = self._utterances[known:], self._utterances[:known]
        for said in new:
            last = self._utterances[-1] if self._utterances else None
            if last is not None and self._goes_on(last, said):
                self._utterances[-1] = _joined(last, said)
                self._voices.move(said.id, last.id)
                continue
            self._voices.move(said.id, self._next_id)
            self._utterances.append(msgspec.structs.replace(said, id=self._next_id))
            self._next_id += 1

    def _goes_on(self, last: Utterance, said: Utterance) -> bool:
        if last.id in self._kept or last.begins_s is None or last.ends_s is None or said.begins_s is None:
            return False
        if said.begins_s - last.ends_s > _LONGEST_PAUSE_S:
            return False
        if not last.text.endswith(_ENDS) and said.text[:1].islower():
            return True  # nobody changes places in the middle of a sentence
        if last.ends_s - last.begins_s >= _LONG_S and last.text.endswith(_ENDS):
            return False
        return last.speaker == said.speaker and self._voices.alike(last.id, said.id)

    def _relabel(self) -> None:
        speakers = self._voices.speakers(self._utterances)
        self._utterances = [
            each if each.id in self._kept else msgspec.structs.replace(each, speaker=speakers[each.id])
            for each in self._utterances
        ]


def _utterance(utterance_id: int, stretch: Stretch, begin_s: float) -> Utterance:
    text, words = "", []
    for word in stretch.words:
        spoken = word.text if text else word.text.lstrip()
        start = len(text) + len(spoken) - len(spoken.lstrip())
        text += spoken.rstrip()
        words.append(Word(start, len(text), begin_s + word.begins_s, begin_s + word.ends_s, round(word.probability, 3)))
    return Utterance(utterance_id, "", text, words[0].begins_s, words[-1].ends_s, words, heard=text)


def _joined(last: Utterance, said: Utterance) -> Utterance:
    shift = len(last.text) + 1
    words = [Word(w.start + shift, w.end + shift, w.begins_s, w.ends_s, w.probability) for w in said.words]
    text = f"{last.text} {said.text}"
    return msgspec.structs.replace(last, text=text, heard=text, ends_s=said.ends_s, words=[*last.words, *words])
