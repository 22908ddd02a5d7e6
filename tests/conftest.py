"""Fixtures shared by every test: where the real models and the public measurement data are."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def garbage_collection(qapp: QApplication) -> None:
    """As in the program: no widget dies in another thread than the window's."""
    from app.garbage import GarbageCollection

    GarbageCollection(qapp)


@pytest.fixture(autouse=True)
def _collected_by_this_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    if "qapp" in request.fixturenames:
        request.getfixturevalue("garbage_collection")
    yield
    if not gc.isenabled():
        from app.garbage import collect_due

        collect_due()


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The folder with installed models, as `make test` sets it up."""
    from engine.paths import Paths

    return Paths.default().models


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Public measurement sets beside the repository; skips where they are absent."""
    folder = Path(os.environ.get("CHARTSIDE_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"measurement data not found at {folder}")
    return folder
