"""What goes into an answer's record of how it was made."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from engine import __version__
from engine.evidence.injection import find_orders, named
from engine.inference.budget import BuiltPrompt
from engine.inference.messages import Generation, LoadedModel, Prompt
from engine.types import Hit, Making, Passage


def asked_of(built: BuiltPrompt, hits: Sequence[Hit], loaded: LoadedModel) -> Making:
    """The record before the model has written: its prompt, what it sees and where it runs."""
    found = {hit.passage.id for hit in hits}
    return Making(
        prompt=built.prompt,
        stop=built.stop,
        seen=[passage.id for passage in built.passages],
        carried=[passage for passage in built.passages if passage.id not in found],
        device=loaded.device,
        runtime=loaded.runtime,
        program=__version__,
    )


def written(making: Making | None, generation: Generation) -> Making:
    """The record with what the model wrote."""
    return structs.replace(
        making or Making(), evaluated=generation.evaluated, written=generation.text, finish=generation.finish
    )


def at_second_look(making: Making | None, prompt: Prompt) -> Making:
    """The record of what the model is to write to another prompt, having refused the first."""
    return structs.replace(making or Making(), prompt=list(prompt), second_look=True)


def hits_seen(passages: Sequence[Passage], hits: Sequence[Hit]) -> list[Hit]:
    """The passages of the prompt as hits; those of earlier turns, which this search did not find, without a rank."""
    found = {hit.passage.id: hit for hit in hits}
    return [found.get(passage.id) or Hit(0, passage, 0.0) for passage in passages]


def orders_kept_back(passages: Sequence[Passage]) -> list[str]:
    """The sentences that the prompt keeps from the model, since they give it orders."""
    return [line for each in passages for line in named(each.document, each.page, find_orders(each.text))]
