"""The build on macOS, walked through with stand-ins: what is called, in which order, with what."""

from __future__ import annotations

import json
import os
from pathlib import Path

import installer
import pytest
from macos import build
from macos.commands import Signing
from order import Order


@pytest.fixture
def mac(monkeypatch):
    """Stands for every command of the build; the freezer's leaves an application. Returns what was called."""
    called: list[list[str]] = []
    monkeypatch.setattr(os, "environ", dict(os.environ))

    def run(command: list[str], failure: str, **_options: object) -> None:
        called.append([Path(word).name for word in command])
        if command[1].endswith("bundle/build.py"):
            assert json.loads(os.environ["CHARTSIDE_PLIST"])["NSMicrophoneUsageDescription"]
            assert Path(os.environ["CHARTSIDE_ENTITLEMENTS"]).is_file()
            assert Path(os.environ["CHARTSIDE_ICON"]).read_bytes().startswith(b"icns")
            (Path(command[2]) / "dist" / "Chartside.app" / "Contents" / "Resources").mkdir(parents=True)
        elif command[0] == "hdiutil":
            Path(command[-1]).touch()
        elif "--out" in command:
            Path(command[command.index("--out") + 1]).write_text("{}")

    for module in (build, installer):
        monkeypatch.setattr(module, "run", run)
    return called


def test_it_is_completed_signed_wrapped_and_notarised_in_this_order(mac, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.installation.this_platform", lambda: "macos-arm64")
    order = Order("slim", "metal", None, "", tmp_path / "dist", tmp_path / "work")
    image = build.make(order, Signing("Developer ID Application: A Clinic (TEAM123456)", "chartside"))
    assert image.name.endswith("-macos-arm64-metal-slim.dmg")
    assert os.environ["CHARTSIDE_SIGN_AS"].startswith("Developer ID")
    tools = [words[0] if words[0] in {"codesign", "hdiutil", "xcrun", "spctl"} else words[1] for words in mac]
    assert tools == [
        "build.py", "licences.py", "report.py", "codesign", "codesign", "hdiutil", "codesign",
        "xcrun", "xcrun", "xcrun", "spctl", "sbom.py",
    ]  # fmt: skip
    application = tmp_path / "work" / "macos" / "image" / "Chartside.app"
    assert json.loads((application / "Contents" / "Resources" / "BUILD.json").read_text())["platform"] == "macos-arm64"
    assert image.name in (tmp_path / "dist" / "SHA256SUMS").read_text()


def test_without_a_certificate_nobody_is_asked(mac, tmp_path):
    order = Order("slim", "none", None, "", tmp_path / "dist", tmp_path / "work")
    build.make(order, Signing())
    assert "CHARTSIDE_SIGN_AS" not in os.environ
    assert not [words for words in mac if words[0] in {"xcrun", "spctl"}]
