"""Fixtures shared by every test: where the real models and the public measurement data are."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parent.parent
_ALONE = "CHARTSIDE_TEST_ALONE"


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is marked "alone" in a process where nothing else has run.

    It makes copies of its process, and a copy in which another test's thread held a lock of a library waits for ever.
    """
    if _ALONE in os.environ or pyfuncitem.get_closest_marker("alone") is None:
        return None
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", pyfuncitem.nodeid],
        cwd=ROOT,
        env={**os.environ, _ALONE: "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.fail(done.stdout, pytrace=False)
    return True


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The one application of all tests, drawn as the program draws it."""
    qapp.setStyle("Fusion")
    return qapp


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
