"""An answer and everything that made it."""

from __future__ import annotations

from msgspec import Struct, field

from engine.types.evidence import Sentence
from engine.types.models import DeviceInfo, ModelRef, Sampling
from engine.types.search import Hit, Passage


class Timings(Struct, frozen=True):
    """Milliseconds, token counts and tokens per second of one answer. reused_tokens were not evaluated again."""

    search_ms: float = 0.0
    first_token_ms: float = 0.0
    tokens: int = 0
    tokens_per_s: float = 0.0
    prompt_tokens: int = 0
    reused_tokens: int = 0
    total_ms: float = 0.0


class Segment(Struct, frozen=True, array_like=True):
    """A piece of a prompt. special: control tokens written in it are meant; otherwise they are plain text."""

    text: str
    special: bool = False


class Evaluated(Struct, frozen=True, array_like=True):
    """How a part of a prompt came into the model: `times` calls of `size` tokens, the first `kept` of which stayed.

    A token that was written by the model (size 1) leaves other last digits than one that was read among others.
    """

    times: int
    size: int
    kept: int


class Making(Struct, frozen=True):
    """What made an answer and could not be told later, when documents and earlier turns may have changed.

    seen: ids of the passages in the prompt; carried: those among them that an earlier question had found. written is
    what the model wrote, before the program put its own words for "not found" in the place of a refusal; at a second
    look (see engine.assistant.second_look) it goes on from the words with which the prompt ends.
    """

    prompt: list[Segment] = field(default_factory=list)
    stop: list[str] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    carried: list[Passage] = field(default_factory=list)
    evaluated: list[Evaluated] = field(default_factory=list)
    device: DeviceInfo | None = None
    runtime: str = ""
    program: str = ""
    written: str = ""
    finish: str = ""
    second_look: bool = False


class Answer(Struct, frozen=True):
    """An answer with everything that made it. answered is false where the library does not hold the answer.

    unmentioned: what the question asks about that no passage mentions, in its own words. making is None in answers that
    were stored before it was kept.
    """

    text: str
    answered: bool
    sentences: list[Sentence]
    hits: list[Hit]
    model: ModelRef
    timings: Timings
    searched_as: str = ""
    prompt_version: str = ""
    sampling: Sampling = Sampling()
    left_out: list[str] = field(default_factory=list)
    stopped: bool = False
    making: Making | None = None
    unmentioned: list[str] = field(default_factory=list)
