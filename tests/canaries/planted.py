"""Hundreds of words that stand nowhere else, and where each is put."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from msgspec import Struct

SEED = 20261121
_WINDOW = 8
_SYLLABLES = "ba ke li mo nu ra se ti vo zu dra fle gno pri sko".split()


class Planted(Struct, frozen=True):
    """By the part of the workspace that they are put into; vectors and sound are raw bytes."""

    text: list[str]
    file_names: list[str]
    file_bytes: list[str]
    user_names: list[str]
    passphrases: list[str]
    questions: list[str]
    answers: list[str]
    drafts: list[str]
    titles: list[str]
    reasons: list[str]
    vectors: list[bytes]
    removed: list[str]
    patients: list[str]
    said: list[str]
    unsaid: list[str]
    notes: list[str]
    addenda: list[str]
    templates: list[str]
    sound: list[bytes]

    @classmethod
    def make(cls) -> Planted:
        chance = random.Random(SEED)

        def words(count: int) -> list[str]:
            return ["".join(chance.choices(_SYLLABLES, k=5)) + f"{chance.randrange(10**6):06}" for _ in range(count)]

        vectors = [chance.randbytes(4 * 384) for _ in range(20)]
        return cls(
            text=words(40),
            file_names=words(20),
            file_bytes=words(15),
            user_names=words(5),
            passphrases=[" ".join(words(2)) for _ in range(5)],
            questions=words(20),
            answers=words(20),
            drafts=words(10),
            titles=words(15),
            reasons=words(10),
            vectors=vectors,
            removed=words(20),
            patients=words(6),
            said=words(20),
            unsaid=words(6),
            notes=words(20),
            addenda=words(6),
            templates=words(4),
            sound=[chance.randbytes(8_000) for _ in range(10)],
        )

    def all(self) -> list[bytes]:
        """What is looked for; of raw bytes their middle, which no header can have changed."""
        words = [*self.text, *self.file_names, *self.file_bytes, *self.user_names, *self.passphrases, *self.questions]
        words += [*self.answers, *self.drafts, *self.titles, *self.reasons, *self.removed, *self.patients, *self.said]
        words += [*self.unsaid, *self.notes, *self.addenda, *self.templates]
        return [word.encode() for word in words] + [raw[64:96] for raw in (*self.vectors, *self.sound)]


def written_as(word: bytes) -> Iterator[bytes]:
    """The forms in which a careless writer would leave it."""
    yield word
    yield word.hex().encode()
    try:
        text = word.decode("ascii")
    except UnicodeDecodeError:
        return
    yield text.encode("utf-16-le")
    yield text.upper().encode()


def found(words: Iterable[bytes], folders: Iterable[Path]) -> list[str]:
    """Which words stand in which file of folders, names of files included."""
    forms = {form: word for word in words for form in written_as(word)}
    starts = np.unique(np.array([int.from_bytes(form[:_WINDOW], sys.byteorder) for form in forms], np.uint64))
    return [
        f"{forms[form]!r} in {path}"
        for folder in folders
        for path in sorted(folder.rglob("*"))
        for content in (_content(path), path.name.encode("utf-8", "replace"))
        if _may_hold(content, starts)
        for form in forms
        if form in content
    ]


def _content(path: Path) -> bytes:
    # A child's socket or pipe holds no file's content.
    return path.read_bytes() if path.is_file() else b""


def _may_hold(content: bytes, starts: np.ndarray) -> bool:
    """Whether the first bytes of any form stand anywhere: hundreds of searches through every file take too long."""
    return any(
        np.isin(np.frombuffer(content, np.uint64, (len(content) - shift) // _WINDOW, shift), starts).any()
        for shift in range(min(_WINDOW, len(content) - _WINDOW + 1))
    )
