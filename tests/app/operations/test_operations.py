"""Calls off the GUI thread: order, coalescing, cancelling, failures, and receivers that are gone."""

from __future__ import annotations

import threading
import time

from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QWidget

from app.operations import Job, Operations
from engine.errors import ModelMissing, UserError


def test_result_comes_back_on_the_gui_thread(operations: Operations, qtbot):
    seen = []

    def work(job: Job) -> int:
        assert not QThread.isMainThread()
        return 7

    operations.start(
        work,
        on_success=lambda value: seen.append((value, QThread.isMainThread())),
        on_finished=lambda: seen.append("finished"),
    )
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen == [(7, True), "finished"]


def test_expected_failure_is_handed_over_as_it_is(operations: Operations, defects, qtbot):
    seen: list[UserError] = []
    error = ModelMissing("There is no model.", "Fetch one.")

    def work(job: Job) -> None:
        raise error

    operations.start(work, on_failure=seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [error]
    assert defects == []


def test_defect_is_written_down_and_told_as_a_sentence(operations: Operations, defects, qtbot):
    seen: list[UserError] = []
    operations.start(lambda job: 1 / 0, on_failure=seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert isinstance(defects[0], ZeroDivisionError)
    assert seen[0].message.endswith(".") and seen[0].advice


def test_events_arrive_all_and_in_order_but_in_few_batches(operations: Operations, qtbot):
    batches: list[list[int]] = []
    newest: list[int] = []
    done = []

    def work(job: Job) -> None:
        for number in range(1_000):
            job.report(number)
            if number % 100 == 0:
                time.sleep(0.01)

    operations.start(work, on_events=batches.append, on_progress=newest.append, on_finished=lambda: done.append(1))
    qtbot.waitUntil(lambda: bool(done))
    assert [number for batch in batches for number in batch] == list(range(1_000))
    assert len(batches) < 20
    assert newest == [batch[-1] for batch in batches]


def test_last_events_come_before_the_outcome(operations: Operations, qtbot):
    seen: list[object] = []

    def work(job: Job) -> str:
        job.report("last words")
        return "done"

    operations.start(work, on_events=seen.extend, on_success=seen.append)
    qtbot.waitUntil(lambda: "done" in seen)
    assert seen == ["last words", "done"]


def test_cancel_is_an_outcome_of_its_own(operations: Operations, qtbot):
    seen = []
    started = threading.Event()

    def work(job: Job) -> None:
        started.set()
        job.token.wait(5)
        job.token.check()

    operation = operations.start(
        work, on_cancelled=lambda: seen.append("cancelled"), on_failure=lambda _e: seen.append("failed")
    )
    started.wait(5)
    operation.cancel()
    qtbot.waitUntil(lambda: not operation.running)
    assert seen == ["cancelled"]


def test_destroyed_owner_cancels_and_is_never_called(operations: Operations, qtbot):
    seen = []
    owner = QWidget()
    started, ended = threading.Event(), threading.Event()

    def work(job: Job) -> str:
        started.set()
        job.report(1)
        job.token.wait(5)
        ended.set()
        return "too late"

    operations.start(work, owner=owner, on_success=seen.append, on_finished=lambda: seen.append("finished"))
    started.wait(5)
    owner.deleteLater()
    qtbot.waitUntil(lambda: not operations.busy)
    assert ended.is_set()
    assert seen == []


def test_owner_destroyed_by_its_own_callback(operations: Operations, qtbot):
    seen = []
    owner = QObject()

    def success(_value: object) -> None:
        import shiboken6

        shiboken6.delete(owner)

    operations.start(lambda job: 1, owner=owner, on_success=success, on_finished=lambda: seen.append("finished"))
    qtbot.waitUntil(lambda: not operations.busy)
    assert seen == []


def test_callback_that_fails_does_not_leave_the_operation_running(operations: Operations, qtbot):
    def broken(_value: object) -> None:
        raise RuntimeError("a view's fault")

    with qtbot.captureExceptions() as caught:
        operations.start(lambda job: 1, on_success=broken)
        qtbot.waitUntil(lambda: not operations.busy)
    assert [kind for kind, _error, _trace in caught] == [RuntimeError]


def test_cancel_all_ends_everything_quickly_and_silently(operations: Operations, qtbot):
    seen = []

    def work(job: Job) -> None:
        job.token.wait(30)
        job.token.check()

    for _ in range(6):
        operations.start(work, on_cancelled=lambda: seen.append("told"))
    before = time.monotonic()
    ending = operations.cancel_all()
    assert operations.wait(2_000)
    assert all(operation.wait(0) for operation in ending)
    assert time.monotonic() - before < 1
    qtbot.waitUntil(lambda: not operations.busy)
    assert seen == []


def test_busy_is_told_once_each_way(operations: Operations, qtbot):
    seen: list[bool] = []
    operations.busy_changed.connect(seen.append)
    gate = threading.Event()
    operations.start(lambda job: gate.wait(5))
    operations.start(lambda job: gate.wait(5))
    gate.set()
    qtbot.waitUntil(lambda: not operations.busy)
    assert seen == [True, False]


def test_gui_thread_is_never_blocked_by_a_flood(operations: Operations, qtbot):
    """A worker that reports as fast as it can must not starve the window for more than 50 ms."""
    gaps: list[float] = []
    last = time.perf_counter()
    done = []

    def work(job: Job) -> None:
        until = time.monotonic() + 0.4
        while time.monotonic() < until:
            job.report("token ")
            time.sleep(0.0005)

    operations.start(work, on_events=lambda events: None, on_finished=lambda: done.append(1))
    while not done:
        qtbot.wait(1)
        now = time.perf_counter()
        gaps.append(now - last)
        last = now
    assert sorted(gaps)[int(len(gaps) * 0.99)] < 0.05


def test_failing_event_callback_does_not_swallow_the_outcome(operations: Operations, qtbot):
    seen = []

    def broken(_events: object) -> None:
        raise RuntimeError("a view's fault")

    def work(job: Job) -> str:
        job.report(1)
        return "done"

    with qtbot.captureExceptions() as caught:
        operations.start(work, on_events=broken, on_success=seen.append)
        qtbot.waitUntil(lambda: seen == ["done"])
    assert len(caught) == 1


def test_others_are_served_while_a_callback_runs_a_dialog(operations: Operations, qtbot):
    order = []

    def dialog(_value: object) -> None:
        qtbot.waitUntil(lambda: "second" in order)
        order.append("first")

    gate = threading.Event()
    operations.start(lambda job: gate.wait(5), on_success=dialog)
    operations.start(lambda job: gate.wait(5), on_success=lambda _value: order.append("second"))
    gate.set()
    qtbot.waitUntil(lambda: order == ["second", "first"])


def test_widgets_are_let_go_on_the_gui_thread(operations: Operations, qtbot):
    """The pool thread must never be the last to hold a closure over a widget: Qt would delete it there."""
    import gc
    import weakref

    class Tag:
        """Stands for a widget in a closure."""

    tag = Tag()
    dead: list[bool] = []
    weakref.finalize(tag, lambda: dead.append(QThread.isMainThread()))

    def work(job: Job, held: Tag = tag) -> None:
        time.sleep(0.02)

    operations.start(work, on_success=lambda _value, held=tag: None)
    del tag, work
    qtbot.waitUntil(lambda: not operations.busy)
    gc.collect()
    assert dead == [True]
