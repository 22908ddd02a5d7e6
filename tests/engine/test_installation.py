"""What an installed copy knows about itself."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from engine.installation import Installation, Kind

BUILD = {"version": "1.2.0", "platform": "linux-x86_64", "flavour": "full", "gpu": "none", "commit": "abc"}


def install(prefix: Path, version: str = "1.2.0", kind: str | None = "run") -> Path:
    folder = prefix / "versions" / version
    folder.mkdir(parents=True)
    (folder / "BUILD.json").write_text(json.dumps({**BUILD, "version": version}))
    if kind is not None:
        (prefix / "installation.json").write_text(json.dumps({"kind": kind}))
    return folder


def test_a_checkout_is_no_installation() -> None:
    assert Installation.this() is None


def test_the_frozen_program_finds_its_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = install(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "current").symlink_to("versions/1.2.0")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "current" / "chartside"))
    found = Installation.this()
    assert found is not None
    assert (found.version, found.kind, found.prefix, found.version_folder) == ("1.2.0", Kind.RUN, tmp_path, folder)
    assert found.build.flavour == "full"
    assert found.models_folder == tmp_path / "models"
    assert found.writable
    assert found.current_link.resolve() == folder


def test_without_shipped_models_there_is_no_folder(tmp_path: Path) -> None:
    found = Installation.at(install(tmp_path))
    assert found is not None
    assert found.models_folder is None


@pytest.mark.parametrize("kind", [None, "flatpak"])
def test_an_unknown_installer_is_unknown(tmp_path: Path, kind: str | None) -> None:
    found = Installation.at(install(tmp_path, kind=kind))
    assert found is not None
    assert found.kind is Kind.UNKNOWN


def test_a_folder_that_nobody_installed_takes_no_update(tmp_path: Path) -> None:
    (tmp_path / "BUILD.json").write_text(json.dumps(BUILD))
    found = Installation.at(tmp_path)
    assert found is not None
    assert found.prefix == tmp_path
    assert not found.versioned
    assert not found.writable


@pytest.mark.parametrize("content", [None, "", "{}", '{"version": 3}'])
def test_without_a_readable_build_description_there_is_no_installation(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "BUILD.json").write_text(content)
    assert Installation.at(tmp_path) is None


def test_inside_a_macos_application(tmp_path: Path) -> None:
    (tmp_path / "Contents" / "Resources").mkdir(parents=True)
    (tmp_path / "Contents" / "Resources" / "BUILD.json").write_text(json.dumps(BUILD))
    found = Installation.at(tmp_path / "Contents" / "MacOS")
    assert found is not None
    assert found.version == "1.2.0"
    assert found.models_folder is None
    (tmp_path / "Contents" / "Resources" / "models").mkdir()
    assert found.models_folder == tmp_path / "Contents" / "Resources" / "models"


def test_a_good_start_ends_the_wait(tmp_path: Path) -> None:
    found = Installation.at(install(tmp_path))
    assert found is not None
    found.report_started()
    found.pending_start_file.write_text("1.3.0\n4711\n")
    found.report_started()
    assert found.pending_start_file.exists()  # another version is on trial
    found.pending_start_file.write_text("1.2.0\n4711\n")
    found.report_started()
    assert not found.pending_start_file.exists()


def test_a_start_that_cannot_be_noted_does_no_harm(tmp_path: Path) -> None:
    found = Installation.at(install(tmp_path))
    assert found is not None
    found.pending_start_file.mkdir()  # neither a person without rights nor root can unlink a folder
    found.report_started()
    assert found.pending_start_file.exists()
