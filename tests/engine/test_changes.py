"""Listeners hear of changes, and cannot hurt each other."""

from __future__ import annotations

import logging

import pytest

from engine.changes import ChangeHub
from engine.types import Change, Topic


def test_listeners_hear_until_they_leave() -> None:
    hub, heard = ChangeHub(), list[Change]()
    leave = hub.subscribe(heard.append)
    hub.publish(Topic.LIBRARY, [1, 2])
    leave()
    hub.publish(Topic.LIBRARY)
    assert heard == [Change(Topic.LIBRARY, [1, 2])]


def test_a_failing_listener_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    hub, heard = ChangeHub(), list[Change]()

    def fail(_change: Change) -> None:
        raise RuntimeError

    hub.subscribe(fail)
    hub.subscribe(heard.append)
    with caplog.at_level(logging.ERROR):
        hub.publish(Topic.MODELS)
    assert len(heard) == 1
    assert "change_listener_failed" in caplog.text
