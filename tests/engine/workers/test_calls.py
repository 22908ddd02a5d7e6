"""Calls that go well, events, errors, prints: what a caller sees of a living child."""

from __future__ import annotations

import os
import threading
import time

import pytest

from engine.cancellation import Cancelled
from engine.errors import Defect, ModelUnusable, UserError, WorkerCrashed
from engine.workers.client import WorkerClient
from engine.workers.main import FIXED_ENVIRONMENT
from engine.workers.roles import Role
from tests.engine.workers import role_for_tests as role
from tests.engine.workers.conftest import MODULE


def test_starts_lazily_and_answers(client: WorkerClient) -> None:
    assert client.pid is None and not client.running
    assert client.call(role.ECHO, role.Text("żółw ✓")).text == "żółw ✓"
    assert client.running and client.pid not in (None, os.getpid())
    assert client.call(role.PID, role.Empty()).n == client.pid


def test_events_arrive_in_order_on_the_calling_thread(client: WorkerClient) -> None:
    seen: list[tuple[float, int]] = []
    result = client.call(role.COUNT, role.Number(500), on_event=lambda e: seen.append((e.n, threading.get_ident())))
    assert [n for n, _ in seen] == list(range(500))
    assert {ident for _, ident in seen} == {threading.get_ident()}
    assert result.n == 500


def test_a_callers_own_error_in_on_event_ends_the_call_and_is_raised(client: WorkerClient) -> None:
    def explode(event: role.Number) -> None:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        client.call(role.COUNT, role.Number(10), on_event=explode)
    assert client.call(role.ECHO, role.Text("next")).text == "next"


def test_large_messages_pass_both_ways(client: WorkerClient) -> None:
    data = os.urandom(1024) * 20_000
    assert client.call(role.SIZE, role.Blob(data)).data == data


def test_concurrent_callers_each_get_their_own_answer(client: WorkerClient) -> None:
    answers: dict[int, str] = {}

    def ask(n: int) -> None:
        for i in range(20):
            answers[n * 100 + i] = client.call(role.ECHO, role.Text(f"{n}:{i}")).text

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {n * 100 + i: f"{n}:{i}" for n in range(8) for i in range(20)}


def test_known_errors_keep_class_and_words(client: WorkerClient) -> None:
    with pytest.raises(ModelUnusable) as caught:
        client.call(role.FAIL, role.Text("known"))
    error = caught.value
    assert (error.message, error.advice, error.details) == ("It is damaged.", "Fetch it again.", "bad magic")


def test_a_class_unknown_here_becomes_its_nearest_known_one(client: WorkerClient) -> None:
    role.OnlyHere.__name__ = "Hidden"  # this process imports the role too; make its class unknown
    try:
        with pytest.raises(ModelUnusable) as caught:
            client.call(role.FAIL, role.Text("subclass"))
    finally:
        role.OnlyHere.__name__ = "OnlyHere"
    assert type(caught.value) is ModelUnusable


def test_an_unexpected_error_is_a_defect_without_its_text(client: WorkerClient) -> None:
    with pytest.raises(Defect) as caught:
        client.call(role.FAIL, role.Text("outside"))
    assert "Outside" in str(caught.value) and "role_for_tests.py" in str(caught.value)
    assert "Jane" not in str(caught.value)


def test_out_of_memory_is_told_and_survived(client: WorkerClient) -> None:
    with pytest.raises(WorkerCrashed, match="memory"):
        client.call(role.FAIL, role.Text("memory"))
    assert client.call(role.ECHO, role.Text("on")).text == "on"


def test_sys_exit_in_a_call_is_a_defect(client: WorkerClient) -> None:
    with pytest.raises(Defect, match="SystemExit"):
        client.call(role.CRASH, role.Text("sys.exit"))


def test_an_unknown_method_is_a_defect(client: WorkerClient) -> None:
    with pytest.raises(Defect, match="unbound"):
        client.call(role.UNBOUND, role.Empty())


def test_a_role_that_cannot_be_imported_says_so() -> None:
    client = WorkerClient(Role.MEMORY, module="engine.no_such_module")
    with pytest.raises(Defect, match="ModuleNotFoundError"):
        client.call(role.ECHO, role.Text())
    client.close()


def test_stray_prints_do_not_reach_the_channel(client: WorkerClient, capfd: pytest.CaptureFixture[str]) -> None:
    assert client.call(role.PRINT, role.Empty()).text == ""
    assert client.call(role.ECHO, role.Text("clean")).text == "clean"
    client.close()
    assert capfd.readouterr() == ("", "")


def test_the_child_is_isolated(client: WorkerClient) -> None:
    for name, value in FIXED_ENVIRONMENT.items():
        assert client.call(role.LOOK, role.Text(name)).text == value
    assert client.call(role.LOOK, role.Text("core")).text == "(0, 0)"
    assert client.call(role.LOOK, role.Text("sigint")).text == "alive"


def test_environment_is_added() -> None:
    client = WorkerClient(Role.MEDIA, {"CHARTSIDE_TEST": "here"}, module=MODULE)
    assert client.call(role.LOOK, role.Text("CHARTSIDE_TEST")).text == "here"
    client.close()


def test_a_closed_client_starts_nothing(client: WorkerClient) -> None:
    client.close()
    with pytest.raises(Cancelled):
        client.call(role.ECHO, role.Text())
    assert client.pid is None


def test_too_large_a_message_is_a_clear_error(client: WorkerClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.workers.protocol.encode.__defaults__", (1000,))
    with pytest.raises(UserError, match="too large"):
        client.call(role.SIZE, role.Blob(bytes(2000)))


def test_starting_is_quick(client: WorkerClient) -> None:
    begin = time.monotonic()
    client.call(role.ECHO, role.Text())
    assert time.monotonic() - begin < 5  # about 0.1 s on a quiet machine; this catches a heavy import at start
