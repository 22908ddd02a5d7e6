"""The loudness meter follows the ear, and falls slowly enough for the eye."""

from __future__ import annotations

import pytest

from app.widgets.level_meter import LevelMeter, meter_share
from app.widgets.offsets import from_qt, to_qt


@pytest.mark.parametrize(("level", "share"), [(0.0, 0.0), (1.0, 1.0), (0.1, 1 - 20 / 54), (0.0001, 0.0), (5.0, 1.0)])
def test_loudness_is_shown_in_decibels(level, share):
    assert meter_share(level) == pytest.approx(share)


def test_it_rises_at_once_and_falls_step_by_step(theme, qtbot):
    meter = LevelMeter(theme)
    qtbot.addWidget(meter)
    meter.show_level(1.0)
    assert meter.shown == 1.0
    meter.show_level(0.001)
    assert 0.9 < meter.shown < 1.0
    meter.show_level(0.0)
    assert meter.shown == 0.0


def test_characters_beyond_the_first_plane_take_two_positions():
    text = "a😀b"
    assert [to_qt(text, offset) for offset in range(4)] == [0, 1, 3, 4]
    assert [from_qt(text, position) for position in (0, 1, 3, 4)] == [0, 1, 2, 3]
    assert from_qt("plain", 3) == 3
