"""What the model is given: the texts of the domain pack around a window of talk."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec
from msgspec import Struct

from engine.inference.messages import Prompt
from engine.inference.templates import ChatTemplate
from engine.scribe.parts import Part
from engine.types import SectionTemplate, StyleExample

# Also in the full-width and small forms of the bracket, which a model reads alike.
_FENCE = re.compile(r"[<＜﹤‹〈](?=\s*/?\s*said)", re.IGNORECASE)
_MOST_STYLE_CHARACTERS = 900
_MOST_STYLE_EXAMPLES = 2


class ExampleVisit(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    patient: str
    said: str


class NotePack(Struct, frozen=True, forbid_unknown_fields=True):
    """The texts around a note; version names them in stored notes."""

    version: str
    system: str
    ask: str
    length: str
    wish: str
    style: str
    repair: str
    nothing: list[str]
    begin: dict[Part, str]
    visits: list[ExampleVisit]

    def is_nothing(self, text: str) -> bool:
        """Whether the model says that there is nothing to write."""
        return text.strip(" .\n*-•").casefold() in self.nothing

    def section_text(self, section: SectionTemplate, said: str, extra: str = "") -> str:
        instruction = " ".join(filter(None, [section.instruction, self._length(section)]))
        if extra:
            instruction = f"{instruction}\n{extra}"
        return self.ask.strip().format(title=section.title, instruction=instruction, said=_inert(said))

    def begin_text(self, parts: Sequence[Part]) -> str:
        """The first words of a section that the model is to go on from."""
        return self.begin[parts[0]]

    def wish_text(self, instruction: str) -> str:
        return self.wish.format(wish=" ".join(instruction.split())) if instruction.strip() else ""

    def style_text(self, examples: Sequence[StyleExample]) -> str:
        """How a clinician writes, the newest examples first."""
        shown = [each.text.strip()[:_MOST_STYLE_CHARACTERS] for each in examples if each.text.strip()]
        return self.style.format(style="\n".join(shown[:_MOST_STYLE_EXAMPLES])) if shown else ""

    def repair_text(self, sentence: str, said: str) -> str:
        return self.repair.strip().format(sentence=_inert(sentence), said=_inert(said))

    def _length(self, section: SectionTemplate) -> str:
        return self.length.format(length=section.length) if section.length else ""

    def prompt(self, template: ChatTemplate, shown: Sequence[tuple[str, str]], question: str) -> Prompt:
        """A whole prompt: instructions, worked examples, the question."""
        return template.chat(self.system.strip(), [*shown, (question, None)])


def load_note_pack(source: Traversable | None = None) -> NotePack:
    """The note prompts of the domain pack. source: another TOML file of the same form."""
    chosen = source if source is not None else files("resources").joinpath("domain", "prompts", "note.toml")
    return msgspec.convert(tomllib.loads(chosen.read_text(encoding="utf-8")), NotePack)


def _inert(text: str) -> str:
    return _FENCE.sub("(", text)
