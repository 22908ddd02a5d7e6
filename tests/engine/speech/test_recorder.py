from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future

import pytest

from engine.cancellation import Cancelled, CancelToken
from engine.errors import Defect, NotEnoughSpace, UserError, WorkerCrashed
from engine.speech import recorder as recorder_module
from engine.speech.dictation import Dictation
from engine.speech.errors import NoMicrophone
from engine.speech.listener import Listener, Listening
from engine.speech.recorder import Recorder
from engine.speech.sound import RATE, MemoryStore
from engine.types import RecordingEvent, RecordingState, Transcript
from tests.engine.speech.conftest import FakeClient, FakeSource, tone


class Bench:
    """A recorder with its source, store, child and the events it told."""

    def __init__(
        self, client: FakeClient, source: FakeSource, store: MemoryStore | None = None, **options: int
    ) -> None:
        self.store = store or MemoryStore()
        self.source = source
        self.events: list[RecordingEvent] = []
        listener = Listener(client.as_client(), self.store, Listening(soon=True), **options)
        self.recorder = Recorder(source, self.store, listener, self.events.append)

    def told_of_the_end(self) -> bool:
        return bool(self.events) and self.events[-1].state is RecordingState.ENDED

    def problems(self) -> set[str]:
        return {event.problem for event in self.events if event.problem}


@pytest.fixture
def bench(fake_client: FakeClient, source: FakeSource) -> Iterator[Bench]:
    bench = Bench(fake_client, source)
    yield bench
    if bench.source.running:
        bench.recorder.abandon()


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


def test_sound_is_stored_and_becomes_text_while_it_is_recorded(bench: Bench, fake_client: FakeClient) -> None:
    bench.recorder.start()
    sound = tone(3.3)
    bench.source.give(sound)
    until(lambda: any(event.utterances for event in bench.events))
    assert bench.recorder.state is RecordingState.RECORDING
    mark = bench.recorder.mark("rash")
    transcript = bench.recorder.stop()
    assert bench.store.read(0, 10 * RATE) == sound
    assert [each.text for each in transcript.utterances] == ["word0 word1 word2"]
    assert transcript.seconds == pytest.approx(3.3)
    assert transcript.marks == [mark]
    assert max(event.level for event in bench.events) == pytest.approx(0.5, abs=0.01)
    assert bench.events[-1].state is RecordingState.ENDED
    assert bench.events[-1].heard_s == pytest.approx(3.3)
    assert not bench.source.running
    assert fake_client.loaded


def test_a_pause_lets_the_microphone_go_and_hears_what_is_there(bench: Bench) -> None:
    bench.recorder.start()
    bench.source.give(tone(1.55))
    bench.recorder.pause()
    assert not bench.source.running
    until(lambda: bench.events[-1].heard_s == pytest.approx(1.55))
    assert bench.recorder.state is RecordingState.PAUSED
    bench.recorder.resume()
    bench.source.give(tone(1.0))
    assert bench.recorder.stop().seconds == pytest.approx(2.55)


def test_what_cannot_be_resumed_stays_paused(bench: Bench) -> None:
    bench.recorder.start()
    bench.recorder.pause()
    bench.source.refuses = NoMicrophone("None.", "Plug one in.")
    with pytest.raises(NoMicrophone):
        bench.recorder.resume()
    assert bench.recorder.state is RecordingState.PAUSED
    bench.recorder.stop()


def test_a_recording_that_cannot_begin_is_none(bench: Bench) -> None:
    bench.source.refuses = NoMicrophone("None.", "Plug one in.")
    with pytest.raises(NoMicrophone):
        bench.recorder.start()
    assert bench.events == []


def test_a_pulled_microphone_ends_in_words_with_what_was_recorded(bench: Bench) -> None:
    bench.recorder.start()
    bench.source.give(tone(2.0))
    bench.source.fail(NoMicrophone("The microphone is gone.", "Plug it in."))
    until(bench.told_of_the_end)
    assert bench.problems() == {"The microphone is gone."}
    assert bench.recorder.stop().seconds == pytest.approx(2.0)


def test_a_microphone_that_falls_silent_for_good_is_taken_for_pulled(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "_DEAF_AFTER_S", 0.3)
    bench.recorder.start()
    bench.source.give(tone(1.0))
    until(bench.told_of_the_end)
    assert "stopped giving sound" in bench.problems().pop()
    assert bench.recorder.stop().seconds == pytest.approx(1.0)


class FullStore(MemoryStore):
    def append(self, sound: bytes) -> None:
        if self.samples() >= RATE:
            raise NotEnoughSpace("The disk is full.", "Free some space.")
        super().append(sound)


def test_a_full_disk_ends_the_recording_and_keeps_what_is_stored(fake_client: FakeClient, source: FakeSource) -> None:
    bench = Bench(fake_client, source, FullStore())
    bench.recorder.start()
    bench.source.give(tone(3.0))
    until(bench.told_of_the_end)
    assert bench.problems() == {"The disk is full."}
    transcript = bench.recorder.stop()
    assert RATE <= transcript.seconds * RATE < 1.5 * RATE
    assert len(transcript.utterances) == 1


def test_sound_goes_on_while_the_text_cannot_be_made(bench: Bench, fake_client: FakeClient) -> None:
    fake_client.failing = [WorkerCrashed("It stopped.", "Try again.")]
    bench.recorder.start()
    bench.source.give(tone(2.0))
    until(lambda: bool(bench.problems()))
    assert bench.recorder.state is RecordingState.RECORDING
    bench.source.give(tone(2.0))
    transcript = bench.recorder.stop()
    assert transcript.utterances[0].text == "word0 word1 word2 word3"
    assert not bench.events[-1].problem


def test_text_that_cannot_be_made_at_all_is_told_when_it_ends(bench: Bench, fake_client: FakeClient) -> None:
    fake_client.failing = [WorkerCrashed("It stopped.", "Try again.") for _ in range(9)]
    bench.recorder.start()
    bench.source.give(tone(1.5))
    with pytest.raises(UserError, match="It stopped"):
        bench.recorder.stop()
    assert bench.store.samples() == int(1.5 * RATE)
    assert bench.recorder.state is RecordingState.ENDED


def stopped(recorder: Recorder) -> Transcript:
    """What stop() gives or raises; fails where it waits for ever."""
    stopping: Future[Transcript] = Future()

    def stop() -> None:
        try:
            stopping.set_result(recorder.stop())
        except BaseException as error:  # raised where it is waited for
            stopping.set_exception(error)

    threading.Thread(target=stop, daemon=True).start()
    return stopping.result(20)


def test_a_mistake_of_the_childs_own_is_told_when_it_ends(bench: Bench, fake_client: FakeClient) -> None:
    """Seen where the child could not be started at all: stop() waited for ever."""
    fake_client.failing = [Defect("start of the child: NameError") for _ in range(9)]
    bench.recorder.start()
    bench.source.give(tone(1.5))
    with pytest.raises(UserError, match="mistake of its own"):
        stopped(bench.recorder)
    assert bench.store.samples() == int(1.5 * RATE)
    assert bench.recorder.state is RecordingState.ENDED


def test_sound_becomes_text_after_a_mistake_in_between(bench: Bench, fake_client: FakeClient) -> None:
    fake_client.unloadable = Defect("load: NameError")
    fake_client.failing = [Defect("hear: NameError")]
    bench.recorder.start()
    bench.source.give(tone(2.0))
    assert [each.text for each in stopped(bench.recorder).utterances] == ["word0 word1"]


def test_who_cannot_be_told_keeps_nobody_waiting(fake_client: FakeClient, source: FakeSource) -> None:
    bench = Bench(fake_client, source)

    def deaf(event: RecordingEvent) -> None:
        if event.utterances:
            raise LookupError("the window is gone")

    bench.recorder._on_event = deaf
    bench.recorder.start()
    bench.source.give(tone(2.0))
    assert [each.text for each in stopped(bench.recorder).utterances] == ["word0 word1"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_end_that_cannot_be_told_keeps_nobody_waiting(bench: Bench) -> None:
    def deaf(event: RecordingEvent) -> None:
        if event.state is RecordingState.ENDED:
            raise LookupError("the window is gone")

    bench.recorder._on_event = deaf
    bench.recorder.start()
    bench.source.give(tone(2.0))
    assert stopped(bench.recorder).seconds == pytest.approx(2.0)
    for thread in (bench.recorder._follower._thread, bench.recorder._teller):
        thread.join()  # its exception is this test's


def test_a_mistake_while_storing_ends_the_recording_in_words(fake_client: FakeClient, source: FakeSource) -> None:
    class Broken(MemoryStore):
        def append(self, sound: bytes) -> None:
            if self.samples() >= RATE:
                raise LookupError
            super().append(sound)

    bench = Bench(fake_client, source, Broken())
    bench.recorder.start()
    bench.source.give(tone(3.0))
    until(bench.told_of_the_end)
    assert "mistake of its own" in bench.problems().pop()
    assert not bench.source.running
    assert stopped(bench.recorder).seconds >= 1.0


def test_a_source_that_fails_to_stop_keeps_nobody_waiting(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise OSError("the device is gone")

    bench.recorder.start()
    bench.source.give(tone(2.0))
    with monkeypatch.context() as patched:
        patched.setattr(bench.source, "stop", fails)
        with pytest.raises(OSError, match="gone"):
            stopped(bench.recorder)
    assert stopped(bench.recorder).seconds == pytest.approx(2.0)


def test_text_that_a_closing_program_cuts_off_is_not_taken_for_all_of_it(bench: Bench, fake_client: FakeClient) -> None:
    fake_client.failing = [Cancelled()]  # its child was ended
    bench.recorder.start()
    bench.source.give(tone(2.0))
    until(bench.told_of_the_end)
    assert not bench.source.running
    with pytest.raises(Cancelled):
        stopped(bench.recorder)


def test_a_cancelled_stop_returns_soon_with_the_sound_stored(bench: Bench, fake_client: FakeClient) -> None:
    fake_client.blocked.clear()
    bench.recorder.start()
    bench.source.give(tone(2.0))
    token = CancelToken()
    token.cancel()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        bench.recorder.stop(token)
    assert time.monotonic() - begun < 1.0
    assert bench.store.samples() == 2 * RATE


def test_a_stop_can_be_cancelled_while_it_waits(bench: Bench, fake_client: FakeClient) -> None:
    fake_client.blocked.clear()
    bench.recorder.start()
    bench.source.give(tone(2.0))
    token = CancelToken()
    threading.Timer(0.2, token.cancel).start()
    with pytest.raises(Cancelled):
        bench.recorder.stop(token)


def test_a_recording_goes_on_from_what_is_stored(fake_client: FakeClient, source: FakeSource) -> None:
    store = MemoryStore()
    store.append(tone(10.0))
    bench = Bench(fake_client, source, store, after_s=10, first_id=7)
    bench.recorder.start()
    bench.source.give(tone(2.0))
    transcript = bench.recorder.stop()
    assert [(each.id, each.begins_s) for each in transcript.utterances] == [(7, pytest.approx(10.1))]
    assert transcript.seconds == pytest.approx(12.0)


def test_what_a_person_corrected_is_not_touched_again(bench: Bench) -> None:
    bench.recorder.start()
    bench.source.give(tone(1.2))
    until(lambda: any(event.utterances for event in bench.events))
    said = next(event.utterances[0] for event in bench.events if event.utterances)
    bench.recorder.keep(type(said)(said.id, "Nurse", "Corrected.", said.begins_s, said.ends_s, edited=True))
    bench.source.give(tone(1.0))
    transcript = bench.recorder.stop()
    assert next((each.id, each.speaker, each.text) for each in transcript.utterances) == (1, "Nurse", "Corrected.")
    assert len(transcript.utterances) == 2


def test_a_dictation_gives_its_text(bench: Bench) -> None:
    bench.recorder.start()
    bench.source.give(tone(2.0))
    assert Dictation(bench.recorder).stop() == "word0 word1"


def test_an_abandoned_dictation_is_over_at_once(bench: Bench, fake_client: FakeClient) -> None:
    fake_client.blocked.clear()
    bench.recorder.start()
    bench.source.give(tone(2.0))
    Dictation(bench.recorder).abandon()
    assert not bench.source.running
    until(lambda: bench.recorder.state is RecordingState.ENDED)
