"""What is written and read ahead of a note while its visit goes on, with a model that writes what the test says."""

from __future__ import annotations

import threading

import pytest

from engine.cancellation import Cancelled, CancelToken
from engine.scribe.scribe import Scribe
from engine.types import NoteTemplate, SectionTemplate, Transcript
from tests.engine.scribe.scripted import WALKS, ScriptedChat, by_section, finished, transcript, visit_template


def long_visit(turns: int) -> Transcript:
    lines = [
        f"Doctor: How is problem {n} doing?\nPatient: It hurts when I walk, number {n}, since the summer of last year."
        for n in range(turns)
    ]
    return transcript("\n".join(lines))


def test_what_was_prepared_is_not_written_again() -> None:
    chat = ScriptedChat(lambda _question: WALKS)
    scribe = Scribe(chat)  # type: ignore[arg-type]
    template = NoteTemplate("t", "T", "", [SectionTemplate("history", "History")])
    scribe.prepare(long_visit(70), template, CancelToken())
    ahead = len(chat.backend.prompts)
    assert ahead > 1
    scribe.prepare(long_visit(70), template, CancelToken())
    assert len(chat.backend.prompts) == ahead
    note = scribe.draft(long_visit(72), template)
    assert len(chat.backend.prompts) <= ahead + 2
    assert note.sections[0].text == WALKS


def test_preparing_gives_way_to_a_draft_and_goes_on_afterwards() -> None:
    chat = ScriptedChat(lambda _question: WALKS)
    scribe = Scribe(chat)  # type: ignore[arg-type]
    template = NoteTemplate("t", "T", "", [SectionTemplate("history", "History")])
    begun, drafted = threading.Event(), threading.Event()

    def wait_for_the_draft() -> None:
        if threading.current_thread() is preparing and not drafted.is_set():
            begun.set()
            asking.join(0.01)

    chat.backend.at_piece = wait_for_the_draft
    preparing = threading.Thread(target=lambda: scribe.prepare(long_visit(70), template, CancelToken()))

    def ask() -> None:
        begun.wait(10)
        scribe.draft(transcript(), visit_template())
        drafted.set()

    asking = threading.Thread(target=ask)
    asking.start()
    preparing.start()
    assert finished([asking, preparing])
    assert drafted.is_set()
    before = len(chat.backend.prompts)
    scribe.prepare(long_visit(70), template, CancelToken())
    assert len(chat.backend.prompts) == before


def test_there_is_nothing_to_prepare_before_the_first_word() -> None:
    chat = ScriptedChat(lambda _question: WALKS)
    Scribe(chat).prepare(Transcript([]), visit_template(), CancelToken())  # type: ignore[arg-type]
    assert not chat.backend.prompts


def test_preparing_ends_when_it_is_cancelled() -> None:
    chat = ScriptedChat(lambda _question: WALKS)
    token = CancelToken()
    chat.backend.at_piece = token.cancel
    template = NoteTemplate("t", "T", "", [SectionTemplate("history", "History")])
    with pytest.raises(Cancelled):
        Scribe(chat).prepare(long_visit(70), template, token)  # type: ignore[arg-type]
    assert len(chat.backend.prompts) == 1


def test_the_examples_of_all_sections_are_read_ahead_once() -> None:
    chat = ScriptedChat(by_section({}))
    scribe = Scribe(chat)  # type: ignore[arg-type]
    template = visit_template()
    scribe.prepare(transcript(), template, CancelToken())
    asked = [prompt.rpartition("Section: ")[2].split("\n")[0] for prompt in chat.backend.prompts]
    assert asked == [section.title for section in template.sections]
    assert {sampling.max_tokens for sampling in chat.backend.samplings} == {1}
    scribe.prepare(long_visit(3), template, CancelToken())
    assert len(chat.backend.prompts) == len(template.sections)


def test_what_is_read_ahead_begins_as_the_windows_of_its_section_do() -> None:
    chat = ScriptedChat(by_section({}))
    scribe = Scribe(chat)  # type: ignore[arg-type]
    scribe.prepare(transcript(), visit_template(), CancelToken())
    ahead = list(chat.backend.prompts)
    scribe.draft(transcript(), visit_template())
    windows = dict(zip(chat.backend.prompts, chat.backend.alike, strict=True))
    for beginning in ahead:
        before_said = beginning.rpartition("<said>\n")[0]
        alike = [window for window, like in windows.items() if like == beginning and window != beginning]
        assert alike and all(window.startswith(before_said) for window in alike)


def test_a_sentence_to_be_mended_names_what_all_such_have_in_common() -> None:
    chat = ScriptedChat(
        by_section({"Physical exam": "The left elbow is swollen and red."}, otherwise="The knee is swollen.")
    )
    Scribe(chat).draft(transcript(), visit_template())  # type: ignore[arg-type]
    repairs = [at for at, prompt in enumerate(chat.backend.prompts) if "This sentence of a note is not right" in prompt]
    assert repairs and all("elbow" not in chat.backend.alike[at] for at in repairs)
