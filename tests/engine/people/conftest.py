"""A clinic with an administrator signed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.paths import Paths
from engine.vault import key_slots
from tests.fixtures import keyrings
from tests.fixtures.clinic import Clinic, cheap


@pytest.fixture(autouse=True)
def _no_keyring() -> Iterator[None]:
    with keyrings.installed(keyrings.nothing()):
        yield


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setattr(key_slots, "default_cost", cheap)
    return Paths(tmp_path / "data", tmp_path / "models")


@pytest.fixture
def clinic(paths: Paths) -> Iterator[Clinic]:
    """Ann is signed in, its administrator."""
    clinic = Clinic(paths).create(name="Ann")
    yield clinic
    clinic.lock()
