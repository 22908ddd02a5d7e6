"""How long a person waits after wrong passphrases."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from engine.errors import TooManyAttempts
from engine.people.throttle import FREE, LONGEST_WAIT_S, UNKNOWN, Throttle

NOON = 1_800_000_000.0


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "attempts.json"


@pytest.fixture
def throttle(file: Path, clock: Clock) -> Throttle:
    return Throttle(file, clock)


def fail(throttle: Throttle, times: int, slots: tuple[str, ...] = ("a",)) -> None:
    for _ in range(times):
        throttle.attempt(slots)
        throttle.was_wrong(slots)


def test_five_are_free_then_it_waits_and_the_wait_doubles(throttle: Throttle, clock: Clock) -> None:
    waits = []
    fail(throttle, FREE)
    for _ in range(8):
        waits.append(throttle.wait_s(["a"]))
        with pytest.raises(TooManyAttempts) as told:
            throttle.attempt(["a"])
        assert told.value.seconds == waits[-1]
        clock.now += waits[-1]
        fail(throttle, 1)
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_a_refused_attempt_does_not_make_the_wait_longer(throttle: Throttle, clock: Clock) -> None:
    fail(throttle, FREE)
    for _ in range(20):
        clock.now += 1
        with pytest.raises(TooManyAttempts):
            throttle.attempt(["a"])
    assert throttle.wait_s(["a"]) == 10
    clock.now += 10
    throttle.attempt(["a"])


def test_it_survives_a_restart_and_ends_with_the_right_one(file: Path, clock: Clock) -> None:
    fail(Throttle(file, clock), FREE)
    again = Throttle(file, clock)
    assert again.wait_s(["a"]) == 30
    clock.now += 30
    again.attempt(["a"])
    again.was_right("a")
    assert Throttle(file, clock).wait_s(["a"]) == 0
    fail(again, FREE - 1)
    again.attempt(["a"])


def test_an_attempt_counts_although_the_program_was_ended_in_the_middle(file: Path, clock: Clock) -> None:
    for _ in range(FREE):
        Throttle(file, clock).attempt(["a"])
    assert Throttle(file, clock).wait_s(["a"]) == 30


def test_people_do_not_wait_for_each_other_and_unknown_names_for_all_of_their_kind(throttle: Throttle) -> None:
    fail(throttle, FREE)
    assert throttle.wait_s(["b"]) == 0
    assert throttle.wait_s(["b", "a"]) == 30
    fail(throttle, FREE, ())
    assert throttle.wait_s([]) == 30
    assert throttle.wait_s(["b"]) == 0
    assert {slot: untold.count for slot, untold in throttle.untold().items()} == {"a": FREE, UNKNOWN: FREE}


def test_a_clock_set_back_does_not_lock_anybody_out(throttle: Throttle, clock: Clock) -> None:
    fail(throttle, FREE)
    clock.now -= 10 * 365 * 24 * 3600
    with pytest.raises(TooManyAttempts):
        throttle.attempt(["a"])
    clock.now += 29
    assert throttle.wait_s(["a"]) == 1
    clock.now += 1
    throttle.attempt(["a"])


def test_nobody_waits_longer_than_the_longest(throttle: Throttle, clock: Clock, file: Path) -> None:
    file.write_text('{"tries":{"a":{"failed":1000000,"at":1e300}},"untold":{}}')
    with pytest.raises(TooManyAttempts) as told:
        throttle.attempt(["a"])
    assert told.value.seconds == LONGEST_WAIT_S
    clock.now += LONGEST_WAIT_S
    throttle.attempt(["a"])


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"tries": 3}', b'{"tries":{"a":{"failed":-1}}}', b"\xff\xfe", b'{"tries":{"a":{"at":"x"}}}'],
)
def test_a_damaged_file_counts_as_empty(throttle: Throttle, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert throttle.wait_s(["a"]) == 0
    fail(throttle, FREE)
    assert throttle.wait_s(["a"]) == 30


def test_a_file_grown_beyond_reason_is_not_read(throttle: Throttle, file: Path) -> None:
    file.write_bytes(b'{"tries":{}, "untold":{}}' + b" " * (2 << 20))
    fail(throttle, 1)
    assert file.stat().st_size < 1000


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="rights do not stop this account")
def test_a_folder_that_cannot_be_written_keeps_nobody_out(throttle: Throttle, file: Path) -> None:
    file.parent.chmod(0o500)
    try:
        fail(throttle, FREE + 2)
    finally:
        file.parent.chmod(0o700)


def test_a_file_that_cannot_be_written_keeps_nobody_out(throttle: Throttle, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.people import throttle as module

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(module, "write_atomically", full)
    fail(throttle, FREE + 2)


def test_what_failed_is_told_once(throttle: Throttle, clock: Clock) -> None:
    fail(throttle, 1)
    clock.now += 60
    fail(throttle, 1)
    (untold,) = throttle.untold().values()
    assert (untold.count, untold.first[-9:], untold.last[-9:]) == (2, untold.first[-9:], untold.last[-9:])
    assert untold.first < untold.last
    throttle.told()
    assert throttle.untold() == {}
    assert throttle.wait_s(["a"]) == 0


def test_no_attempt_is_lost_between_two_programs(file: Path, clock: Clock) -> None:
    def work() -> None:
        mine = Throttle(file, clock)
        for _ in range(5):
            mine.was_wrong(["a"])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Throttle(file, clock).untold()["a"].count == 20
