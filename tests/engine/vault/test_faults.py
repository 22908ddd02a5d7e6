"""Killed, on a full or failing disk, and after power cuts a workspace opens with everything that was acknowledged.

A part of what tests/benchmarks/durability.py does in full.
"""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import trials
from tests.faults.laboratory import Laboratory
from tests.faults.trials import Bench

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux" or shutil.which("cc") is None, reason="needs Linux and a C compiler"),
]
KILLS = 100


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    with Laboratory(tmp_path_factory.mktemp("laboratory")) as opened:
        yield opened


@pytest.fixture
def bench(laboratory: Laboratory, tmp_path: Path) -> Bench:
    return Bench(laboratory, tmp_path)


def test_killed_a_hundred_times_nothing_acknowledged_is_lost(bench: Bench) -> None:
    before = bench.lines
    assert [each for each in trials.kills(bench, KILLS, random.Random(3), look=10) if each[1]] == []
    assert bench.lines > before + KILLS, "it was killed while it worked"


def test_a_full_and_a_failing_disk_are_told_and_lose_nothing(bench: Bench) -> None:
    points = trials.write_points(bench, acts=4, seed=5)
    some = random.Random(5).sample(range(1, points + 1), 12)
    assert [each for each in trials.failures(bench, some, acts=4, seed=5) if each[1]] == []


def test_a_power_cut_anywhere_leaves_a_moment_between_two_acts(bench: Bench) -> None:
    outcomes = list(trials.power_cuts(bench, acts=8, seed=9, share=0.03))
    assert len(outcomes) > 15
    assert [each for each in outcomes if each[1]] == []


def test_who_does_not_wait_for_the_disk_is_found_out(bench: Bench) -> None:
    outcomes = trials.power_cuts(bench, acts=8, seed=9, share=0.2, unsafe=True)
    assert any(problems for _name, problems in outcomes), "the trial cannot fail"


def test_a_log_torn_in_any_frame_leaves_a_whole_workspace(bench: Bench) -> None:
    outcomes = list(trials.torn_logs(bench, acts=2, seed=4))
    assert len(outcomes) > 10
    assert [each for each in outcomes if each[1]] == []
