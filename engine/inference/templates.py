"""Chat scaffolds: the control tokens that a model was trained to see around instructions, questions and answers.

The scaffold is special, everything put into it is not: a document that contains "<|im_end|>" stays plain text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.inference.messages import Prompt, Segment

# Written by models that think aloud unless they find that they already have.
_NO_THINKING = "<think>\n\n</think>\n\n"


@dataclass(frozen=True)
class ChatTemplate:
    """Texts before and after each part. system_in_user: the model has no system part, it opens the first question."""

    name: str
    system: tuple[str, str]
    user: tuple[str, str]
    assistant: tuple[str, str]
    stop: tuple[str, ...]
    system_in_user: bool = False
    plain: bool = False

    def opening(self, system: str) -> Prompt:
        """The instructions; every prompt begins with them."""
        return [self._mark(self.system[0]), Segment(system), self._mark(self.system[1])]

    def question(self, text: str, *, first: bool) -> Prompt:
        """A question, up to where the model is to answer. first: it follows the instructions directly."""
        before = "" if first and self.system_in_user else self.user[0]
        return [self._mark(before), Segment(text), self._mark(self.user[1] + self.assistant[0])]

    def answer(self, text: str) -> Prompt:
        """An answer that was given before."""
        return [Segment(text), self._mark(self.assistant[1])]

    def chat(self, system: str, turns: Sequence[tuple[str, str | None]]) -> Prompt:
        """A whole prompt: instructions, then questions with their answers; the last one has none yet."""
        prompt = self.opening(system)
        for index, (question, answer) in enumerate(turns):
            prompt += self.question(question, first=index == 0)
            if answer is not None:
                prompt += self.answer(answer)
        return prompt

    def _mark(self, text: str) -> Segment:
        return Segment(text, special=not self.plain)


CHATML = ChatTemplate(
    "chatml",
    system=("<|im_start|>system\n", "<|im_end|>\n"),
    user=("<|im_start|>user\n", "<|im_end|>\n"),
    assistant=("<|im_start|>assistant\n", "<|im_end|>\n"),
    stop=("<|im_end|>", "<|im_start|>", "<|endoftext|>"),
)
CHATML_NO_THINKING = ChatTemplate(
    "chatml-no-thinking",
    CHATML.system,
    CHATML.user,
    (CHATML.assistant[0] + _NO_THINKING, CHATML.assistant[1]),
    CHATML.stop,
)
GEMMA = ChatTemplate(
    "gemma",
    system=("<start_of_turn>user\n", "\n\n"),
    user=("<start_of_turn>user\n", "<end_of_turn>\n"),
    assistant=("<start_of_turn>model\n", "<end_of_turn>\n"),
    stop=("<end_of_turn>", "<start_of_turn>"),
    system_in_user=True,
)
LLAMA3 = ChatTemplate(
    "llama3",
    system=("<|start_header_id|>system<|end_header_id|>\n\n", "<|eot_id|>"),
    user=("<|start_header_id|>user<|end_header_id|>\n\n", "<|eot_id|>"),
    assistant=("<|start_header_id|>assistant<|end_header_id|>\n\n", "<|eot_id|>"),
    stop=("<|eot_id|>", "<|start_header_id|>"),
)
MISTRAL = ChatTemplate(
    "mistral",
    system=("[INST] ", "\n\n"),
    user=("[INST] ", " [/INST]"),
    assistant=("", "</s>"),
    stop=("</s>", "[INST]"),
    system_in_user=True,
)
PHI3 = ChatTemplate(
    "phi3",
    system=("<|system|>\n", "<|end|>\n"),
    user=("<|user|>\n", "<|end|>\n"),
    assistant=("<|assistant|>\n", "<|end|>\n"),
    stop=("<|end|>", "<|user|>"),
)
PLAIN = ChatTemplate(
    "plain",
    system=("", "\n\n"),
    user=("### Question\n", "\n\n"),
    assistant=("### Answer\n", "\n\n"),
    stop=("### Question", "### Answer"),
    plain=True,
)

_ALL = {t.name: t for t in (CHATML, CHATML_NO_THINKING, GEMMA, LLAMA3, MISTRAL, PHI3, PLAIN)}
_SIGNS = (
    ("<|im_start|>", CHATML),
    ("<start_of_turn>", GEMMA),
    ("<|start_header_id|>", LLAMA3),
    ("[INST]", MISTRAL),
    ("<|assistant|>", PHI3),
)


def find_template(chat_template: str, hint: str = "") -> ChatTemplate:
    """The scaffold for a model, by the catalogue's hint or by the signs in the template that its file carries.

    A model without a known template gets plain headings.
    """
    if hint in _ALL:
        return _ALL[hint]
    for sign, template in _SIGNS:
        if sign in chat_template:
            thinks = template is CHATML and "enable_thinking" in chat_template
            return CHATML_NO_THINKING if thinks else template
    return PLAIN
