"""chartside models fetch: models that come under terms of their own."""

from __future__ import annotations

import json

import pytest

from engine import cli
from engine.commands import models as command
from engine.models.service import Models
from engine.types import ModelState
from tests.engine.models.conftest import CHAT, LOCKED


@pytest.fixture
def service(models: Models, monkeypatch: pytest.MonkeyPatch) -> Models:
    monkeypatch.setattr(command, "Models", lambda *_: models)
    return models


def test_terms_are_named_and_nothing_is_fetched_before_they_are_accepted(service, hub, capsys) -> None:
    assert cli.main(["models", "fetch", LOCKED]) == 3
    said = capsys.readouterr().err
    assert "Apache-2.0" in said
    assert "Read these terms first." in said
    assert f"chartside models fetch {LOCKED} --accept-terms" in said
    assert hub.requests == []
    assert service.get(LOCKED).state is ModelState.AVAILABLE


def test_accepted_terms_let_the_model_come_and_are_remembered(service, hub, capsys) -> None:
    assert cli.main(["--json", "models", "fetch", LOCKED, "--accept-terms"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "installed"
    assert service.manifest(LOCKED).terms_accepted_at
    assert cli.main(["models", "fetch", LOCKED]) == 0  # it is here: nothing is left to accept


def test_a_model_without_terms_needs_no_acceptance(service, hub, capsys) -> None:
    assert cli.main(["--quiet", "models", "fetch", CHAT, "--accept-terms"]) == 0
    assert service.get(CHAT).state is ModelState.INSTALLED
