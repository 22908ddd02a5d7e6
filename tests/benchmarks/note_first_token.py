"""How soon a note begins after a visit of about 15 minutes, with the work done while it was recorded and without.

The longest visit of the validation set (about 130 words a minute are spoken) is given to Scribe.prepare as it would
grow, a stretch of 30 seconds at a time. Then the note is drafted. Words are shown once their sentence is checked: first
words are the first checked sentence, from the call on.

Run: python -m tests.benchmarks.note_first_token [--model ID]
"""

from __future__ import annotations

import argparse
import time

from msgspec.structs import replace

from engine.cancellation import Cancelled, CancelToken
from engine.scribe.scribe import Scribe
from engine.scribe.templates import builtin_template
from engine.types import DraftEvent, DraftStage, NoteTemplate, Transcript
from tests.benchmarks.common import shared_data
from tests.benchmarks.notes_aci import rows_of, scribe_and_chat, transcript_of

_WORDS_A_MINUTE = 130
_STRETCH_WORDS = 65


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="")
    model = parser.parse_args().model
    rows = rows_of(shared_data() / "aci_bench" / "valid.csv")
    said = transcript_of(max((row["dialogue"] for row in rows), key=lambda dialogue: len(dialogue.split())))
    words = sum(len(each.text.split()) for each in said.utterances)
    template = builtin_template("visit")
    assert template is not None
    print(f"{words} words, about {words / _WORDS_A_MINUTE:.0f} minutes")
    with scribe_and_chat(model) as (scribe, chat):
        chat.ready()
        cold = first_words(scribe, said, template)
        print(f"without: first words after {cold:.1f} s")
        begun = time.monotonic()
        for count in range(1, len(said.utterances) + 1):
            so_far = replace(said, utterances=said.utterances[:count])
            if _ends_stretch(so_far):
                scribe.prepare(so_far, template, CancelToken())
        print(f"work while recording: {time.monotonic() - begun:.0f} s of {words / _WORDS_A_MINUTE * 60:.0f} s")
        begun = time.monotonic()
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
        print(f"of which the model wrote {note.timings.tokens} tokens after the visit")


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


def _ends_stretch(so_far: Transcript) -> bool:
    before = sum(len(each.text.split()) for each in so_far.utterances[:-1])
    now = before + len(so_far.utterances[-1].text.split())
    return now // _STRETCH_WORDS > before // _STRETCH_WORDS


if __name__ == "__main__":
    main()
