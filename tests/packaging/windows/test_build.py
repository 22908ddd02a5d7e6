"""The build on Windows, walked through with a stand-in for the freezer: what is called, and what comes out."""

from __future__ import annotations

import os
from pathlib import Path

import installer
import pytest
from order import Order
from windows import build

from tests.packaging.tools import program


@pytest.fixture
def freezer(tmp_path, monkeypatch):
    """Stands for every command of the build; the freezer's leaves a bundle. Returns what was called."""
    called: list[list[str]] = []
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")

    def run(command: list[str], failure: str, **_options: object) -> None:
        called.append([Path(word).name for word in command])
        if command[1].endswith("bundle/build.py"):
            bundle = Path(command[2]) / "dist" / "chartside"
            (bundle / "_internal" / "resources").mkdir(parents=True)
            for name in ("chartside.exe", "chartside-console.exe"):
                (bundle / name).write_bytes(b"MZ")
            (bundle / "BUILD.json").write_text("{}")
            for name in ("CHARTSIDE_ICON", "CHARTSIDE_VERSION_INFO"):
                assert Path(os.environ[name]).stat().st_size > 100
        elif "--out" in command:
            Path(command[command.index("--out") + 1]).write_text("{}")

    for module in (build, installer):
        monkeypatch.setattr(module, "run", run)
    return called


def test_out_comes_an_installer_with_its_list_of_parts_and_sums(freezer, tmp_path, monkeypatch):
    program("makensis")
    key = tmp_path / "clinic.pem"
    key.write_text("key")
    order = Order("slim", "none", key, "", tmp_path / "dist", tmp_path / "work")
    monkeypatch.setattr("engine.installation.this_platform", lambda: "windows-x86_64")
    setup = build.make(order)
    assert setup.name.endswith("-windows-x86_64-slim.exe")
    assert setup.read_bytes().startswith(b"MZ")
    assert [words[1] for words in freezer] == ["build.py", "licences.py", "report.py", "sbom.py"]
    bundle = tmp_path / "work" / "dist" / "chartside"
    assert (bundle / "_internal" / "resources" / "update_keys" / "clinic.pem").read_text() == "key"
    sums = (tmp_path / "dist" / "SHA256SUMS").read_text()
    assert setup.name in sums
    assert ".cdx.json" in sums
