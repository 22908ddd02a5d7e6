"""The texts of the domain pack: how a question and its passages are put to the model."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec
from msgspec import Struct

from engine.types import Passage

_FENCE = re.compile(r"<(?=\s*/?\s*passage)", re.IGNORECASE)


class ExamplePassage(Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    text: str


class Example(Struct, frozen=True, forbid_unknown_fields=True):
    """A model exchange shown before every conversation; small models follow examples better than rules."""

    passages: list[ExamplePassage]
    question: str
    answer: str


class PromptPack(Struct, frozen=True, forbid_unknown_fields=True):
    """The texts around an answer; version names them in stored answers."""

    version: str
    not_found: str
    system: str
    passages_open: str
    passage: str
    passages_close: str
    question: str
    examples: list[Example] = []

    def system_text(self) -> str:
        return self.system.strip().format(not_found=self.not_found)

    def passage_text(self, passage: Passage) -> str:
        """A passage between its fences. A fence written in the document itself cannot close it early."""
        return self._fenced(_source(passage), passage.text)

    def example_text(self, example: Example) -> str:
        """The question side of an example, laid out like a real one."""
        fenced = "".join(self._fenced(passage.source, passage.text) for passage in example.passages)
        return self.passages_open + fenced + self.passages_close + self.question_text(example.question)

    def question_text(self, question: str) -> str:
        return self.question.format(question=question.strip(), not_found=self.not_found)

    def _fenced(self, source: str, text: str) -> str:
        return self.passage.format(source=_inert(source), text=_inert(text.strip()))

    def says_not_found(self, answer: str) -> bool:
        """Whether an answer is the agreed phrase for "not in the documents", give or take its punctuation."""
        return _words(answer) == _words(self.not_found)


def load_pack(source: Traversable | None = None) -> PromptPack:
    """The answer prompt of the domain pack. source: another TOML file of the same form."""
    chosen = source if source is not None else files("resources").joinpath("domain", "prompts", "answer.toml")
    return msgspec.convert(tomllib.loads(chosen.read_text(encoding="utf-8")), PromptPack)


def _source(passage: Passage) -> str:
    parts = [passage.document, f"page {passage.page}" if passage.page is not None else "", passage.section]
    return " ".join(", ".join(part for part in parts if part).replace('"', "'").split())


def _inert(text: str) -> str:
    return _FENCE.sub("(", text)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
