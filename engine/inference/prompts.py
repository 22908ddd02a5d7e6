"""The texts of the domain pack: how a question and its passages are put to the model."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec
from msgspec import Struct

from engine.evidence.injection import without_orders
from engine.types import Passage

# Also in the full-width and small forms of the bracket, which a model reads alike.
_FENCE = re.compile(r"[<＜﹤‹〈](?=\s*/?\s*passage)", re.IGNORECASE)


class PromptPack(Struct, frozen=True, forbid_unknown_fields=True):
    """The texts around an answer; version names them in stored answers."""

    version: str
    not_found: str
    system: str
    passages_open: str
    passage: str
    passages_close: str
    question: str
    opening: str

    def system_text(self) -> str:
        return self.system.strip().format(not_found=self.not_found)

    def passage_text(self, passage: Passage) -> str:
        """A passage between its fences, without sentences that give orders to the assistant.

        A fence written in the document itself cannot close it early.
        """
        text = without_orders(passage.shown.strip())
        return self.passage.format(source=_inert(_source(passage)), text=_inert(text))

    def question_text(self, question: str) -> str:
        return self.question.format(question=question.strip(), not_found=self.not_found)

    def says_not_found(self, answer: str) -> bool:
        """Whether an answer is the agreed phrase for "not in the documents", give or take punctuation and a "No"."""
        said, agreed = _words(answer), _words(self.not_found)
        return said[-len(agreed) :] == agreed and len(said) <= len(agreed) + 1

    def may_become_not_found(self, beginning: str) -> bool:
        """Whether a text that begins so, perhaps in the middle of a word, may still end as the agreed phrase alone."""
        said, agreed = " ".join(_words(beginning)), " ".join(_words(self.not_found))
        return agreed.startswith(said) or agreed.startswith(said.partition(" ")[2])


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
