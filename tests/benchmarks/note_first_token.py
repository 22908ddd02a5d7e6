"""How soon a note begins after a visit of about 15 minutes, with the work done while it was recorded and without.

The visit of the validation set that is nearest to so many minutes (about 130 words a minute are spoken) is given to
Scribe.prepare as it would grow, a stretch at a time. Then the note is drafted. Words are shown once their sentence is
checked: first words are the first checked sentence, from the call on. Tokens that the model read and wrote are counted
beside the seconds, since they do not depend on what else the computer does.

Run: python -m tests.benchmarks.note_first_token [--minutes M] [--stretch SECONDS] [--model ID]
"""

from __future__ import annotations

import argparse
import time
from typing import Any

from msgspec.structs import replace

from engine.cancellation import Cancelled, CancelToken
from engine.documents.transcript_file import parse
from engine.inference.backend import Backend
from engine.inference.messages import Generation, Prompt
from engine.scribe.scribe import Scribe
from engine.scribe.templates import builtin_template
from engine.types import DraftEvent, DraftStage, NoteTemplate, Sampling, Transcript
from tests.benchmarks.common import shared_data
from tests.benchmarks.notes_common import rows_of, scribe_and_chat

WORDS_A_MINUTE = 130


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="")
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--stretch", type=float, default=60.0, help="seconds")
    args = parser.parse_args()
    rows = rows_of(shared_data() / "aci_bench" / "valid.csv")
    visits = [parse(row["encounter_id"], row["dialogue"]) for row in rows]
    said = min(visits, key=lambda each: abs(words_of(each) - args.minutes * WORDS_A_MINUTE))
    words = words_of(said)
    template = builtin_template("visit")
    assert template is not None
    print(f"{words} words, about {words / WORDS_A_MINUTE:.0f} minutes")
    with scribe_and_chat(args.model) as (scribe, chat):
        chat.ready()
        work = Work(chat.backend)
        cold = first_words(scribe, said, template)
        print(f"without: first words after {cold:.1f} s")
        begun = work.begun()
        for count in range(1, len(said.utterances) + 1):
            so_far = replace(said, utterances=said.utterances[:count])
            if ends_stretch(so_far, args.stretch / 60 * WORDS_A_MINUTE):
                scribe.prepare(so_far, template, CancelToken())
        lasts = words / WORDS_A_MINUTE * 60
        print(f"work while recording: {time.monotonic() - begun:.0f} s of {lasts:.0f} s; {work.done()}")
        begun = work.begun()
        shown: list[float] = []
        note = scribe.draft(
            said,
            template,
            on_event=lambda event: shown.append(time.monotonic()) if event.stage is DraftStage.WRITING else None,
        )
        first, whole = shown[0] - begun, time.monotonic() - begun
        print(
            f"with: first words after {first:.2f} s ({cold / max(first, 0.001):.0f} times sooner), whole {whole:.0f} s,"
        )
        print(f"of which the model wrote {note.timings.tokens} tokens after the visit; {work.done()}")


class Work:
    """Counts what a model is asked, reads anew and writes."""

    def __init__(self, backend: Backend) -> None:
        self._generate = backend.generate
        self._asked = self._shown = self._read = self._written = 0
        backend.generate = self._counted  # type: ignore[method-assign]

    def begun(self) -> float:
        """Count from nothing; returns the time."""
        self._asked = self._shown = self._read = self._written = 0
        return time.monotonic()

    def done(self) -> str:
        return f"asked {self._asked} times, read {self._read} of {self._shown} tokens, wrote {self._written}"

    def _counted(self, prompt: Prompt, sampling: Sampling, **more: Any) -> Generation:
        made = self._generate(prompt, sampling, **more)
        self._asked += 1
        self._shown += made.prompt_tokens
        self._read += made.prompt_tokens - made.reused_tokens
        self._written += made.tokens
        return made


def first_words(scribe: Scribe, said: Transcript, template: NoteTemplate) -> float:
    """Seconds until a draft's first words; the draft is stopped there."""
    cancel, begun = CancelToken(), time.monotonic()
    first: list[float] = []

    def heard(event: DraftEvent) -> None:
        if event.stage is DraftStage.WRITING and not first:
            first.append(time.monotonic() - begun)
            cancel.cancel()

    try:
        scribe.draft(said, template, on_event=heard, cancel=cancel)
    except Cancelled:
        return first[0]
    raise AssertionError("the draft ended without having written anything")


def words_of(said: Transcript) -> int:
    return sum(len(each.text.split()) for each in said.utterances)


def ends_stretch(so_far: Transcript, words: float) -> bool:
    """Whether the last utterance ends a stretch of so many words."""
    now = words_of(so_far)
    return now // words > (now - len(so_far.utterances[-1].text.split())) // words


if __name__ == "__main__":
    main()
