"""Calls that are cancelled, run out of time, or lose their child."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from engine.cancellation import Cancelled, CancelToken
from engine.errors import DeadlineExceeded, WorkerCrashed
from engine.log import EventFormatter
from engine.workers.client import WorkerClient
from engine.workers.conversation import CANCEL_GRACE_S
from engine.workers.roles import Role
from tests.engine.workers import role_for_tests as role
from tests.engine.workers.conftest import gone


def cancel_after(seconds: float) -> CancelToken:
    token = CancelToken()
    timer = threading.Timer(seconds, token.cancel)
    timer.start()
    return token


def test_a_cooperative_cancel_keeps_the_child(client: WorkerClient) -> None:
    pid = client.call(role.PID, role.Empty()).n
    begin = time.monotonic()
    with pytest.raises(Cancelled):
        client.call(role.PATIENT_WAIT, role.Number(30), cancel=cancel_after(0.1))
    assert time.monotonic() - begin < 1
    assert client.call(role.PID, role.Empty()).n == pid


def test_a_token_cancelled_before_the_call_starts_nothing(client: WorkerClient) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        client.call(role.ECHO, role.Text(), cancel=token)
    assert client.pid is None


def test_a_child_that_ignores_a_cancel_is_ended(client: WorkerClient) -> None:
    pid = client.call(role.PID, role.Empty()).n
    restarted: list[bool] = []
    client.on_restart(lambda: restarted.append(True))
    begin = time.monotonic()
    with pytest.raises(Cancelled):
        client.call(role.STUCK, role.Number(60), cancel=cancel_after(0.1))
    assert CANCEL_GRACE_S <= time.monotonic() - begin < CANCEL_GRACE_S + 2
    assert not psutil.pid_exists(int(pid))
    assert client.call(role.PID, role.Empty()).n != pid
    assert restarted == [True]


def test_a_deadline_stops_a_patient_call_and_the_child_lives(client: WorkerClient) -> None:
    pid = client.call(role.PID, role.Empty()).n
    with pytest.raises(DeadlineExceeded) as caught:
        client.call(role.PATIENT_WAIT, role.Number(30), deadline_s=0.1)
    assert caught.value.advice
    assert client.call(role.PID, role.Empty()).n == pid


def test_a_deadline_ends_a_stuck_child(client: WorkerClient) -> None:
    with pytest.raises(DeadlineExceeded):
        client.call(role.STUCK, role.Number(60), deadline_s=0.1)
    assert client.call(role.ECHO, role.Text("on")).text == "on"


def test_waiting_behind_another_call_does_not_count_against_a_deadline(client: WorkerClient) -> None:
    client.call(role.ECHO, role.Text())
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.call, role.PATIENT_WAIT, role.Number(0.5))
        time.sleep(0.1)
        assert client.call(role.ECHO, role.Text("second"), deadline_s=0.2).text == "second"
        assert first.result().text == "waited"


def test_cancelling_a_waiting_call_leaves_the_running_one_alone(client: WorkerClient) -> None:
    client.call(role.ECHO, role.Text())
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.call, role.PATIENT_WAIT, role.Number(1))
        time.sleep(0.1)
        begin = time.monotonic()
        with pytest.raises(Cancelled):
            client.call(role.ECHO, role.Text(), cancel=cancel_after(0.1))
        assert time.monotonic() - begin < 0.6
        assert first.result().text == "waited"


def test_a_waiting_call_is_sent_again_when_another_had_to_be_ended(client: WorkerClient) -> None:
    client.call(role.ECHO, role.Text())
    with ThreadPoolExecutor(1) as pool:
        stuck = pool.submit(client.call, role.STUCK, role.Number(60), deadline_s=0.2)
        time.sleep(0.1)
        assert client.call(role.ECHO, role.Text("waited")).text == "waited"
        with pytest.raises(DeadlineExceeded):
            stuck.result()


@pytest.mark.parametrize(
    ("way", "trace"),
    [("abort", "SIGABRT"), ("segfault", "SIGSEGV"), ("exit", "exit code 7"), ("sigkill", "SIGKILL")],
)
def test_a_crash_is_told_with_its_details_and_the_next_call_works(client: WorkerClient, way: str, trace: str) -> None:
    restarted: list[bool] = []
    client.on_restart(lambda: restarted.append(True))
    with pytest.raises(WorkerCrashed) as caught:
        client.call(role.CRASH, role.Text(way))
    error = caught.value
    assert error.message and error.advice
    assert trace in error.details and "last words" in error.details
    assert "last words" not in str(error)
    assert not client.running
    assert client.call(role.ECHO, role.Text("again")).text == "again"
    assert restarted == [True]


def test_a_killed_idle_child_is_replaced_without_an_error(client: WorkerClient) -> None:
    pid = int(client.call(role.PID, role.Empty()).n)
    os.kill(pid, signal.SIGKILL)
    assert gone(lambda: not client.running)
    assert client.call(role.PID, role.Empty()).n != pid


def test_the_log_says_why_a_child_was_replaced(client: WorkerClient, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(WorkerCrashed):
        client.call(role.CRASH, role.Text("exit"))
    with pytest.raises(DeadlineExceeded):
        client.call(role.STUCK, role.Number(60), deadline_s=0.1)
    client.call(role.ECHO, role.Text())
    lines = [EventFormatter().format(record) for record in caplog.records if record.name == "engine.workers.client"]
    assert [line.partition("child_replaced ")[2] for line in lines] == [
        "role=media end=crashed how=exit-code-7 why=by-itself",
        "role=media end=killed how=signal-SIGKILL why=stuck:DeadlineExceeded",
    ]


def test_a_call_met_by_a_dying_child_is_sent_again_once(client: WorkerClient) -> None:
    for _ in range(5):
        os.kill(int(client.call(role.PID, role.Empty()).n), signal.SIGKILL)
        assert client.call(role.ECHO, role.Text("here")).text == "here"


def test_a_child_that_dies_at_birth_is_a_crash_not_a_loop() -> None:
    client = WorkerClient(Role.MEDIA, module="tests.engine.workers.stillborn_role")
    with pytest.raises(WorkerCrashed) as caught:
        client.call(role.ECHO, role.Text())
    assert "exit code 9" in caught.value.details
    client.close()


def test_deaths_in_a_row_wait_longer(client: WorkerClient) -> None:
    pauses = []
    for _ in range(4):
        begin = time.monotonic()
        with pytest.raises(WorkerCrashed):
            client.call(role.CRASH, role.Text("exit"))
        pauses.append(time.monotonic() - begin)
    assert pauses[1] >= 0.2 and pauses[2] >= 0.4 and pauses[3] >= 0.8  # however quick the machine is
    with pytest.raises(Cancelled):  # the pause before the next start can be cancelled
        client.call(role.ECHO, role.Text(), cancel=cancel_after(0.1))
    assert client.call(role.ECHO, role.Text("up")).text == "up"
    with pytest.raises(WorkerCrashed):
        client.call(role.CRASH, role.Text("exit"))
    client.call(role.ECHO, role.Text())
    assert client._deaths == 1  # a good answer in between starts the count anew


def test_closing_during_a_call_cancels_it(client: WorkerClient) -> None:
    client.call(role.ECHO, role.Text())
    with ThreadPoolExecutor(2) as pool:
        running = pool.submit(client.call, role.STUCK, role.Number(60))
        waiting = pool.submit(client.call, role.ECHO, role.Text())
        time.sleep(0.2)
        client.close()
        for call in (running, waiting):
            with pytest.raises(Cancelled):
                call.result(5)
    assert client.pid is None


def test_no_descriptor_is_left_after_many_lives(client: WorkerClient) -> None:
    client.call(role.ECHO, role.Text())
    before = psutil.Process().num_fds()
    for _ in range(3):
        with pytest.raises(WorkerCrashed):
            client.call(role.CRASH, role.Text("exit"))
        client.call(role.ECHO, role.Text())
    assert psutil.Process().num_fds() <= before


@pytest.mark.parametrize("busy", [False, True])
def test_the_child_ends_with_its_parent(busy: bool, tmp_path: object) -> None:
    script = textwrap.dedent(f"""
        import sys, threading, time
        from engine.workers.client import WorkerClient
        from engine.workers.roles import Role
        from tests.engine.workers import role_for_tests as role

        if __name__ == "__main__":
            client = WorkerClient(Role.MEDIA, module=role.__name__)
            print(int(client.call(role.PID, role.Empty()).n), flush=True)
            if {busy}:
                client.call(role.PATIENT_WAIT, role.Number(60))
            time.sleep(60)
    """)
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert psutil.pid_exists(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert gone(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE)
