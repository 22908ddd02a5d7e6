"""python -m engine.models.fetch, as the set-up calls it."""

from __future__ import annotations

import pytest

from engine.cancellation import Cancelled
from engine.errors import DownloadFailed
from engine.models import fetch
from engine.models.service import Models
from engine.types import ModelState
from tests.engine.models.conftest import CHAT, EMBEDDING, TINY


@pytest.fixture
def command(models: Models, monkeypatch: pytest.MonkeyPatch) -> Models:
    monkeypatch.setattr(fetch, "Models", lambda *_: models)
    return models


def test_models_are_fetched_once(command: Models, hub, capsys: pytest.CaptureFixture[str]) -> None:
    assert fetch.main(["--starter", "--embedding", TINY]) == 0
    assert all(command.get(each).state is ModelState.INSTALLED for each in (CHAT, EMBEDDING, TINY))
    assert "check sum is right" in capsys.readouterr().err
    hub.requests.clear()
    assert fetch.main(["--starter", "--embedding", TINY]) == 0
    assert capsys.readouterr().err == ""
    assert hub.requests == []


def test_the_speech_model_is_asked_for_by_what_it_does(command: Models, monkeypatch) -> None:
    monkeypatch.setattr(command, "speech", lambda: command.get(TINY))
    assert fetch.main(["--speech"]) == 0
    assert command.get(TINY).state is ModelState.INSTALLED


def test_a_failure_is_explained(command: Models, monkeypatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_arguments: object, **_more: object) -> None:
        raise DownloadFailed("It broke off.", "Try again.", "the details")

    monkeypatch.setattr(command, "fetch", fail)
    assert fetch.main([CHAT]) == 3
    assert capsys.readouterr().err.splitlines()[-3:] == ["It broke off.", "Try again.", "the details"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, Cancelled])
def test_an_interruption_says_that_nothing_is_lost(command: Models, monkeypatch, capsys, stop) -> None:
    def interrupt(*_arguments: object, **_more: object) -> None:
        raise stop

    monkeypatch.setattr(command, "fetch", interrupt)
    assert fetch.main([CHAT]) == 130
    assert "goes on from there" in capsys.readouterr().err
