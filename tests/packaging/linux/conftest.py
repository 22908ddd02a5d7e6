"""A stand-in for the frozen program: small, but laid out and started like the real one."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.tools import program

EPOCH = 1_790_000_000


def make_bundle(folder: Path, version: str) -> Path:
    """A folder named chartside whose program prints its version and its arguments."""
    bundle = folder / "chartside"
    (bundle / "_internal").mkdir(parents=True)
    (bundle / "_internal" / "data.txt").write_text("data of " + version)
    # A compiled program: it can be running, and the system's libraries that it needs can be read off it.
    shutil.copy(program("sleep"), bundle / "_internal" / "sleep")
    script = bundle / "chartside"
    script.write_text(f'#!/bin/sh\necho "chartside {version}" "$@"\n')
    script.chmod(0o755)
    (bundle / "BUILD.json").write_text(json.dumps({"version": version, "platform": "linux-x86_64"}))
    return bundle


def make_packed(bundle: Path, target: Path) -> Path:
    subprocess.run(["tar", "-cJf", target, "-C", bundle.parent, bundle.name], check=True)
    return target


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return make_models(tmp_path)


def make_models(parent: Path) -> Path:
    folder = parent / "models"
    (folder / "tiny").mkdir(parents=True)
    (folder / "tiny" / "tiny.gguf").write_bytes(b"GGUF" * 100)
    (folder / "tiny" / "manifest.json").write_text("{}")
    return folder
