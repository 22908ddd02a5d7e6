"""Progress: seldom enough to draw, the last word always said, a speed that forgets pauses."""

from __future__ import annotations

from engine.models.progress import ProgressMeter
from engine.types import FetchProgress, FetchStage


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_many_small_steps_are_told_ten_times_a_second() -> None:
    told: list[FetchProgress] = []
    clock = Clock()
    meter = ProgressMeter("m", 1000, told.append, clock)
    for done in range(1, 1001):
        clock.now += 0.001
        meter.at(done)
    assert 9 <= len(told) <= 13
    assert told[-1].done == 1000


def test_the_speed_is_that_of_the_last_moments() -> None:
    told: list[FetchProgress] = []
    clock = Clock()
    meter = ProgressMeter("m", 10_000, told.append, clock)
    meter.stage(FetchStage.FETCHING)
    for second in range(20):
        clock.now = float(second)
        meter.at(100 * second if second < 10 else 1000 + 300 * (second - 10))
    assert told[-1].bytes_per_s == 300.0


def test_a_step_back_starts_the_speed_anew() -> None:
    told: list[FetchProgress] = []
    clock = Clock()
    meter = ProgressMeter("m", 10_000, told.append, clock)
    meter.at(5000)
    clock.now = 1.0
    meter.at(0)
    assert told[-1].bytes_per_s == 0.0
    clock.now = 2.0
    meter.at(50)
    assert told[-1].bytes_per_s == 50.0


def test_a_new_stage_is_told_at_once_and_nobody_has_to_listen() -> None:
    told: list[FetchProgress] = []
    meter = ProgressMeter("m", 10, told.append, Clock())
    meter.stage(FetchStage.FETCHING)
    meter.stage(FetchStage.VERIFYING)
    assert [each.stage for each in told] == [FetchStage.FETCHING, FetchStage.VERIFYING]
    silent = ProgressMeter("m", 10, None)
    silent.stage(FetchStage.DONE)
    silent.at(10)
