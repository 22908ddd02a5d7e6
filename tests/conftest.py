"""Fixtures shared by every test: where the real models and the public measurement data are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parent.parent


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
