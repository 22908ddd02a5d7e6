"""A process that is killed in the middle of a visit loses nothing that it had acknowledged."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.types import SoundState
from engine.vault.repositories.sound import SoundStore
from tests.engine.visits.conftest import House

ROOT = Path(__file__).parents[3]


def killed(folder: Path, what: str) -> House:
    """The house after a process that worked in it was killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.engine.visits.killed", str(folder), what],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    process.kill()
    _out, errors = process.communicate(timeout=60)
    assert line == "now\n", errors
    return House(folder, create=False)


@pytest.fixture
def after(tmp_path: Path):
    houses: list[House] = []

    def open_after(what: str) -> House:
        houses.append(killed(tmp_path, what))
        return houses[-1]

    yield open_after
    for house in houses:
        house.database.close()


def test_a_draft(after) -> None:
    visits = after("draft").visits
    (info,) = visits.list()
    visit = visits.get(info.id)
    assert [each.text for each in visit.note.sections if each.text] == ["Left knee hurts."]
    assert [each.what for each in visits.versions(info.id)] == ["draft, stopped"]


def test_what_somebody_typed(after) -> None:
    visits = after("edit").visits
    (info,) = visits.list()
    assert visits.text(info.id) == "Assessment and plan\nRest and ice."


def test_a_recording(after) -> None:
    house = after("record")
    (info,) = house.visits.interrupted()
    assert (info.sound, info.seconds) == (SoundState.INTERRUPTED, pytest.approx(5.0))
    assert SoundStore(house.database, info.id).samples() == 80_000
    visit = house.visits.recover(info.id)
    assert [each.text for each in visit.transcript.utterances] == [*(f"Word {n}." for n in range(50)), "The rest."]
